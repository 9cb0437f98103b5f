"""What a file is packed in: plain, gzip or zip, told by its first bytes and never by its name."""

import gzip
import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Protocol

from tocsin.formats.errors import DamagedArchive, TooLarge, UnsupportedArchive

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: First bytes of packings that we name instead of reading them as text.
_REFUSED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\x07\x08": "a zip in several parts",
}
_SNIFFED_BYTES = 6


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a packed file may unfold; the defaults hold a day of the largest report ten times over."""

    expanded_bytes: int = 8 << 30
    #: Unpacked bytes per packed byte. Report text reaches 40; deflate itself cannot pass 1,032.
    ratio: int = 400
    #: Below this many unpacked bytes the ratio is not asked: a short file of one repeated line is no bomb.
    ratio_from_bytes: int = 64 << 20
    members: int = 1000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of a container: its bare name and its bytes, to be read before the next member is asked for."""

    name: str
    stream: IO[bytes]


def unpack(stream: BinaryIO, name: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Member]:
    """Yield the files in a stream: itself, what it holds as gzip, or the members of a zip in their order.

    The stream must be seekable. Faults of a packed file may show only while a member is read.

    Raises:
        DamagedArchive: it is cut off or its checksum is wrong.
        UnsupportedArchive: it is packed otherwise, encrypted, or holds another archive.
        TooLarge: it unfolds beyond the limits.
    """
    head = stream.read(_SNIFFED_BYTES)
    stream.seek(-len(head), io.SEEK_CUR)
    _refuse_unsupported(head, name)
    if head.startswith(_GZIP):
        yield from _gzip_member(stream, name, limits)
    elif head.startswith(_ZIP):
        yield from _zip_members(stream, name, limits)
    else:
        yield Member(name=bare_name(name), stream=stream)


def bare_name(name: str) -> str:
    """Strip folders from a name, whichever slash they were written with."""
    return posixpath.basename(name.replace("\\", "/"))


def _refuse_unsupported(head: bytes, name: str) -> None:
    for magic, packing in _REFUSED.items():
        if head.startswith(magic):
            raise UnsupportedArchive(f"{bare_name(name)} is packed as {packing}; send it plain, as gzip or as zip.")


def _refuse_nested(head: bytes, name: str, outer: str) -> None:
    _refuse_unsupported(head, name)
    if head.startswith((_GZIP, *_ZIP)):
        raise UnsupportedArchive(
            f"{bare_name(outer)} holds another archive, {bare_name(name)}; unpack it once and send the files."
        )


def _gzip_member(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Member]:
    bare = bare_name(name)
    inner = bare[:-3] if bare.lower().endswith(".gz") else bare
    start = stream.tell()
    packed_bytes = stream.seek(0, io.SEEK_END) - start
    stream.seek(start)
    with gzip.open(stream, "rb") as opened:
        guarded = _Guarded(opened, bare, packed_bytes, limits)
        reader = io.BufferedReader(guarded, 1 << 20)
        _refuse_nested(reader.peek(_SNIFFED_BYTES)[:_SNIFFED_BYTES], inner, bare)
        yield Member(name=inner, stream=reader)


def _zip_members(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Member]:
    bare = bare_name(name)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise DamagedArchive(f"{bare} is a damaged or cut-off zip file ({error}); fetch it again.") from error
    with archive:
        files = [info for info in archive.infolist() if not _is_packaging(info)]
        if len(files) > limits.members:
            raise TooLarge(f"{bare} holds {len(files):,} files; at most {limits.members:,} are read.")
        spent = 0
        for info in files:
            if info.flag_bits & 0x1:
                raise UnsupportedArchive(f"{bare} is encrypted ({info.filename}); send it without a password.")
            try:
                opened = archive.open(info)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
                raise DamagedArchive(f"{bare}: {info.filename} cannot be unpacked ({error}).") from error
            with opened:
                guarded = _Guarded(opened, bare, info.compress_size, limits, spent)
                reader = io.BufferedReader(guarded, 1 << 20)
                _refuse_nested(reader.peek(_SNIFFED_BYTES)[:_SNIFFED_BYTES], info.filename, bare)
                yield Member(name=bare_name(info.filename), stream=reader)
                spent = guarded.expanded_bytes


def _is_packaging(info: zipfile.ZipInfo) -> bool:
    """Tell folders and the resource forks that macOS adds from files."""
    return info.is_dir() or info.filename.startswith("__MACOSX/")


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Guarded(io.RawIOBase):
    """Unpack with an eye on the limits, and turn a damaged archive into one clear error."""

    def __init__(self, opened: _Readable, name: str, packed_bytes: int, limits: Limits, spent: int = 0) -> None:
        self._opened = opened
        self._name = name
        self._packed_bytes = max(packed_bytes, 1)
        self._limits = limits
        self._own_bytes = 0
        self.expanded_bytes = spent

    def readable(self) -> bool:
        return True

    def readinto(self, target: "memoryview | bytearray") -> int:  # type: ignore[override]  # the stub's Buffer: 3.12
        try:
            piece = self._opened.read(len(target))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise DamagedArchive(f"{self._name} is damaged or cut off ({error}); fetch it again.") from error
        self._own_bytes += len(piece)
        self.expanded_bytes += len(piece)
        self._check()
        target[: len(piece)] = piece
        return len(piece)

    def _check(self) -> None:
        limits = self._limits
        if self.expanded_bytes > limits.expanded_bytes:
            raise TooLarge(f"{self._name} unfolds to more than {limits.expanded_bytes:,} bytes; send it in parts.")
        if self._own_bytes > limits.ratio_from_bytes and self._own_bytes > limits.ratio * self._packed_bytes:
            raise TooLarge(
                f"{self._name} unfolds to more than {limits.ratio} times its size, as archive bombs do; send it plain."
            )
