"""Numbers of findings: for the overview, for lists of organisations, over time. Few queries, whatever the size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Extract, Floor, TruncDate
from django.utils import timezone

from tocsin.access.permissions import require
from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.filters import overdue_condition
from tocsin.findings.queries.listing import FindingRow, row_of, with_sight
from tocsin.findings.rules import Closing, Coordinator
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity

#: How far back the time to fix looks.
_FIX_DAYS = 90
_WEEK = timedelta(days=7)
_DAY_S = 86_400
#: A share is a product of many; what is half but for rounding is half.
_HALF = 0.5 + 1e-9


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The state of the constituency, as far as the reader sees it."""

    open: int
    #: The same seven days ago.
    open_week_ago: int
    overdue: int
    #: Of those, critical infrastructure's.
    overdue_critical: int
    by_severity: Mapping[Severity, int]
    claimed: int
    disputed: int
    #: Verified in the last seven days.
    verified: int
    #: Days from opening to verified over the last 90, open ones counted as not yet fixed; null: under half are.
    median_days_to_fix: float | None
    #: Closed as verified or confirmed, of all that were due in the last 90 days, 0 to 1; null: nothing was due.
    remediation_share: float | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Open findings of one sector in one region."""

    sector: str
    sector_en: str
    sector_zh: str
    region: str
    region_en: str
    region_zh: str
    open: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """What opened and closed on a day, and how many were open at its end."""

    day: date
    opened: int
    closed: int
    open: int


@dataclass(frozen=True, kw_only=True)
class Late:
    """An overdue finding, for the list by harm."""

    row: FindingRow
    days_late: int
    #: What its owner last said, or null.
    said: str | None
    said_at: datetime | None
    #: Findings of the same owner and problem that are late too, this one included.
    together: int


@dataclass(frozen=True, kw_only=True)
class OrganisationCount:
    """Numbers of one organisation."""

    organisation_id: int
    open: int
    overdue: int
    #: Null: nothing is open.
    worst: Severity | None


def overview(*, actor: Actor, now: datetime) -> Overview:
    """Count. Three queries.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    rows = _told_about(actor)
    is_open, week = Q(coordinator=Coordinator.OPEN), now - _WEEK
    late = overdue_condition(now)
    fixed = Q(closing__in=[Closing.VERIFIED, Closing.CONFIRMED])
    was_due = Q(due_at__range=(now - timedelta(days=_FIX_DAYS), now))
    counts = rows.aggregate(
        open=Count("id", filter=is_open),
        week_ago=Count("id", filter=Q(opened_at__lt=week) & (Q(closing__isnull=True) | Q(closed_at__gte=week))),
        overdue=Count("id", filter=late),
        overdue_critical=Count("id", filter=late & Q(organisation__critical=True)),
        verified=Count("id", filter=Q(closing=Closing.VERIFIED, closed_at__gte=week)),
        claimed=Count("id", filter=is_open & Q(owner="claims_fixed")),
        disputed=Count("id", filter=is_open & Q(owner__in=["disputes", "not_ours"])),
        due=Count("id", filter=was_due),
        due_fixed=Count("id", filter=was_due & fixed),
    )
    severities = rows.filter(is_open).order_by().values_list("severity").annotate(count=Count("id"))
    return Overview(
        open=counts["open"],
        open_week_ago=counts["week_ago"],
        overdue=counts["overdue"],
        overdue_critical=counts["overdue_critical"],
        by_severity={Severity(step): count for step, count in severities},
        claimed=counts["claimed"],
        disputed=counts["disputed"],
        verified=counts["verified"],
        median_days_to_fix=_median_days_to_fix(actor, now),
        remediation_share=counts["due_fixed"] / counts["due"] if counts["due"] else None,
    )


def _told_about(actor: Actor) -> QuerySet[Finding]:
    """Give the findings that are problems: inventory is listed, and counted nowhere as one."""
    return Finding.objects.visible_to(actor).exclude(telling="inventory")


def _median_days_to_fix(actor: Actor, now: datetime) -> float | None:
    """Give the median of Kaplan and Meier (1958): open findings count as not fixed yet, not as fixed today.

    By whole days, so that a million findings are some hundred groups.
    """
    since = now - timedelta(days=_FIX_DAYS)
    rows = (
        _told_about(actor)
        .filter(opened_at__gte=since)
        .order_by()
        .annotate(lasted=Floor(Extract(Coalesce(F("closed_at"), Value(now)) - F("opened_at"), "epoch") / _DAY_S))
        .values_list("lasted")
        .annotate(fixed=Count("id", filter=Q(closing=Closing.VERIFIED)), all=Count("id"))
    )
    return median_survival((int(days), fixed, total) for days, fixed, total in rows)


