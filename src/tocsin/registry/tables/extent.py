"""How far the sheets of an XLSX workbook reach, read before anybody makes a grid of them.

The reader of workbooks makes one dense grid from A1 to the farthest values: two cells in opposite corners of a sheet,
five kilobytes of file, are 17 thousand million cells.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import IO, NoReturn
from xml.parsers import expat

#: Cells of one sheet, empty ones in between included. A province's largest has a fifth.
MOST_CELLS = 2_000_000
_CHUNK_BYTES = 2**16
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_ROW = re.compile(r"[0-9]{1,7}", re.ASCII)
_SHEETS = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
#: What a cell holds its value in; one without is formatting alone, and no part of the grid.
_VALUES = {"v", "is"}


Start = Callable[[str, Mapping[str, str]], None]


class TooFar(Exception):
    """A sheet reaches too far, or cannot be read; the message names it and says what to do."""


def refuse_far_sheets(archive: zipfile.ZipFile) -> None:
    """Look at each sheet's cells, one after the other, and stop at the first that makes its sheet too large.

    What a sheet says of itself (`dimension`) is not asked: it may lie, and where whole columns are formatted it
    honestly covers all of them.

    Raises:
        TooFar: a sheet has more than MOST_CELLS, or is not XML, or defines entities.
    """
    titles = _titles(archive)
    for entry in archive.infolist():
        if _SHEETS.search(entry.filename):
            title = titles.get(entry.filename.lower(), entry.filename)
            with archive.open(entry) as sheet:
                _parse(_chunks(sheet), start=_Sheet(title).start, what=f"The sheet '{title}'")


class _Sheet:
    """The reach of one sheet so far."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.row = self.column = self.last_row = self.last_column = 0
        self.reference = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            number = _ROW.fullmatch(attributes.get("r", ""))
            self.row = int(number[0]) if number else self.row + 1
            self.column = 0
        elif name == "c":
            self.reference, self.column = attributes.get("r", ""), self.column + 1
        elif name in _VALUES:
            found = _REFERENCE.fullmatch(self.reference)
            if found:
                self.column, self.row = _number(found[1]), int(found[2])
            # Of the millions of cells that are looked at, few are farther than all before.
            if self.column <= self.last_column and self.row <= self.last_row:
                return
            self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
            if self.last_row * self.last_column > MOST_CELLS:
                raise TooFar(
                    f"The sheet '{self.title}' reaches to row {self.last_row:,} and column {self.last_column:,}: "
                    f"{self.last_row * self.last_column:,} cells, and at most {MOST_CELLS:,} are read. "
                    "Delete what stands far below or far right of the table."
                )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


@cache
def _number(letters: str) -> int:
    """A is 1, XFD is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _titles(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Give the sheets' titles by the lower-case names of their files; those that are not found keep the file's name."""
    titles: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            titles[relation] = attributes.get("name", "")

    def relation(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = path.lower()

    for part, start in ((_WORKBOOK, sheet), (_RELATIONS, relation)):
        if part in archive.namelist():
            _parse(iter([archive.read(part)]), start=start, what=f"The workbook's {part}")
    return {targets[key]: title for key, title in titles.items() if key in targets}


def _parse(chunks: Iterator[bytes], *, start: Start, what: str) -> None:
    """Call `start` for every element, with its name without prefix; nothing is kept, no entity is expanded.

    Raises:
        TooFar: it is no XML, or has a document type, in which entities are defined.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: start(
        name.rpartition(":")[2] if ":" in name else name, attributes
    )

    def refuse(*_declared: object) -> NoReturn:
        raise TooFar(f"{what} declares a document type; no office program writes one.")

    parser.StartDoctypeDeclHandler = refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise TooFar(f"{what} is no XML: {error}.") from error
