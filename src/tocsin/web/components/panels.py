"""What stands in panels: three sides, timeline, definitions, letter, difference, code."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from tocsin.kernel.tlp import Tlp
from tocsin.web.components.actions import Action, Link
from tocsin.web.components.chips import TlpChip, Tone
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Side:
    """Say where one side stands, and why, in a sentence or two."""

    state: Phrase
    text: object
    tone: Tone | None = None


@dataclass(frozen=True, kw_only=True)
class ThreeSides:
    """Show what the machine saw, what the owner says and where we stand, beside each other."""

    template: ClassVar[str] = "tocsin/c/sides.html"
    machine: Side
    owner: Side
    us: Side


class Who(StrEnum):
    """Who did what stands on a timeline; the mark is a square, a ring or a dot."""

    MACHINE = "machine"
    OWNER = "owner"
    US = "us"

    @property
    def shape(self) -> str:
        """Name the mark."""
        return {"machine": "square-open", "owner": "ring", "us": "round"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Hold one thing that happened."""

    at: datetime
    who: Who
    text: object
    #: Who exactly, by which way.
    note: object = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Show what happened, newest first as given."""

    template: ClassVar[str] = "tocsin/c/timeline.html"
    entries: tuple[Entry, ...]
    #: Shown where nothing has happened.
    nothing: Phrase = ""


@dataclass(frozen=True, kw_only=True)
class Legend:
    """Say what square, ring and dot mean: the note of a timeline's panel."""

    template: ClassVar[str] = "tocsin/c/legend.html"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Hold a term, its value, and why it is so."""

    term: Phrase
    value: object
    why: object = ""


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """Show terms with their values."""

    template: ClassVar[str] = "tocsin/c/definitions.html"
    items: tuple[Definition, ...]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Show a letter as the owner gets it, on white paper in any theme."""

    template: ClassVar[str] = "tocsin/c/letter.html"
    #: The notice's number, as written on paper.
    number: Phrase
    subject: Phrase
    envelope: Definitions | None = None
    #: SafeString is shown as HTML, text keeps its lines.
    body: object
    #: BCP 47 code of the letter's language, which may not be the reader's.
    language: str
    tlp: Tlp | None = None
    attachments: tuple[str, ...] = ()

    @property
    def mark(self) -> TlpChip | None:
        """Give the TLP chip."""
        return TlpChip(tlp=self.tlp) if self.tlp is not None else None


@dataclass(frozen=True, kw_only=True)
class DiffRow:
    """Hold one field before and after; None before is new, None after is taken away."""

    label: Phrase
    before: object
    after: object


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Show what changes, field by field."""

    template: ClassVar[str] = "tocsin/c/diff.html"
    caption: Phrase
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, kw_only=True)
class TextDiff:
    """Show two texts line by line: removed with a minus, added with a plus."""

    template: ClassVar[str] = "tocsin/c/text_diff.html"
    label: Phrase
    before: str
    after: str

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """Give (class, sign, line); lines that only one text has carry a sign."""
        kinds = {"- ": ("removed", "\u2212"), "+ ": ("added", "+"), "  ": ("same", "\u00a0")}
        for line in difflib.ndiff(self.before.splitlines(), self.after.splitlines()):
            if line[:2] in kinds:
                name, sign = kinds[line[:2]]
                yield name, sign, line[2:]


@dataclass(frozen=True, kw_only=True)
class Code:
    """Show a command, a record or a header, with a button that copies it."""

    template: ClassVar[str] = "tocsin/c/code.html"
    id: str
    label: Phrase
    text: str
    action: Action | None = None
