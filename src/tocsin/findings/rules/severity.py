"""How bad a finding is, from several inputs and a table of adjustments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import polars as pl

from tocsin.findings.rules.said import Said
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity


class Factor(StrEnum):
    """An input that can move a severity."""

    #: The severity that the report's row gives.
    ROW = "row"
    #: The kind of source: `value` names it.
    SOURCE = "source"
    #: The vulnerability is known to be exploited (KEV).
    EXPLOITED = "exploited"
    #: The organisation is critical infrastructure.
    CRITICAL = "critical"
    #: The organisation's tier: `value` is its number.
    TIER = "tier"


class Effect(StrEnum):
    """What a row does with `amount`."""

    #: Steps up, or down when negative.
    SHIFT = "shift"
    #: At most that many steps towards the row's severity; for `row` only.
    TOWARDS = "towards"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


#: Effects whose amount is a severity, not a number of steps.
BOUNDS = frozenset({Effect.AT_LEAST, Effect.AT_MOST})


@dataclass(frozen=True, kw_only=True)
class SeverityRow:
    """One adjustment.

    Raises:
        Invalid: `towards` without `row` or the reverse, or a bound that is no severity.
    """

    #: Adjustments are made in this order; of one step only the first row that fits.
    step: int
    factor: Factor
    #: For `source` and `tier`; else empty.
    value: str = ""
    effect: Effect
    #: Steps, or the number of a severity for `at_least` and `at_most`.
    amount: int
    #: Severities below are left alone: what is only information does not become urgent by its place.
    applies_from: Severity = Severity.LOW

    def __post_init__(self) -> None:
        if (self.factor is Factor.ROW) != (self.effect is Effect.TOWARDS):
            raise Invalid("The severity of the report's row moves by 'towards', and nothing else does.")
        if self.effect in BOUNDS and self.amount not in set(Severity):
            raise Invalid(f"amount is {self.amount}; the number of a severity is needed, 0 to 4.")


@dataclass(frozen=True, kw_only=True)
class SeverityPolicy:
    """A versioned table of adjustments."""

    version: str
    effective_from: date
    source: str
    checked_on: date
    rows: Sequence[SeverityRow]


#: A preset, to be replaced by the centre's own. A source's word moves a finding one step at most; known exploitation
#: makes it urgent (BOD 26-04 weighs KEV first); a critical organisation counts one step; a honeypot hit never outranks
#: an open hospital database (field notes 3.11).
DEFAULT_SEVERITY = SeverityPolicy(
    version="1",
    effective_from=date(2026, 1, 1),
    source="Tocsin preset",
    checked_on=date(2026, 11, 10),
    rows=(
        SeverityRow(step=10, factor=Factor.ROW, effect=Effect.TOWARDS, amount=1),
        SeverityRow(step=20, factor=Factor.EXPLOITED, effect=Effect.SHIFT, amount=1),
        SeverityRow(step=30, factor=Factor.EXPLOITED, effect=Effect.AT_LEAST, amount=Severity.HIGH),
        SeverityRow(step=40, factor=Factor.CRITICAL, effect=Effect.SHIFT, amount=1),
        SeverityRow(step=40, factor=Factor.TIER, value="1", effect=Effect.SHIFT, amount=1),
        SeverityRow(step=50, factor=Factor.SOURCE, value="honeypot", effect=Effect.AT_MOST, amount=Severity.HIGH),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SeverityInputs:
    """Everything that a severity is made of."""

    #: The problem's own, from the catalogue.
    default: Severity
    by_tag: Mapping[str, Severity] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    #: Null: the source gives none.
    row: Severity | None = None
    #: "scan", "sinkhole", "honeypot", ...: as the source's feed calls it; empty = unknown.
    source_kind: str = ""
    exploited: bool = False
    critical: bool = False
    tier: int | None = None


def base_severity(default: Severity, by_tag: Mapping[str, Severity], tags: Iterable[str]) -> Severity:
    """Give the worst severity that a tag has for this problem; without one the problem's own."""
    return max((by_tag[tag] for tag in tags if tag in by_tag), default=default)


def severity(inputs: SeverityInputs, rows: Iterable[SeverityRow]) -> tuple[Severity, list[Said]]:
    """Give a severity and what made it so, in order: the base first, then each adjustment that changed it."""
    now = base_severity(inputs.default, inputs.by_tag, inputs.tags)
    tagged = not inputs.tags.isdisjoint(inputs.by_tag)
    base = "{severity}: the problem, by its tag" if tagged else "{severity}: the problem"
    reasons = [Said(msgid=base, values={"severity": Said(msgid=now.word)})]
    for step in _steps(rows):
        row = next((row for row in step if now >= row.applies_from and _fits(row, inputs)), None)
        if row is None:
            continue
        after = _moved(now, row, inputs.row)
        if after is not now:
            reasons.append(_because(row, after))
        now = after
    return now, reasons


