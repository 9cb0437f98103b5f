"""What the operations on findings take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Path
from pydantic import AwareDatetime, field_validator

from tocsin.findings.queries.filters import FindingFilters, Group
from tocsin.findings.queries.listing import FindingSort
from tocsin.findings.rules import (
    Action,
    Closing,
    Coordinator,
    Due,
    Machine,
    Owner,
    Status,
    Strength,
    Telling,
    translator,
)
from tocsin.findings.rules.said import Said
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, Language
from tocsin.web.schemas import Input, Paging, Schema

Id = Annotated[int, Path(ge=1, lt=2**63)]
PublicId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}-[1-9][0-9]{0,4}$")]
Word = Literal["info", "low", "medium", "high", "critical"]
_RowId = Annotated[int, Field(ge=1, lt=2**63)]
_Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")]


def caller(request: HttpRequest) -> Actor:
    """Give who calls; the frame lets nobody unknown come so far.

    Raises:
        NotAllowed: it did.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotAllowed("Nobody is signed in.")
    return actor


class Sentence(Schema):
    """A reason in words."""

    en: str
    zh_hans: str

    @classmethod
    def of(cls, said: Said) -> "Sentence":
        """Say it in both languages."""
        return cls(en=said.text(), zh_hans=said.text(translator(Language.CHINESE)))


class Filter(Paging):
    """What a list is cut down to, and its order. A status wins over the group."""

    search: _Short = ""
    group: Group = Group.OPEN
    organisation_id: _RowId | None = None
    problem: Annotated[str, Field(max_length=128, pattern=r"^[^\x00]*$")] = ""
    severity: Word | None = None
    status: Status | None = None
    overdue: bool = False
    source: Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")] = ""
    sector: Annotated[str, Field(max_length=32, pattern=r"^[^\x00]*$")] = ""
    region: Annotated[str, Field(max_length=32, pattern=r"^[^\x00]*$")] = ""
    gate: GateMode | None = None
    sort: FindingSort = FindingSort.WORST

    def filters(self) -> FindingFilters:
        """Give it as queries take it."""
        return FindingFilters(
            search=self.search,
            group=self.group,
            organisation_id=self.organisation_id,
            problem=self.problem,
            severity=Severity.from_word(self.severity) if self.severity is not None else None,
            status=self.status,
            overdue=self.overdue,
            source=self.source,
            sector=self.sector,
            region=self.region,
            gate=self.gate,
        )


class _HasSeverity(Schema):
    @field_validator("severity", mode="before", check_fields=False)
    @classmethod
    def _word(cls, value: object) -> object:
        return value.word if isinstance(value, Severity) else value


class FindingShort(_HasSeverity):
    """A finding in a list."""

    id: int
    public_id: str
    problem: str
    kind: Kind
    severity: Word
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


class SightOut(Schema):
    """What one source saw."""

    source: str
    last_seen_at: datetime
    count: int


class LooksOut(Schema):
    """How often it was looked for since it was last seen."""

    covered: int
    needed: int
    quiet_days: int | None
    since: datetime
    all_looked: bool


class CoveredDayOut(Schema):
    """What one report could have seen on a day."""

    day: date
    source: str
    report_type: str
    strength: Strength
    why: Sentence


class Line(Schema):
    """One thing that happened."""

    at: datetime
    side: str
    action: Action
    before: str
    after: str
    actor: str
    reason: str
    report_id: int | None
    notice_id: int | None
    desk_only: bool


class EpisodeOut(Schema):
    """Another episode of the same identity."""

    public_id: str
    episode: int
    organisation_id: int
    closing: Closing | None
    opened_at: datetime


class FindingOut(Schema):
    """A finding in full; null and empty where the caller may not see."""

    finding: FindingShort
    tlp: str
    evidence: dict[str, str]
    discriminator: str
    machine: Machine
    owner: Owner
    coordinator: Coordinator
    closing: Closing | None
    telling: Telling
    due: Due
    #: What the caller may do now.
    actions: list[Action]
    sights: list[SightOut]
    looks: LooksOut | None
    covered: list[CoveredDayOut]
    owner_said_at: datetime | None
    owner_until: datetime | None
    closed_at: datetime | None
    expires_at: datetime | None
    paused_until: datetime | None
    why_deadline: Sentence | None
    why_severity: list[Sentence]
    attributed_by: str
    asset_value: str
    asset_since: datetime | None
    #: A reverse DNS name that attributed nothing.
    not_by: str
    source: str
    report_type: str
    timeline: list[Line]
    episodes: list[EpisodeOut]


class ActGiven(Input):
    """An action of the desk, or an owner's answer."""

    action: Action
    #: Needed where the table of actions says so.
    reason: LongText = ""
    #: Needed with `accept_risk`, `grant_time`, `answer_in_work` and `ask_time`.
    until: AwareDatetime | None = None


class AnswersGiven(ActGiven):
    """An owner's answer about several findings."""

    findings: Annotated[list[_RowId], Field(min_length=1, max_length=5_000)]


class AnsweredOut(Schema):
    """What came of an answer."""

    changed: list[int]
    #: Finding -> why not.
    refused: dict[int, str]
