"""Takes reports in, each whole or not at all: archive first, then one transaction for everything that speaks of it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.audit.trail import record
from tocsin.events.errors import FileRefused
from tocsin.events.feeds import recognise
from tocsin.events.models import RefusedFile, Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.events.services.ahead import ahead
from tocsin.events.services.committing import Prepared, commit
from tocsin.events.services.preparing import Arrived, arrivals, prepare
from tocsin.events.services.registry_index import RegistryIndex, load
from tocsin.events.services.sources import find_or_make
from tocsin.formats.errors import UnreadableFile
from tocsin.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    file: str
    format: str
    report_type: str | None
    period: date | None
    rows: int
    events: int
    quarantined: int
    attributed: int
    findings_new: int
    findings_known: int
    #: The same report was taken in before; nothing was changed, the numbers are those of then.
    already: bool = False
    #: Why the file was refused; null: it was not.
    error: str | None = None
    report_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A stream to take in and what it is called."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, kw_only=True)
class _Refused:
    """A file, or a whole delivery, that cannot be taken in."""

    source: Source
    file: str
    content_hash: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Again:
    """A file that the ledger knows."""

    file: str
    report_id: int


#: (type, day or null, content hash) -> report id.
_Ledger = Mapping[tuple[str, date | None, str], int]
_Item = Prepared | _Refused | _Again
#: How far back the ledger is asked beforehand; an older report taken in again is found out by its key.
_LEDGER_DAYS = 400
#: Reports that wait prepared while one is written; each holds its sightings, not its rows.
_FILES_AHEAD = 2


def take_in(
    *, actor: Actor, deliveries: Iterable[Delivery], source_name: str | None, now: datetime
) -> Iterator[Outcome]:
    """Take deliveries in, one after the other; gives an outcome for every file that they hold.

    While one report's transaction runs, the next ones are prepared. A refused file is remembered, and stops no other.

    Args:
        source_name: null: a source of the format's own name.
    """
    require(actor, EventPermission.TAKE_IN)
    with acting(actor, using=INGEST):
        source = find_or_make(actor=actor, name=source_name or "Shadowserver", format_name="shadowserver", now=now)
        registry = load()
        ledger = _read_ledger(actor, source, now)
    return _outcomes(actor, _items(deliveries, source, registry, ledger, now), now)


def _outcomes(actor: Actor, items: Iterator[_Item], now: datetime) -> Iterator[Outcome]:
    """Finish each item while the next ones are being made, by threads that never touch the database."""
    with closing(ahead(items, by=_FILES_AHEAD)) as made:
        for item in made:
            yield _finish(actor, item, now)


def _items(
    deliveries: Iterable[Delivery], source: Source, registry: RegistryIndex, ledger: _Ledger, now: datetime
) -> Iterator[_Item]:
    """Read and prepare file after file."""
    for delivery in deliveries:
        try:
            for arrived in arrivals(delivery.stream, name=delivery.name):
                yield _item(arrived, source, registry, ledger, now)
        except UnreadableFile as error:
            yield _Refused(source=source, file=delivery.name, content_hash=_hash_of(delivery.stream), reason=str(error))


def _item(arrived: Arrived, source: Source, registry: RegistryIndex, ledger: _Ledger, now: datetime) -> _Item:
    try:
        recognised = recognise(arrived.name, arrived.delivered.header)
        report_id = ledger.get((recognised.report_type, recognised.period, arrived.content_hash))
        if report_id is not None:
            return _Again(file=arrived.name, report_id=report_id)
        return prepare(arrived, recognised, source=source, registry=registry, archive=settings.ARCHIVE_FOLDER, now=now)
    except (FileRefused, UnreadableFile) as error:
        return _Refused(source=source, file=arrived.name, content_hash=arrived.content_hash, reason=str(error))


def _read_ledger(actor: Actor, source: Source, now: datetime) -> _Ledger:
    """Give the reports of a source by their key; those with rows also by type and content alone.

    A file whose name says no day is the same report whenever it comes again, unless it holds nothing but a header.
    """
    entries = (
        Report.objects.using(INGEST)
        .visible_to(actor)
        .filter(source=source, period__gte=now.date() - timedelta(days=_LEDGER_DAYS))
        .values_list("report_type", "period", "content_hash", "rows", "pk")
    )
    ledger: dict[tuple[str, date | None, str], int] = {}
    for report_type, period, content_hash, rows, report_id in entries:
        ledger[report_type, period, content_hash] = report_id
        if rows:
            ledger[report_type, None, content_hash] = report_id
    return ledger


def _finish(actor: Actor, item: _Item, now: datetime) -> Outcome:
    """Write what an item means, in one transaction."""
    if isinstance(item, _Refused):
        with acting(actor, using=INGEST):
            RefusedFile.objects.using(INGEST).create(
                source=item.source,
                file_name=item.file[-300:],
                content_hash=item.content_hash,
                refused_at=now,
                reason=item.reason,
            )
            record(
                actor=actor,
                action="events.refuse_file",
                target_kind="file",
                target_id=item.content_hash[:64],
                at=now,
                after={"file": item.file, "reason": item.reason},
                using=INGEST,
            )
        return _no_report(item.file, error=item.reason)
    if isinstance(item, _Again):
        with acting(actor, using=INGEST):
            return _of(Report.objects.using(INGEST).visible_to(actor).get(pk=item.report_id), item.file, already=True)
    return _commit(actor, item, now)


def _commit(actor: Actor, prepared: Prepared, now: datetime) -> Outcome:
    try:
        with acting(actor, using=INGEST):
            return _of(commit(actor=actor, prepared=prepared, now=now), prepared.file_name)
    except IntegrityError as error:
        # Another process took the same report in meanwhile; anything else is a fault of ours.
        with acting(actor, using=INGEST):
            there = (
                Report.objects.using(INGEST)
                .visible_to(actor)
                .filter(
                    source=prepared.source,
                    report_type=prepared.report_type,
                    period=prepared.period,
                    content_hash=prepared.content_hash,
                )
                .first()
            )
            if there is None:
                raise error from None
            return _of(there, prepared.file_name, already=True)


def _of(report: Report, file_name: str, *, already: bool = False) -> Outcome:
    return Outcome(
        file=file_name,
        format="shadowserver",
        report_type=report.report_type,
        period=report.period,
        rows=report.rows,
        events=report.events,
        quarantined=report.quarantined,
        attributed=report.attributed,
        findings_new=report.findings_new,
        findings_known=report.findings_known,
        already=already,
        report_id=report.pk,
    )


def _no_report(file_name: str, *, error: str) -> Outcome:
    return Outcome(
        file=file_name,
        format="shadowserver",
        report_type=None,
        period=None,
        rows=0,
        events=0,
        quarantined=0,
        attributed=0,
        findings_new=0,
        findings_known=0,
        error=error,
    )


def _hash_of(stream: BinaryIO) -> str:
    """Hash a delivery that could not be unpacked, so that the refusal can be told from another."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
