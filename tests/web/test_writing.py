"""Numbers, times and sizes, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tocsin.web import writing

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 23, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (3482, 0, "3,482"),
        (0, 0, "0"),
        (-9, 0, "\u22129"),
        (6.54, 1, "6.5"),
        (Decimal("1234.5"), 2, "1,234.50"),
        (None, 0, "\u2013"),
    ],
)
def test_numbers_are_grouped(value: float | Decimal | None, decimals: int, text: str) -> None:
    assert writing.thousands(value, decimals=decimals) == text


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (datetime(2026, 11, 22, 21, 58, tzinfo=UTC), "Mon 23 Nov 05:58", "11 月 23 日 05:58"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "Wed 31 Dec 2025 23:59", "2025 年 12 月 31 日 23:59"),
        # Over the turn of the year, the zone decides which year it is.
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "Thu 1 Jan 00:00", "1 月 1 日 00:00"),
    ],
)
def test_times_are_written_in_the_zone(value: datetime, english: str, chinese: str) -> None:
    assert writing.moment(value, language="en", zone=SHANGHAI, now=NOW) == english
    assert writing.moment(value, language="zh-hans", zone=SHANGHAI, now=NOW) == chinese


def test_days_are_written_short_and_long() -> None:
    monday = date(2026, 11, 23)

    assert writing.day(monday, language="en", today=monday) == "Mon 23 Nov"
    assert writing.long_day(monday, language="en") == "Monday 23 November 2026"
    assert writing.long_day(monday, language="zh-hans") == "2026 年 11 月 23 日 星期一"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 seconds", "0 秒"),
        (1, "1 second", "1 秒"),
        (60, "1 minute", "1 分钟"),
        (3600, "1 hour", "1 小时"),
        (26 * 3600, "26 hours", "26 小时"),
        (48 * 3600, "2 days", "2 天"),
        (6.5 * 86400, "6.5 days", "6.5 天"),
        (400 * 86400, "400 days", "400 天"),
    ],
)
def test_lengths_of_time_take_the_fitting_unit(seconds: float, english: str, chinese: str) -> None:
    assert writing.duration(seconds, language="en") == english
    assert writing.duration(timedelta(seconds=seconds), language="zh-hans") == chinese


@pytest.mark.parametrize(
    ("ago", "english", "chinese"),
    [
        (timedelta(seconds=5), "just now", "刚刚"),
        (timedelta(hours=3), "3 hours ago", "3 小时前"),
        (timedelta(days=-5), "in 5 days", "5 天后"),
    ],
)
def test_since_looks_both_ways(ago: timedelta, english: str, chinese: str) -> None:
    assert writing.since(NOW - ago, now=NOW, language="en") == english
    assert writing.since(NOW - ago, now=NOW, language="zh-hans") == chinese


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_400_000, "1.4 MB"),
        (52_000_000, "52 MB"),
        (2 * 10**12, "2.0 TB"),
        (None, "\u2013"),
    ],
)
def test_sizes_are_decimal(value: int | None, text: str) -> None:
    assert writing.size(value) == text


def test_lists_take_the_commas_of_the_language() -> None:
    assert writing.joined(["a", "b"], language="en") == "a, b"
    assert writing.joined(["甲", "乙"], language="zh-hans") == "甲、乙"


def test_a_share_is_written_as_percent() -> None:
    assert writing.percent(0.021, decimals=1) == "2.1\u00a0%"
    assert writing.percent(None) == "\u2013"
