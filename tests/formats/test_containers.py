"""Unpacking what was delivered."""

import gzip
import io
import zipfile
from collections.abc import Mapping

import pytest

from tocsin.formats.containers import Limits, unpack
from tocsin.formats.errors import DamagedArchive, TooLarge, UnreadableFile, UnsupportedArchive

TEXT = b"a,b\n1,2\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def unpacked(data: bytes, name: str = "x.csv", limits: Limits | None = None) -> list[tuple[str, bytes]]:
    members = unpack(io.BytesIO(data), name, limits or Limits())
    return [(member.name, member.stream.read()) for member in members]


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (TEXT, "2026-11-23-scan_rdp-x.csv", [("2026-11-23-scan_rdp-x.csv", TEXT)]),
        (b"", "empty.csv", [("empty.csv", b"")]),
        (gzip.compress(TEXT), "in/scan_rdp.csv.gz", [("scan_rdp.csv", TEXT)]),
        # By content, not by name.
        (gzip.compress(TEXT), "scan_rdp.csv", [("scan_rdp.csv", TEXT)]),
        (TEXT, "scan_rdp.csv.gz", [("scan_rdp.csv.gz", TEXT)]),
        (gzip.compress(TEXT) + gzip.compress(b"3,4\n"), "x.gz", [("x", TEXT + b"3,4\n")]),
        (zipped({"d/a.csv": TEXT, "b.csv": b"x\n"}), "day.zip", [("a.csv", TEXT), ("b.csv", b"x\n")]),
        (zipped({"d/": b"", "a.csv": TEXT, "__MACOSX/._a.csv": b"?"}), "day.zip", [("a.csv", TEXT)]),
        (zipped({}), "none.zip", []),
    ],
)
def test_it_gives_the_files(data: bytes, name: str, expected: list[tuple[str, bytes]]) -> None:
    assert unpacked(data, name) == expected


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (gzip.compress(TEXT * 100)[:-20], DamagedArchive),
        (gzip.compress(TEXT)[:-6] + b"\0" * 6, DamagedArchive),
        (b"\x1f\x8b\x08\x00broken", DamagedArchive),
        (zipped({"a.csv": TEXT})[:-30], DamagedArchive),
        (zipped({"a.csv": TEXT * 50})[:40] + b"\0" * 40, DamagedArchive),
        (gzip.compress(gzip.compress(TEXT)), UnsupportedArchive),
        (zipped({"inner.zip": zipped({"a.csv": TEXT})}), UnsupportedArchive),
        (zipped({"inner.csv.gz": gzip.compress(TEXT)}), UnsupportedArchive),
        (b"BZh91AY&SY", UnsupportedArchive),
        (b"\xfd7zXZ\x00\x00", UnsupportedArchive),
        (b"7z\xbc\xaf\x27\x1c\x00", UnsupportedArchive),
    ],
)
def test_it_refuses_what_cannot_be_unpacked(data: bytes, error: type[UnreadableFile]) -> None:
    with pytest.raises(error):
        unpacked(data)


def test_it_refuses_an_encrypted_member_by_name() -> None:
    packed = bytearray(zipped({"secret.csv": TEXT}))
    # General purpose bit 0 (APPNOTE.TXT, section 4.4.4), in the local and in the central header.
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(UnsupportedArchive, match=r"secret\.csv"):
        unpacked(bytes(packed))


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (gzip.compress(b"a" * 5000), Limits(expanded_bytes=4999)),
        (zipped({"a.csv": b"a" * 3000, "b.csv": b"b" * 3000}), Limits(expanded_bytes=5000)),
        (gzip.compress(b"a" * 500_000), Limits(ratio=100, ratio_from_bytes=1000)),
        (zipped({"a.csv": b"a" * 500_000}), Limits(ratio=100, ratio_from_bytes=1000)),
        (zipped({f"{n}.csv": TEXT for n in range(4)}), Limits(members=3)),
    ],
)
def test_it_stops_at_its_limits(data: bytes, limits: Limits) -> None:
    with pytest.raises(TooLarge):
        unpacked(data, limits=limits)


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (gzip.compress(b"a" * 5000), Limits(expanded_bytes=5000)),
        (zipped({"a.csv": b"a" * 3000, "b.csv": b"b" * 2000}), Limits(expanded_bytes=5000)),
        (zipped({f"{n}.csv": TEXT for n in range(3)}), Limits(members=3)),
    ],
)
def test_what_just_fits_goes_in(data: bytes, limits: Limits) -> None:
    assert unpacked(data, limits=limits)
