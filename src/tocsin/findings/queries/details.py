"""One finding in full: its three sides with their reasons, whose it is and why, and everything that happened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tocsin.access.permissions import holds, require
from tocsin.findings.models import Coverage, Finding, FindingChange, HeldGroup, Sighting
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.listing import FindingRow, row_of, with_sight
from tocsin.findings.queries.reasons import Looks, looks_of, why_deadline, why_severity
from tocsin.findings.rules import (
    ACTIONS,
    Action,
    By,
    Closing,
    Coordinator,
    CoverageWhy,
    Due,
    Machine,
    Owner,
    Strength,
    Telling,
    Why,
    standing,
    why_said,
)
from tocsin.findings.rules.coverage import ReportCoverage
from tocsin.findings.rules.said import Said
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import in_language

PUBLIC_ID = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,4})")
#: The latest days of coverage that are shown.
_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one source saw."""

    source: str
    last_seen_at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class CoveredDay:
    """What one report could have seen on a day."""

    day: date
    source: str
    report_type: str
    strength: Strength
    said: Said


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    #: machine | owner | coordinator | telling
    side: str
    action: Action
    before: str
    after: str
    actor: str
    reason: str
    report_id: int | None
    notice_id: int | None
    desk_only: bool


@dataclass(frozen=True, kw_only=True)
class Episode:
    """Another episode of the same identity."""

    public_id: str
    episode: int
    organisation_id: int
    name_en: str
    name_zh: str
    closing: Closing | None
    opened_at: datetime

    def organisation(self, language: str) -> str:
        """Give the owner's name in a language; the other one where there is none."""
        return in_language(language, en=self.name_en, zh=self.name_zh)


@dataclass(frozen=True, kw_only=True)
class FindingInFull:
    """A finding with everything that hangs on it; null and empty where the reader may not see."""

    row: FindingRow
    tlp: Tlp
    evidence: Mapping[str, str]
    discriminator: str
    #: Sides.
    machine: Machine
    owner: Owner
    coordinator: Coordinator
    closing: Closing | None
    telling: Telling
    due: Due
    #: What this reader may do now: the owner's answers or the desk's decisions.
    actions: tuple[Action, ...]
    sights: tuple[Sight, ...]
    #: Null: the reader sees no coverage, or silence ends nothing of this kind.
    looks: Looks | None
    #: Newest first.
    covered: tuple[CoveredDay, ...]
    owner_said_at: datetime | None
    owner_until: datetime | None
    closed_at: datetime | None
    expires_at: datetime | None
    paused_until: datetime | None
    paused_s: int
    why_deadline: Said | None
    why_severity: tuple[Said, ...]
    #: url | host | domain | prefix | asn
    attributed_by: str
    asset_value: str
    asset_since: datetime | None
    ptr: str
    source: str
    report_type: str
    report_id: int
    tier: int
    sector_en: str
    sector_zh: str
    held_group_id: int | None
    why_held: Said | None
    #: Newest first.
    timeline: tuple[Happened, ...]
    #: By number, this one left out.
    episodes: tuple[Episode, ...]


