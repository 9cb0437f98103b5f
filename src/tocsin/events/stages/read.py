"""First stage: what was delivered becomes frames of text, one file after the other, nothing understood yet."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tocsin.events.schemas import REJECTED
from tocsin.formats.delimited import Table

STAGE = "read"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One file of a delivery with its header read; `read` gives the rest, once, before the next file is asked for."""

    name: str
    #: Trimmed, in lower case, told apart.
    header: tuple[str, ...]
    table: Table


def read(delivered: Delivered) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """A file -> batches of (READ, REJECTED), both in the order of the file.

    Every record that is no blank line is a row of one of the two. A null cell is an empty one. A header alone
    gives no batch.

    Raises:
        UnreadableFile: the archive that the file is in turns out to be damaged.
    """
    for good, refused in delivered.table:
        yield good, refused.with_columns(pl.lit(STAGE).alias("stage")).select(REJECTED.keys())
