"""When the last shift ended, and which sources are late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.commandcentre.rules import LastShift, Since, Timeliness, last_shift, timeliness

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def test_on_a_tuesday_the_last_shift_was_yesterdays() -> None:
    assert last_shift(now=MONDAY + timedelta(days=1), zone=ZONE, is_working=weekdays) == LastShift(
        ended_at=datetime(2026, 11, 23, 10, tzinfo=UTC), day=date(2026, 11, 23), since=Since.OVERNIGHT
    )


def test_on_a_monday_it_was_fridays() -> None:
    found = last_shift(now=MONDAY, zone=ZONE, is_working=weekdays)

    assert (found.day, found.since) == (date(2026, 11, 20), Since.DAYS)


def test_holidays_count_as_no_shift() -> None:
    found = last_shift(now=MONDAY, zone=ZONE, is_working=lambda day: weekdays(day) and day != date(2026, 11, 20))

    assert found.day == date(2026, 11, 19)


def test_where_nobody_ever_works_it_was_yesterday() -> None:
    assert last_shift(now=MONDAY, zone=ZONE, is_working=lambda _: False).day == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("hours", "every_h", "found"),
    [
        (None, 24, Timeliness.NEVER),
        (500, None, Timeliness.NO_RHYTHM),
        (30, 24, Timeliness.ON_TIME),
        (30.1, 24, Timeliness.SILENT),
        (5, 4, Timeliness.ON_TIME),
        (5.1, 4, Timeliness.SILENT),
    ],
)
def test_a_source_is_silent_a_quarter_past_its_rhythm(
    hours: float | None, every_h: int | None, found: Timeliness
) -> None:
    last_at = MONDAY - timedelta(hours=hours) if hours is not None else None

    assert timeliness(last_at=last_at, every_h=every_h, now=MONDAY) is found
