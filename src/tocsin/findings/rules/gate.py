"""Whether a new finding goes out by itself, in the digest, not at all, or waits for a person."""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.findings.rules.said import Said
from tocsin.kernel.words import GateMode

#: A day above this many times the 28-day median is held (design, "The gate").
UNUSUAL_TIMES = 3
#: A type with fewer rows on the day is never unusual: four rows where there is usually one are noise, and holding them
#: would cost an analyst's morning for letters to a handful of owners. The same size from which a type is judged by
#: itself (`coverage.SMALL_MEDIAN_ROWS`). Our choice.
UNUSUAL_LEAST_ROWS = 50

#: Of two modes the stricter counts: what is never told cannot be held, and what is held is not sent.
_STRICTEST_FIRST = (GateMode.INVENTORY, GateMode.HOLD, GateMode.DIGEST, GateMode.AUTO)


class Why(StrEnum):
    """Why the gate decided so; the short name that is stored."""

    PROBLEM = "problem"
    SOURCE = "source"
    UNKNOWN_TYPE = "unknown_type"
    NEW_TYPE = "new_type"
    UNUSUAL_SIZE = "unusual_size"


@dataclass(frozen=True, kw_only=True)
class GateDecision:
    """What happens to the new findings of one problem in one report."""

    mode: GateMode
    why: Why
    rows_today: int
    #: 28-day median; null = no history.
    rows_usual: float | None

    @property
    def said(self) -> Said:
        """Give the reason as a phrase: "6.1 times its usual size"."""
        return why_said(self.why, rows_today=self.rows_today, rows_usual=self.rows_usual)


#: How each reason reads.
WHY_LABELS = {
    Why.PROBLEM: "as set for the problem",
    Why.SOURCE: "as set for the source",
    Why.UNKNOWN_TYPE: "an unknown report type",
    Why.NEW_TYPE: "the first report of its type",
    Why.UNUSUAL_SIZE: "{times} times its usual size",
}
_USUALLY_EMPTY = "{rows} rows, where there are usually none"


def why_said(why: Why, *, rows_today: int, rows_usual: float | None) -> Said:
    """Say a stored reason with its numbers."""
    if why is Why.UNUSUAL_SIZE and not rows_usual:
        return Said(msgid=_USUALLY_EMPTY, values={"rows": rows_today})
    times = f"{rows_today / rows_usual:.1f}" if rows_usual else ""
    return Said(msgid=WHY_LABELS[why], values={"times": times})


def gate(
    *,
    problem: GateMode,
    source: GateMode | None,
    known_type: bool,
    first_of_its_type: bool,
    rows_today: int,
    median_28d: float | None,
) -> GateDecision:
    """Decide about the new findings of a problem in a report.

    `source`: null = no opinion. `first_of_its_type`: the source never sent this type before. `rows_today` and
    `median_28d` are those of the type, the median over the days on which it came; null is not compared. Inventory is
    never told, whatever its size.
    """
    mode = min(problem, source or problem, key=_STRICTEST_FIRST.index)
    why = Why.PROBLEM if mode is problem else Why.SOURCE
    if mode is not GateMode.INVENTORY:
        if not known_type:
            mode, why = GateMode.HOLD, Why.UNKNOWN_TYPE
        elif first_of_its_type:
            mode, why = GateMode.HOLD, Why.NEW_TYPE
        elif is_unusual(rows_today, median_28d):
            mode, why = GateMode.HOLD, Why.UNUSUAL_SIZE
    return GateDecision(mode=mode, why=why, rows_today=rows_today, rows_usual=median_28d)


def is_unusual(rows_today: int, median_28d: float | None) -> bool:
    """Tell whether a day is too large to go out unseen."""
    return median_28d is not None and rows_today >= UNUSUAL_LEAST_ROWS and rows_today > UNUSUAL_TIMES * median_28d
