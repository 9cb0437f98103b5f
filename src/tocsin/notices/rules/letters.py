"""What a notice says before it is written down: lines, why each is told, by when, in what order, which TLP."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from ipaddress import ip_address
from itertools import groupby

from tocsin.findings.rules.clocks import Deadline, DeadlineRow
from tocsin.findings.rules.sides import Machine, Owner
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp, may_reach_organisation, strictest
from tocsin.kernel.words import Language, in_language
from tocsin.notices.rules.recipients import Recipient
from tocsin.notices.rules.words import Why

#: Stands in an edition for the reply link, which is put in when the mail is made: whoever may read a notice at the
#: desk, or in a copy of the database, cannot answer for its owner with it.
ANSWER_LINK = "https://answer-link.invalid/"

#: The reply link lives at least so long, and so long beyond the last deadline.
LINK_DAYS = 31
LINK_DAYS_AFTER_DUE = 14


@dataclass(frozen=True, kw_only=True)
class Line:
    """One finding, as its owner is told of it."""

    finding_id: int
    public_id: str
    organisation_id: int
    problem: str
    severity: Severity
    why: Why
    #: Canonical; what the finding sits on.
    subject: str
    #: address | host | url | domain | organisation
    subject_kind: str
    #: Null where the problem has none.
    address: str | None
    port: int | None
    transport: str
    first_seen_at: datetime
    last_seen_at: datetime
    #: Event fields that the problem shows, in its order; no nulls.
    evidence: Mapping[str, str]
    #: Null where the policy sets none.
    due_at: datetime | None
    #: The row that sets `due_at`; null where none does, or a clock runs that is due no later.
    due_by: DeadlineRow | None = None
    tlp: Tlp


@dataclass(frozen=True, kw_only=True)
class Group:
    """The lines of one problem, by address."""

    problem: str
    #: The worst of its lines.
    severity: Severity
    #: The earliest among its lines.
    due_at: datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One notice, before it is put into a language."""

    organisation_id: int
    name_en: str
    name_zh: str
    year: int
    number: int
    issued_at: datetime
    link_expires_at: datetime
    recipients: tuple[Recipient, ...]
    languages: tuple[Language, ...]
    #: The worst first (`grouped`).
    groups: tuple[Group, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give every line, in the order of the letter."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def due_at(self) -> datetime | None:
        """Give the earliest deadline."""
        return min((group.due_at for group in self.groups if group.due_at is not None), default=None)

    @property
    def tlp(self) -> Tlp:
        """Give the mark of the whole: the strictest of its parts."""
        return strictest(*(line.tlp for line in self.lines))

    def name(self, language: Language) -> str:
        """Give the organisation's name in a language; the other one where there is none."""
        return in_language(language, en=self.name_en, zh=self.name_zh)


@dataclass(frozen=True, kw_only=True)
class House:
    """The centre that writes, as notices name it."""

    name_en: str
    name_zh: str
    number_prefix_zh: str
    #: Empty: none is printed.
    phone: str
    sender: str
    zone: tzinfo

    def name(self, language: Language) -> str:
        """Give its name in a language."""
        return self.name_zh if language is Language.CHINESE else self.name_en


def grouped(lines: Iterable[Line]) -> tuple[Group, ...]:
    """Put the lines of each problem together: worst problem first, then the earlier deadline, then the code."""
    by_problem = sorted(lines, key=_in_order)
    groups = []
    for problem, members in groupby(by_problem, key=lambda line: line.problem):
        own = tuple(members)
        groups.append(
            Group(
                problem=problem,
                severity=max(line.severity for line in own),
                due_at=min((line.due_at for line in own if line.due_at is not None), default=None),
                lines=own,
            )
        )
    return tuple(sorted(groups, key=lambda group: (-group.severity, *_last_if_null(group.due_at), group.problem)))


def _in_order(line: Line) -> tuple[str, int, tuple[int, int, str], int, int]:
    where = by_place(line.address, line.subject)
    return (line.problem, -line.severity, where, line.port or 0, line.finding_id)


def _last_if_null(moment: datetime | None) -> tuple[bool, float]:
    return (moment is None, moment.timestamp() if moment is not None else 0.0)


def why_told(*, told_at: datetime | None, relapsed_at: datetime | None, owner: Owner, machine: Machine) -> Why:
    """Say why a finding with news is told.

    Args:
        told_at: when the newest notice told it; null: none has.
        relapsed_at: when it last came back; null: it never did.
    """
    if relapsed_at is not None and (told_at is None or relapsed_at > told_at):
        return Why.RELAPSE
    if told_at is None:
        return Why.NEW
    if owner is Owner.CLAIMS_FIXED and machine is Machine.SEEN:
        return Why.STILL_THERE
    return Why.CHANGED


def due_when_told(*, running: datetime | None, fresh: Deadline | None) -> tuple[datetime | None, DeadlineRow | None]:
    """Give the deadline of a finding that is told: a clock that runs is never set back, only shortened.

    Args:
        running: its deadline so far; null when it was never told, or came back.
        fresh: what the policy gives to a finding told now; null when it sets none.

    Returns:
        The deadline, and the row that sets it; null: the clock that runs stays as it is, or there is none.
    """
    if fresh is None or (running is not None and running <= fresh.due_at):
        return running, None
    return fresh.due_at, fresh.row


def link_expiry(*, issued_at: datetime, dues: Sequence[datetime | None]) -> datetime:
    """Say until when the reply link works: a month, or longer where a deadline is further off."""
    last_due = max((due for due in dues if due is not None), default=issued_at)
    return max(issued_at + timedelta(days=LINK_DAYS), last_due + timedelta(days=LINK_DAYS_AFTER_DUE))


def sendable_mark(mark: str) -> Tlp | None:
    """Read a finding's TLP mark when it may go to an organisation's mail box; null when it may not, or is none.

    `TLP:RED` is for named persons (TLP 2.0, section 4), and a role's mail box is no person.
    """
    try:
        tlp = Tlp.parse(mark)
    except Invalid:
        return None
    return tlp if may_reach_organisation(tlp) else None


def by_place(address: str | None, subject: str) -> tuple[int, int, str]:
    """Give what sorts things by where they are: addresses as numbers, IPv4 first, then names."""
    try:
        number = ip_address(address or "")
    except ValueError:
        return (0, 0, subject)
    return (number.version, int(number), subject)
