"""One report: its numbers, what the gate said, what it covers, where it lies."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count as Counted
from django.db.models import Sum

from tocsin.access.permissions import require
from tocsin.events.models import ArchiveFile, QuarantinedRow, Report, StrangerCount
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.reports import ReportRow, row_of, waiting_rows
from tocsin.findings.models import Coverage, Finding, HeldGroup
from tocsin.findings.rules import CoverageWhy, ReportCoverage, Said, Strength, Why, why_said
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.words import GateMode


@dataclass(frozen=True, kw_only=True)
class GateSaid:
    """What the gate said to a problem's new findings in a report."""

    problem: str
    mode: GateMode
    #: New findings that went this way.
    findings: int
    #: Why they were held; null: they were not, or the group held nothing.
    why: Said | None
    group_id: int | None
    #: sent | dropped; null: waits, or was never held.
    decision: str | None


@dataclass(frozen=True, kw_only=True)
class Archived:
    """One file of the archive."""

    path: str
    rows: int
    size_bytes: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReportInFull:
    """A report with everything that is known of it."""

    report: ReportRow
    content_hash: str
    gate: tuple[GateSaid, ...]
    #: What the day's reports of its type cover together; null: not judged yet.
    coverage: ReportCoverage | None
    rows_usual: int | None
    files: tuple[Archived, ...]
    #: none | conflict | moved -> rows.
    nobody: dict[str, int]
    retaken_from: int | None


def get_report(*, actor: Actor, report_id: int) -> ReportInFull:
    """Give one report. A fixed number of queries; its first rows are asked for apart (`first_rows`).

    Raises:
        NotAllowed: the actor may not see reports.
        NotFound: there is no such report.
    """
    require(actor, EventPermission.SEE)
    report = Report.objects.visible_to(actor).select_related("source").filter(pk=report_id).first()
    if report is None:
        raise NotFound
    coverage = (
        Coverage.objects.visible_to(actor)
        .filter(source=report.source.name, report_type=report.report_type, day=report.period)
        .first()
    )
    nobody = StrangerCount.objects.visible_to(actor).filter(report=report).order_by().values_list("why")
    origin = QuarantinedRow.objects.visible_to(actor).filter(retaken_by=report).values_list("report_id", flat=True)
    return ReportInFull(
        report=row_of(report, waiting_rows(actor, [report.pk]).get(report.pk, 0)),
        content_hash=report.content_hash,
        gate=_gate(actor, report),
        coverage=ReportCoverage(
            strength=Strength(coverage.strength), why=CoverageWhy(coverage.why), percent=coverage.percent
        )
        if coverage is not None
        else None,
        rows_usual=coverage.rows_usual if coverage is not None else None,
        files=tuple(
            Archived(
                path=file.path,
                rows=file.rows,
                size_bytes=file.size_bytes,
                first_at=file.first_at,
                last_at=file.last_at,
            )
            for file in ArchiveFile.objects.visible_to(actor).filter(report=report, replaced_at__isnull=True)
        ),
        nobody=dict(nobody.annotate(total=Sum("rows"))),
        retaken_from=origin.first(),
    )


def _gate(actor: Actor, report: Report) -> tuple[GateSaid, ...]:
    """Say by problem which way the new findings went; what is held by its group."""
    groups = {row.problem: row for row in HeldGroup.objects.visible_to(actor).filter(report_id=report.pk)}
    opened = (
        Finding.objects.visible_to(actor)
        .filter(report_id=report.pk)
        .order_by("problem", "gate")
        .values_list("problem", "gate")
        .annotate(total=Counted("pk"))
    )
    said = []
    for problem, mode, total in opened:
        group = groups.get(problem) if mode == GateMode.HOLD else None
        said.append(
            GateSaid(
                problem=problem,
                mode=GateMode(mode),
                findings=total,
                why=why_said(Why(group.why), rows_today=group.rows_today, rows_usual=group.rows_usual)
                if group is not None
                else None,
                group_id=group.pk if group is not None else None,
                decision=group.decision if group is not None else None,
            )
        )
    return tuple(said)
