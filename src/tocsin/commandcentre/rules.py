"""When the last shift ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

#: The shift before ended at this hour of its working day.
SHIFT_ENDS_H = 18
#: Further back than this no working day is looked for: a week of holidays with its weekends.
_LOOK_BACK_DAYS = 12


class Since(StrEnum):
    """How the time since the last shift is called."""

    OVERNIGHT = "overnight"
    #: A weekend or holidays lie between.
    DAYS = "days"


@dataclass(frozen=True, kw_only=True)
class LastShift:
    """When somebody last looked."""

    ended_at: datetime
    day: date
    since: Since


def last_shift(*, now: datetime, zone: tzinfo, is_working: Callable[[date], bool]) -> LastShift:
    """Give the end of the last working day before today, at `SHIFT_ENDS_H` of the zone."""
    today = now.astimezone(zone).date()
    before = (today - timedelta(days=days) for days in range(1, _LOOK_BACK_DAYS))
    day = next((day for day in before if is_working(day)), today - timedelta(days=1))
    return LastShift(
        ended_at=datetime.combine(day, time(SHIFT_ENDS_H), zone).astimezone(UTC),
        day=day,
        since=Since.OVERNIGHT if (today - day).days == 1 else Since.DAYS,
    )
