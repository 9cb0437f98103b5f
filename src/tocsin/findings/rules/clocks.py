"""When a finding must be mended, what stops its clock, and when it is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from tocsin.findings.rules.said import Said, counted
from tocsin.findings.rules.sides import Owner
from tocsin.findings.rules.standing import Status
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity

#: Deadlines in days end at the close of the office day, on the recipient's clock. Our choice.
DUE_HOUR = 18
#: The longest that "in work" stops a clock unless policy says otherwise (design, fixed rule 5; our choice of length).
IN_WORK_PAUSE_DAYS = 14
#: The longest that "not ours" stops a clock (design, fixed rule 5).
NOT_OURS_PAUSE_DAYS = 3
#: What is due and, once claimed, waits for us and not for the owner.
NOT_THE_OWNERS_DELAY = frozenset({Status.FIX_CLAIMED, Status.VERIFYING})


class Unit(StrEnum):
    """What a deadline counts in."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """One row of a policy; the row that names most of a case decides, and of equals the shorter.

    Raises:
        Invalid: the amount is not above 0.
    """

    severity: Severity
    #: 1 = the most important; null = any.
    tier: int | None = None
    #: Whether it is for critical infrastructure only.
    critical: bool = False
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise Invalid(f"amount is {self.amount}; a deadline needs more than 0 {self.unit}.")


@dataclass(frozen=True, kw_only=True)
class DeadlinePolicy:
    """A versioned set of deadlines, with where it comes from; severities without a row have none."""

    version: str
    effective_from: date
    source: str
    checked_on: date
    in_work_pause_days: int = IN_WORK_PAUSE_DAYS
    rows: Sequence[DeadlineRow]


def _rows(
    *cells: tuple[Severity, int | None, bool, int, Unit],
) -> tuple[DeadlineRow, ...]:
    """Make rows out of severity, tier, critical, amount and unit."""
    return tuple(
        DeadlineRow(severity=severity, tier=tier, critical=critical, amount=amount, unit=unit)
        for severity, tier, critical, amount, unit in cells
    )


#: A preset, to be replaced by the centre's own. Exploitable exposure in days rather than weeks, as CISA BOD 26-04 asks
#: (3 and 14 days), CyHy's 15 and 30 days as the outer bound; urgent work in calendar hours, the rest in working time.
DEFAULT_DEADLINES = DeadlinePolicy(
    version="1",
    effective_from=date(2026, 1, 1),
    source="Tocsin preset, after CISA BOD 26-04 and CyHy notices",
    checked_on=date(2026, 11, 10),
    rows=_rows(
        (Severity.CRITICAL, None, False, 48, Unit.HOURS),
        (Severity.CRITICAL, 1, False, 24, Unit.HOURS),
        (Severity.CRITICAL, None, True, 24, Unit.HOURS),
        (Severity.HIGH, None, False, 5, Unit.WORKING_DAYS),
        (Severity.HIGH, 1, False, 3, Unit.WORKING_DAYS),
        (Severity.HIGH, None, True, 3, Unit.WORKING_DAYS),
        (Severity.MEDIUM, None, False, 15, Unit.WORKING_DAYS),
        (Severity.MEDIUM, 1, False, 10, Unit.WORKING_DAYS),
        (Severity.MEDIUM, None, True, 10, Unit.WORKING_DAYS),
        (Severity.LOW, None, False, 30, Unit.CALENDAR_DAYS),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The recipient's calendar.

    Raises:
        Invalid: no day of the week is a working day.
    """

    zone: tzinfo
    #: Public holidays.
    non_working: frozenset[date] = frozenset()
    #: Days of a weekend that are worked, as China's make-up days; they win over `non_working`.
    working: frozenset[date] = frozenset()
    #: Monday = 0.
    weekend: frozenset[int] = field(default=frozenset({5, 6}))

    def __post_init__(self) -> None:
        if self.weekend >= set(range(7)):
            raise Invalid("A calendar needs at least one working day a week.")

    def is_working(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        if day in self.working:
            return True
        return day.weekday() not in self.weekend and day not in self.non_working

    def after(self, start: date, working_days: int) -> date:
        """Give the n-th working day after a day, which itself does not count."""
        day = start
        for _ in range(working_days):
            day += timedelta(days=1)
            while not self.is_working(day):
                day += timedelta(days=1)
        return day

    def close_of(self, day: date) -> datetime:
        """Give the close of a day, in UTC."""
        return datetime.combine(day, time(DUE_HOUR), self.zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a finding must be mended and the row that says so."""

    due_at: datetime
    row: DeadlineRow

    @property
    def said(self) -> Said:
        """Say which row decided."""
        return because(self.row)


def deadline(
    *,
    rows: Iterable[DeadlineRow],
    severity: Severity,
    tier: int | None,
    critical: bool,
    start_at: datetime,
    calendar: Calendar,
) -> Deadline | None:
    """Give the deadline of a finding whose owner was told at `start_at`; null when the policy sets none."""
    row = deciding_row(rows, severity, tier, critical)
    if row is None:
        return None
    start_day = start_at.astimezone(calendar.zone).date()
    if row.unit is Unit.HOURS:
        due_at = start_at.astimezone(UTC) + timedelta(hours=row.amount)
    elif row.unit is Unit.CALENDAR_DAYS:
        due_at = calendar.close_of(start_day + timedelta(days=row.amount))
    else:
        due_at = calendar.close_of(calendar.after(start_day, row.amount))
    return Deadline(due_at=due_at, row=row)


#: For comparing rows of different units only; a working week stretches five days over seven.
_HOURS = {Unit.HOURS: 1.0, Unit.CALENDAR_DAYS: 24.0, Unit.WORKING_DAYS: 24.0 * 7 / 5}


def deciding_row(
    rows: Iterable[DeadlineRow], severity: Severity, tier: int | None, critical: bool
) -> DeadlineRow | None:
    """Give the row that names most of the case; of equals the shorter."""
    fitting = [
        row
        for row in rows
        if row.severity is severity and (row.tier is None or row.tier == tier) and (critical or not row.critical)
    ]
    return min(
        fitting,
        key=lambda row: (
            -(row.critical + (row.tier is not None)),
            row.amount * _HOURS[row.unit],
        ),
        default=None,
    )


def because(row: DeadlineRow) -> Said:
    """Say which row decided: "high, critical infrastructure: 3 working days"."""
    if row.critical and row.tier is not None:
        who = "{severity}, critical infrastructure, tier {tier}: {time}"
    elif row.critical:
        who = "{severity}, critical infrastructure: {time}"
    elif row.tier is not None:
        who = "{severity}, tier {tier}: {time}"
    else:
        who = "{severity}: {time}"
    return Said(
        msgid=who,
        values={
            "severity": Said(msgid=row.severity.word),
            "tier": row.tier,
            "time": {
                Unit.HOURS: counted("{count} hour", "{count} hours", row.amount),
                Unit.CALENDAR_DAYS: counted("{count} day", "{count} days", row.amount),
                Unit.WORKING_DAYS: counted("{count} working day", "{count} working days", row.amount),
            }[row.unit],
        },
    )


def pause_until(
    *,
    owner: Owner,
    now: datetime,
    until: datetime | None,
    used: frozenset[Owner],
    due_at: datetime | None,
    in_work_pause_days: int = IN_WORK_PAUSE_DAYS,
) -> datetime | None:
    """Say until when an answer given now stops the clock; null when it does not.

    `used`: the answers that have stopped it since it last opened; each does so once. A clock that has run out stays so.
    """
    if due_at is None or due_at <= now or owner in used:
        return None
    if owner is Owner.IN_WORK and until is not None and until > now:
        return min(until, now + timedelta(days=in_work_pause_days))
    if owner is Owner.NOT_OURS:
        return now + timedelta(days=NOT_OURS_PAUSE_DAYS)
    return None


def due_after_pause(*, due_at: datetime, paused_at: datetime, paused_until: datetime) -> datetime:
    """Move a deadline on by the length of a pause."""
    return due_at + (paused_until - paused_at)


def due_after_early_end(*, due_at: datetime, ended_at: datetime, paused_until: datetime) -> datetime:
    """Take back what is left of a pause that ends early, as when an analyst turns "not ours" down."""
    return due_at - max(paused_until - ended_at, timedelta(0))


def overdue(*, due_at: datetime | None, status: Status, now: datetime) -> bool:
    """Tell whether the owner is late: open, past its deadline, and not waiting for us to verify a claim."""
    if due_at is None or status.closed or status in NOT_THE_OWNERS_DELAY:
        return False
    return now > due_at
