"""What it means that a finding was not seen: coverage, and how long silence must last to end each kind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.kernel.words import Kind

#: Covered looks in a row without it, unless the problem says otherwise (design, fixed rule 1).
COVERED_LOOKS = 3
#: The same after the owner's claim (rule 1), and the least for anything: one missed sighting never closes (rule 3).
COVERED_LOOKS_CLAIMED = 2
#: Days without a hit, on a static address (design, fixed rule 2).
QUIET_DAYS = 14
#: A look covers one day; this share of the quiet days must have been covered, or the silence is the source's own
#: (rule 3: a missing report never closes). Our choice: half.
QUIET_COVERED_SHARE = 0.5
#: Two looks at a closed port prove it when this far apart (design, fixed rule 1).
CLOSED_PORT_APART = timedelta(hours=24)


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