def get_finding(*, actor: Actor, public_id: str, now: datetime) -> FindingInFull:
    """Give one finding by its public id, in a fixed number of queries.

    Raises:
        NotAllowed: the actor may not see findings.
        NotFound: the actor sees no such finding.
    """
    require(actor, FindingPermission.SEE)
    row = _row(actor, public_id)
    desk = holds(actor, FindingPermission.SEE_DESK_SIDE) and actor.scope.everything
    sights = tuple(
        Sight(source=sight.source, last_seen_at=sight.last_seen_at, count=sight.count)
        for sight in Sighting.objects.visible_to(actor).filter(finding=row).order_by("-last_seen_at")
    )
    outcome = standing(row.sides)
    waits = desk and row.held_group_id is not None
    group = HeldGroup.objects.visible_to(actor).filter(pk=row.held_group_id or 0).first() if waits else None
    return FindingInFull(
        row=row_of(row, now),
        tlp=Tlp.parse(row.tlp),
        evidence={str(name): str(value) for name, value in row.evidence.items() if value is not None},
        discriminator=row.discriminator,
        machine=row.sides.machine,
        owner=row.sides.owner,
        coordinator=row.sides.coordinator,
        closing=row.sides.closing,
        telling=row.sides.telling,
        due=outcome.due,
        actions=_actions(actor, outcome.actions),
        sights=sights,
        looks=looks_of(actor, row, tuple(sorted(sight.source for sight in sights)), now) if desk else None,
        covered=_covered(actor, row) if desk else (),
        owner_said_at=row.owner_said_at,
        owner_until=row.owner_until,
        closed_at=row.closed_at,
        expires_at=row.expires_at,
        paused_until=row.paused_until,
        paused_s=row.paused_s,
        why_deadline=why_deadline(actor, row, now),
        why_severity=why_severity(row),
        attributed_by=row.attributed_by,
        asset_value=row.asset_value,
        asset_since=row.asset_since,
        ptr=row.ptr,
        source=row.source,
        report_type=row.report_type,
        report_id=row.report_id,
        tier=row.organisation.tier,
        sector_en=row.organisation.sector.name_en,
        sector_zh=row.organisation.sector.name_zh,
        held_group_id=group.pk if group is not None else None,
        why_held=why_said(Why(group.why), rows_today=group.rows_today, rows_usual=group.rows_usual) if group else None,
        timeline=_timeline(actor, row, desk=desk),
        episodes=_episodes(actor, row) if desk else (),
    )


def finding_id_of(*, actor: Actor, public_id: str) -> int:
    """Give the row of a public id, for services.

    Raises:
        NotAllowed: the actor may not see findings.
        NotFound: the actor sees no such finding.
    """
    require(actor, FindingPermission.SEE)
    return _row(actor, public_id).pk


def _row(actor: Actor, public_id: str) -> Finding:
    read = PUBLIC_ID.fullmatch(public_id)
    if read is None:
        raise NotFound
    rows = with_sight(Finding.objects.visible_to(actor).filter(identity=UUID(read[1]), episode=int(read[2])))
    row = rows.select_related("organisation__sector").first()
    if row is None:
        raise NotFound
    return row


def _actions(actor: Actor, allowed: frozenset[Action]) -> tuple[Action, ...]:
    """Cut what the sides allow to what this reader may do; the desk enters answers too."""
    may = set()
    if holds(actor, FindingPermission.ANSWER):
        may.add(By.OWNER)
    if holds(actor, FindingPermission.JUDGE):
        may.add(By.COORDINATOR)
    return tuple(action for action in Action if action in allowed and ACTIONS[action].by in may)


def _covered(actor: Actor, row: Finding) -> tuple[CoveredDay, ...]:
    """Give the newest days of the reports that can show the problem."""
    rows = Coverage.objects.visible_to(actor).filter(problems__contains=[row.problem], source=row.source)
    return tuple(
        CoveredDay(
            day=held.day,
            source=held.source,
            report_type=held.report_type,
            strength=Strength(held.strength),
            said=ReportCoverage(strength=Strength(held.strength), why=CoverageWhy(held.why), percent=held.percent).said,
        )
        for held in rows.order_by("-day", "report_type")[:_DAYS]
    )


def _timeline(actor: Actor, row: Finding, *, desk: bool) -> tuple[Happened, ...]:
    rows = FindingChange.objects.visible_to(actor).filter(finding=row).order_by("-at", "-id")
    return tuple(
        Happened(
            at=change.at,
            side=change.side,
            action=Action(change.action),
            before=change.before,
            after=change.after,
            actor=change.actor_label,
            reason=change.reason,
            report_id=change.report_id if desk else None,
            notice_id=change.notice_id,
            desk_only=change.desk_only,
        )
        for change in rows
    )


def _episodes(actor: Actor, row: Finding) -> tuple[Episode, ...]:
    rows = (
        Finding.objects.visible_to(actor)
        .filter(identity=row.identity)
        .exclude(pk=row.pk)
        .select_related("organisation")
        .order_by("episode")
    )
    return tuple(
        Episode(
            public_id=other.public_id,
            episode=other.episode,
            organisation_id=other.organisation_id,
            name_en=other.organisation.name_en,
            name_zh=other.organisation.name_zh,
            closing=Closing(other.closing) if other.closing is not None else None,
            opened_at=other.opened_at,
        )
        for other in rows
    )
