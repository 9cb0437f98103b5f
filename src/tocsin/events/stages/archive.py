"""Lands events as Parquet: one file a batch, named by the report's whole key, so that writing twice writes the same."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from tocsin.events.feeds import Feed
from tocsin.events.schemas import RAW

#: Order of rows: an owner's rows lie together, then those of one address (shared/archive.md, section 5).
ORDER = ("organisation_id", "ip_hi", "ip_lo", "observed_at", "row")
ROW_GROUP_ROWS = 50_000
#: Follow from the other columns: whatever `subject_kind` names, and what the identity was made of.
_FOLLOW = ("subject", "discriminator")
_USUAL_TIME_BYTES = len("2026-11-23 09:31:00")


@dataclass(frozen=True, kw_only=True)
class Landed:
    """One file of the archive, safely on disk, listed nowhere yet."""

    path: str
    rows: int
    size_bytes: int
    first_at: datetime | None
    last_at: datetime | None


def relative_path(*, source_id: int, report_type: str, period: date, content_hash: str, part: int) -> str:
    """Name a file of the archive by the report's whole key: the same report lands on the same name."""
    folder = f"{period:%Y}/{period:%m}/{report_type}"
    return f"{folder}/{period:%Y-%m-%d}.{source_id}.{content_hash[:32]}.{part:03d}.parquet"


def land(events: pl.DataFrame, *, folder: Path, path: str) -> Landed:
    """Write the events of one batch: temporary name, fsync, rename, fsync of the folder.

    The events are taken as they are; every column becomes a column, of types that Spark and Delta read too.
    """
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    ordered = events.sort(ORDER, nulls_last=True)
    try:
        with draft.open("wb") as file:
            ordered.write_parquet(file, compression="zstd", compression_level=1, row_group_size=ROW_GROUP_ROWS)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    times = events.select(pl.col("observed_at").min().alias("first"), pl.col("observed_at").max().alias("last"))
    return Landed(
        path=path,
        rows=events.height,
        size_bytes=target.stat().st_size,
        first_at=times.item(0, "first"),
        last_at=times.item(0, "last"),
    )


def without_repetition(events: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """IDENTIFIED -> what the archive keeps of a batch: without what follows from the rest of it.

    A `raw_` column goes if the column read from it (`Feed.read_as`) says the same to the letter in every row: a reader
    that misses `raw_ip` finds it as `address`. A third of the bytes are such.
    """
    echoes = [
        f"{RAW}{raw}"
        for raw, read in feed.read_as.items()
        if f"{RAW}{raw}" in events.columns and read in events.columns
        if _says_the_same(events.get_column(f"{RAW}{raw}"), events.get_column(read))
    ]
    return events.drop(echoes, *_FOLLOW)


def _says_the_same(raw: pl.Series, read: pl.Series) -> bool:
    if read.dtype.is_temporal():
        # The one spelling that is written back the same way; what was not read as a time is not here.
        usual = (raw.str.len_bytes() == _USUAL_TIME_BYTES) & (raw.str.slice(10, 1) == " ")
        return usual.all(ignore_nulls=False) is True
    return raw.eq_missing(read.cast(pl.String)).all()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
