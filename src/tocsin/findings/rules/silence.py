"""What it means that a finding was not seen: coverage, and how long silence must last to end each kind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.findings.rules.said import Said
from tocsin.kernel.words import Kind

#: Covered looks in a row without it, unless the problem says otherwise (design, fixed rule 1).
COVERED_LOOKS = 3
#: The same after the owner's claim (rule 1); also the least for anything, for one missed sighting never closes (rule 3).
COVERED_LOOKS_CLAIMED = 2
#: Days without a hit, on a static address (design, fixed rule 2).
QUIET_DAYS = 14
#: A look covers one day; this share of the quiet days must have been covered, or the silence is the source's own
#: (rule 3: a missing report never closes). Our choice: half.
QUIET_COVERED_SHARE = 0.5
#: Two looks at a closed port prove it when this far apart (design, fixed rule 1).
CLOSED_PORT_APART = timedelta(hours=24)

#: A report covers with at least this share of its 28-day median (design, "Coverage"; docs/explanation/findings.md).
COVERING_SHARE = 0.70
#: Under this median a type is too small to judge by itself, and the whole delivery is judged (design, "Coverage").
SMALL_MEDIAN_ROWS = 50


class Silence(StrEnum):
    """What lasting silence does to an open finding."""

    VERIFY = "verify"
    QUIET = "quiet"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was looked at since the finding was last seen."""

    #: Full looks in a row without it, at most one counted a day. Time-outs and weak looks count nothing.
    covered_looks: int = 0
    #: An inspection reached the service and got an answer without the problem.
    clean_answer: bool = False
    #: Inspections that found the port closed (refused, not timed out), any order.
    closed_port_at: Sequence[datetime] = ()
    #: Null: unknown, so no quiet days can be counted.
    last_seen_at: datetime | None = None


def needed_looks(declared: int = COVERED_LOOKS, *, claimed: bool) -> int:
    """Give the covered looks in a row that verify a state; never fewer than two."""
    return COVERED_LOOKS_CLAIMED if claimed else max(declared, COVERED_LOOKS_CLAIMED)


def needed_quiet_looks(quiet_days: int = QUIET_DAYS) -> int:
    """Give the covered looks in a row that the quiet days must contain; never fewer than two."""
    return max(math.ceil(quiet_days * QUIET_COVERED_SHARE), COVERED_LOOKS_CLAIMED)


def silence(
    *,
    kind: Kind,
    evidence: Evidence,
    claimed: bool,
    now: datetime,
    covered_looks: int = COVERED_LOOKS,
    quiet_days: int = QUIET_DAYS,
) -> Silence:
    """Say what the silence so far allows; `now` is the end of the newest window that was looked at.

    `covered_looks` and `quiet_days` are the problem's own.
    """
    if kind is Kind.STATE:
        enough = (
            evidence.clean_answer
            or _closed_twice(evidence.closed_port_at)
            or evidence.covered_looks >= needed_looks(covered_looks, claimed=claimed)
        )
        return Silence.VERIFY if enough else Silence.NOTHING
    if kind in {Kind.OCCURRENCE, Kind.INVENTORY} and evidence.last_seen_at is not None:
        long_enough = now - evidence.last_seen_at >= timedelta(days=quiet_days)
        watched = evidence.covered_looks >= needed_quiet_looks(quiet_days)
        return Silence.QUIET if long_enough and watched else Silence.NOTHING
    return Silence.NOTHING


def _closed_twice(looks: Sequence[datetime]) -> bool:
    """Tell whether two looks far enough apart found the port closed."""
    return bool(looks) and max(looks) - min(looks) >= CLOSED_PORT_APART


class Strength(StrEnum):
    """What a look can say about what it did not show; only `full` counts."""

    FULL = "full"
    WEAK = "weak"
    NONE = "none"


class ReportMode(StrEnum):
    """Whether a report holds everything or only what changed (Shadowserver's delta mode, Monday to Saturday)."""

    FULL = "full"
    DELTA = "delta"


def coverage_of_report(
    *,
    rows: int | None,
    median_28d: float | None,
    delivery_rows: int,
    delivery_median_28d: float | None,
    mode: ReportMode = ReportMode.FULL,
) -> tuple[Strength, Said]:
    """Say how strongly a report covers what it does not show, and why.

    `rows`: data rows of this type in the cycle; null = the file is missing, 0 = it held a header only.
    `median_28d`: of this type's rows a day; null = no history. `delivery_rows` and `delivery_median_28d`: the same over
    all types of that source in the cycle, this one included.
    """
    small = median_28d is not None and median_28d < SMALL_MEDIAN_ROWS
    # A small type that was mended comes empty or, where the sender writes only when it has data, not at all. One that
    # mostly does not come (median 0) proves nothing by staying away: it may have been discontinued.
    if rows is None and not (small and median_28d):
        return Strength.NONE, Said(msgid="The report did not come.")
    if mode is ReportMode.DELTA:
        return Strength.WEAK, Said(msgid="The report holds changes only.")
    if small:
        return _by_delivery(delivery_rows, delivery_median_28d)
    if not rows or median_28d is None:
        fault = (
            "The type is too new to know its usual size."
            if rows
            else "The report held a header only."
        )
        return Strength.WEAK, Said(msgid=fault)
    return _by_share(
        rows,
        median_28d,
        "{percent} % of the type's usual size.",
        "Only {percent} % of the type's usual size.",
    )


def _by_delivery(rows: int, median_28d: float | None) -> tuple[Strength, Said]:
    """Judge a type that is too small to be judged by itself."""
    if not rows:
        return Strength.NONE, Said(msgid="The source delivered nothing.")
    if not median_28d:
        return Strength.WEAK, Said(
            msgid="The source is too new to know its usual size."
        )
    return _by_share(
        rows,
        median_28d,
        "A small type; the whole delivery has {percent} % of its usual size.",
        "A small type; the whole delivery has only {percent} % of its usual size.",
    )


def _by_share(
    rows: int, median: float, enough: str, short: str
) -> tuple[Strength, Said]:
    """Judge a size against its median."""
    covers = rows >= COVERING_SHARE * median
    # Rounded down, so that a share just too small never reads as enough.
    percent = math.floor(100 * rows / median)
    return (
        Strength.FULL if covers else Strength.WEAK,
        Said(msgid=enough if covers else short, values={"percent": percent}),
    )
