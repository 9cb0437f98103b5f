"""First stage: what was delivered becomes frames of text, one file after the other, nothing understood yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from tocsin.events.schemas import REJECTED
from tocsin.formats.containers import DEFAULT_LIMITS, Limits, unpack
from tocsin.formats.delimited import Table, open_table

STAGE = "read"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One file of a delivery with its header read; `read` gives the rest, once, before the next file is asked for."""

    name: str
    #: Trimmed, in lower case, told apart.
    header: tuple[str, ...]
    table: Table


def open_delivery(
    stream: BinaryIO, *, name: str, rows: int = 250_000, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Delivered]:
    """Unpack a seekable stream and read the header of each file in it; a batch of a file has at most `rows` rows.

    Raises:
        UnreadableFile: the archive or a file's header cannot be read (its subclasses say why).
    """
    for member in unpack(stream, name, limits):
        table = open_table(member.stream, rows=rows)
        yield Delivered(name=member.name, header=table.header, table=table)


def read(delivered: Delivered) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """A file -> batches of (READ, REJECTED), both in the order of the file.

    Every record that is no blank line is a row of one of the two. A null cell is an empty one. A header alone
    gives no batch.

    Raises:
        UnreadableFile: the archive that the file is in turns out to be damaged.
    """
    for good, refused in delivered.table:
        yield good, refused.with_columns(pl.lit(STAGE).alias("stage")).select(REJECTED.keys())
