"""Sources as the desk looks at them: when each sent last, how much a day, what it covers, whether it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Sum

from tocsin.access.permissions import require
from tocsin.events.errors import NoSuchSource
from tocsin.events.models import RefusedFile, Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.events.rules import Timeliness, timeliness
from tocsin.events.volumes import WINDOW_DAYS, volumes
from tocsin.findings.models import Coverage
from tocsin.findings.rules.coverage import CoverageWhy, ReportCoverage, Strength
from tocsin.kernel.actor import Actor
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode

#: Days of the small chart.
DAYS = 14


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One source in the list."""

    id: int
    name: str
    provider: str
    format: str
    tlp: Tlp
    reliability: str
    gate: GateMode
    #: full | delta | none
    coverage_mode: str
    #: Null: no rhythm.
    expected_every_h: int | None
    last_at: datetime | None
    #: Rows of the last day that anything came for.
    last_rows: int | None
    timeliness: Timeliness
    #: The days of `by_day`, oldest first.
    days: tuple[date, ...]
    #: Rows a day (UTC), as the reports are dated; null: nothing came.
    by_day: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class TypeRow:
    """What a source sends of one report type."""

    report_type: str
    #: The last day that it came for.
    last_day: date
    rows: int
    #: Median of the days before on which anything came; null: no history.
    usual: float | None
    #: What its last day covers; null: not judged yet.
    coverage: ReportCoverage | None


@dataclass(frozen=True, kw_only=True)
class SourceInFull:
    """A source with its types."""

    source: SourceRow
    types: tuple[TypeRow, ...]
    reports: int
    refused: int
    created_at: datetime


def list_sources(*, actor: Actor, now: datetime) -> tuple[SourceRow, ...]:
    """List the sources, those that are late first. Three queries.

    Raises:
        NotAllowed: the actor may not see sources.
    """
    require(actor, EventPermission.SEE)
    rows = _rows(actor, list(Source.objects.visible_to(actor)), now)
    order = (Timeliness.SILENT, Timeliness.NEVER, Timeliness.ON_TIME, Timeliness.NO_RHYTHM)
    return tuple(sorted(rows, key=lambda row: (order.index(row.timeliness), row.name)))


def get_source(*, actor: Actor, source_id: int, now: datetime) -> SourceInFull:
    """Give one source with what it sends.

    Raises:
        NotAllowed: the actor may not see sources.
        NoSuchSource: there is none.
    """
    require(actor, EventPermission.SEE)
    source = Source.objects.visible_to(actor).filter(pk=source_id).first()
    if source is None:
        raise NoSuchSource
    return SourceInFull(
        source=_rows(actor, [source], now)[0],
        types=_types(actor, source, now),
        reports=Report.objects.visible_to(actor).filter(source=source).count(),
        refused=RefusedFile.objects.visible_to(actor).filter(source=source).count(),
        created_at=source.created_at,
    )


def source_names(*, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Name the sources, for a filter.

    Raises:
        NotAllowed: the actor may not see sources.
    """
    require(actor, EventPermission.SEE)
    return tuple(Source.objects.visible_to(actor).values_list("pk", "name"))


def _rows(actor: Actor, sources: list[Source], now: datetime) -> list[SourceRow]:
    """Add arrivals and sizes. Two queries, however many sources."""
    reports = Report.objects.visible_to(actor).filter(source__in=sources).order_by()
    last = dict(reports.filter(received_at__lte=now).values_list("source_id").annotate(at=Max("received_at")))
    today = now.date()
    recent = reports.filter(period__gt=today - timedelta(days=WINDOW_DAYS), period__lte=today)
    sums = {
        (source_id, day): total
        for source_id, day, total in recent.values_list("source_id", "period").annotate(total=Sum("rows"))
    }
    return [_row(source, last.get(source.pk), sums, today, now) for source in sources]


def _row(
    source: Source, last_at: datetime | None, sums: Mapping[tuple[int, date], int], today: date, now: datetime
) -> SourceRow:
    # A report speaks of the day before, as a rule: the chart ends yesterday where today's is not there yet.
    end = today if (source.pk, today) in sums else today - timedelta(days=1)
    days = tuple(end - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    came = sorted(day for source_id, day in sums if source_id == source.pk)
    return SourceRow(
        id=source.pk,
        name=source.name,
        provider=source.provider,
        format=source.format,
        tlp=Tlp.parse(source.tlp),
        reliability=source.reliability,
        gate=GateMode(source.gate),
        coverage_mode=source.coverage_mode,
        expected_every_h=source.expected_every_h,
        last_at=last_at,
        last_rows=sums[source.pk, came[-1]] if came else None,
        timeliness=timeliness(last_at=last_at, every_h=source.expected_every_h, now=now),
        days=days,
        by_day=tuple(sums.get((source.pk, day)) for day in days),
    )


def _types(actor: Actor, source: Source, now: datetime) -> tuple[TypeRow, ...]:
    """Give what came of each type in the window, and what its last day covers."""
    day, since = now.date(), now.date() - timedelta(days=WINDOW_DAYS)
    sums = (
        Report.objects.visible_to(actor)
        .filter(source=source, period__gte=since, period__lte=day)
        .values_list("report_type", "period")
        .annotate(total=Sum("rows"))
        .order_by("report_type", "-period")
    )
    last: dict[str, tuple[date, int]] = {}
    for report_type, period, total in sums:
        last.setdefault(report_type, (period, total))
    covered = {
        (row.report_type, row.day): ReportCoverage(
            strength=Strength(row.strength), why=CoverageWhy(row.why), percent=row.percent
        )
        for row in Coverage.objects.visible_to(actor).filter(source=source.name, day__gte=since)
    }
    usual = volumes(actor=actor, source=source, day=day, using="default").usual
    return tuple(
        TypeRow(
            report_type=name,
            last_day=period,
            rows=rows,
            usual=usual.get(name),
            coverage=covered.get((name, period)),
        )
        for name, (period, rows) in sorted(last.items())
    )
