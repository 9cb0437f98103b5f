"""The working calendar as it stands."""

from datetime import tzinfo

from tocsin.findings.models import CalendarDay
from tocsin.findings.rules import Calendar
from tocsin.kernel.actor import Actor


def calendar(*, actor: Actor, zone: tzinfo) -> Calendar:
    """Give the working calendar, with the days that are not as their weekday says."""
    days = list(CalendarDay.objects.visible_to(actor).values_list("day", "is_working"))
    return Calendar(
        zone=zone,
        non_working=frozenset(day for day, is_working in days if not is_working),
        working=frozenset(day for day, is_working in days if is_working),
    )
