"""How bad a finding is, one at a time and for whole frames."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.findings.rules import (
    DEFAULT_SEVERITY,
    Effect,
    Factor,
    SeverityInputs,
    SeverityRow,
    base_expression,
    base_severity,
    graded,
    severity,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity

INFO, LOW, MEDIUM, HIGH, CRITICAL = Severity


def grade(default: Severity, **inputs: Any) -> Severity:
    return severity(SeverityInputs(default=default, **inputs), DEFAULT_SEVERITY.rows)[0]


@pytest.mark.parametrize(
    ("default", "inputs", "expected"),
    [
        (MEDIUM, {}, MEDIUM),
        (MEDIUM, {"row": CRITICAL}, HIGH),
        (MEDIUM, {"row": INFO}, LOW),
        (MEDIUM, {"row": MEDIUM}, MEDIUM),
        (LOW, {"exploited": True}, HIGH),
        (HIGH, {"exploited": True}, CRITICAL),
        (HIGH, {"critical": True}, CRITICAL),
        (HIGH, {"critical": True, "tier": 1}, CRITICAL),
        (MEDIUM, {"critical": True, "tier": 1}, HIGH),
        (MEDIUM, {"tier": 1}, HIGH),
        (MEDIUM, {"tier": 2}, MEDIUM),
        (CRITICAL, {"critical": True}, CRITICAL),
        (HIGH, {"source_kind": "honeypot", "row": CRITICAL, "critical": True}, HIGH),
        (INFO, {"row": CRITICAL, "exploited": True, "critical": True}, INFO),
        (LOW, {"by_tag": {"ransom": CRITICAL, "poc": HIGH}, "tags": frozenset({"poc", "ransom", "x"})}, CRITICAL),
        (HIGH, {"by_tag": {"basic-auth": LOW}, "tags": frozenset({"basic-auth"})}, LOW),
        (HIGH, {"by_tag": {"basic-auth": LOW}, "tags": frozenset({"other"})}, HIGH),
    ],
)
def test_the_preset_grades(default: Severity, inputs: dict[str, Any], expected: Severity) -> None:
    assert grade(default, **inputs) is expected


def test_a_honeypot_hit_marked_critical_does_not_outrank_an_open_hospital_database() -> None:
    honeypot = grade(MEDIUM, row=CRITICAL, source_kind="honeypot", critical=True)

    assert honeypot < grade(HIGH, critical=True)


def test_it_says_what_made_it_so_and_leaves_out_what_changed_nothing() -> None:
    _, reasons = severity(
        SeverityInputs(default=MEDIUM, row=MEDIUM, exploited=True, critical=True, source_kind="honeypot"),
        DEFAULT_SEVERITY.rows,
    )

    assert [reason.text() for reason in reasons] == [
        "medium: the problem",
        "high: known to be exploited",
        "critical: critical infrastructure",
        "high: the kind of source (honeypot)",
    ]


def test_a_tag_is_named_as_the_reason() -> None:
    _, reasons = severity(SeverityInputs(default=LOW, by_tag={"a": HIGH}, tags=frozenset({"a"})), ())

    assert [reason.text() for reason in reasons] == ["high: the problem, by its tag"]


@pytest.mark.parametrize(
    ("factor", "effect"), [(Factor.ROW, Effect.SHIFT), (Factor.TIER, Effect.TOWARDS), (Factor.ROW, Effect.AT_LEAST)]
)
def test_only_the_rows_own_word_moves_towards(factor: Factor, effect: Effect) -> None:
    with pytest.raises(Invalid, match="towards"):
        SeverityRow(step=1, factor=factor, effect=effect, amount=1)


@pytest.mark.parametrize("amount", [-1, 5])
def test_a_bound_must_be_a_severity(amount: int) -> None:
    with pytest.raises(Invalid, match="0 to 4"):
        SeverityRow(step=1, factor=Factor.EXPLOITED, effect=Effect.AT_LEAST, amount=amount)


SEVERITIES = st.sampled_from(list(Severity))
PLAIN = st.builds(
    SeverityRow,
    step=st.integers(1, 4),
    factor=st.sampled_from([Factor.EXPLOITED, Factor.CRITICAL]),
    effect=st.sampled_from([Effect.SHIFT]),
    amount=st.integers(-5, 5),
    applies_from=SEVERITIES,
)
BOUNDS = st.builds(
    SeverityRow,
    step=st.integers(1, 4),
    factor=st.sampled_from([Factor.SOURCE, Factor.TIER, Factor.EXPLOITED]),
    value=st.sampled_from(["honeypot", "1", "2"]),
    effect=st.sampled_from([Effect.AT_LEAST, Effect.AT_MOST]),
    amount=SEVERITIES.map(int),
    applies_from=SEVERITIES,
)
TOWARDS = st.builds(
    SeverityRow,
    step=st.integers(1, 4),
    factor=st.just(Factor.ROW),
    effect=st.just(Effect.TOWARDS),
    amount=st.integers(0, 4),
    applies_from=SEVERITIES,
)
POLICIES = st.just(tuple(DEFAULT_SEVERITY.rows)) | st.lists(PLAIN | BOUNDS | TOWARDS, max_size=6).map(tuple)
INPUTS = st.fixed_dictionaries(
    {
        "base_severity": SEVERITIES,
        "row_severity": st.none() | SEVERITIES,
        "source_kind": st.sampled_from(["honeypot", "scan", "", None]),
        "exploited": st.sampled_from([True, False, None]),
        "critical": st.sampled_from([True, False, None]),
        "tier": st.sampled_from([1, 2, 3, None]),
    }
)
SCHEMA = {
    "base_severity": pl.Int16,
    "row_severity": pl.Int16,
    "source_kind": pl.String,
    "exploited": pl.Boolean,
    "critical": pl.Boolean,
    "tier": pl.Int16,
}


@settings(deadline=None)
@given(POLICIES, st.lists(INPUTS, max_size=40))
def test_grading_a_frame_equals_the_function(rows: tuple[SeverityRow, ...], batch: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(batch, schema=SCHEMA)

    found = graded(frame, rows)["severity"]

    assert found.dtype == pl.Int16
    assert found.to_list() == [
        severity(
            SeverityInputs(
                default=row["base_severity"],
                row=row["row_severity"],
                source_kind=row["source_kind"] or "",
                exploited=bool(row["exploited"]),
                critical=bool(row["critical"]),
                tier=row["tier"],
            ),
            rows,
        )[0]
        for row in batch
    ]


TAGS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3)


@settings(deadline=None)
@given(SEVERITIES, st.dictionaries(st.sampled_from(["a", "b"]), SEVERITIES), st.lists(st.none() | TAGS, min_size=1))
def test_the_base_expression_equals_the_function(
    default: Severity, by_tag: dict[str, Severity], batch: list[list[str] | None]
) -> None:
    frame = pl.DataFrame({"tags": batch}, schema={"tags": pl.List(pl.String)})

    graded = frame.with_columns(base_expression(default, by_tag).alias("base_severity"))["base_severity"]

    assert graded.dtype == pl.Int16
    assert graded.to_list() == [base_severity(default, by_tag, tags or []) for tags in batch]
