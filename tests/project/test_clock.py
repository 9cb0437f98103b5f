"""A demonstration's clock begins where it is told and goes on from there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tocsin.project import clock, env

MONDAY = datetime(2026, 11, 23, 1, 31, tzinfo=UTC)


def test_it_runs_on_from_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", timezone.now)

    clock.begin_at(MONDAY)

    assert MONDAY <= timezone.now() < MONDAY + timedelta(minutes=1)


def test_without_the_setting_the_time_is_real() -> None:
    assert env.read({}).clock is None


@pytest.mark.parametrize("text", ["2026-11-23T09:31:00", "Monday"])
def test_a_moment_needs_its_zone(text: str) -> None:
    with pytest.raises(env.OddSetting, match="TOCSIN_CLOCK"):
        env.read({"TOCSIN_CLOCK": text})
