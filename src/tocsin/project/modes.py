"""Keeps what we write from the other users of the machine."""

import os
import stat
from pathlib import Path

#: All bits of group and others.
OF_STRANGERS = 0o077
OF_OTHERS = 0o007


def write_privately() -> None:
    """Let this process, and those that it starts, make files that only their owner reads; call it before any is made.

    Where somebody else must read one (the database's account), whoever makes it says so by `chmod`.
    """
    os.umask(OF_STRANGERS)


def make_private(folder: Path) -> None:
    """Make a folder that only its owner enters.

    One that is there is closed to others, for older versions made them open; a group that the operator let in stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & OF_OTHERS and found.st_uid == os.geteuid():
        folder.chmod(mode_of(folder) & ~OF_OTHERS)


def mode_of(path: Path) -> int:
    """Give the permission bits."""
    return stat.S_IMODE(path.stat().st_mode)
