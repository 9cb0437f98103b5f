"""How much time a deadline leaves, as a page says it."""

from datetime import datetime, timedelta

from tocsin.findings.rules import Calendar


def working_days_left(calendar: Calendar, *, now: datetime, due_at: datetime) -> int:
    """Count the working days after today up to and with the day of the deadline; 0 on that day and past it."""
    day, last = now.astimezone(calendar.zone).date(), due_at.astimezone(calendar.zone).date()
    left = 0
    while day < last:
        day += timedelta(days=1)
        left += calendar.is_working(day)
    return left
