"""What a round would tell: findings with news, put together by owner, in a fixed number of queries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Max, OuterRef, QuerySet, Subquery

from tocsin.catalogue.queries import problem
from tocsin.findings.models import Finding, FindingChange, Sighting
from tocsin.findings.queries.calendar import calendar
from tocsin.findings.queries.policies import deadlines_in_force
from tocsin.findings.rules import Action, Calendar, Coordinator, DeadlineRow, Machine, Owner, Telling, deadline
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode, Language
from tocsin.notices.models import NoticeItem
from tocsin.notices.rules import (
    House,
    Letter,
    Line,
    Recipient,
    RoundMode,
    due_when_told,
    editions_needed,
    grouped,
    link_expiry,
    recipients,
    register_year,
    sendable_mark,
    why_told,
)
from tocsin.registry.models import Contact, Organisation


class KeptBackWhy(StrEnum):
    """Why findings with news are not told in a round."""

    NO_CONTACT = "no_contact"
    #: TLP:RED, or no mark at all: it may not go to a role's mail box.
    MARK = "mark"


@dataclass(frozen=True, kw_only=True)
class KeptBack:
    """Findings of one organisation that the round would tell, and cannot."""

    organisation_id: int
    name_en: str
    name_zh: str
    findings: int
    why: KeptBackWhy


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A round before it is issued: letters with the numbers that they would get, worst first."""

    letters: tuple[Letter, ...]
    kept_back: tuple[KeptBack, ...]

    @property
    def items(self) -> int:
        """Count the findings that it tells."""
        return sum(len(letter.lines) for letter in self.letters)

    @property
    def mark(self) -> str:
        """Name what it holds, so that what a person looked at and what is issued can be compared."""
        digest = hashlib.sha256()
        for letter in self.letters:
            for recipient in letter.recipients:
                digest.update(f"{letter.organisation_id} {recipient.address}\n".encode())
            for line in letter.lines:
                digest.update(f"{line.finding_id} {line.why} {line.severity}\n".encode())
        return digest.hexdigest()[:32]


def draft_round(*, actor: Actor, mode: RoundMode, now: datetime, after_number: int, house: House, lock: bool) -> Draft:
    """Gather what a round would tell now.

    Args:
        after_number: the number that the register gave last this year.
        lock: take the findings for the rest of the transaction; for issuing.
    """
    rows = list(_findings(actor=actor, mode=mode, lock=lock))
    owner_ids = {row.organisation_id for row in rows}
    owners = {row.pk: row for row in Organisation.objects.visible_to(actor).filter(pk__in=owner_ids)}
    contacts = _contacts(actor=actor, owner_ids=owner_ids)
    policy = deadlines_in_force(actor=actor, now=now)
    days = calendar(actor=actor, zone=house.zone)
    sendable: dict[int, list[Line]] = defaultdict(list)
    kept: list[KeptBack] = []
    unmarked: dict[int, int] = defaultdict(int)
    for row in rows:
        owner = owners[row.organisation_id]
        tlp = sendable_mark(row.tlp)
        if tlp is None:
            unmarked[owner.pk] += 1
        else:
            sendable[owner.pk].append(_line(row, owner, tlp, policy=policy, calendar=days, now=now))
    kept += [_kept_back(owners[pk], count, KeptBackWhy.MARK) for pk, count in unmarked.items()]
    letters: list[Letter] = []
    for pk, lines in sendable.items():
        chosen = recipients(contacts[pk])
        if not chosen:
            kept.append(_kept_back(owners[pk], len(lines), KeptBackWhy.NO_CONTACT))
            continue
        letters.append(_letter(owners[pk], lines, chosen, now=now, house=house))
    return Draft(
        letters=tuple(_numbered(letters, after_number)),
        kept_back=tuple(sorted(kept, key=lambda one: (one.why, one.name_en, one.organisation_id))),
    )


