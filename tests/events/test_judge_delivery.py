"""What a day's delivery covers: what came counts at once, what is missing only when the day is over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import INGEST, acting
from tocsin.audit.models import AuditEntry
from tocsin.events.errors import NoSuchSource
from tocsin.events.models import Source
from tocsin.events.services import judge_days, judge_delivery
from tocsin.events.services.delivery import problems_of
from tocsin.findings.models import Coverage, Finding
from tocsin.findings.rules import CoverageWhy, Strength
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed

CLOCK = system("clock")
#: A Monday.
DAY = date(2026, 11, 16)
FULL, WEAK, NONE = Strength.FULL, Strength.WEAK, Strength.NONE


def at(day: date, hour: float) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


#: Six hours into the next day files have come, but the day is not over; by then it is.
ARRIVING, OVER = at(DAY, 24 + 6.5), at(DAY, 24 + 13)


@pytest.fixture
def make_source(database: str) -> Callable[..., Source]:
    """Make a source that sent 1,000 rows of scan_rdp and 10 of scan_ics on each of 20 days before the day."""

    def build(**given: object) -> Source:
        with acting(CLOCK, using=INGEST):
            source = make.source(using=INGEST, **given)
            for back in range(1, 21):
                make.report(source, "scan_rdp", DAY - timedelta(days=back), rows=1000)
                make.report(source, "scan_ics", DAY - timedelta(days=back), rows=10)
        return source

    return build


def arrives(source: Source, report_type: str, rows: int, day: date = DAY) -> None:
    with acting(CLOCK, using=INGEST):
        make.report(source, report_type, day, rows=rows)


def judged(source: Source, day: date = DAY) -> dict[str, tuple[Strength, CoverageWhy]]:
    with acting(CLOCK):
        found = Coverage.objects.filter(source=source.name, day=day)
        return {row.report_type: (Strength(row.strength), CoverageWhy(row.why)) for row in found}


def judge(source: Source, now: datetime, day: date = DAY) -> dict[str, tuple[Strength, CoverageWhy]]:
    judge_delivery(actor=CLOCK, source_id=source.pk, day=day, now=now)
    return judged(source, day)


def test_what_came_counts_at_once(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)

    assert judge(source, ARRIVING)["scan_rdp"] == (FULL, CoverageWhy.ENOUGH)


def test_what_has_not_come_while_files_arrive_is_not_missing(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)

    assert set(judge(source, ARRIVING)) == {"scan_rdp"}


def test_a_small_type_that_did_not_come_is_covered_when_the_day_is_over(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)

    assert judge(source, OVER)["scan_ics"] == (FULL, CoverageWhy.DELIVERY_ENOUGH)


def test_a_large_type_that_did_not_come_proves_nothing(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_ics", 9)

    assert judge(source, OVER) == {
        "scan_ics": (WEAK, CoverageWhy.DELIVERY_SHORT),
        "scan_rdp": (NONE, CoverageWhy.MISSING),
    }


def test_a_day_is_not_over_while_its_files_still_come(make_source: Callable[..., Source]) -> None:
    source = make_source()
    with acting(CLOCK, using=INGEST):
        make.report(source, "scan_rdp", DAY, rows=990, received_at=OVER - timedelta(hours=1))

    assert set(judge(source, OVER)) == {"scan_rdp"}


def test_a_day_itself_that_has_not_ended_is_not_over(make_source: Callable[..., Source]) -> None:
    source = make_source()
    with acting(CLOCK, using=INGEST):
        make.report(source, "scan_rdp", DAY, rows=990, received_at=at(DAY, 2))

    assert set(judge(source, at(DAY, 20))) == {"scan_rdp"}


def test_a_later_file_of_the_day_judges_again(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 400)
    assert judge(source, ARRIVING)["scan_rdp"] == (WEAK, CoverageWhy.SHORT)
    arrives(source, "scan_rdp", 500)

    assert judge(source, ARRIVING)["scan_rdp"] == (FULL, CoverageWhy.ENOUGH)


def test_judging_twice_is_judging_once(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)

    assert judge(source, OVER) == judge(source, OVER)
    with acting(CLOCK):
        assert Coverage.objects.count() == 2


def test_a_row_says_window_problems_and_sizes(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)
    arrives(source, "scan_http_vulnerable", 3)

    judge(source, ARRIVING)

    with acting(CLOCK):
        rdp = Coverage.objects.get(report_type="scan_rdp")
        web = Coverage.objects.get(report_type="scan_http_vulnerable")
    assert (rdp.window_from, rdp.window_until) == (at(DAY, 0), at(DAY, 24))
    assert (rdp.rows, rdp.rows_usual, rdp.percent, rdp.problems) == (990, 1000, 99, ["open-rdp"])
    assert (web.rows, web.rows_usual, web.why) == (3, None, CoverageWhy.NEW_TYPE)
    assert set(web.problems) == {"exposed-git-folder", "unencrypted-web-login", "vulnerable-web-service"}


@pytest.mark.parametrize(
    ("mode", "day", "coverage"),
    [
        ("full", DAY, (FULL, CoverageWhy.ENOUGH)),
        ("none", DAY, (NONE, CoverageWhy.SOURCE_LIMITS)),
        ("delta", DAY, (WEAK, CoverageWhy.CHANGES_ONLY)),
        ("delta", DAY - timedelta(days=1), (FULL, CoverageWhy.ENOUGH)),
    ],
)
def test_the_source_says_what_its_silence_can_prove(
    make_source: Callable[..., Source], mode: str, day: date, coverage: tuple[Strength, CoverageWhy]
) -> None:
    source = make_source(coverage_mode=mode)
    arrives(source, "scan_rdp", 990)

    assert judge(source, OVER, day)["scan_rdp"] == coverage


def test_an_unknown_type_covers_nothing(make_source: Callable[..., Source]) -> None:
    source = make_source()
    for back in range(5):
        arrives(source, "scan_new_thing", 500, DAY - timedelta(days=back))

    assert judge(source, OVER)["scan_new_thing"] == (NONE, CoverageWhy.TYPE_LIMITS)
    assert problems_of("scan_new_thing") == ("unknown-report-type:scan_new_thing",)


def test_a_variant_covers_the_problem_of_its_type() -> None:
    assert problems_of("scan6_rdp") == ("open-rdp",)


def test_the_clock_judges_what_is_missing_once_the_day_is_over(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)
    judge_days(actor=CLOCK, now=ARRIVING)
    judge(source, ARRIVING)

    assert judge_days(actor=CLOCK, now=ARRIVING) == []
    assert judge_days(actor=CLOCK, now=OVER) == [(source.name, DAY)]
    assert set(judged(source)) == {"scan_rdp", "scan_ics"}
    assert judge_days(actor=CLOCK, now=OVER) == []


def test_a_silent_day_covers_nothing_once_the_source_is_overdue(make_source: Callable[..., Source]) -> None:
    source = make_source()
    judge_days(actor=CLOCK, now=at(DAY, 24 + 23))

    assert judged(source) == {}
    judge_days(actor=CLOCK, now=at(DAY, 48))
    assert judged(source) == {
        "scan_rdp": (NONE, CoverageWhy.MISSING),
        "scan_ics": (NONE, CoverageWhy.DELIVERY_MISSING),
    }


def test_a_silent_day_is_over_when_the_source_has_gone_on(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990, DAY + timedelta(days=1))

    judge_days(actor=CLOCK, now=at(DAY, 24 + 7))

    assert judged(source)["scan_rdp"] == (NONE, CoverageWhy.MISSING)


def test_a_file_dated_into_the_future_ends_no_day(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990, DAY + timedelta(days=300))

    judge_days(actor=CLOCK, now=at(DAY, 24 + 7))

    assert judged(source) == {}


def test_a_source_without_a_rhythm_owes_nothing(make_source: Callable[..., Source]) -> None:
    source = make_source(expected_every_h=None)
    arrives(source, "scan_rdp", 990)

    assert judge_days(actor=CLOCK, now=OVER + timedelta(days=3)) == []
    assert set(judge(source, OVER)) == {"scan_rdp"}


def test_a_weekly_source_owes_nothing_between_its_days(database: str) -> None:
    with acting(CLOCK, using=INGEST):
        source = make.source(using=INGEST, expected_every_h=168)
        for week in (1, 2, 3):
            make.report(source, "scan_rdp", DAY - timedelta(weeks=week), rows=1000)

    judge_days(actor=CLOCK, now=at(DAY, 24 + 168))

    with acting(CLOCK):
        days = set(Coverage.objects.filter(why=CoverageWhy.MISSING).values_list("day", flat=True))
    assert days == {DAY}


def test_silence_speaks_in_the_same_transaction(database: str, now: datetime) -> None:
    with acting(CLOCK):
        registry.asset(registry.organisation(), "198.18.1.0/24")
    first = date(2026, 11, 1)
    for number in range(8):
        day = first + timedelta(days=number)
        seen = [make.row(day, "198.18.1.5")] if number < 3 else []
        others = [make.row(day, f"203.0.113.{last}") for last in range(60)]
        make.deliver(make.file("scan_rdp", day, [*seen, *others]), now=at(day, 26))
        with acting(CLOCK, using=INGEST):
            source = Source.objects.using(INGEST).get()

        judge_delivery(actor=CLOCK, source_id=source.pk, day=day, now=at(day, 26))

        with acting(CLOCK):
            finding = Finding.objects.get()
        assert (finding.closing == "verified") is (number >= 5), day


def test_it_refuses_whoever_may_not_take_in(make_source: Callable[..., Source]) -> None:
    source = make_source()
    auditor = registry.person(Role.AUDITOR)

    with pytest.raises(NotAllowed):
        judge_delivery(actor=auditor, source_id=source.pk, day=DAY, now=OVER)
    with pytest.raises(NotAllowed):
        judge_days(actor=auditor, now=OVER)


def test_it_says_so_where_there_is_no_such_source(database: str) -> None:
    with pytest.raises(NoSuchSource):
        judge_delivery(actor=CLOCK, source_id=999, day=DAY, now=OVER)


def test_it_leaves_a_trace(make_source: Callable[..., Source]) -> None:
    source = make_source()
    arrives(source, "scan_rdp", 990)

    judge(source, ARRIVING)

    with acting(CLOCK):
        assert AuditEntry.objects.filter(action="findings.record_coverage", target_id=source.name).exists()
