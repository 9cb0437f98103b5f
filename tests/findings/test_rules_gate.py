"""What goes out by itself and what waits for a person."""

import pytest

from tocsin.findings.rules import GateDecision, Why, gate, why_said
from tocsin.kernel.words import GateMode

AUTO, DIGEST, HOLD, INVENTORY = GateMode.AUTO, GateMode.DIGEST, GateMode.HOLD, GateMode.INVENTORY


def decide(
    problem: GateMode = AUTO,
    source: GateMode | None = None,
    *,
    known: bool = True,
    first: bool = False,
    rows: int = 100,
    median: float | None = 100,
) -> GateDecision:
    return gate(
        problem=problem,
        source=source,
        known_type=known,
        first_of_its_type=first,
        rows_today=rows,
        median_28d=median,
    )


@pytest.mark.parametrize(
    ("problem", "source", "mode", "why"),
    [
        (AUTO, None, AUTO, Why.PROBLEM),
        (AUTO, AUTO, AUTO, Why.PROBLEM),
        (AUTO, DIGEST, DIGEST, Why.SOURCE),
        (DIGEST, AUTO, DIGEST, Why.PROBLEM),
        (DIGEST, HOLD, HOLD, Why.SOURCE),
        (HOLD, INVENTORY, INVENTORY, Why.SOURCE),
        (INVENTORY, HOLD, INVENTORY, Why.PROBLEM),
    ],
)
def test_the_stricter_of_problem_and_source_counts(
    problem: GateMode, source: GateMode | None, mode: GateMode, why: Why
) -> None:
    decision = decide(problem, source)

    assert (decision.mode, decision.why) == (mode, why)


def test_an_unknown_type_is_held() -> None:
    decision = decide(known=False, first=True, rows=1000)

    assert (decision.mode, decision.why) == (HOLD, Why.UNKNOWN_TYPE)


def test_the_first_report_of_a_type_is_held() -> None:
    decision = decide(DIGEST, first=True, median=None)

    assert (decision.mode, decision.why) == (HOLD, Why.NEW_TYPE)


@pytest.mark.parametrize(
    ("rows", "median", "mode"),
    [(300, 100, AUTO), (301, 100, HOLD), (50, 0, HOLD), (0, 0, AUTO), (10_000, None, AUTO)],
)
def test_a_day_above_three_times_the_median_is_held(rows: int, median: float | None, mode: GateMode) -> None:
    assert decide(rows=rows, median=median).mode is mode


@pytest.mark.parametrize(("rows", "mode"), [(4, AUTO), (49, AUTO), (50, HOLD)])
def test_a_handful_of_rows_is_never_unusual(rows: int, mode: GateMode) -> None:
    assert decide(rows=rows, median=1).mode is mode


@pytest.mark.parametrize("known", [True, False])
def test_inventory_stays_inventory_whatever_its_size(known: bool) -> None:
    assert decide(INVENTORY, known=known, first=True, rows=10_000).mode is INVENTORY


@pytest.mark.parametrize(
    ("rows", "median", "text"),
    [(610, 100, "6.1 times its usual size"), (70, 0, "70 rows, where there are usually none")],
)
def test_an_unusual_size_says_how_unusual(rows: int, median: float, text: str) -> None:
    assert decide(rows=rows, median=median).said.text() == text


@pytest.mark.parametrize("why", [why for why in Why if why is not Why.UNUSUAL_SIZE])
def test_a_stored_reason_reads_without_history(why: Why) -> None:
    assert "{" not in why_said(why, rows_today=5, rows_usual=None).text()
