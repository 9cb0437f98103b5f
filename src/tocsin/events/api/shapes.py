"""What the operations on reports take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Path
from pydantic import AwareDatetime

from tocsin.events.queries.first_rows import Became
from tocsin.events.queries.strangers import By, WhyNobody
from tocsin.events.rules import Timeliness
from tocsin.findings.rules import CoverageWhy, ReportCoverage, Said, Strength, translator
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode, Language
from tocsin.web.schemas import Input, Paging, Schema

Id = Annotated[int, Path(ge=1, lt=2**63)]
PublicId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}-[1-9][0-9]{0,4}$")]
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Short = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")]
SourceName = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")]
TlpWord = Literal["red", "amber+strict", "amber", "green", "clear"]
#: Hours of a leap year.
_MOST_HOURS = 24 * 366


class CoverageOut(Schema):
    """What "not in it" proves, and why."""

    strength: Strength
    why: CoverageWhy
    #: Of the usual size; null: none was compared.
    percent: int | None
    en: str
    zh_hans: str

    @classmethod
    def of(cls, coverage: ReportCoverage | None) -> "CoverageOut | None":
        """Say it in both languages; null: not judged yet."""
        if coverage is None:
            return None
        return cls(
            strength=coverage.strength,
            why=coverage.why,
            percent=coverage.percent,
            en=coverage.said.text(),
            zh_hans=coverage.said.text(translator(Language.CHINESE)),
        )


class SentenceOut(Schema):
    """A reason in words."""

    en: str
    zh_hans: str

    @classmethod
    def of(cls, said: Said) -> "SentenceOut":
        """Say it in both languages."""
        return cls(en=said.text(), zh_hans=said.text(translator(Language.CHINESE)))


class SourceOut(Schema):
    """A source."""

    id: int
    name: str
    provider: str
    format: str
    #: `TLP:AMBER`.
    tlp: str
    reliability: str
    gate: GateMode
    coverage_mode: str
    expected_every_h: int | None
    last_at: datetime | None
    last_rows: int | None
    timeliness: Timeliness
    days: list[date]
    #: Rows of each of these days; null: nothing came.
    by_day: list[int | None]


class TypeOut(Schema):
    """What a source sends of one report type."""

    report_type: str
    last_day: date
    rows: int
    usual: float | None
    coverage: CoverageOut | None


class SourceInFullOut(SourceOut):
    """A source with its types."""

    types: list[TypeOut]
    reports: int
    refused: int
    created_at: datetime


class SourceIn(Input):
    """What a source means."""

    provider: Annotated[str, Field(min_length=1, max_length=200)]
    tlp: TlpWord
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    gate: GateMode
    coverage_mode: Literal["full", "delta", "none"]
    expected_every_h: Annotated[int, Field(ge=1, le=_MOST_HOURS)] | None


class ReportQuery(Paging):
    """What a list of reports is cut down to."""

    source_id: RowId | None = None
    report_type: Short = ""
    since: date | None = None
    until: date | None = None
    with_quarantine: bool = False


class ReportOut(Schema):
    """A report."""

    id: int
    source_id: int
    source: str
    report_type: str
    known_type: bool
    period: date
    file_name: str
    received_at: datetime
    size_bytes: int
    #: Always `events + quarantined`.
    rows: int
    events: int
    quarantined: int
    waiting: int
    attributed: int
    conflicts: int
    findings_new: int
    findings_known: int


class GateOut(Schema):
    """What the gate said to a problem's new findings."""

    problem: str
    mode: GateMode
    findings: int
    why: SentenceOut | None
    group_id: int | None
    decision: str | None


class FileOut(Schema):
    """A file of the archive."""

    path: str
    rows: int
    size_bytes: int
    first_at: datetime | None
    last_at: datetime | None


