"""When a finding must be mended, what stops the clock, and when it is late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.findings.rules import (
    DEFAULT_DEADLINES,
    Calendar,
    Deadline,
    DeadlineRow,
    Owner,
    Status,
    Unit,
    deadline,
    due_after_early_end,
    due_after_pause,
    overdue,
    pause_until,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
#: Monday, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
PLAIN = Calendar(zone=SHANGHAI)


def due(
    severity: Severity,
    *,
    tier: int | None = None,
    critical: bool = False,
    start_at: datetime = MONDAY,
    calendar: Calendar = PLAIN,
) -> Deadline:
    result = deadline(
        rows=DEFAULT_DEADLINES.rows,
        severity=severity,
        tier=tier,
        critical=critical,
        start_at=start_at,
        calendar=calendar,
    )
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("severity", "tier", "critical", "local", "text"),
    [
        (Severity.CRITICAL, None, False, datetime(2026, 11, 25, 9, tzinfo=SHANGHAI), "critical: 48 hours"),
        (Severity.CRITICAL, 1, False, datetime(2026, 11, 24, 9, tzinfo=SHANGHAI), "critical, tier 1: 24 hours"),
        (
            Severity.CRITICAL,
            3,
            True,
            datetime(2026, 11, 24, 9, tzinfo=SHANGHAI),
            "critical, critical infrastructure: 24 hours",
        ),
        (Severity.HIGH, 2, False, datetime(2026, 11, 30, 18, tzinfo=SHANGHAI), "high: 5 working days"),
        (
            Severity.HIGH,
            None,
            True,
            datetime(2026, 11, 26, 18, tzinfo=SHANGHAI),
            "high, critical infrastructure: 3 working days",
        ),
        (Severity.MEDIUM, None, False, datetime(2026, 12, 14, 18, tzinfo=SHANGHAI), "medium: 15 working days"),
        (Severity.LOW, 1, True, datetime(2026, 12, 23, 18, tzinfo=SHANGHAI), "low: 30 days"),
    ],
)
def test_the_preset_sets_deadlines(
    severity: Severity, tier: int | None, critical: bool, local: datetime, text: str
) -> None:
    result = due(severity, tier=tier, critical=critical)

    assert result.due_at == local
    assert result.due_at.tzinfo is UTC
    assert result.said.text() == text


def test_information_has_no_deadline() -> None:
    assert (
        deadline(
            rows=DEFAULT_DEADLINES.rows,
            severity=Severity.INFO,
            tier=1,
            critical=True,
            start_at=MONDAY,
            calendar=PLAIN,
        )
        is None
    )


def test_the_row_that_names_most_decides_and_of_equals_the_shorter() -> None:
    def row(amount: int, unit: Unit, *, tier: int | None = None, critical: bool = False) -> DeadlineRow:
        return DeadlineRow(severity=Severity.HIGH, tier=tier, critical=critical, amount=amount, unit=unit)

    general = row(1, Unit.HOURS)
    by_tier = row(5, Unit.WORKING_DAYS, tier=1)
    by_role = row(6, Unit.CALENDAR_DAYS, critical=True)
    both = row(90, Unit.CALENDAR_DAYS, tier=1, critical=True)

    def decide(*rows: DeadlineRow) -> Deadline:
        result = deadline(rows=rows, severity=Severity.HIGH, tier=1, critical=True, start_at=MONDAY, calendar=PLAIN)
        assert result is not None
        return result

    # Five working days stretch over seven, so six calendar days are the shorter.
    assert decide(general, by_tier, by_role).row is by_role
    assert decide(both, general, by_tier).row is both
    assert decide(both).said.text() == "high, critical infrastructure, tier 1: 90 days"


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (1, Unit.HOURS, "low: 1 hour"),
        (1, Unit.CALENDAR_DAYS, "low: 1 day"),
        (1, Unit.WORKING_DAYS, "low: 1 working day"),
    ],
)
def test_one_is_said_in_the_singular(amount: int, unit: Unit, text: str) -> None:
    row = DeadlineRow(severity=Severity.LOW, amount=amount, unit=unit)

    result = deadline(rows=[row], severity=Severity.LOW, tier=None, critical=False, start_at=MONDAY, calendar=PLAIN)

    assert result is not None
    assert result.said.text() == text


@pytest.mark.parametrize("amount", [0, -1])
def test_a_deadline_needs_time(amount: int) -> None:
    with pytest.raises(Invalid, match="more than 0 hours"):
        DeadlineRow(severity=Severity.LOW, amount=amount, unit=Unit.HOURS)


def test_working_days_leave_out_holidays_and_count_make_up_days() -> None:
    calendar = Calendar(
        zone=SHANGHAI,
        non_working=frozenset({date(2026, 11, 24), date(2026, 11, 28)}),
        working=frozenset({date(2026, 11, 28)}),
    )

    # Tuesday is off, Saturday is worked: Wed, Thu, Fri, Sat, Mon.
    assert due(Severity.HIGH, calendar=calendar).due_at == datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)


def test_the_day_of_the_start_is_the_recipients() -> None:
    # 23:30 UTC on Sunday is Monday morning in Shanghai; the Monday itself does not count.
    result = due(Severity.HIGH, start_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))

    assert result.due_at == datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)


def test_a_start_at_the_weekend_counts_from_monday() -> None:
    saturday = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)

    assert due(Severity.HIGH, critical=True, start_at=saturday).due_at == datetime(2026, 11, 25, 18, tzinfo=SHANGHAI)


def test_a_day_ends_at_its_local_hour_across_a_change_of_the_clock() -> None:
    start_at = datetime(2026, 10, 23, 9, tzinfo=BERLIN)

    result = due(Severity.HIGH, start_at=start_at, calendar=Calendar(zone=BERLIN))

    assert result.due_at == datetime(2026, 10, 30, 17, tzinfo=UTC)


def test_hours_are_hours_across_a_change_of_the_clock() -> None:
    start_at = datetime(2026, 10, 24, 12, tzinfo=BERLIN)

    result = due(Severity.CRITICAL, start_at=start_at, calendar=Calendar(zone=BERLIN))

    assert result.due_at - start_at.astimezone(UTC) == timedelta(hours=48)


def test_other_weekends_exist_but_not_a_week_of_them() -> None:
    calendar = Calendar(zone=SHANGHAI, weekend=frozenset({4}))

    assert [calendar.is_working(date(2026, 11, day)) for day in (27, 28, 29)] == [False, True, True]
    with pytest.raises(Invalid, match="one working day"):
        Calendar(zone=SHANGHAI, weekend=frozenset(range(7)))


@pytest.mark.parametrize("owner", [owner for owner in Owner if owner not in {Owner.IN_WORK, Owner.NOT_OURS}])
def test_no_other_answer_pauses(owner: Owner) -> None:
    assert pause_until(owner=owner, now=MONDAY, until=MONDAY + DAY, used=frozenset(), due_at=MONDAY + 9 * DAY) is None


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY - DAY])
def test_in_work_without_a_date_to_come_does_not_pause(until: datetime | None) -> None:
    assert pause_until(owner=Owner.IN_WORK, now=MONDAY, until=until, used=frozenset(), due_at=MONDAY + 9 * DAY) is None


def test_a_pause_moves_the_deadline_by_its_length_and_an_early_end_takes_the_rest_back() -> None:
    due_at = MONDAY + 9 * DAY
    paused_until = MONDAY + 3 * DAY

    moved = due_after_pause(due_at=due_at, paused_at=MONDAY, paused_until=paused_until)

    assert moved == due_at + 3 * DAY
    assert due_after_early_end(due_at=moved, ended_at=MONDAY + DAY, paused_until=paused_until) == due_at + DAY
    assert due_after_early_end(due_at=moved, ended_at=MONDAY + 5 * DAY, paused_until=paused_until) == moved


@pytest.mark.parametrize(
    ("status", "seconds", "late"),
    [
        (Status.WAITING_FOR_OWNER, 1, True),
        (Status.WAITING_FOR_OWNER, 0, False),
        (Status.IN_WORK, 1, True),
        (Status.STILL_THERE, 1, True),
        (Status.NOT_OURS_CLAIMED, 1, True),
        (Status.FIX_CLAIMED, 1, False),
        (Status.VERIFYING, 1, False),
        (Status.VERIFIED, 1, False),
        (Status.QUIET, 1, False),
    ],
)
def test_late_is_open_past_its_deadline_and_up_to_the_owner(status: Status, seconds: int, late: bool) -> None:
    assert overdue(due_at=MONDAY, status=status, now=MONDAY + timedelta(seconds=seconds)) is late


def test_what_has_no_deadline_is_never_late() -> None:
    assert not overdue(due_at=None, status=Status.WAITING_FOR_OWNER, now=MONDAY)