def median_survival(groups: Iterable[tuple[int, int, int]]) -> float | None:
    """Give the day by which half are fixed; null when fewer ever are.

    Args:
        groups: days lasted, how many of these were fixed then, how many there are in all (the rest left then).
    """
    ordered = sorted(groups)
    at_risk = sum(total for _, _, total in ordered)
    share = 1.0
    for days, fixed, total in ordered:
        if at_risk:
            share *= 1 - fixed / at_risk
        if share <= _HALF:
            return float(days)
        at_risk -= total
    return None


def by_place(*, actor: Actor, now: datetime) -> tuple[Place, ...]:
    """Count open findings by sector and region. One query.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    names = [
        f"organisation__{side}__{name}" for side in ("sector", "region") for name in ("code", "name_en", "name_zh")
    ]
    rows = (
        _told_about(actor)
        .filter(coordinator=Coordinator.OPEN)
        .order_by("organisation__sector__code", "organisation__region__code")
        .values_list(*names)
        .annotate(open=Count("id"), overdue=Count("id", filter=overdue_condition(now)))
    )
    return tuple(
        Place(
            sector=row[0],
            sector_en=row[1],
            sector_zh=row[2],
            region=row[3],
            region_en=row[4],
            region_zh=row[5],
            open=row[6],
            overdue=row[7],
        )
        for row in rows
    )


def trend(*, actor: Actor, now: datetime, days: int) -> tuple[DayCount, ...]:
    """Count what opened and closed day by day, in the zone of the instance, today last. Three queries.

    A finding that opened again counts as open from its first opening on.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    zone = timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    begin = datetime.combine(first, datetime.min.time(), zone)
    rows = _told_about(actor).order_by()
    opened, closed = _by_day(rows, "opened_at", begin), _by_day(rows, "closed_at", begin)
    held = rows.filter(Q(opened_at__lt=begin) & (Q(closing__isnull=True) | Q(closed_at__gte=begin))).count()
    found = []
    for step in range(days):
        day = first + timedelta(days=step)
        held += opened.get(day, 0) - closed.get(day, 0)
        found.append(DayCount(day=day, opened=opened.get(day, 0), closed=closed.get(day, 0), open=held))
    return tuple(found)


def _by_day(rows: QuerySet[Finding], field: str, begin: datetime) -> Mapping[date, int]:
    """Count rows by the local day of a time, from a first one on."""
    local = TruncDate(field, tzinfo=begin.tzinfo)
    found = rows.filter(**{f"{field}__gte": begin}).values_list(local).annotate(count=Count("id"))
    return dict(found)


def overdue_by_harm(*, actor: Actor, now: datetime, limit: int = 10) -> tuple[Late, ...]:
    """List what is late, an entry for each owner and problem, the most harmful first.

    Harm: severity, then critical infrastructure, then tier, then how late. Three queries.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    late = Finding.objects.visible_to(actor).filter(overdue_condition(now))
    groups = list(
        late.order_by()
        .values("organisation_id", "problem", "organisation__critical", "organisation__tier")
        .annotate(worst=Max("severity"), due=Min("due_at"), together=Count("id"))
        .order_by("-worst", "-organisation__critical", "organisation__tier", "due", "organisation_id", "problem")[
            :limit
        ]
    )
    condition = Q(pk__in=())
    for group in groups:
        condition |= Q(organisation_id=group["organisation_id"], problem=group["problem"])
    first: dict[tuple[int, str], Finding] = {}
    for row in (
        with_sight(late.filter(condition))
        .order_by("organisation_id", "problem", "-severity", "due_at")
        .distinct("organisation_id", "problem")
    ):
        first[row.organisation_id, row.problem] = row
    said = _last_words(actor, [row.pk for row in first.values()])
    return tuple(
        Late(
            row=row_of(first[key], now),
            days_late=(now - group["due"]).days,
            said=said.get(first[key].pk, (None, None))[0],
            said_at=said.get(first[key].pk, (None, None))[1],
            together=group["together"],
        )
        for group in groups
        if (key := (group["organisation_id"], group["problem"])) in first
    )


def _last_words(actor: Actor, finding_ids: Sequence[int]) -> Mapping[int, tuple[str, datetime]]:
    """Give what each owner said last, as an action, and when."""
    lines = FindingChange.objects.visible_to(actor).filter(finding_id__in=finding_ids, side="owner")
    newest = lines.order_by("finding_id", "-at", "-id").distinct("finding_id")
    return {line.finding_id: (line.action, line.at) for line in newest}


def organisation_counts(
    *, actor: Actor, organisation_ids: Sequence[int], now: datetime
) -> Mapping[int, OrganisationCount]:
    """Count for the organisations of a page. One query.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    rows = (
        Finding.objects.visible_to(actor)
        .filter(organisation_id__in=organisation_ids, coordinator=Coordinator.OPEN)
        .order_by()
        .values("organisation_id")
        .annotate(open=Count("id"), overdue=Count("id", filter=overdue_condition(now)), worst=Max("severity"))
    )
    return {
        row["organisation_id"]: OrganisationCount(
            organisation_id=row["organisation_id"],
            open=row["open"],
            overdue=row["overdue"],
            worst=Severity(row["worst"]),
        )
        for row in rows
    }
