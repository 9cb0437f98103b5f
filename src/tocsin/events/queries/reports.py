"""The list of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count as Counted
from django.db.models import Q, QuerySet

from tocsin.access.permissions import require
from tocsin.events.models import QuarantinedRow, Report
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor
from tocsin.registry.queries.slices import shown
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take

NEWEST_FIRST = Order(keys=(Key(field="received_at", descending=True), Key(field="id", descending=True)))


@dataclass(frozen=True, kw_only=True)
class ReportFilters:
    """What a list of reports is cut down to; null and empty cut nothing."""

    source_id: int | None = None
    report_type: str = ""
    #: Days that the reports speak of, both included.
    since: date | None = None
    until: date | None = None
    #: Only those with rows that wait in quarantine.
    with_quarantine: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One report in a list."""

    id: int
    source_id: int
    source: str
    report_type: str
    known_type: bool
    period: date
    file_name: str
    received_at: datetime
    size_bytes: int
    rows: int
    events: int
    quarantined: int
    #: Of the quarantined rows: how many wait to be mended.
    waiting: int
    attributed: int
    conflicts: int
    findings_new: int
    findings_known: int


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A page of reports."""

    part: Slice[ReportRow]
    total: Count


def list_reports(*, actor: Actor, filters: ReportFilters, cursor: str = "", size: int = PAGE_SIZE) -> ReportPage:
    """Give one page, newest arrival first. Three queries.

    Raises:
        NotAllowed: the actor may not see reports.
        BadCursor: the cursor is not ours.
    """
    require(actor, EventPermission.SEE)
    rows = _found(actor, filters)
    part = take(rows.select_related("source"), order=NEWEST_FIRST, cursor=cursor, size=size)
    waiting = waiting_rows(actor, [row.pk for row in part.items])
    return ReportPage(part=shown(part, lambda row: row_of(row, waiting.get(row.pk, 0))), total=about(rows))


def report_types(*, actor: Actor) -> tuple[str, ...]:
    """Name the types that ever came, for the filter.

    Raises:
        NotAllowed: the actor may not see reports.
    """
    require(actor, EventPermission.SEE)
    found = Report.objects.visible_to(actor).order_by("report_type").values_list("report_type", flat=True)
    return tuple(found.distinct())


def _found(actor: Actor, filters: ReportFilters) -> "QuerySet[Report]":
    wanted = Q()
    if filters.source_id is not None:
        wanted &= Q(source_id=filters.source_id)
    if filters.report_type:
        wanted &= Q(report_type=filters.report_type)
    if filters.since is not None:
        wanted &= Q(period__gte=filters.since)
    if filters.until is not None:
        wanted &= Q(period__lte=filters.until)
    if filters.with_quarantine:
        held = QuarantinedRow.objects.visible_to(actor).filter(state="waiting")
        wanted &= Q(pk__in=held.order_by().values("report"))
    return Report.objects.visible_to(actor).filter(wanted)


def waiting_rows(actor: Actor, report_ids: Sequence[int]) -> dict[int, int]:
    """Count the rows of each report that wait to be mended."""
    held = QuarantinedRow.objects.visible_to(actor).filter(report__in=report_ids, state="waiting")
    return dict(held.order_by().values_list("report").annotate(total=Counted("pk")))


def row_of(report: Report, waiting: int) -> ReportRow:
    """Read a report with its source."""
    return ReportRow(
        id=report.pk,
        source_id=report.source_id,
        source=report.source.name,
        report_type=report.report_type,
        known_type=report.known_type,
        period=report.period,
        file_name=report.file_name,
        received_at=report.received_at,
        size_bytes=report.size_bytes,
        rows=report.rows,
        events=report.events,
        quarantined=report.quarantined,
        waiting=waiting,
        attributed=report.attributed,
        conflicts=report.conflicts,
        findings_new=report.findings_new,
        findings_known=report.findings_known,
    )
