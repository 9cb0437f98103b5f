"""What a report could have seen: how far "not in it" means "not there"."""

import math
from dataclasses import dataclass
from enum import StrEnum

from tocsin.findings.rules.said import Said

#: A report covers with at least this share of its 28-day median (design, "Coverage"; docs/explanation/findings.md).
COVERING_SHARE = 0.70
#: Under this median a type is too small to judge by itself, and the whole delivery is judged (design, "Coverage").
SMALL_MEDIAN_ROWS = 50


class Strength(StrEnum):
    """What a look can say about what it did not show; only `full` counts."""

    FULL = "full"
    WEAK = "weak"
    NONE = "none"


class ReportMode(StrEnum):
    """Whether a report holds everything or only what changed (Shadowserver's delta mode, Monday to Saturday)."""

    FULL = "full"
    DELTA = "delta"


class CoverageWhy(StrEnum):
    """Why a report covers as strongly as it does; the short name that is stored."""

    MISSING = "missing"
    CHANGES_ONLY = "changes_only"
    HEADER_ONLY = "header_only"
    NEW_TYPE = "new_type"
    ENOUGH = "enough"
    SHORT = "short"
    #: Of a type too small to be judged by itself: the whole delivery of its source.
    DELIVERY_MISSING = "delivery_missing"
    DELIVERY_NEW = "delivery_new"
    DELIVERY_ENOUGH = "delivery_enough"
    DELIVERY_SHORT = "delivery_short"
    #: What comes can never prove more, however much of it there is.
    TYPE_LIMITS = "type_limits"
    SOURCE_LIMITS = "source_limits"


#: How each reason reads.
COVERAGE_LABELS = {
    CoverageWhy.MISSING: "The report did not come.",
    CoverageWhy.CHANGES_ONLY: "The report holds changes only.",
    CoverageWhy.HEADER_ONLY: "The report holds a header only.",
    CoverageWhy.NEW_TYPE: "The type is too new to know its usual size.",
    CoverageWhy.ENOUGH: "{percent} % of the type's usual size.",
    CoverageWhy.SHORT: "Only {percent} % of the type's usual size.",
    CoverageWhy.DELIVERY_MISSING: "The source delivered nothing.",
    CoverageWhy.DELIVERY_NEW: "The source is too new to know its usual size.",
    CoverageWhy.DELIVERY_ENOUGH: "A small type; the whole delivery has {percent} % of its usual size.",
    CoverageWhy.DELIVERY_SHORT: "A small type; the whole delivery has only {percent} % of its usual size.",
    CoverageWhy.TYPE_LIMITS: "Reports of this type never show everything.",
    CoverageWhy.SOURCE_LIMITS: "The source is set so that its silence proves nothing.",
}


@dataclass(frozen=True, kw_only=True)
class ReportCoverage:
    """How strongly a report covers what it does not show, and why."""

    strength: Strength
    why: CoverageWhy
    #: Of the usual size, rounded down so that a share just too small never reads as enough; null = none compared.
    percent: int | None = None

    @property
    def said(self) -> Said:
        """Give the reason as a sentence."""
        return Said(msgid=COVERAGE_LABELS[self.why], values={"percent": self.percent})


def coverage_of_report(
    *,
    rows: int | None,
    median_28d: float | None,
    delivery_rows: int,
    delivery_median_28d: float | None,
    mode: ReportMode = ReportMode.FULL,
) -> ReportCoverage:
    """Say how strongly a report covers what it does not show.

    `rows`: data rows of this type in the cycle; null = the file is missing, 0 = it holds a header only.
    `median_28d`: of this type's rows a day; null = no history. `delivery_rows` and `delivery_median_28d`: the same over
    all types of that source in the cycle, this one included.
    """
    small = median_28d is not None and median_28d < SMALL_MEDIAN_ROWS
    # A small type that was mended comes empty or, where the sender writes only when it has data, not at all. One that
    # mostly does not come (median 0) proves nothing by staying away: it may have been discontinued.
    if rows is None and not (small and median_28d):
        return ReportCoverage(strength=Strength.NONE, why=CoverageWhy.MISSING)
    if mode is ReportMode.DELTA:
        return ReportCoverage(strength=Strength.WEAK, why=CoverageWhy.CHANGES_ONLY)
    if small:
        return _by_delivery(delivery_rows, delivery_median_28d)
    if not rows:
        return ReportCoverage(strength=Strength.WEAK, why=CoverageWhy.HEADER_ONLY)
    if median_28d is None:
        return ReportCoverage(strength=Strength.WEAK, why=CoverageWhy.NEW_TYPE)
    return _by_share(rows, median_28d, CoverageWhy.ENOUGH, CoverageWhy.SHORT)


def _by_delivery(rows: int, median_28d: float | None) -> ReportCoverage:
    """Judge a type that is too small to be judged by itself."""
    if not rows:
        return ReportCoverage(strength=Strength.NONE, why=CoverageWhy.DELIVERY_MISSING)
    if not median_28d:
        return ReportCoverage(strength=Strength.WEAK, why=CoverageWhy.DELIVERY_NEW)
    return _by_share(rows, median_28d, CoverageWhy.DELIVERY_ENOUGH, CoverageWhy.DELIVERY_SHORT)


def _by_share(rows: int, median: float, enough: CoverageWhy, short: CoverageWhy) -> ReportCoverage:
    """Judge a size against its median."""
    covers = rows >= COVERING_SHARE * median
    return ReportCoverage(
        strength=Strength.FULL if covers else Strength.WEAK,
        why=enough if covers else short,
        percent=math.floor(100 * rows / median),
    )


#: From the least that a look can say to the most.
_WEAKEST_FIRST = (Strength.NONE, Strength.WEAK, Strength.FULL)


def at_most(coverage: ReportCoverage, most: Strength, why: CoverageWhy) -> ReportCoverage:
    """Cap what a report covers, saying what caps it."""
    if _WEAKEST_FIRST.index(coverage.strength) <= _WEAKEST_FIRST.index(most):
        return coverage
    return ReportCoverage(strength=most, why=why, percent=coverage.percent)
