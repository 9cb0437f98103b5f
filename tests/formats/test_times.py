"""Times in columns."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tocsin.formats.times import read_times

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23 12:00:05", NOON),
        ("2026-11-23T12:00:05", NOON),
        ("2026-11-23T12:00:05Z", NOON),
        ("2026-11-23 12:00:05 UTC", NOON),
        ("2026-11-23 12:00:05+00:00", NOON),
        ("2026-11-23T20:00:05+08:00", NOON),
        ("2026-11-23T06:30:05-0530", NOON),
        ("2026-11-23T12:00:05.5Z", NOON.replace(microsecond=500_000)),
        ("2026-11-23 12:00:05,123456789", NOON.replace(microsecond=123_456)),
        ("2026-11-23 12:00", NOON.replace(second=0)),
        ("2026-11-23", None),
        ("2026-02-30 12:00:05", None),
        ("2026-11-23 24:00:00", None),
        ("23.11.2026 12:00:05", None),
        ("1795435205", None),
        ("2026-11-23 12:00:05 CST", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_read_as_utc(text: str | None, time: datetime | None) -> None:
    read = read_times(pl.Series(["2000-01-01 00:00:00", text], dtype=pl.String))

    assert read.to_list() == [datetime(2000, 1, 1, tzinfo=UTC), time]
    assert read.dtype == pl.Datetime("us", "UTC")
