"""Policies as plain cells and back."""

import json
from typing import Any

import pytest

from tocsin.findings.rules import (
    DEFAULT_DEADLINES,
    DEFAULT_SEVERITY,
    DeadlineRow,
    Effect,
    Factor,
    SeverityRow,
    Unit,
    as_cells,
    deadline_rows,
    severity_rows,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity


def through_json(rows: Any) -> Any:
    return json.loads(json.dumps(as_cells(rows)))


def test_the_presets_survive_the_database() -> None:
    assert deadline_rows(through_json(DEFAULT_DEADLINES.rows)) == DEFAULT_DEADLINES.rows
    assert severity_rows(through_json(DEFAULT_SEVERITY.rows)) == DEFAULT_SEVERITY.rows


def test_cells_hold_words_that_people_can_edit() -> None:
    assert as_cells(DEFAULT_DEADLINES.rows)[3] == {
        "severity": "high",
        "tier": None,
        "critical": False,
        "amount": 5,
        "unit": "working_days",
    }


def test_a_bound_is_a_word_too() -> None:
    row = SeverityRow(step=1, factor=Factor.EXPLOITED, effect=Effect.AT_LEAST, amount=3)

    assert as_cells([row])[0]["amount"] == "high"
    assert severity_rows(as_cells([row])) == (row,)


def test_optional_cells_may_be_left_out() -> None:
    assert deadline_rows([{"severity": "low", "amount": 2, "unit": "hours"}]) == (
        DeadlineRow(severity=Severity.LOW, amount=2, unit=Unit.HOURS),
    )
    assert severity_rows([{"step": 1, "factor": "critical", "effect": "shift", "amount": 1}]) == (
        SeverityRow(step=1, factor=Factor.CRITICAL, effect=Effect.SHIFT, amount=1),
    )


GOOD_DEADLINE = {"severity": "low", "tier": 1, "critical": True, "amount": 2, "unit": "hours"}
GOOD_SEVERITY = {"step": 1, "factor": "tier", "value": "1", "effect": "shift", "amount": 1, "applies_from": "low"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"severity": "bad"}, "Row 2: 'bad' is no severity"),
        ({"severity": None}, "Row 2: severity is None; the word of a severity is needed"),
        ({"tier": "1"}, "Row 2: tier is '1'; a whole number is needed"),
        ({"critical": "yes"}, "Row 2: critical is 'yes'; true or false is needed"),
        ({"amount": True}, "Row 2: amount is True; a whole number is needed"),
        ({"amount": 0}, "Row 2: amount is 0; a deadline needs more than 0 hours"),
        ({"unit": "weeks"}, "Row 2: unit is 'weeks'; one of: calendar_days, hours, working_days"),
    ],
)
def test_a_wrong_deadline_is_named_by_row_and_column(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        deadline_rows([GOOD_DEADLINE, {**GOOD_DEADLINE, **change}])

    assert caught.value.message.startswith(message)
    assert caught.value.fields == {"row": 2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step": None}, "Row 1: step is None"),
        ({"factor": "moon"}, "Row 1: factor is 'moon'; one of:"),
        ({"effect": "towards"}, "Row 1: The severity of the report's row moves by 'towards'"),
        ({"applies_from": 3}, "Row 1: applies_from is 3"),
        ({"amount": "high"}, "Row 1: amount is 'high'; a whole number is needed"),
        ({"effect": "at_most"}, "Row 1: amount is 1; the word of a severity is needed"),
    ],
)
def test_a_wrong_adjustment_is_named_by_row_and_column(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        severity_rows([{**GOOD_SEVERITY, **change}])

    assert caught.value.message.startswith(message)
