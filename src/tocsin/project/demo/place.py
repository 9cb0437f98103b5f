"""Where the demo lies, what it was made from, and that only one process makes or serves it."""

import fcntl
import hashlib
import json
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import tocsin
from tocsin.project.embedded import Cluster

SOURCE = Path(tocsin.__file__).resolve().parent
REPOSITORY = SOURCE.parent.parent
_NOTE = "demo.json"
_TOKEN = "api-token"


class DemoError(RuntimeError):
    """The demo cannot be made or served here; the message says why and names the way out."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What the folder of a demo says of itself."""

    #: Hash of the generator, the schema and the demo's own code.
    made_from: str
    monday: date
    #: Where its pages were served last.
    url: str
    #: What the clock of its pages shows next.
    reached: datetime
    finished: bool

    @classmethod
    def read(cls, home: Path) -> "Note | None":
        """Read it; null: there is none, or it cannot be read."""
        try:
            said = json.loads((home / _NOTE).read_text(encoding="utf-8"))
            times = {
                "monday": date.fromisoformat(said["monday"]),
                "reached": datetime.fromisoformat(said["reached"]),
            }
            return cls(**{**said, **times})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, home: Path) -> None:
        """Write it, whole or not at all."""
        draft = home / f".{_NOTE}"
        draft.write_text(json.dumps(asdict(self), default=str), encoding="utf-8")
        draft.replace(home / _NOTE)


def generator() -> Path:
    """Find the folder that `bench.province` is run from.

    Raises:
        DemoError: this is no clone.
    """
    if not (REPOSITORY / "bench" / "province" / "__main__.py").is_file():
        raise DemoError(
            f"The demo's province is made by bench/province, which is not in {REPOSITORY}. The demo runs from a clone "
            "of the repository (script/demo), not from an installed package."
        )
    return REPOSITORY


def default_home(environ: Mapping[str, str]) -> Path:
    """Give TOCSIN_HOME, else a folder in the clone."""
    named = environ.get("TOCSIN_HOME")
    return Path(named).expanduser().absolute() if named else REPOSITORY / ".tocsin" / "demo"


def made_from() -> str:
    """Hash what a demo is made from: another one of these, and what was made is out of date."""
    digest = hashlib.sha256()
    for pattern in ("bench/province/*.py", "src/tocsin/*/migrations/*.py", "src/tocsin/project/demo/*.py"):
        for path in sorted(REPOSITORY.glob(pattern)):
            digest.update(f"{path.relative_to(REPOSITORY)} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Keep the folder for this process.

    Raises:
        DemoError: another process has it, or the folder holds something else than a demo.
    """
    if home.exists() and Note.read(home) is None and any(path.name != "demo.lock" for path in home.iterdir()):
        raise DemoError(
            f"{home} holds something that is no demo, and the demo touches nothing of it. "
            "Set TOCSIN_HOME to an empty folder, or leave it unset."
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(home / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = Note.read(home)
            where = f", at {note.url}" if note is not None and note.finished else ""
            raise DemoError(
                f"Another process makes or serves the demo in {home}{where}. Stop it first (Ctrl-C), "
                "or set TOCSIN_HOME to another folder for a second one."
            ) from None
        yield
    finally:
        os.close(lock)


def clear(home: Path) -> None:
    """Throw away what the folder holds, its server stopped first; only inside `held`."""
    if (home / "postgres").exists():
        Cluster(home).stop(force=True)
    for path in home.iterdir():
        if path.name == "demo.lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def keep_token(home: Path, secret: str) -> None:
    """Keep the secret of the demo's token beside the other secrets, to be shown at every start."""
    path = home / "secrets" / _TOKEN
    path.touch(mode=0o600)
    path.write_text(secret, encoding="ascii")


def api_token(home: Path) -> str:
    """Give the secret of the demo's token."""
    return (home / "secrets" / _TOKEN).read_text(encoding="ascii")


def free_port(port: int) -> int:
    """Give a port of loopback that can be listened on: this one, or with 0 any.

    Raises:
        DemoError: it is taken.
    """
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"Port {port} on 127.0.0.1 can't be used: {error.strerror}. Name another with --port."
            ) from error
        return int(tried.getsockname()[1])
