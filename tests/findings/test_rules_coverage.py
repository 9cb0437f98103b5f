"""How strongly a report covers what it does not show."""

import pytest

from tocsin.findings.rules import CoverageWhy, ReportCoverage, ReportMode, Strength, at_most, coverage_of_report

FULL, WEAK, NONE = Strength.FULL, Strength.WEAK, Strength.NONE


def cover(
    rows: int | None,
    median: float | None,
    *,
    delivery: int = 10_000,
    usual: float | None = 10_000,
    mode: ReportMode = ReportMode.FULL,
) -> ReportCoverage:
    return coverage_of_report(
        rows=rows, median_28d=median, delivery_rows=delivery, delivery_median_28d=usual, mode=mode
    )


@pytest.mark.parametrize(
    ("rows", "median", "strength", "why"),
    [
        (700, 1000, FULL, CoverageWhy.ENOUGH),
        (699, 1000, WEAK, CoverageWhy.SHORT),
        (35, 50, FULL, CoverageWhy.ENOUGH),
        (34, 50, WEAK, CoverageWhy.SHORT),
        (0, 1000, WEAK, CoverageWhy.HEADER_ONLY),
        (None, 1000, NONE, CoverageWhy.MISSING),
        (0, None, WEAK, CoverageWhy.HEADER_ONLY),
        (None, None, NONE, CoverageWhy.MISSING),
        (500, None, WEAK, CoverageWhy.NEW_TYPE),
    ],
)
def test_a_type_is_judged_by_its_own_median(
    rows: int | None, median: float | None, strength: Strength, why: CoverageWhy
) -> None:
    coverage = cover(rows, median)

    assert (coverage.strength, coverage.why) == (strength, why)


@pytest.mark.parametrize("rows", [1, 0, None])
def test_a_small_type_that_was_mended_can_close(rows: int | None) -> None:
    assert cover(rows, 49, delivery=7_000).strength is FULL


@pytest.mark.parametrize("rows", [1, 0, None])
def test_a_small_type_does_not_cover_in_a_short_delivery(rows: int | None) -> None:
    coverage = cover(rows, 49, delivery=6_999)

    assert (coverage.strength, coverage.why) == (WEAK, CoverageWhy.DELIVERY_SHORT)


@pytest.mark.parametrize("rows", [0, None])
def test_a_missing_delivery_covers_nothing(rows: int | None) -> None:
    assert cover(rows, 49, delivery=0).strength is NONE


def test_a_type_that_mostly_does_not_come_proves_nothing_by_staying_away() -> None:
    assert cover(None, 0).strength is NONE
    assert cover(0, 0).strength is FULL


@pytest.mark.parametrize("usual", [0, None])
def test_a_new_source_is_weak(usual: float | None) -> None:
    assert cover(3, 10, delivery=3, usual=usual).why is CoverageWhy.DELIVERY_NEW


@pytest.mark.parametrize(("rows", "median"), [(5000, 1000), (5, 10), (None, 10)])
def test_a_report_of_changes_is_weak(rows: int | None, median: float) -> None:
    coverage = cover(rows, median, mode=ReportMode.DELTA)

    assert (coverage.strength, coverage.why) == (WEAK, CoverageWhy.CHANGES_ONLY)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (699, "Only 69 % of the type's usual size."),
        (1230, "123 % of the type's usual size."),
        (None, "The report did not come."),
    ],
)
def test_the_reason_is_a_sentence_with_its_numbers(rows: int | None, text: str) -> None:
    assert cover(rows, 1000).said.text() == text


@pytest.mark.parametrize(
    ("rows", "most", "strength", "why"),
    [
        (1000, FULL, FULL, CoverageWhy.ENOUGH),
        (1000, WEAK, WEAK, CoverageWhy.TYPE_LIMITS),
        (1000, NONE, NONE, CoverageWhy.TYPE_LIMITS),
        (699, WEAK, WEAK, CoverageWhy.SHORT),
        (None, WEAK, NONE, CoverageWhy.MISSING),
    ],
)
def test_a_cap_lowers_what_is_above_it_alone(
    rows: int | None, most: Strength, strength: Strength, why: CoverageWhy
) -> None:
    capped = at_most(cover(rows, 1000), most, CoverageWhy.TYPE_LIMITS)

    assert (capped.strength, capped.why) == (strength, why)
