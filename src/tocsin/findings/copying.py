"""Moves frames into PostgreSQL: text that Polars writes, taken in by COPY."""

from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter
from psycopg.generators import copy_to

#: Times in frames, everywhere.
TIME = pl.Datetime("us", "UTC")
#: Bytes handed to the server at once.
_CHUNK = 1 << 18
#: Stands for null; a control character that no field of an event may hold.
_NULL = "\x01"


def copy_in(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; columns by name, null stays null, "" stays "".

    COPY refuses a table whose row-level policies bind the role. On a server of one's own, where the owner may not grant
    BYPASSRLS, rows go through a temporary table instead, about half as fast.
    """
    if frame.is_empty():
        return
    cursor.execute("SELECT row_security_active(%s::regclass)", [table])
    if not rows(cursor)[0][0]:
        _copy(cursor, table, frame)
        return
    names = {
        "table": sql.Identifier(table),
        "draft": sql.Identifier(f"draft_{table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, frame.columns)),
    }
    cursor.execute(sql.SQL("CREATE TEMP TABLE {draft} AS SELECT {columns} FROM {table} LIMIT 0").format(**names))
    _copy(cursor, f"draft_{table}", frame)
    cursor.execute(sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {draft}").format(**names))
    cursor.execute(sql.SQL("DROP TABLE {draft}").format(**names))


class _Flushing(LibpqWriter):
    """Hands each piece to the server before the next: what libpq keeps, it moves in memory at every partial send.

    Without this a COPY of 200 MB costs its client five times the CPU (psycopg issue 745, there for macOS).
    """

    def write(self, data: Buffer) -> None:
        """Write and flush."""
        self.connection.wait(copy_to(self._pgconn, data, flush=True))


def _copy(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns)), sql.Literal(_NULL)
    )
    with cursor.copy(statement, writer=_Flushing(cursor.cursor)) as copy:
        for part in frame.iter_slices(100_000):
            text = part.write_csv(include_header=False, null_value=_NULL, quote_style="necessary").encode()
            for start in range(0, len(text), _CHUNK):
                copy.write(text[start : start + _CHUNK])


def rows(cursor: CursorWrapper) -> list[tuple[Any, ...]]:
    """Fetch everything that the last statement gave."""
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
