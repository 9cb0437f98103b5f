"""Opens, mends and forgets rows that could not be read. A mended row is a small report of its own."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from django.conf import settings
from django.db.models import QuerySet

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.audit.trail import record
from tocsin.events.errors import RowGone, StillUnreadable
from tocsin.events.feeds import Recognised, feed_for
from tocsin.events.models import QuarantinedRow, Report
from tocsin.events.permissions import EventPermission
from tocsin.events.sealing import SealedRow, unseal_row
from tocsin.events.services.committing import Prepared, commit
from tocsin.events.services.preparing import arrivals, prepare
from tocsin.events.services.registry_index import load
from tocsin.events.stages.normalise import normalise
from tocsin.events.stages.read import Delivered, read
from tocsin.formats.delimited import open_table
from tocsin.formats.errors import UnreadableFile
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotFound

#: Rows of a report that are tried again in one go: a person waits for it.
MOST_ROWS = 2_000
_LONGEST_REASON = 500
NO_RECORD = "There is no record in the text."


@dataclass(frozen=True, kw_only=True)
class OpenedRow:
    """A quarantined row as it came, for the eyes of whoever mends it."""

    id: int
    report_id: int
    row: int
    line: int
    reason: str
    header: tuple[str, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class Retaken:
    """What came of taking in again."""

    #: The report that the rows are now; null: none could be read.
    report_id: int | None
    rows: int
    #: How many wait as before.
    waiting: int


def open_row(*, actor: Actor, row_id: int, now: datetime) -> OpenedRow:
    """Decrypt a row. It may hold what is never kept, so looking is an act that the trail remembers.

    Raises:
        NotAllowed: the actor may not mend rows.
        NotFound: there is no such row.
        RowGone: it has expired or was taken in.
    """
    require(actor, EventPermission.RETAKE)
    with acting(actor):
        row = _rows(actor, "default").filter(pk=row_id).first()
        if row is None:
            raise NotFound
        held = _opened(row)
        record(
            actor=actor,
            action="events.open_row",
            target_kind="quarantined_row",
            target_id=row.pk,
            at=now,
            after={"report": row.report_id, "line": row.line},
        )
    return OpenedRow(
        id=row.pk,
        report_id=row.report_id,
        row=row.row,
        line=row.line,
        reason=row.reason,
        header=held.header,
        text=held.text,
    )


def retake_row(*, actor: Actor, row_id: int, text: str, now: datetime) -> Retaken:
    """Take a row in as somebody has mended it; it may have become several records, all of which must be readable.

    Raises:
        NotAllowed: the actor may not mend rows.
        NotFound: there is no such row.
        RowGone: it has expired or was taken in.
        StillUnreadable: it cannot be read yet; nothing was changed.
    """
    require(actor, EventPermission.RETAKE)
    with acting(actor, using=INGEST):
        row = _rows(actor, INGEST).filter(pk=row_id).first()
    if row is None:
        raise NotFound
    header = _opened(row).header
    prepared = _prepare(row.report, header, text, key=str(row.row), now=now)
    if prepared.rejected is not None and not prepared.rejected.is_empty():
        raise StillUnreadable(prepared.rejected.item(0, "reason"), reason=prepared.rejected.item(0, "reason"))
    if not prepared.events:
        raise StillUnreadable(NO_RECORD)
    report = _commit(actor, prepared, [row], now)
    return Retaken(report_id=report.pk, rows=prepared.rows, waiting=0)


def retake_report(*, actor: Actor, report_id: int, now: datetime) -> Retaken:
    """Try the waiting rows of a report again as they are, as after the mending of a feed; at most `MOST_ROWS` at once.

    Raises:
        NotAllowed: the actor may not mend rows.
        NotFound: there is no such report.
    """
    require(actor, EventPermission.RETAKE)
    with acting(actor, using=INGEST):
        report = Report.objects.using(INGEST).visible_to(actor).select_related("source").filter(pk=report_id).first()
        if report is None:
            raise NotFound
        waiting = list(_rows(actor, INGEST).filter(report=report, state="waiting").order_by("row")[:MOST_ROWS])
    held = {row.pk: _opened(row) for row in waiting}
    reasons = {row.pk: _fault(report.report_type, held[row.pk], now) for row in waiting}
    good = [row for row in waiting if reasons[row.pk] is None]
    made: Report | None = None
    if good:
        header = held[good[0].pk].header
        text = "\n".join(held[row.pk].text for row in good)
        key = ",".join(str(row.row) for row in good)
        made = _commit(actor, _prepare(report, header, text, key=key, now=now), good, now)
    return Retaken(report_id=made.pk if made else None, rows=len(good), waiting=len(waiting) - len(good))


def expire_rows(*, actor: Actor, now: datetime) -> int:
    """Forget what has waited too long; gives how many rows were emptied. What was refused, where and why stays."""
    require(actor, EventPermission.RETAKE)
    with acting(actor, using=INGEST):
        due = QuarantinedRow.objects.using(INGEST).visible_to(actor).filter(state="waiting", expires_at__lte=now)
        emptied = due.update(state="expired", sealed=None)
        if emptied:
            record(
                actor=actor,
                action="events.expire_rows",
                target_kind="quarantined_row",
                target_id="",
                at=now,
                after={"rows": emptied},
                using=INGEST,
            )
    return emptied


def _rows(actor: Actor, using: str) -> "QuerySet[QuarantinedRow]":
    return QuarantinedRow.objects.using(using).visible_to(actor).select_related("report__source")


def _opened(row: QuarantinedRow) -> SealedRow:
    if row.state != "waiting" or row.sealed is None:
        raise RowGone
    return unseal_row(bytes(row.sealed), report_id=row.report_id, row_number=row.row)


def _prepare(report: Report, header: Sequence[str], text: str, *, key: str, now: datetime) -> Prepared:
    """Run records through the pipeline as a report of the same source, type and day, known by where they came from.

    Raises:
        StillUnreadable: the text does not even divide into records.
    """
    content = _as_file(header, [text])
    origin = hashlib.sha256(f"{report.content_hash}:{key}:".encode() + content).hexdigest()
    recognised = Recognised(report_type=report.report_type, period=report.period, feed=feed_for(report.report_type))
    with acting(system("ingest"), using=INGEST):
        registry = load()
    try:
        arrived = next(arrivals(io.BytesIO(content), name=f"mended rows of {report.file_name}"))
        return prepare(
            replace(arrived, content_hash=origin),
            recognised,
            source=report.source,
            registry=registry,
            archive=settings.ARCHIVE_FOLDER,
            now=now,
        )
    except UnreadableFile as error:
        raise StillUnreadable(str(error)) from error


def _commit(actor: Actor, prepared: Prepared, rows: Iterable[QuarantinedRow], now: datetime) -> Report:
    """Enter the report and mark the rows, in one transaction. Folding is the system's own act; who asked is recorded.

    Raises:
        RowGone: somebody else took one of them in meanwhile.
        RegistryChanged: the registry changed in this very moment; asking again will do.
    """
    ids = [row.pk for row in rows]
    with acting(system("ingest"), using=INGEST) as ingest:
        held = QuarantinedRow.objects.using(INGEST).visible_to(ingest).select_for_update().filter(pk__in=ids)
        if any(row.state != "waiting" for row in held.order_by("pk")):
            raise RowGone
        report = commit(actor=ingest, prepared=prepared, now=now)
        held.update(state="taken_in", sealed=None, retaken_by=report)
        record(
            actor=actor,
            action="events.retake_rows",
            target_kind="report",
            target_id=report.pk,
            at=now,
            after={"rows": ids, "records": prepared.rows},
            using=INGEST,
        )
    return report


def _fault(report_type: str, held: SealedRow, now: datetime) -> str | None:
    """Say what is wrong with a row still; null: it can be read."""
    try:
        table = open_table(io.BytesIO(_as_file(held.header, [held.text])))
        batches = list(read(Delivered(name="", header=table.header, table=table)))
    except UnreadableFile as error:
        return str(error)
    if not batches:
        return NO_RECORD
    refused = [frame for _, frame in batches]
    refused += [normalise(good, feed_for(report_type), now)[1] for good, _ in batches if not good.is_empty()]
    faults = pl.concat(refused)
    return str(faults.item(0, "reason"))[:_LONGEST_REASON] if not faults.is_empty() else None


def _as_file(header: Sequence[str], texts: Iterable[str]) -> bytes:
    """Spell a file of these records."""
    names = ",".join('"' + name.replace('"', '""') + '"' for name in header)
    return "\n".join([names, *texts, ""]).encode()
