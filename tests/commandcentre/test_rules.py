"""When the last shift ended."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.commandcentre.rules import LastShift, Since, last_shift

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
