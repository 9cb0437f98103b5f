"""Text of one cell: escaped so that no spreadsheet program runs it, and back; times as people write them.

A cell that begins with one of `FORMULA_STARTS` is a formula to some program. In CSV it is written with an apostrophe in
front. Reading takes one apostrophe off what looks so escaped, and only that: `'tis` stays. A cell that looks escaped by
nature gets one more, so that nothing is lost.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.formats.spreadsheets import FORMULA_STARTS

_TRIGGERS = "".join(FORMULA_STARTS).replace("-", r"\-")
DANGEROUS = re.compile(f"[{_TRIGGERS}]")
_ESCAPABLE = f"^('*[{_TRIGGERS}])"
_ESCAPED = f"^'('*[{_TRIGGERS}])"
_ESCAPABLE_TEXT = re.compile(_ESCAPABLE)
LOOKS_ESCAPED = re.compile(_ESCAPED)

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def escape(text: pl.Expr) -> pl.Expr:
    """Make text safe to write into a CSV cell."""
    return text.str.replace(_ESCAPABLE, "'$1")


def escaped(text: str) -> str:
    """Make one text safe to write into a CSV cell, as `escape` does a column."""
    return f"'{text}" if _ESCAPABLE_TEXT.match(text) else text


def unescape(text: pl.Expr) -> pl.Expr:
    """Take the text back that `escape` was given."""
    return text.str.replace(_ESCAPED, "$1")


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a date (its first moment) or a time, in UTC; in `zone` unless it says otherwise. Null: it is neither."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[part] or 0) for part in range(1, 7))
    microsecond = int((found[7] or "0").ljust(6, "0"))
    try:
        written = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone)
        if found[8]:
            written = datetime.fromisoformat(written.replace(tzinfo=None).isoformat() + found[8])
        return written.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written_moment(moment: pl.Expr, zone: str) -> pl.Expr:
    """Write a time so that `read_moment` takes it back: the first moment of a day as a date, others in UTC."""
    local = moment.dt.convert_time_zone(zone)
    return (
        pl.when(local.dt.time() == pl.time(0))
        .then(local.dt.strftime("%Y-%m-%d"))
        .otherwise(moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    )
