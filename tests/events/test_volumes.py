"""How large a source's reports usually are: what coverage may expect, and what the gate compares with."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.factories import events as make
from tocsin.access.scope import INGEST, acting
from tocsin.events.models import Source
from tocsin.events.volumes import Volumes, size_of_type, volumes
from tocsin.kernel.actor import Actor, system

#: A Monday.
TODAY = date(2026, 11, 23)


@pytest.fixture
def clock(database: str) -> Iterator[Actor]:
    with acting(system("clock"), using=INGEST) as actor:
        yield actor


def days_ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=day) for day in days]


def measured(actor: Actor, source: Source, day: date = TODAY) -> Volumes:
    return volumes(actor=actor, source=source, day=day)


def test_coverage_counts_days_on_which_a_type_is_missing_as_nothing(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day in days_ago(*range(1, 15)):
        make.report(source, "scan_rdp", day, rows=1000)
    for day in days_ago(1, 8, 14):
        make.report(source, "scan_ics", day, rows=400)

    assert measured(clock, source).usual == {"scan_rdp": 1000, "scan_ics": 0}


def test_the_gate_compares_a_weekly_type_with_the_days_on_which_it_came(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day in days_ago(*range(1, 29)):
        make.report(source, "scan_rdp", day, rows=1000)
    for day in days_ago(7, 14, 21, 28):
        make.report(source, "scan_ics", day, rows=400)
    make.report(source, "scan_ics", TODAY, rows=420)

    assert measured(clock, source).usual_when_it_came == {"scan_rdp": 1000, "scan_ics": 400}


def test_a_type_that_returns_is_compared_with_the_last_day_it_came(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day, rows in zip(days_ago(40, 90), (60, 9000), strict=True):
        make.report(source, "special", day, rows=rows)
    make.report(source, "special", TODAY, rows=5000)

    sizes = measured(clock, source)

    assert (sizes.usual, sizes.usual_when_it_came) == ({}, {"special": 60})


def test_days_before_a_type_was_first_sent_do_not_count(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day in days_ago(*range(1, 29)):
        make.report(source, "scan_rdp", day, rows=1000)
    for day in days_ago(1, 2, 3):
        make.report(source, "scan_ics", day, rows=400)

    assert measured(clock, source).usual["scan_ics"] == 400


def test_a_day_on_which_the_whole_source_was_silent_is_no_day_of_comparison(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day in days_ago(1, 5, 9):
        make.report(source, "scan_rdp", day, rows=1000)

    assert measured(clock, source).usual["scan_rdp"] == 1000
    assert measured(clock, source).usual_delivery == 1000


def test_several_files_of_a_day_are_one_size_and_the_day_itself_is_not_usual(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for rows in (30, 12):
        make.report(source, "scan_rdp", TODAY, rows=rows)
    make.report(source, "scan_ics", TODAY, rows=0)

    sizes = measured(clock, source)

    assert sizes.today == {"scan_rdp": 42, "scan_ics": 0}
    assert (sizes.delivery, sizes.usual, sizes.usual_delivery) == (42, {}, None)


def test_other_sources_and_later_days_do_not_count(clock: Actor) -> None:
    source, other = make.source(using=INGEST), make.source("Provider", using=INGEST)
    make.report(source, "scan_rdp", TODAY - timedelta(days=29), rows=7)
    make.report(source, "scan_rdp", TODAY + timedelta(days=1), rows=7)
    make.report(other, "scan_rdp", TODAY - timedelta(days=1), rows=7)

    assert measured(clock, source) == Volumes(today={}, usual={}, usual_when_it_came={}, usual_delivery=None)


def test_a_source_of_changes_compares_whole_sundays_with_sundays(clock: Actor) -> None:
    source = make.source(using=INGEST, coverage_mode="delta")
    sunday = TODAY - timedelta(days=1)
    for week in (1, 2, 3):
        make.report(source, "scan_rdp", sunday - timedelta(weeks=week), rows=9000)
    for day in range(1, 7):
        make.report(source, "scan_rdp", sunday - timedelta(days=day), rows=40)

    assert measured(clock, source, sunday).usual == {"scan_rdp": 9000}
    assert measured(clock, source, TODAY).usual == {"scan_rdp": 40}


def test_one_type_by_itself_is_as_among_all(clock: Actor) -> None:
    source = make.source(using=INGEST)
    for day in days_ago(*range(1, 29)):
        make.report(source, "scan_rdp", day, rows=900 + day.day)
    for day in days_ago(7, 14, 21):
        make.report(source, "scan_ics", day, rows=400)
    make.report(source, "special", TODAY - timedelta(days=60), rows=70)
    for report_type, rows in (("scan_rdp", 10), ("scan_ics", 420), ("special", 5), ("fresh", 3)):
        make.report(source, report_type, TODAY, rows=rows)

    sizes = measured(clock, source)
    for report_type in ("scan_rdp", "scan_ics", "special", "fresh"):
        assert size_of_type(actor=clock, source=source, report_type=report_type, day=TODAY) == (
            sizes.today.get(report_type),
            sizes.usual_when_it_came.get(report_type),
        )