def _steps(rows: Iterable[SeverityRow]) -> list[list[SeverityRow]]:
    """Group the rows by step, in order."""
    steps: dict[int, list[SeverityRow]] = {}
    for row in sorted(rows, key=lambda row: row.step):
        steps.setdefault(row.step, []).append(row)
    return list(steps.values())


def _fits(row: SeverityRow, inputs: SeverityInputs) -> bool:
    """Tell whether the input that a row is about is there."""
    return {
        Factor.ROW: inputs.row is not None,
        Factor.SOURCE: inputs.source_kind == row.value,
        Factor.EXPLOITED: inputs.exploited,
        Factor.CRITICAL: inputs.critical,
        Factor.TIER: inputs.tier is not None and str(inputs.tier) == row.value,
    }[row.factor]


def _moved(now: Severity, row: SeverityRow, towards: Severity | None) -> Severity:
    """Apply one row; a shift stops at the ends of the scale."""
    if row.effect is Effect.AT_LEAST:
        return Severity(max(now, row.amount))
    if row.effect is Effect.AT_MOST:
        return Severity(min(now, row.amount))
    if row.effect is Effect.TOWARDS:
        distance = (now if towards is None else towards) - now
        return Severity(now + max(-row.amount, min(row.amount, distance)))
    return Severity(max(Severity.INFO, min(Severity.CRITICAL, now + row.amount)))


#: How each factor reads after the severity that it leads to.
FACTOR_LABELS = {
    Factor.ROW: "{severity}: the source's own word",
    Factor.SOURCE: "{severity}: the kind of source ({value})",
    Factor.EXPLOITED: "{severity}: known to be exploited",
    Factor.CRITICAL: "{severity}: critical infrastructure",
    Factor.TIER: "{severity}: tier {value}",
}


def _because(row: SeverityRow, after: Severity) -> Said:
    """Say what one row did."""
    return Said(msgid=FACTOR_LABELS[row.factor], values={"severity": Said(msgid=after.word), "value": row.value})


def base_expression(default: Severity, by_tag: Mapping[str, Severity]) -> pl.Expr:
    """Give `base_severity` of one problem for a frame: Int16 from the column `tags` List(String), null = none."""
    found = [
        pl.when(pl.col("tags").list.contains(tag)).then(pl.lit(int(value), dtype=pl.Int16))
        for tag, value in by_tag.items()
    ]
    own = pl.lit(int(default), dtype=pl.Int16)
    return pl.max_horizontal(found).fill_null(own) if found else own


def graded(frame: pl.DataFrame, rows: Iterable[SeverityRow], name: str = "severity") -> pl.DataFrame:
    """Add `severity` of each row of a frame: Int16, never null. Same rows, same order.

    Reads `base_severity` Int16, `row_severity` Int16 or null, `source_kind` String, `exploited` and `critical` Boolean,
    `tier` integer or null. A null Boolean or String fits no row.

    A column a step: as one expression each step would repeat the one before it, and five steps cost twenty times this.
    """
    frame = frame.with_columns(pl.col("base_severity").cast(pl.Int16).alias(name))
    now = pl.col(name)
    for step in _steps(rows):
        after = now
        for row in reversed(step):
            fits = _fits_expression(row).fill_null(value=False) & (now >= int(row.applies_from))
            after = pl.when(fits).then(_moved_expression(now, row)).otherwise(after)
        frame = frame.with_columns(after.alias(name))
    return frame


def _fits_expression(row: SeverityRow) -> pl.Expr:
    """Give `_fits` for a frame; null counts as no."""
    return {
        Factor.ROW: pl.col("row_severity").is_not_null(),
        Factor.SOURCE: pl.col("source_kind") == row.value,
        Factor.EXPLOITED: pl.col("exploited"),
        Factor.CRITICAL: pl.col("critical"),
        Factor.TIER: pl.col("tier").cast(pl.String) == row.value,
    }[row.factor]


def _moved_expression(now: pl.Expr, row: SeverityRow) -> pl.Expr:
    """Give `_moved` for a frame."""
    amount = pl.lit(row.amount, dtype=pl.Int16)
    moved = {
        Effect.AT_LEAST: pl.max_horizontal(now, amount),
        Effect.AT_MOST: pl.min_horizontal(now, amount),
        Effect.TOWARDS: now + (pl.col("row_severity").cast(pl.Int16) - now).clip(-row.amount, row.amount),
        Effect.SHIFT: (now + amount).clip(int(Severity.INFO), int(Severity.CRITICAL)),
    }[row.effect]
    return moved.cast(pl.Int16)
