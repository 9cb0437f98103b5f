"""Lists of findings, a page at a time, cut to their reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max, OuterRef, QuerySet, Subquery, prefetch_related_objects

from tocsin.access.permissions import require
from tocsin.findings.models import Finding, Sighting
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.filters import FindingFilters, found
from tocsin.findings.queries.statuses import status_of
from tocsin.findings.rules import Status, overdue
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, in_language
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take


class FindingSort(StrEnum):
    """How a list is ordered."""

    WORST = "-severity"
    MILDEST = "severity"
    DUE_FIRST = "due"
    DUE_LAST = "-due"
    SEEN_LAST = "-seen"
    SEEN_FIRST = "seen"
    NEWEST = "-opened"
    OLDEST = "opened"


_FIRST: Mapping[str, tuple[str, bool]] = {
    "severity": ("severity", False),
    "due": ("due_at", True),
    "seen": ("last_seen_at", True),
    "opened": ("opened_at", False),
}


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One finding in a list."""

    id: int
    public_id: str
    problem: str
    kind: Kind
    severity: Severity
    subject_kind: str
    subject: str
    address: str | None
    port: int | None
    transport: str
    organisation_id: int
    name_en: str
    name_zh: str
    critical: bool
    status: Status
    due_at: datetime | None
    overdue: bool
    first_seen_at: datetime
    last_seen_at: datetime
    opened_at: datetime
    relapses: int
    gate: GateMode

    def organisation(self, language: str) -> str:
        """Give the owner's name in a language; the other one where there is none."""
        return in_language(language, en=self.name_en, zh=self.name_zh)


@dataclass(frozen=True, kw_only=True)
class FindingPage:
    """A page of findings."""

    part: Slice[FindingRow]
    total: Count


def list_findings(
    *,
    actor: Actor,
    filters: FindingFilters,
    now: datetime,
    sort: FindingSort = FindingSort.WORST,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> FindingPage:
    """Give one page, in five queries.

    Raises:
        NotAllowed: the actor may not see findings.
        BadCursor: the cursor is not ours, or of another order.
    """
    require(actor, FindingPermission.SEE)
    rows = found(actor=actor, filters=filters, now=now)
    # Owners and sights are looked up for the page alone: joined before the page is cut, they are for the whole list.
    seen_first = _FIRST[sort.lstrip("-")][0] == "last_seen_at"
    part = take(_with_last_seen(rows) if seen_first else rows, order=order_of(sort), cursor=cursor, size=size)
    return FindingPage(
        part=Slice(
            items=tuple(row_of(row, now) for row in _completed(part.items)),
            first=part.first,
            last=part.last,
            next=part.next,
            previous=part.previous,
        ),
        total=about(rows),
    )


def order_of(sort: FindingSort) -> Order:
    """Give the order of a list; ids break ties, the newest first."""
    field, nullable = _FIRST[sort.lstrip("-")]
    return Order(
        keys=(
            Key(field=field, descending=sort.startswith("-"), nullable=nullable),
            Key(field="id", descending=True),
        )
    )


def with_sight(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add the owner and `last_seen_at`."""
    return _with_last_seen(rows).select_related("organisation")


def _with_last_seen(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add `last_seen_at`; the sightings need no cut of their own, the findings have it."""
    seen = Sighting.objects.filter(finding=OuterRef("pk")).order_by().values("finding").annotate(at=Max("last_seen_at"))
    return rows.annotate(last_seen_at=Subquery(seen.values("at")))


def _completed(rows: Sequence[Finding]) -> Sequence[Finding]:
    """Look up owners and last sights of the rows of a page."""
    prefetch_related_objects(rows, "organisation")
    if rows and not hasattr(rows[0], "last_seen_at"):
        seen = Sighting.objects.filter(finding__in=[row.pk for row in rows]).order_by().values_list("finding")
        last = dict(seen.annotate(at=Max("last_seen_at")))
        for row in rows:
            row.last_seen_at = last.get(row.pk)  # type: ignore[attr-defined]  # as the annotation would
    return rows


def row_of(row: Finding, now: datetime) -> FindingRow:
    """Read a row that has the owner and `last_seen_at`."""
    status = status_of(row)
    return FindingRow(
        id=row.pk,
        public_id=row.public_id,
        problem=row.problem,
        kind=Kind(row.kind),
        severity=Severity(row.severity),
        subject_kind=row.subject_kind,
        subject=row.subject,
        address=row.address,
        port=row.port,
        transport=row.transport,
        organisation_id=row.organisation_id,
        name_en=row.organisation.name_en,
        name_zh=row.organisation.name_zh,
        critical=row.organisation.critical,
        status=status,
        due_at=None if status.closed else row.due_at,
        overdue=overdue(due_at=row.due_at, status=status, now=now),
        first_seen_at=row.first_seen_at,
        last_seen_at=getattr(row, "last_seen_at", None) or row.first_seen_at,
        opened_at=row.opened_at,
        relapses=row.relapses,
        gate=GateMode(row.gate),
    )
