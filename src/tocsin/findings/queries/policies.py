"""The versioned tables of rules in force, with the shipped presets where nothing was entered, and their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.findings.models import Finding, Policy
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules import (
    DEFAULT_DEADLINES,
    DEFAULT_SEVERITY,
    Coordinator,
    DeadlineRow,
    SeverityRow,
    Telling,
    as_cells,
)
from tocsin.findings.rules import deadline_rows as read_deadlines
from tocsin.findings.rules import severity_rows as read_severities
from tocsin.findings.rules.clocks import IN_WORK_PAUSE_DAYS, deciding_row
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a table."""

    #: 0: the preset.
    version: int
    #: Null: the preset, always.
    effective_at: datetime | None
    source: str
    checked_on: date | None
    made_by: str
    rows: Sequence[Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class GateRow:
    """What the desk has set for a problem."""

    problem: str
    #: Empty: for every source.
    source: str
    mode: GateMode
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DeadlineEffect:
    """What a new table of deadlines would change for one kind of finding."""

    severity: Severity
    tier: int
    critical: bool
    before: DeadlineRow | None
    after: DeadlineRow | None
    #: Open findings whose clock has not begun: they would get the new deadline.
    waiting: int
    #: Open findings whose clock runs: they keep the old one.
    running: int


def severity_rows(*, using: str = INGEST) -> Sequence[SeverityRow]:
    """Give the adjustments of severity in force."""
    newest = Policy.objects.using(using).filter(subject="severity").order_by("-version").first()
    return DEFAULT_SEVERITY.rows if newest is None else read_severities(newest.rows)


def gate_override(*, problem: str, source: str, using: str = INGEST) -> GateMode | None:
    """Give the mode that the desk has set for a problem, for this source or for all; null: as the catalogue says."""
    newest = Policy.objects.using(using).filter(subject="gate").order_by("-version").first()
    fitting = [row for row in _gate(newest) if row.problem == problem and row.source in {"", source}]
    fitting.sort(key=lambda row: row.source, reverse=True)
    return fitting[0].mode if fitting else None


def gate_rows(*, actor: Actor) -> Sequence[GateRow]:
    """Give every mode that the desk has set, by problem."""
    return _gate(Policy.objects.visible_to(actor).filter(subject="gate").order_by("-version").first())


def deadlines_in_force(*, actor: Actor, now: datetime) -> Sequence[DeadlineRow]:
    """Give the deadlines of the newest version that has taken effect; the preset where there is none."""
    held = _in_force(actor, "deadline", now)
    return DEFAULT_DEADLINES.rows if held is None else read_deadlines(held.rows)


def in_work_pause_days(*, actor: Actor, now: datetime) -> int:
    """Give the longest that "in work" stops a clock."""
    held = _in_force(actor, "pause", now)
    return IN_WORK_PAUSE_DAYS if held is None else int(held.rows[0]["in_work_days"])


def deadline_versions(*, actor: Actor) -> tuple[Version, ...]:
    """List the versions of the deadlines, newest first, the preset last.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    require(actor, FindingPermission.SEE)
    preset = Version(
        version=0,
        effective_at=None,
        source=DEFAULT_DEADLINES.source,
        checked_on=DEFAULT_DEADLINES.checked_on,
        made_by="Tocsin",
        rows=as_cells(DEFAULT_DEADLINES.rows),
    )
    found = Policy.objects.visible_to(actor).filter(subject="deadline").order_by("-version")
    return (
        *(
            Version(
                version=held.version,
                effective_at=held.effective_at,
                source=held.source,
                checked_on=held.checked_on,
                made_by=held.made_by,
                rows=held.rows,
            )
            for held in found
        ),
        preset,
    )


def preview_deadlines(*, actor: Actor, rows: Sequence[DeadlineRow], now: datetime) -> tuple[DeadlineEffect, ...]:
    """Say what a new table would change, the worst severity first. One query; nothing is written.

    Raises:
        NotAllowed: the actor may not change policies.
    """
    require(actor, FindingPermission.CHANGE_POLICIES)
    held = deadlines_in_force(actor=actor, now=now)
    found = (
        Finding.objects.visible_to(actor)
        .filter(coordinator__in=[Coordinator.OPEN, Coordinator.HELD])
        .exclude(telling=Telling.INVENTORY)
        .order_by("-severity", "organisation__tier", "-organisation__critical")
        .values_list("severity", "organisation__tier", "organisation__critical")
        .annotate(waiting=Count("id", filter=Q(due_at__isnull=True)), running=Count("due_at"))
    )
    effects = []
    for severity, tier, critical, waiting, running in found:
        case = (Severity(severity), tier, critical)
        before, after = deciding_row(held, *case), deciding_row(rows, *case)
        if before != after:
            effects.append(
                DeadlineEffect(
                    severity=Severity(severity),
                    tier=tier,
                    critical=critical,
                    before=before,
                    after=after,
                    waiting=waiting,
                    running=running,
                )
            )
    return tuple(effects)


def _in_force(actor: Actor, subject: str, now: datetime) -> Policy | None:
    # Whoever enters a version has seen the ones before it: it also withdraws what they had scheduled for later.
    return Policy.objects.visible_to(actor).filter(subject=subject, effective_at__lte=now).order_by("-version").first()


def _gate(newest: Policy | None) -> list[GateRow]:
    return [
        GateRow(
            problem=row["problem"],
            source=row.get("source", ""),
            mode=GateMode(row["mode"]),
            reason=row.get("reason", ""),
        )
        for row in (newest.rows if newest is not None else [])
    ]
