"""Lands events as Parquet: one file a batch, named by the report's whole key, so that writing twice writes the same."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

#: Order of rows: an owner's rows lie together, then those of one address (shared/archive.md, section 5).
ORDER = ("organisation_id", "ip_hi", "ip_lo", "observed_at", "row")
ROW_GROUP_ROWS = 50_000
#: Column as it came -> column that it became; where the two are alike the archive keeps the second alone.
ECHOED = {
    "raw_ip": "address",
    "raw_src_ip": "address",
    "raw_port": "port",
    "raw_src_port": "port",
    "raw_protocol": "transport",
    "raw_asn": "asn",
    "raw_src_asn": "asn",
    "raw_geo": "country",
    "raw_src_geo": "country",
    "raw_hostname": "ptr",
    "raw_src_hostname": "ptr",
    "raw_http_host": "host",
    "raw_tag": "f_tag",
    "raw_infection": "f_malware",
    "raw_version": "f_version",
    "raw_server": "f_server",
    "raw_subject_common_name": "f_tls_subject",
    "raw_issuer_common_name": "f_tls_issuer",
}


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


def without_echoes(events: pl.DataFrame) -> pl.DataFrame:
    """Leave out each `raw_` column that repeats a column read from it to the letter, in every row of the batch.

    Nothing is lost: a reader that misses `raw_ip` finds it as `address` (`ECHOED`). A third of the bytes are such.
    """
    echoes = [
        raw
        for raw, read in ECHOED.items()
        if raw in events.columns
        and read in events.columns
        and events.get_column(raw).eq_missing(events.get_column(read).cast(pl.String)).all()
    ]
    return events.drop(echoes)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
