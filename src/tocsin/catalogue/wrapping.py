"""Wrapping plain text at a width in columns, for Latin and Chinese letters (rules after UAX #14 and CLREQ 3.1)."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

#: Marks that may not begin a line.
_CLOSING: Final = frozenset("，。、；：？！）】》」』〕］｝”’…—·％,.;:?!)]}%")
#: Marks that may not end a line.
_OPENING: Final = frozenset("（【《「『〔［｛“‘([{")
#: Stands for a space at which no line may break; a private-use character, so no text has it (`filling.clean`).
UNBROKEN: Final = "\ue000"


def columns(text: str, ambiguous: int = 1) -> int:
    """Count the columns of a fixed-width screen: two for a wide character, none for a combining mark.

    Args:
        ambiguous: columns of characters whose width depends on the language, such as curly quotation marks (UAX #11).
    """
    if text.isascii():
        return len(text)
    return sum([_columns_of(char, ambiguous) for char in text])


# Wrapping asks for every letter of every mail; the letters of two languages are few.
@cache
def _columns_of(char: str, ambiguous: int) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    width = unicodedata.east_asian_width(char)
    if width in ("W", "F"):
        return 2
    return ambiguous if width == "A" and char != UNBROKEN else 1


@cache
def is_wide(char: str) -> bool:
    """Say whether a character is a Han letter or full-width mark, between which lines break without a space."""
    return unicodedata.east_asian_width(char) in ("W", "F")


def joined(lines: list[str]) -> str:
    """Join source lines into one: with a space, but with nothing between two Chinese characters."""
    text = ""
    for line in (line.strip() for line in lines):
        if text and line:
            text += "" if is_wide(text[-1]) and is_wide(line[0]) else " "
        text += line
    return text


def wrapped(text: str, width: int, ambiguous: int = 1) -> list[str]:
    """Break one paragraph into lines of at most `width` columns; what cannot break (an address) stands out over it."""
    lines: list[str] = []
    line, taken = "", 0
    for space, piece in _pieces(text):
        needed = columns(piece, ambiguous)
        if line and taken + len(space) + needed > width:
            lines.append(line)
            line, taken = piece, needed
        elif line:
            line, taken = line + space + piece, taken + len(space) + needed
        else:
            line, taken = piece, needed
    if line:
        lines.append(line)
    return [done.replace(UNBROKEN, " ") for done in lines]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what may not be broken, each with the space before it (empty between Chinese characters)."""
    for number, word in enumerate(text.split(" ")):
        space = " " if number else ""
        piece = ""
        for char in word:
            if piece and _may_break(piece[-1], char):
                yield space, piece
                space, piece = "", ""
            piece += char
        if piece:
            yield space, piece


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING:
        return False
    if is_wide(before) or is_wide(after):
        return True
    # A Chinese mark of ambiguous width: a line may break behind a closing one and before an opening one.
    return (before in "”’…—" and not after.isascii()) or (after in "“‘" and not before.isascii())