class ReportInFullOut(ReportOut):
    """A report with what is known of it."""

    content_hash: str
    gate: list[GateOut]
    coverage: CoverageOut | None
    rows_usual: int | None
    files: list[FileOut]
    #: none | conflict | moved -> rows.
    nobody: dict[str, int]
    #: The report whose quarantined rows these are.
    retaken_from: int | None


class FirstRowOut(Schema):
    """A row of a report, and what became of it."""

    row: int
    line: int
    observed_at: datetime
    problem: str
    subject: str
    port: int | None
    transport: str | None
    ptr: str | None
    asn: int | None
    country: str | None
    #: info | low | medium | high | critical
    severity: str | None
    #: Lower-case names of `events.schemas.Flag`.
    flags: list[str]
    became: Became
    organisation_id: int | None
    organisation_en: str
    organisation_zh: str
    attributed_by: str | None
    #: Public id; empty without one.
    finding: str


class ReceivedOut(Schema):
    """A file that waits for the worker."""

    key: str
    file: str


class RefusedOut(Schema):
    """A file that could not be taken in."""

    id: int
    file_name: str
    source: str
    refused_at: datetime
    reason: str
    content_hash: str


class CountsOut(Schema):
    """What came in since a moment, and what waits."""

    since: datetime
    reports: int
    rows: int
    attributed: int
    refused: int
    waiting_rows: int
    sources: int
    silent_sources: int


class SinceQuery(Schema):
    """A moment."""

    since: AwareDatetime


class QuarantineQuery(Paging):
    """What a list of quarantined rows is cut down to."""

    source_id: RowId | None = None
    report_id: RowId | None = None
    report_type: Short = ""
    state: Literal["", "waiting", "taken_in", "expired"] = ""


class QuarantinedOut(Schema):
    """A row that could not be read; not the row itself."""

    id: int
    report_id: int
    source: str
    report_type: str
    period: date
    file_name: str
    row: int
    line: int
    stage: str
    reason: str
    state: str
    expires_at: datetime
    retaken_by: int | None


class OpenedOut(Schema):
    """A quarantined row, opened."""

    id: int
    report_id: int
    row: int
    line: int
    reason: str
    header: list[str]
    text: str


class MendedIn(Input):
    """A row as somebody has mended it: CSV in the order of the header, one record or several."""

    text: Annotated[str, Field(max_length=200_000)]


class RetakenOut(Schema):
    """What came of taking in again."""

    report_id: int | None
    rows: int
    waiting: int


class StrangerQuery(Schema):
    """What is counted of the rows without a constituent."""

    by: By = By.ASN
    source_id: RowId | None = None
    report_type: Short = ""
    since: date | None = None
    until: date | None = None
    why: WhyNobody | None = None
    asn: Annotated[int, Field(ge=1, lt=2**32)] | None = None
    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$")] = ""


class StrangerGroupOut(Schema):
    """Rows of one AS, network or country."""

    asn: int | None
    network: str
    country: str
    rows: int
    reports: int
    networks: int


class StrangersOut(Schema):
    """What is nobody's."""

    by: By
    groups: list[StrangerGroupOut]
    total_groups: int
    rows: int
    reasons: dict[WhyNobody, int]


class AddressQuery(Schema):
    """An address and a time."""

    address: Short
    since: AwareDatetime
    until: AwareDatetime


class EventOut(Schema):
    """A row of the archive."""

    report_id: int
    report_type: str
    row: int
    line: int
    observed_at: datetime
    problem: str
    address: str | None
    port: int | None
    transport: str | None
    host: str | None
    ptr: str | None
    url: str | None
    asn: int | None
    country: str | None
    severity: str | None
    organisation_id: int | None
    attributed_by: str | None
    identity: str | None
    #: Event fields that the problem may use.
    fields: dict[str, str]
    #: What is kept of the file's columns.
    raw: dict[str, str]


class SeenOut(Schema):
    """What the archive holds, newest first."""

    events: list[EventOut]
    #: Whether there may be more.
    cut: bool


def marked(tlp: Tlp) -> str:
    """Write a marking as the standard does."""
    return tlp.label