def _findings(*, actor: Actor, mode: RoundMode, lock: bool) -> QuerySet[Finding]:
    """Give open findings with news, each with `last_seen_at`, `told_at`, `relapsed_at`.

    What was held and then sent by a person keeps the gate's word in `gate`, so only the digest is told by that column.
    """
    told = (
        NoticeItem.objects.visible_to(actor)
        .filter(finding=OuterRef("pk"))
        .order_by()
        .values("finding")
        .annotate(at=Max("notice__issued_at"))
    )
    relapsed = (
        FindingChange.objects.visible_to(actor)
        .filter(finding=OuterRef("pk"), action=Action.RELAPSE)
        .order_by()
        .values("finding")
        .annotate(at=Max("at"))
    )
    seen = Sighting.objects.filter(finding=OuterRef("pk")).order_by().values("finding").annotate(at=Max("last_seen_at"))
    rows = Finding.objects.visible_to(actor).filter(coordinator=Coordinator.OPEN, telling=Telling.UNTOLD)
    rows = rows.filter(gate=GateMode.DIGEST) if mode is RoundMode.DIGEST else rows.exclude(gate=GateMode.DIGEST)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.annotate(
        last_seen_at=Subquery(seen.values("at")),
        told_at=Subquery(told.values("at")),
        relapsed_at=Subquery(relapsed.values("at")),
    ).order_by("id")


def _contacts(*, actor: Actor, owner_ids: Iterable[int]) -> Mapping[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = defaultdict(list)
    for contact in Contact.objects.visible_to(actor).filter(organisation_id__in=owner_ids):
        found[contact.organisation_id].append(
            Recipient(role=contact.role, address=contact.email, name=contact.name, language=Language(contact.language))
        )
    return found


def _line(
    row: Finding,
    owner: Organisation,
    tlp: Tlp,
    *,
    policy: Sequence[DeadlineRow],
    calendar: Calendar,
    now: datetime,
) -> Line:
    severity = Severity(row.severity)
    fresh = deadline(
        rows=policy, severity=severity, tier=owner.tier, critical=owner.critical, start_at=now, calendar=calendar
    )
    told: Mapping[str, datetime | None] = {
        name: getattr(row, name) for name in ("last_seen_at", "told_at", "relapsed_at")
    }
    due_at, due_by = due_when_told(running=row.due_at, fresh=fresh)
    return Line(
        finding_id=row.pk,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        problem=row.problem,
        severity=severity,
        why=why_told(
            told_at=told["told_at"],
            relapsed_at=told["relapsed_at"],
            owner=Owner(row.owner),
            machine=Machine(row.machine),
        ),
        subject=row.subject,
        subject_kind=row.subject_kind,
        address=row.address,
        port=row.port,
        transport=row.transport,
        first_seen_at=row.first_seen_at,
        last_seen_at=told["last_seen_at"] or row.first_seen_at,
        evidence=_evidence(row),
        due_at=due_at,
        due_by=due_by,
        tlp=tlp,
    )


def _evidence(row: Finding) -> dict[str, str]:
    """Give the evidence as texts, in the order that the problem shows it, what it does not name last."""
    order = {name: place for place, name in enumerate(problem(row.problem).evidence)}
    named = sorted(row.evidence.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
    return {name: str(value) for name, value in named if value not in (None, "")}


def _letter(
    owner: Organisation, lines: Sequence[Line], chosen: tuple[Recipient, ...], *, now: datetime, house: House
) -> Letter:
    return Letter(
        organisation_id=owner.pk,
        name_en=owner.name_en,
        name_zh=owner.name_zh,
        year=register_year(now, house.zone),
        number=0,
        issued_at=now,
        link_expires_at=link_expiry(issued_at=now, dues=[line.due_at for line in lines]),
        recipients=chosen,
        languages=editions_needed(chosen, Language(owner.language)),
        groups=grouped(lines),
    )


def _kept_back(owner: Organisation, findings: int, why: KeptBackWhy) -> KeptBack:
    return KeptBack(organisation_id=owner.pk, name_en=owner.name_en, name_zh=owner.name_zh, findings=findings, why=why)


def _numbered(letters: Iterable[Letter], after: int) -> Iterable[Letter]:
    """Number the letters in a row: the worst and the most urgent first, then as organisations were registered."""
    last = float("inf")
    ordered = sorted(
        letters,
        key=lambda letter: (
            -letter.groups[0].severity,
            letter.due_at.timestamp() if letter.due_at is not None else last,
            letter.organisation_id,
        ),
    )
    return (replace(letter, number=after + place) for place, letter in enumerate(ordered, 1))
