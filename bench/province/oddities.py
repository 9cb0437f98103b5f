"""The files that are not as they should be, and what is wrong with each: on which line, in which way."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.province.days import LAST

#: (day, report type) -> what happens to that file.
RAGGED = (LAST - 4, "scan_smb")
BROKEN = (LAST - 3, "scan_telnet")
HEADER_ONLY = (LAST - 9, "scan_ssl_poodle")
#: Delivered again, byte for byte, on the next day.
TWICE = (LAST - 5, "scan_snmp")
_SHORT_LINE, _LONG_LINE = 4, 6


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """What was done to a file; lines are physical, the header is line 1."""

    #: Records that can't be read at all.
    broken: int = 0
    #: Records with fewer or more cells than the header: line -> cells missing (negative) or over.
    ragged: Mapping[int, int] | None = None
    #: Where the broken record begins.
    broken_line: int | None = None


def make_ragged(path: Path) -> Oddity:
    """Take the last three cells from one row and give another row two more; both stay events."""
    lines = path.read_text(encoding="utf-8").split("\n")
    short, long = _SHORT_LINE - 1, _LONG_LINE - 1
    lines[short] = lines[short].rsplit(",", 3)[0]
    lines[long] += ',"surplus","cells"'
    path.write_text("\n".join(lines), encoding="utf-8")
    return Oddity(ragged={_SHORT_LINE: -3, _LONG_LINE: 2})


def make_broken(path: Path, day: str) -> Oddity:
    """Add a last record whose quote is never closed: cut off while it was being written."""
    text = path.read_text(encoding="utf-8")
    line = text.count("\n") + 1
    record = f'"{day} 00:59:59","medium","198.19.70.70","tcp",23,"h-198-19-70-70.far-carrier.example","tel'
    path.write_text(f"{text}{record}\n", encoding="utf-8")
    return Oddity(broken=1, broken_line=line)
