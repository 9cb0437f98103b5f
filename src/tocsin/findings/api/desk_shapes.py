"""What the operations on the gate, the numbers and the policies take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field
from pydantic import AwareDatetime

from tocsin.findings.api.shapes import FindingShort, LongText, Sentence, Word
from tocsin.findings.rules import Action, DeadlineRow, Unit
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.web.schemas import Input, Schema


class SectorOut(Schema):
    """How many owners of a sector a group would reach."""

    code: str
    name_en: str
    name_zh: str
    owners: int


class GroupOut(Schema):
    """A group at the gate."""

    id: int
    source: str
    report_type: str
    report_id: int
    problem: str
    why: Sentence
    rows_today: int
    rows_usual: float | None
    held_at: datetime
    decision: Literal["sent", "dropped"] | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    findings: int
    severity: Word | None
    owners: int
    critical_owners: int
    sectors: list[SectorOut]


class GroupInFull(Schema):
    """A group with rows to look at."""

    group: GroupOut
    sample: list[FindingShort]


class ReasonGiven(Input):
    """Why a group is decided about so."""

    reason: LongText = ""


class DecidedOut(Schema):
    """What a decision did."""

    findings: int
    owners: int


class OverviewOut(Schema):
    """The state of the constituency, as far as the caller sees it."""

    open: int
    open_week_ago: int
    overdue: int
    overdue_critical: int
    by_severity: dict[Word, int]
    claimed: int
    disputed: int
    verified: int
    median_days_to_fix: float | None
    #: 0 to 1.
    remediation_share: float | None


class PlaceOut(Schema):
    """Open findings of one sector in one region."""

    sector: str
    region: str
    open: int
    overdue: int


class DayOut(Schema):
    """What opened and closed on a day."""

    day: date
    opened: int
    closed: int
    open: int


class LateOut(Schema):
    """Overdue findings of one owner and problem; the worst stands for all."""

    finding: FindingShort
    days_late: int
    together: int
    said: Action | None
    said_at: datetime | None


class CountOut(Schema):
    """Numbers of one organisation."""

    organisation_id: int
    open: int
    overdue: int
    worst: Word | None


class DeadlineGiven(Input):
    """One deadline."""

    severity: Word
    #: Null: any.
    tier: Annotated[int, Field(ge=1, le=3)] | None = None
    critical: bool = False
    amount: Annotated[int, Field(ge=1, le=9_999)]
    unit: Unit

    def row(self) -> DeadlineRow:
        """Give it as the rules take it."""
        return DeadlineRow(
            severity=Severity.from_word(self.severity),
            tier=self.tier,
            critical=self.critical,
            amount=self.amount,
            unit=self.unit,
        )


class DeadlinesGiven(Input):
    """A whole table of deadlines."""

    rows: Annotated[list[DeadlineGiven], Field(min_length=1, max_length=100)]
    source: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    checked_on: date | None = None
    #: Null: at once.
    effective_at: AwareDatetime | None = None
    #: The newest version that the author has seen; 0: the preset.
    seen_version: Annotated[int, Field(ge=0, lt=2**31)]


class DeadlinesToPreview(Input):
    """A table of deadlines to look at."""

    rows: Annotated[list[DeadlineGiven], Field(min_length=1, max_length=100)]


class VersionOut(Schema):
    """One version of the deadlines."""

    version: int
    effective_at: datetime | None
    source: str
    checked_on: date | None
    made_by: str
    rows: list[dict[str, str | int | bool | None]]


class EffectOut(Schema):
    """What a new table would change."""

    severity: Word
    tier: int
    critical: bool
    before: str | None
    after: str | None
    waiting: int
    running: int


class GateModeGiven(Input):
    """What the gate does with a problem from now on."""

    problem: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]
    #: Empty: from every source.
    source: Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")] = ""
    #: Null: as the catalogue says.
    mode: GateMode | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class GateModeOut(Schema):
    """What the desk has set for a problem."""

    problem: str
    source: str
    mode: GateMode
    reason: str


class VersionMade(Schema):
    """The number of a version that was added."""

    version: int
