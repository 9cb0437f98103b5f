"""Moves frames into PostgreSQL: text that Polars writes, taken in by COPY."""

from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper
from psycopg import sql

#: Times in frames, everywhere.
TIME = pl.Datetime("us", "UTC")
#: Bytes handed to the server at once.
_CHUNK = 1 << 20
#: Stands for null; a control character that no field of an event may hold.
_NULL = "\x01"


def copy_in(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; columns by name, null stays null, "" stays "".

    Cost: about 0.3 s a million rows of five columns to write, then what COPY takes.
    """
    if frame.is_empty():
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns)), sql.Literal(_NULL)
    )
    with cursor.copy(statement) as copy:
        for part in frame.iter_slices(100_000):
            text = part.write_csv(include_header=False, null_value=_NULL, quote_style="necessary").encode()
            for start in range(0, len(text), _CHUNK):
                copy.write(text[start : start + _CHUNK])


def rows(cursor: CursorWrapper) -> list[tuple[Any, ...]]:
    """Fetch everything that the last statement gave."""
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
