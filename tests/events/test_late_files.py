"""A file that comes late tells of the past: in whatever order it comes, it reverses no newer verdict."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.scope import acting
from tocsin.events.models import Source
from tocsin.events.services import judge_delivery
from tocsin.findings.models import Finding, FindingChange, Sighting
from tocsin.kernel.actor import system

CLOCK = system("clock")
FIRST = date(2026, 11, 1)
ADDRESS = "198.18.1.5"
#: Files that come late, as (day, name's end): each shows the address on a day before the verdict.
LATE = ((1, "-second"), (2, "-second"), (3, "-second"))


def at(number: int, hour: float) -> datetime:
    return datetime.combine(FIRST, time(), UTC) + timedelta(days=number, hours=hour)


def arrives(number: int, *, shows: bool, end: str = "", now: datetime | None = None) -> None:
    """Let a day's report come, and be judged, in the small hours of the next one."""
    day = FIRST + timedelta(days=number)
    when = now or at(number, 26)
    others = [make.row(day, f"203.0.113.{last}") for last in range(60)]
    seen = [make.row(day, ADDRESS, tag=f"rdp{end}")] if shows else []
    name, content = make.file("scan_rdp", day, [*seen, *others])
    make.deliver((name.replace(".csv", f"{end}.csv"), content), now=when)
    with acting(CLOCK):
        source_id = Source.objects.get().pk
    judge_delivery(actor=CLOCK, source_id=source_id, day=day, now=when)


def finding() -> Finding:
    with acting(CLOCK):
        return Finding.objects.get()


@pytest.fixture
def verified(database: str) -> Finding:
    """See a thing for two days, then not, until covered silence has verified that it is gone."""
    with acting(CLOCK):
        registry.asset(registry.organisation(), "198.18.1.0/24")
    for number in range(7):
        arrives(number, shows=number < 2)
    assert finding().closing == "verified"
    return finding()


@pytest.mark.parametrize("order", list(itertools.permutations(LATE)))
def test_no_order_of_late_files_reverses_the_verdict(verified: Finding, order: tuple[tuple[int, str], ...]) -> None:
    for number, end in order:
        arrives(number, shows=True, end=end, now=at(8, 2))

    after = finding()
    assert (after.closing, after.coordinator, after.closed_at) == ("verified", "closed", verified.closed_at)
    assert (after.episode, after.relapses, after.last_verdict_at) == (1, 0, verified.last_verdict_at)


@pytest.fixture
def unseen(database: str) -> Finding:
    """See a thing for two days, then not for two, which is too short to verify anything."""
    with acting(CLOCK):
        registry.asset(registry.organisation(), "198.18.1.0/24")
    for number in range(4):
        arrives(number, shows=number < 2)
    assert (finding().machine, finding().closing) == ("unseen", None)
    return finding()


def delivered_late(number: int) -> None:
    """Let a second report of a day come days later, before it is judged."""
    day = FIRST + timedelta(days=number)
    name, content = make.file("scan_rdp", day, [make.row(day, ADDRESS, tag="late")])
    make.deliver((name.replace(".csv", "-second.csv"), content), now=at(4, 3))


def lines() -> list[tuple[str, str]]:
    with acting(CLOCK):
        return list(FindingChange.objects.order_by("id").values_list("action", "after"))


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_seen_before_the_newest_look_is_still_unseen(unseen: Finding, number: int) -> None:
    delivered_late(number)

    with acting(CLOCK):
        assert Sighting.objects.get().last_seen_at == at(number, 3) + timedelta(minutes=12, seconds=45)
    assert (finding().machine, finding().changed_at) == ("unseen", unseen.changed_at)
    assert lines() == [("looked_unseen", "unseen")]


def test_what_was_seen_within_the_newest_look_contradicts_it(unseen: Finding) -> None:
    delivered_late(3)

    assert finding().machine == "seen"
    assert lines() == [("looked_unseen", "unseen"), ("sighted", "seen")]


def test_a_late_sight_counts_against_silence(unseen: Finding) -> None:
    delivered_late(2)

    arrives(4, shows=False)

    # Of the three looks without it, the first came before it was last seen.
    assert (finding().machine, finding().closing) == ("unseen", None)


def test_a_file_of_after_the_verdict_reopens(verified: Finding) -> None:
    arrives(8, shows=True)

    after = finding()
    assert (after.closing, after.relapses) == (None, 1)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_days_may_come_in_any_order_and_the_last_sight_is_the_newest(database: str, order: tuple[int, ...]) -> None:
    with acting(CLOCK):
        registry.asset(registry.organisation(), "198.18.1.0/24")

    for number in order:
        arrives(number, shows=True, now=at(6, 2))

    with acting(CLOCK):
        sighting = Sighting.objects.get()
        assert Finding.objects.get().closing is None
    assert (sighting.last_seen_at, sighting.count) == (at(3, 3) + timedelta(minutes=12, seconds=45), 4)
