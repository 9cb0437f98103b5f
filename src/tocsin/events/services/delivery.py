"""Judges what a source's delivery of a day could have shown, so that what it did not show means something.

The trap: while a day's files are still arriving, a type that has not come yet is not missing. What came is judged at
once; what did not come is judged only when the day is over (`is_over`).
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connections
from django.db.models import Max

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.events.errors import NoSuchSource
from tocsin.events.feeds import Feed, feed_for
from tocsin.events.models import Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.events.stages.identify import UNKNOWN_PREFIX
from tocsin.events.volumes import WINDOW_DAYS, Volumes, holds_changes_only, volumes
from tocsin.findings.models import Coverage
from tocsin.findings.rules.coverage import (
    CoverageWhy,
    ReportCoverage,
    ReportMode,
    Strength,
    at_most,
    coverage_of_report,
)
from tocsin.findings.services import CoverageRow, apply_silence, record_coverage, wait_for_folds
from tocsin.kernel.actor import Actor

#: Files for a day come until some hours after it, and rarely this long after each other. Our choice; a source that is
#: slower than this once is judged again when its file comes, and two more looks stand between that and any closing.
SETTLING = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """What came from a source for the days around one."""

    #: Day -> when its last file came.
    last_at: Mapping[date, datetime]

    @classmethod
    def of(cls, actor: Actor, source: Source, *, since: date) -> "Arrivals":
        """Ask the ledger."""
        last_at = (
            Report.objects.using(INGEST)
            .visible_to(actor)
            .filter(source=source, period__gte=since)
            .values_list("period")
            .annotate(last=Max("received_at"))
            .order_by()
        )
        return cls(last_at=dict(last_at))


def judge_delivery(*, actor: Actor, source_id: int, day: date, now: datetime) -> None:
    """Record what a source's delivery of a day covers, and let silence speak. Safe to repeat, at any time.

    Raises:
        NoSuchSource: there is none that the actor may see.
    """
    require(actor, EventPermission.TAKE_IN)
    with acting(actor, using=INGEST), connections[INGEST].cursor() as cursor:
        wait_for_folds(cursor)
        source = Source.objects.using(INGEST).visible_to(actor).filter(pk=source_id).first()
        if source is None:
            raise NoSuchSource
        arrivals = Arrivals.of(actor, source, since=day - timedelta(days=_rhythm_days(source)))
        _judge(actor, source, day, over=is_over(source, day, arrivals, now), now=now)
        apply_silence(actor=actor, now=now, using=INGEST)


def judge_days(*, actor: Actor, now: datetime) -> list[tuple[str, date]]:
    """Judge the days that are over and on which something, or everything, did not come. Gives source and day of each.

    A day is judged once so; a file that comes for it later judges it again (`judge_delivery`).
    """
    require(actor, EventPermission.TAKE_IN)
    judged: list[tuple[str, date]] = []
    with acting(actor, using=INGEST), connections[INGEST].cursor() as cursor:
        wait_for_folds(cursor)
        for source in Source.objects.using(INGEST).visible_to(actor).filter(expected_every_h__isnull=False):
            for day in _unjudged(actor, source, now):
                _judge(actor, source, day, over=True, now=now)
                judged.append((source.name, day))
        if judged:
            apply_silence(actor=actor, now=now, using=INGEST)
    return judged


def is_over(source: Source, day: date, arrivals: Arrivals, now: datetime) -> bool:
    """Tell whether what has not come for a day will not come: only then it is missing.

    Where something came: some hours after the day and after its last file. Where nothing came: when the source is
    overdue, by its own rhythm, or has gone on to a later day. A source without a rhythm owes nothing.
    """
    if source.expected_every_h is None:
        return False
    end = _start(day) + timedelta(days=1)
    last_at = arrivals.last_at.get(day)
    if last_at is not None:
        return now >= max(end, last_at) + SETTLING
    if _is_between_deliveries(source, day, arrivals):
        return False
    gone_on = any(day < later <= now.date() for later in arrivals.last_at)
    return now >= end + (SETTLING if gone_on else max(timedelta(hours=source.expected_every_h), SETTLING))


def coverage_rows(source: Source, day: date, sizes: Volumes, *, over: bool) -> Iterator[CoverageRow]:
    """Say what each type covers, by name; types that did not come only when the day is over."""
    for report_type in sorted({*sizes.today, *sizes.usual}):
        rows, usual = sizes.today.get(report_type), sizes.usual.get(report_type)
        if rows is None and not over:
            continue
        coverage = _coverage(source, day, sizes, report_type)
        yield CoverageRow(
            report_type=report_type,
            problems=problems_of(report_type),
            strength=coverage.strength,
            why=coverage.why,
            percent=coverage.percent,
            rows=rows,
            rows_usual=None if usual is None else round(usual),
            window_from=_start(day),
            window_until=_start(day) + timedelta(days=1),
        )


def problems_of(report_type: str) -> tuple[str, ...]:
    """Name the problems that a report of this type can show."""
    feed: Feed = feed_for(report_type)
    if feed.problem is None:
        return (f"{UNKNOWN_PREFIX}{report_type}",)
    return tuple(sorted({feed.problem, *(code for _pattern, code in feed.problem_by_tag)}))


def _judge(actor: Actor, source: Source, day: date, *, over: bool, now: datetime) -> None:
    sizes = volumes(actor=actor, source=source, day=day)
    rows = list(coverage_rows(source, day, sizes, over=over))
    if rows:
        record_coverage(actor=actor, source=source.name, day=day, rows=rows, now=now, using=INGEST)


def _coverage(source: Source, day: date, sizes: Volumes, report_type: str) -> ReportCoverage:
    coverage = coverage_of_report(
        rows=sizes.today.get(report_type),
        median_28d=sizes.usual.get(report_type),
        delivery_rows=sizes.delivery,
        delivery_median_28d=sizes.usual_delivery,
        mode=ReportMode.DELTA if holds_changes_only(source, day) else ReportMode.FULL,
    )
    coverage = at_most(coverage, feed_for(report_type).coverage, CoverageWhy.TYPE_LIMITS)
    if source.coverage_mode == "none":
        coverage = at_most(coverage, Strength.NONE, CoverageWhy.SOURCE_LIMITS)
    return coverage


def _unjudged(actor: Actor, source: Source, now: datetime) -> Iterator[date]:
    """Give the days of the window that are over and lack a word on some type, oldest first."""
    first = now.date() - timedelta(days=WINDOW_DAYS)
    arrivals = Arrivals.of(actor, source, since=first - timedelta(days=_rhythm_days(source)))
    types = _days_of_types(actor, source, since=first - timedelta(days=WINDOW_DAYS))
    said = set(
        Coverage.objects.using(INGEST)
        .visible_to(actor)
        .filter(source=source.name, day__gte=first)
        .values_list("day", "report_type")
    )
    for number in range(WINDOW_DAYS + 1):
        day = first + timedelta(days=number)
        expected = {name for name, days in types.items() if _was_sent(source, days, day)}
        if any((day, name) not in said for name in expected) and is_over(source, day, arrivals, now):
            yield day


def _days_of_types(actor: Actor, source: Source, *, since: date) -> Mapping[str, Collection[date]]:
    """Give on which days each type came."""
    days: dict[str, set[date]] = {}
    for report_type, period in (
        Report.objects.using(INGEST)
        .visible_to(actor)
        .filter(source=source, period__gte=since)
        .values_list("report_type", "period")
        .distinct()
        .order_by()
    ):
        days.setdefault(report_type, set()).add(period)
    return days


def _was_sent(source: Source, days: Collection[date], day: date) -> bool:
    """Tell whether a type came on that day or in the window before, on a day that compares with it (`volumes`)."""
    changes = holds_changes_only(source, day)
    return any(
        day - timedelta(days=WINDOW_DAYS) <= came <= day and holds_changes_only(source, came) == changes
        for came in days
    )


def _rhythm_days(source: Source) -> int:
    """Give the days from one delivery to the next, at least one."""
    return max(1, math.ceil((source.expected_every_h or 0) / 24))


def _is_between_deliveries(source: Source, day: date, arrivals: Arrivals) -> bool:
    """Tell whether a source that does not deliver every day owes nothing for this one."""
    return any(day - timedelta(days=back) in arrivals.last_at for back in range(1, _rhythm_days(source)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
