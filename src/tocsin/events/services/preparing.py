"""Carries one file through the pure stages and onto disk; nothing is written to the database."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, BinaryIO

import polars as pl

from tocsin.catalogue.queries import problem
from tocsin.events.feeds import Feed, Recognised, feed_for
from tocsin.events.models import Source
from tocsin.events.schemas import ATTRIBUTED, IDENTIFIED
from tocsin.events.services.ahead import ahead
from tocsin.events.services.committing import Attribution, Prepared
from tocsin.events.services.registry_index import RegistryIndex
from tocsin.events.stages.archive import Landed, land, relative_path, without_repetition
from tocsin.events.stages.gather import gather, merge
from tocsin.events.stages.identify import UNKNOWN_PREFIX, identify
from tocsin.events.stages.normalise import normalise
from tocsin.events.stages.read import Delivered, read
from tocsin.events.stages.strangers import count_together, strangers
from tocsin.formats.containers import unpack
from tocsin.formats.delimited import open_table

#: What unfolds to at most this size is kept in memory between its two passes (hash, then read).
_IN_MEMORY_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 20
#: Rows a batch: bounds the memory of one file, however long it is.
BATCH_ROWS = 100_000


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One file of a delivery, unpacked and known by its content."""

    name: str
    content_hash: str
    size_bytes: int
    delivered: Delivered


def arrivals(stream: BinaryIO, *, name: str) -> Iterator[Arrived]:
    """Unpack a delivery file by file, hash each and read its header; a file must be used before the next is asked for.

    Raises:
        UnreadableFile: the container or a header cannot be read.
    """
    for member in unpack(stream, name):
        with ExitStack() as stack:
            # A plain file is read twice where it lies; what is packed unfolds once, into memory or a nameless file.
            kept = (
                None
                if member.stream is stream
                else stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))
            )
            content_hash, size = _hash(member.stream, kept)
            again: IO[bytes] = stream if kept is None else kept
            again.seek(0)
            table = open_table(again, rows=BATCH_ROWS)
            yield Arrived(
                name=member.name,
                content_hash=content_hash,
                size_bytes=size,
                delivered=Delivered(name=member.name, header=table.header, table=table),
            )


def _hash(stream: IO[bytes], kept: IO[bytes] | None) -> tuple[str, int]:
    """Read a stream to its end, keeping it where asked to. Returns SHA-256 in hexadecimal and the size in bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if kept is not None:
            kept.write(chunk)
    return digest.hexdigest(), size


def prepare(
    arrived: Arrived, recognised: Recognised, *, source: Source, registry: RegistryIndex, archive: Path, now: datetime
) -> Prepared:
    """Run a file through read, normalise, attribute, identify, archive and gather."""
    feed, period = recognised.feed, recognised.period
    parts: list[_Part] = []
    rejected: list[pl.DataFrame] = []
    rows = 0
    batches = (
        (good.height + refused.height, refused, *normalise(good, feed, now))
        for good, refused in read(arrived.delivered)
    )
    with closing(ahead(batches, by=1)) as made:
        for height, refused, normal, misfits in made:
            rows += height
            rejected += [refused, misfits]
            if normal.is_empty():
                continue
            period = period or _newest_day(normal)
            path = relative_path(
                source_id=source.pk,
                report_type=recognised.report_type,
                period=period,
                content_hash=arrived.content_hash,
                part=len(parts),
            )
            parts.append(
                _prepare_batch(
                    normal,
                    feed=feed,
                    registry=registry,
                    report_type=recognised.report_type,
                    now=now,
                    archive=archive,
                    path=path,
                )
            )
    misread = [frame for frame in rejected if not frame.is_empty()]
    codes = {code for part in parts for code in part.problems}
    return Prepared(
        source=source,
        report_type=recognised.report_type,
        known_type=feed.is_known,
        source_kind=_source_kind(recognised.report_type),
        period=period or now.date(),
        content_hash=arrived.content_hash,
        file_name=arrived.name[-300:],
        size_bytes=arrived.size_bytes,
        rows=rows,
        events=sum(part.landed.rows for part in parts),
        attribution=_together(parts, registry),
        rejected=pl.concat(misread) if misread else None,
        header=arrived.delivered.header,
        problems={code: problem(code) for code in codes},
    )


def attribute_again(prepared: Prepared, *, registry: RegistryIndex, archive: Path, now: datetime) -> Prepared:
    """Attribute a report by another state of the registry, from the files that it landed in; they land anew."""
    parts = [
        _prepare_batch(
            pl.read_parquet(archive / landed.path).drop(*ATTRIBUTED, *IDENTIFIED, strict=False),
            feed=feed_for(prepared.report_type),
            registry=registry,
            report_type=prepared.report_type,
            now=now,
            archive=archive,
            path=landed.path,
        )
        for landed in prepared.attribution.landed
    ]
    return replace(prepared, attribution=_together(parts, registry))


@dataclass(frozen=True, kw_only=True)
class _Part:
    landed: Landed
    attributed: int
    conflicts: int
    sightings: pl.DataFrame
    archived: pl.DataFrame
    strangers: pl.DataFrame
    problems: frozenset[str]


def _prepare_batch(
    normal: pl.DataFrame,
    *,
    feed: Feed,
    registry: RegistryIndex,
    report_type: str,
    now: datetime,
    archive: Path,
    path: str,
) -> _Part:
    """Attribute, identify, land and gather one batch."""
    coded = normal.with_columns(pl.col("problem").fill_null(UNKNOWN_PREFIX + report_type))
    attributed = registry.attribute(coded, now=now)
    codes = frozenset(attributed.get_column("problem").unique())
    problems = {code: problem(code) for code in codes}
    events = identify(attributed, problems)
    landed = land(without_repetition(events.drop("moved"), feed), folder=archive, path=path)
    owned = events.select("organisation_id", "problem").drop_nulls("organisation_id")
    todays = events.filter(~pl.col("moved")) if events.get_column("moved").any() else events
    return _Part(
        landed=landed,
        attributed=owned.height,
        conflicts=int(events.get_column("conflict").sum()),
        sightings=gather(todays, problems).join(registry.assets, on="asset_id", how="left"),
        archived=owned.group_by("organisation_id", "problem").agg(pl.len().cast(pl.Int32).alias("rows")),
        strangers=strangers(events),
        problems=codes,
    )


def _together(parts: Sequence[_Part], registry: RegistryIndex) -> Attribution:
    """Put the batches of a report together."""
    return Attribution(
        rows=sum(part.attributed for part in parts),
        conflicts=sum(part.conflicts for part in parts),
        sightings=merge([part.sightings for part in parts]),
        archived=_sum_rows([part.archived for part in parts]),
        strangers=count_together([part.strangers for part in parts]),
        landed=[part.landed for part in parts],
        organisations=registry.organisations,
        registry_mark=registry.mark,
    )


def _sum_rows(frames: list[pl.DataFrame]) -> pl.DataFrame | None:
    """Add up the rows of each owner and problem over the batches."""
    if not frames:
        return None
    return pl.concat(frames).group_by("organisation_id", "problem").agg(pl.col("rows").sum())


def _newest_day(events: pl.DataFrame) -> date:
    newest = events.get_column("observed_at").max()
    if not isinstance(newest, datetime):
        raise TypeError(f"observed_at holds {type(newest)}")
    return newest.date()


def _source_kind(report_type: str) -> str:
    """Give the kind of sensor that a report type tells of, as the severity policy names it."""
    for kind in ("honeypot", "sinkhole"):
        if kind in report_type:
            return kind
    return "scan" if report_type.startswith(("scan", "population", "device")) else ""
