"""Takes reports in, each whole or not at all: archive first, then one transaction for everything that speaks of it."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.conf import settings
from django.db import DataError, IntegrityError

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.audit.trail import record
from tocsin.events.errors import FileRefused, RegistryChanged
from tocsin.events.feeds import recognise
from tocsin.events.models import RefusedFile, Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.events.services.ahead import ahead
from tocsin.events.services.committing import Prepared, commit
from tocsin.events.services.ledger import Ledger, read_ledger
from tocsin.events.services.preparing import Arrived, arrivals, attribute_again, prepare
from tocsin.events.services.registry_index import RegistryIndex, load
from tocsin.events.services.sources import find_or_make
from tocsin.formats.errors import UnreadableFile
from tocsin.kernel.actor import Actor

_LOG = logging.getLogger(__name__)


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


_Item = Prepared | _Refused | _Again
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
        ledger = read_ledger(source)
    return _outcomes(actor, _items(deliveries, source, registry, ledger, now), now)


def _outcomes(actor: Actor, items: Iterator[_Item], now: datetime) -> Iterator[Outcome]:
    """Finish each item while the next ones are being made, by threads that never touch the database."""
    with closing(ahead(items, by=_FILES_AHEAD)) as made:
        for item in made:
            yield _finish(actor, item, now)


def _items(
    deliveries: Iterable[Delivery], source: Source, registry: RegistryIndex, ledger: Ledger, now: datetime
) -> Iterator[_Item]:
    """Read and prepare file after file."""
    for delivery in deliveries:
        try:
            for arrived in arrivals(delivery.stream, name=delivery.name):
                yield _item(arrived, source, registry, ledger, now)
        except UnreadableFile as error:
            yield _Refused(source=source, file=delivery.name, content_hash=_hash_of(delivery.stream), reason=str(error))


def _item(arrived: Arrived, source: Source, registry: RegistryIndex, ledger: Ledger, now: datetime) -> _Item:
    try:
        recognised = recognise(arrived.name, arrived.delivered.header)
        report_id = ledger.get((recognised.report_type, recognised.period, arrived.content_hash))
        if report_id is not None:
            return _Again(file=arrived.name, report_id=report_id)
        return prepare(arrived, recognised, source=source, registry=registry, archive=settings.ARCHIVE_FOLDER, now=now)
    except (FileRefused, UnreadableFile) as error:
        return _Refused(source=source, file=arrived.name, content_hash=arrived.content_hash, reason=str(error))


def _finish(actor: Actor, item: _Item, now: datetime) -> Outcome:
    """Write what an item means, in one transaction."""
    if isinstance(item, _Refused):
        return _refuse(actor, item, now)
    if isinstance(item, _Again):
        with acting(actor, using=INGEST):
            return _of(Report.objects.using(INGEST).visible_to(actor).get(pk=item.report_id), item.file, already=True)
    try:
        return _commit(actor, item, now)
    except (DataError, IntegrityError) as error:
        # A fault of ours in one report is no reason to keep the others out. Its text may quote the rows: not kept.
        _LOG.error("%s was not taken in: %s", item.file_name, type(error).__name__)
        reason = f"An unforeseen fault ({type(error).__name__}): nothing of the file was taken in. Tell your operator."
        return _refuse(
            actor,
            _Refused(source=item.source, file=item.file_name, content_hash=item.content_hash, reason=reason),
            now,
        )


def _refuse(actor: Actor, item: _Refused, now: datetime) -> Outcome:
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


def _commit(actor: Actor, prepared: Prepared, now: datetime) -> Outcome:
    """Enter a report, attributed anew as often as the registry changes under it."""
    while True:
        try:
            return _commit_once(actor, prepared, now)
        except RegistryChanged:
            with acting(actor, using=INGEST):
                registry = load()
            prepared = attribute_again(prepared, registry=registry, archive=settings.ARCHIVE_FOLDER, now=now)


def _commit_once(actor: Actor, prepared: Prepared, now: datetime) -> Outcome:
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
