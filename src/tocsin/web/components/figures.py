"""The strip of numbers at the head of a page."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from tocsin.web.phrases import Phrase


class Direction(StrEnum):
    """Which way a number went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class Better(StrEnum):
    """Whether that is good for the constituency."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Say by how much a number changed ("2.1 %"), and since when ("in 7 days")."""

    direction: Direction
    better: Better
    amount: Phrase
    period: Phrase


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Show one number with unit, comparison, and the list behind it."""

    label: Phrase
    #: Null is "not known", shown as a dash: never as zero.
    value: int | float | Decimal | None
    unit: Phrase = ""
    decimals: int = 0
    #: The list that the number counts.
    url: str = ""
    comparison: Comparison | None = None
    note: Phrase = ""
    #: How it is counted, one sentence, behind the question mark.
    how: Phrase = ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Show two to six numbers side by side."""

    template: ClassVar[str] = "tocsin/c/figures.html"
    items: tuple[Figure, ...]
