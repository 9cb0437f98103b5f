"""What waits at the gate: groups with why, whom they would reach, and rows to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from tocsin.access.permissions import require
from tocsin.findings.models import Finding, HeldGroup
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.listing import FindingRow, row_of, with_sight
from tocsin.findings.rules import Coordinator, Telling, Why, why_said
from tocsin.findings.rules.said import Said
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.severity import Severity

#: Rows that a person looks at before deciding (field notes 3.11).
SAMPLE = 20
#: How long a decision is listed, and can be seen to be taken back.
_RECENT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class SectorCount:
    """How many owners of a sector a group would reach."""

    code: str
    name_en: str
    name_zh: str
    owners: int


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """One group at the gate."""

    id: int
    source: str
    report_type: str
    report_id: int
    problem: str
    why: Said
    rows_today: int
    #: Null: no history.
    rows_usual: float | None
    held_at: datetime
    #: sent | dropped; null while it waits.
    decision: str | None
    decided_at: datetime | None
    #: Who looked at it last, and what they wrote.
    decided_by: str
    reason: str
    #: Findings that still wait, or after the decision that nobody was told yet.
    findings: int
    #: The worst of them; null: there is none.
    severity: Severity | None
    owners: int
    critical_owners: int
    #: Most owners first.
    sectors: tuple[SectorCount, ...]


@dataclass(frozen=True, kw_only=True)
class HeldInFull:
    """A group with rows to look at."""

    group: HeldRow
    #: From as many owners as there are, the worst first.
    sample: tuple[FindingRow, ...]


def held_groups(*, actor: Actor) -> tuple[HeldRow, ...]:
    """List what waits, the worst first. Three queries.

    Raises:
        NotAllowed: the actor does not see the desk's side.
    """
    require(actor, FindingPermission.SEE_DESK_SIDE)
    rows = _rows(actor, list(HeldGroup.objects.visible_to(actor).filter(decision__isnull=True)))
    return tuple(sorted(rows, key=lambda row: (-(row.severity or 0), -row.owners, row.id)))


def decided_groups(*, actor: Actor, now: datetime) -> tuple[HeldRow, ...]:
    """List what was decided in the last seven days, the newest first. Three queries.

    Raises:
        NotAllowed: the actor does not see the desk's side.
    """
    require(actor, FindingPermission.SEE_DESK_SIDE)
    groups = HeldGroup.objects.visible_to(actor).filter(decided_at__gte=now - _RECENT).order_by("-decided_at", "-id")
    return _rows(actor, list(groups[:100]))


def waiting_groups(*, actor: Actor) -> int:
    """Count what waits at the gate; 0 for those who do not see it."""
    return HeldGroup.objects.visible_to(actor).filter(decision__isnull=True).count()


def held_group(*, actor: Actor, group_id: int, now: datetime) -> HeldInFull:
    """Give one group with rows to look at. Five queries.

    Raises:
        NotAllowed: the actor does not see the desk's side.
        NotFound: there is no such group.
    """
    require(actor, FindingPermission.SEE_DESK_SIDE)
    group = HeldGroup.objects.visible_to(actor).filter(pk=group_id).first()
    if group is None:
        raise NotFound
    found = Finding.objects.visible_to(actor).filter(held_group=group, closing__isnull=True)
    first_of_owner = found.order_by("organisation_id", "-severity", "id").distinct("organisation_id").values("pk")
    picked = with_sight(found.filter(pk__in=first_of_owner)).order_by("-severity", "id")[:SAMPLE]
    sample = list(picked)
    if len(sample) < SAMPLE:
        rest = with_sight(found.exclude(pk__in=[row.pk for row in sample])).order_by("-severity", "id")
        sample += list(rest[: SAMPLE - len(sample)])
    return HeldInFull(group=_rows(actor, [group])[0], sample=tuple(row_of(row, now) for row in sample))


def _rows(actor: Actor, groups: list[HeldGroup]) -> tuple[HeldRow, ...]:
    """Count what hangs on each group."""
    waiting = (
        Finding.objects.visible_to(actor)
        .filter(held_group__in=[group.pk for group in groups], closing__isnull=True)
        .filter(Q(coordinator=Coordinator.HELD) | ~Q(telling=Telling.TOLD))
        .order_by()
    )
    counts = {
        row["held_group"]: row
        for row in waiting.values("held_group").annotate(
            findings=Count("id"),
            worst=Max("severity"),
            owners=Count("organisation", distinct=True),
            critical=Count("organisation", distinct=True, filter=Q(organisation__critical=True)),
        )
    }
    by_sector: dict[int, list[SectorCount]] = {}
    sector = "organisation__sector__"
    for row in waiting.values("held_group", f"{sector}code", f"{sector}name_en", f"{sector}name_zh").annotate(
        owners=Count("organisation", distinct=True)
    ):
        by_sector.setdefault(row["held_group"], []).append(
            SectorCount(
                code=row[f"{sector}code"],
                name_en=row[f"{sector}name_en"],
                name_zh=row[f"{sector}name_zh"],
                owners=row["owners"],
            )
        )
    return tuple(_row(group, counts.get(group.pk, {}), by_sector.get(group.pk, [])) for group in groups)


def _row(group: HeldGroup, counts: Mapping[str, int], sectors: list[SectorCount]) -> HeldRow:
    worst = counts.get("worst")
    return HeldRow(
        id=group.pk,
        source=group.source,
        report_type=group.report_type,
        report_id=group.report_id,
        problem=group.problem,
        why=why_said(Why(group.why), rows_today=group.rows_today, rows_usual=group.rows_usual),
        rows_today=group.rows_today,
        rows_usual=group.rows_usual,
        held_at=group.held_at,
        decision=group.decision,
        decided_at=group.decided_at,
        decided_by=group.decided_by,
        reason=group.reason,
        findings=counts.get("findings", 0),
        severity=Severity(worst) if worst is not None else None,
        owners=counts.get("owners", 0),
        critical_owners=counts.get("critical", 0),
        sectors=tuple(sorted(sectors, key=lambda one: (-one.owners, one.code))),
    )
