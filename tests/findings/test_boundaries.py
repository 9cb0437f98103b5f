"""Assets that begin or end by their date: the registry is asked, whenever the clock ticks next."""

from datetime import datetime, timedelta

import pytest
from django.db import connections

from tests.factories import registry
from tests.factories.findings import MONDAY
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings import tasks
from tocsin.findings.services import ask_after_boundaries
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Organisation

NOW = MONDAY
HOUR = timedelta(hours=1)


def ticks(at: datetime) -> None:
    tasks.clock(timestamp=int(at.timestamp()))


def asked() -> int:
    """Count the jobs, and take them away as a worker would."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'findings.reattribute'")
        return int(cursor.rowcount)


@pytest.fixture
def ticking(hospital: Organisation, clock: Actor) -> None:
    """Have looked at an asset without dates, up to now."""
    with acting(clock):
        registry.asset(hospital, "198.18.0.0/15")
    ticks(NOW)
    assert asked() == 0


@pytest.mark.parametrize("date", ["valid_from", "valid_until"])
@pytest.mark.parametrize("away", [1, 9, 400])
def test_a_date_that_passed_while_no_worker_ran_is_asked_about_once(
    ticking: None, hospital: Organisation, clock: Actor, date: str, away: int
) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", **{date: NOW + HOUR / 2})

    ticks(NOW + away * HOUR)
    first = asked()
    ticks(NOW + (away + 1) * HOUR)

    assert (first, asked()) == (1, 0)


def test_the_very_moment_counts_once(ticking: None, hospital: Organisation, clock: Actor) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", valid_until=NOW + HOUR)

    ticks(NOW + HOUR)
    first = asked()
    ticks(NOW + 2 * HOUR)

    assert (first, asked()) == (1, 0)


def test_what_has_yet_to_come_is_not_asked_about(ticking: None, hospital: Organisation, clock: Actor) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", valid_from=NOW - 9 * HOUR, valid_until=NOW + 9 * HOUR)

    ticks(NOW + HOUR)

    assert asked() == 0


def test_the_first_tick_looks_at_all_that_has_passed(hospital: Organisation, clock: Actor) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", valid_until=NOW - timedelta(days=300))

    ticks(NOW)

    assert asked() == 1


def test_a_tick_that_comes_late_moves_nothing_back(ticking: None, hospital: Organisation, clock: Actor) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", valid_until=NOW - HOUR / 2)

    ticks(NOW - HOUR)
    ticks(NOW + HOUR)

    assert asked() == 0


def test_the_trail_says_from_when_to_when(ticking: None, hospital: Organisation, clock: Actor) -> None:
    with acting(clock):
        registry.asset(hospital, "198.18.1.0/24", valid_until=NOW + HOUR)

    ticks(NOW + 2 * HOUR)

    with acting(clock):
        (entry,) = AuditEntry.objects.filter(action="findings.ask_after_boundaries")
    assert entry.after == {"since": NOW.isoformat(), "until": (NOW + 2 * HOUR).isoformat()}


def test_only_the_clock_asks(database: str, desk: Actor) -> None:
    with pytest.raises(NotAllowed), acting(desk):
        ask_after_boundaries(actor=desk, until=NOW)
