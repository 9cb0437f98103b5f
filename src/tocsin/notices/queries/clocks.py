"""The policy of deadlines and the calendar as they stand."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tocsin.findings.models import CalendarDay, Policy
from tocsin.findings.rules import DEFAULT_DEADLINES, Calendar, DeadlineRow
from tocsin.findings.rules.tables import deadline_rows
from tocsin.kernel.actor import Actor


def rows_in_force(*, actor: Actor, now: datetime) -> Sequence[DeadlineRow]:
    """Give the deadlines of the newest policy that is in force; the preset where there is none."""
    newest = (
        Policy.objects.visible_to(actor)
        .filter(subject="deadline", effective_at__lte=now)
        .order_by("-effective_at", "-version")
        .first()
    )
    return deadline_rows(newest.rows) if newest is not None else DEFAULT_DEADLINES.rows


def calendar(*, actor: Actor, zone: tzinfo) -> Calendar:
    """Give the working calendar, with the days that are not as their weekday says."""
    days = list(CalendarDay.objects.visible_to(actor).values_list("day", "is_working"))
    return Calendar(
        zone=zone,
        non_working=frozenset(day for day, is_working in days if not is_working),
        working=frozenset(day for day, is_working in days if is_working),
    )
