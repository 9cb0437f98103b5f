"""Policy rows as plain cells and back: what a database column or a file holds of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import TypeVar

from tocsin.findings.rules.clocks import DeadlineRow, Unit
from tocsin.findings.rules.severity import BOUNDS, Effect, Factor, SeverityRow
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity

Cells = Mapping[str, object]
Row = TypeVar("Row")
Word = TypeVar("Word", bound=Enum)


def as_cells(rows: Iterable[DeadlineRow | SeverityRow]) -> list[dict[str, object]]:
    """Give rows as JSON values, a severity as its word; `deadline_rows` and `severity_rows` read them back."""
    return [_cells(row) for row in rows]


def deadline_rows(table: Sequence[Cells]) -> tuple[DeadlineRow, ...]:
    """Read the rows of a policy of deadlines.

    Raises:
        Invalid: a cell is missing or wrong; the message names row (from 1) and column.
    """
    return tuple(_read(number, cells, _deadline_row) for number, cells in enumerate(table, 1))


def severity_rows(table: Sequence[Cells]) -> tuple[SeverityRow, ...]:
    """Read the rows of a policy of severity.

    Raises:
        Invalid: a cell is missing or wrong; the message names row (from 1) and column.
    """
    return tuple(_read(number, cells, _severity_row) for number, cells in enumerate(table, 1))


def _cells(row: DeadlineRow | SeverityRow) -> dict[str, object]:
    """Give one row as JSON."""
    cells = {column.name: _cell(getattr(row, column.name)) for column in fields(row)}
    if isinstance(row, SeverityRow) and row.effect in BOUNDS:
        cells["amount"] = Severity(row.amount).word
    return cells


def _cell(value: object) -> object:
    """Give one value as JSON."""
    if isinstance(value, Severity):
        return value.word
    return value.value if isinstance(value, Enum) else value


def _read(number: int, cells: Cells, read: Callable[[Cells], Row]) -> Row:
    """Read one row and put its number before what is wrong with it."""
    try:
        return read(cells)
    except Invalid as error:
        raise Invalid(f"Row {number}: {error.message}", row=number) from error


def _deadline_row(cells: Cells) -> DeadlineRow:
    """Read one deadline."""
    tier = None if cells.get("tier") is None else _whole(cells, "tier")
    return DeadlineRow(
        severity=_severity(cells, "severity"),
        tier=tier,
        critical=_yes_or_no(cells, "critical"),
        amount=_whole(cells, "amount"),
        unit=_one_of(cells, "unit", Unit),
    )


def _severity_row(cells: Cells) -> SeverityRow:
    """Read one adjustment."""
    effect = _one_of(cells, "effect", Effect)
    return SeverityRow(
        step=_whole(cells, "step"),
        factor=_one_of(cells, "factor", Factor),
        value=str(cells.get("value", "")),
        effect=effect,
        amount=_severity(cells, "amount") if effect in BOUNDS else _whole(cells, "amount"),
        applies_from=_severity(cells, "applies_from") if "applies_from" in cells else Severity.LOW,
    )


def _whole(cells: Cells, column: str) -> int:
    """Read a whole number."""
    value = cells.get(column)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(f"{column} is {value!r}; a whole number is needed.")
    return value


def _yes_or_no(cells: Cells, column: str) -> bool:
    """Read true or false; false when absent."""
    value = cells.get(column, False)
    if not isinstance(value, bool):
        raise Invalid(f"{column} is {value!r}; true or false is needed.")
    return value


def _severity(cells: Cells, column: str) -> Severity:
    """Read the word of a severity."""
    value = cells.get(column)
    if not isinstance(value, str):
        raise Invalid(f"{column} is {value!r}; the word of a severity is needed.")
    return Severity.from_word(value)


def _one_of(cells: Cells, column: str, words: type[Word]) -> Word:
    """Read one word of an enum."""
    value = cells.get(column)
    known = {word.value: word for word in words}
    if value not in known:
        raise Invalid(f"{column} is {value!r}; one of: {', '.join(sorted(known))}.")
    return known[value]
