"""Rows that could not be read: where they were, why, and what became of them. Never the rows themselves."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count as Counted

from tocsin.access.permissions import require
from tocsin.events.models import QuarantinedRow
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.registry.queries.slices import shown
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take

_BY_ID = Order(keys=(Key(field="id", descending=True),))
#: waiting | taken_in | expired
STATES = ("waiting", "taken_in", "expired")


@dataclass(frozen=True, kw_only=True)
class QuarantineFilters:
    """What the list is cut down to; null and empty cut nothing."""

    source_id: int | None = None
    report_id: int | None = None
    report_type: str = ""
    #: One of `STATES`.
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class QuarantineRow:
    """One row that could not be read."""

    id: int
    report_id: int
    source: str
    report_type: str
    period: date
    file_name: str
    #: Number of the record, and the physical line that it begins on.
    row: int
    line: int
    stage: str
    reason: str
    state: str
    expires_at: datetime
    #: The report that it is now; null unless it was taken in.
    retaken_by: int | None


@dataclass(frozen=True, kw_only=True)
class QuarantinePage:
    """A page of the list."""

    part: Slice[QuarantineRow]
    total: Count
    #: State -> rows, of all that there are.
    states: dict[str, int]


def list_quarantine(
    *, actor: Actor, filters: QuarantineFilters, cursor: str = "", size: int = PAGE_SIZE
) -> QuarantinePage:
    """List the rows, newest first. Three queries.

    Raises:
        NotAllowed: the actor may not see reports.
        BadCursor: the cursor is not ours.
    """
    require(actor, EventPermission.SEE)
    everything = QuarantinedRow.objects.visible_to(actor)
    wanted = {
        "report__source_id": filters.source_id,
        "report_id": filters.report_id,
        "report__report_type": filters.report_type or None,
        "state": filters.state or None,
    }
    rows = everything.filter(**{name: value for name, value in wanted.items() if value is not None})
    part = take(rows.select_related("report__source"), order=_BY_ID, cursor=cursor, size=size)
    return QuarantinePage(
        part=shown(part, _row),
        total=about(rows),
        states=dict(everything.order_by().values_list("state").annotate(total=Counted("pk"))),
    )


def get_quarantined(*, actor: Actor, row_id: int) -> QuarantineRow:
    """Give one row, still closed.

    Raises:
        NotAllowed: the actor may not see reports.
        NotFound: there is no such row.
    """
    require(actor, EventPermission.SEE)
    row = QuarantinedRow.objects.visible_to(actor).select_related("report__source").filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return _row(row)


def _row(row: QuarantinedRow) -> QuarantineRow:
    return QuarantineRow(
        id=row.pk,
        report_id=row.report_id,
        source=row.report.source.name,
        report_type=row.report.report_type,
        period=row.report.period,
        file_name=row.report.file_name,
        row=row.row,
        line=row.line,
        stage=row.stage,
        reason=row.reason,
        state=row.state,
        expires_at=row.expires_at,
        retaken_by=row.retaken_by_id,
    )
