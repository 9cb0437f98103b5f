"""How many rows a source usually sends: medians over the 28 days before a day, by type and in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Sum

from tocsin.access.scope import INGEST
from tocsin.events.models import Report, Source
from tocsin.kernel.actor import Actor

#: The window of the medians (design, "Coverage").
WINDOW_DAYS = 28
#: A source in delta mode sends everything on this day (`date.weekday()`) and changes only on the others.
FULL_WEEKDAY = 6
_ByDay = dict[date, dict[str, int]]


@dataclass(frozen=True, kw_only=True)
class Volumes:
    """Rows of one source by type, on a day and usually. What is compared is alike: whole days, or days of changes."""

    #: Type -> rows on the day; a type that did not come is not here, one with a header only has 0.
    today: Mapping[str, int]
    #: Type -> median over the days of the window on which the source delivered anything, from the type's first one
    #: on; days on which the type is missing count 0. This is what coverage asks: how much may we expect?
    usual: Mapping[str, float]
    #: Type -> median over the days of the window on which the type came; of a type of today that came on none, the
    #: rows of the last day on which it did. This is what the gate asks: is this unlike what comes when it comes?
    usual_when_it_came: Mapping[str, float]
    #: Median of the days over all types together; null: no history.
    usual_delivery: float | None

    @property
    def delivery(self) -> int:
        """Give the rows of the day over all types."""
        return sum(self.today.values())


def holds_changes_only(source: Source, day: date) -> bool:
    """Tell whether what the source sends for that day is only what changed."""
    return source.coverage_mode == "delta" and day.weekday() != FULL_WEEKDAY


def volumes(*, actor: Actor, source: Source, day: date, using: str = INGEST) -> Volumes:
    """Count what a source sent on a day and in the 28 days before."""
    by_day = _rows_by_day(actor, source, day, using)
    today = by_day.pop(day, {})
    days = list(by_day.values())
    came = {name: median(counts[name] for counts in days if name in counts) for name in _types(days)}
    returned = [name for name in today if name not in came]
    return Volumes(
        today=today,
        usual={name: _median_since_first(name, by_day) for name in came},
        usual_when_it_came=came | (_last_seen(actor, source, day, returned, using) if returned else {}),
        usual_delivery=median(sum(counts.values()) for counts in days) if days else None,
    )


def size_of_type(
    *, actor: Actor, source: Source, report_type: str, day: date, using: str = INGEST
) -> tuple[int | None, float | None]:
    """Give the rows of one type on a day, and as `Volumes.usual_when_it_came`; null: it did not come, it never came.

    What every report asks, so it reads the type alone.
    """
    by_day = _rows_by_day(actor, source, day, using, report_type)
    today = by_day.pop(day, {}).get(report_type)
    if by_day:
        return today, median(counts[report_type] for counts in by_day.values())
    return today, _last_seen(actor, source, day, [report_type], using).get(report_type)


def _rows_by_day(actor: Actor, source: Source, day: date, using: str, report_type: str = "") -> _ByDay:
    """Give day -> type -> rows, of the days that are like that day; of one type, or of all."""
    reports = (
        Report.objects.using(using)
        .visible_to(actor)
        .filter(source=source, period__lte=day, period__gte=day - timedelta(days=WINDOW_DAYS))
    )
    if report_type:
        reports = reports.filter(report_type=report_type)
    sums = reports.values_list("period", "report_type").annotate(total=Sum("rows"))
    by_day: _ByDay = {}
    for period, report_type, total in sums:
        if holds_changes_only(source, period) == holds_changes_only(source, day):
            by_day.setdefault(period, {})[report_type] = total
    return by_day


def _types(days: list[dict[str, int]]) -> set[str]:
    return {name for counts in days for name in counts}


def _median_since_first(report_type: str, by_day: _ByDay) -> float:
    """Give a type's median from its first day in the window on: before that it was not sent yet."""
    first = min(day for day, counts in by_day.items() if report_type in counts)
    return median(counts.get(report_type, 0) for day, counts in by_day.items() if day >= first)


def _last_seen(actor: Actor, source: Source, day: date, types: list[str], using: str) -> dict[str, float]:
    """Give the rows of the last day on which each type came before the window."""
    found: dict[str, float] = {}
    sums = (
        Report.objects.using(using)
        .visible_to(actor)
        .filter(source=source, report_type__in=types, period__lt=day - timedelta(days=WINDOW_DAYS))
        .values_list("report_type", "period")
        .annotate(total=Sum("rows"))
        .order_by("report_type", "-period")
    )
    for report_type, _period, total in sums:
        found.setdefault(report_type, total)
    return found
