"""How many rows a source usually sends: medians over the 28 days before a day, by type and in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Sum

from tocsin.access.scope import INGEST
from tocsin.events.models import Report
from tocsin.kernel.actor import Actor

#: The window of the medians (design, "Coverage").
WINDOW_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Volumes:
    """Rows of one source by type, on a day and usually."""

    #: Type -> rows on the day; a type that did not come is not here.
    today: Mapping[str, int]
    #: Type -> median over the days of the window on which the source delivered anything; a type's missing days are 0.
    usual: Mapping[str, float]
    #: The same over all types together; null: no history.
    usual_delivery: float | None

    @property
    def delivery(self) -> int:
        """Give the rows of the day over all types."""
        return sum(self.today.values())


def volumes(*, actor: Actor, source_id: int, day: date, using: str = INGEST) -> Volumes:
    """Count what a source sent on a day and in the 28 days before."""
    sums = (
        Report.objects.using(using)
        .visible_to(actor)
        .filter(source_id=source_id, period__lte=day, period__gte=day - timedelta(days=WINDOW_DAYS))
        .values_list("period", "report_type")
        .annotate(total=Sum("rows"))
    )
    by_day: dict[date, dict[str, int]] = {}
    for period, report_type, total in sums:
        by_day.setdefault(period, {})[report_type] = total
    today = by_day.pop(day, {})
    days = list(by_day.values())
    types = {name for counts in days for name in counts}
    return Volumes(
        today=today,
        usual={name: _median_since_first(name, by_day) for name in types},
        usual_delivery=median(sum(counts.values()) for counts in days) if days else None,
    )


def _median_since_first(report_type: str, by_day: Mapping[date, Mapping[str, int]]) -> float:
    """Give a type's median from its first day in the window on: before that it was not sent yet."""
    first = min(day for day, counts in by_day.items() if report_type in counts)
    return median(counts.get(report_type, 0) for day, counts in by_day.items() if day >= first)
