"""Files into raw sheets: every cell as text under the column's own name, with the line where it stands."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from tocsin.registry.tables.cells import unescape
from tocsin.registry.tables.extent import TooFar, refuse_far_sheets
from tocsin.registry.tables.layout import HEADINGS, NEEDED, REFERENCE_SHEETS, SHEET_NAMES, BadRow, Sheet
from tocsin.registry.tables.workbook import Unreadable, open_workbook

#: Bytes that a zip or a workbook may unpack to; a bomb ends here.
MOST_UNPACKED = 512 * 1024 * 1024
_DELIMITERS = ",;\t"
_BOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A sheet as written. `frame`: the known columns that the file has, String, null where empty; `_line` Int32."""

    file: str
    sheet: Sheet
    frame: pl.DataFrame

    def fault(self, line: int, column: str, value: str, reason: str) -> BadRow:
        """Name a fault of this sheet."""
        return BadRow(file=self.file, sheet=self.sheet, line=line, column=column, value=value, reason=reason)


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """Rows of cells with their line, and the name that may tell which sheet it is."""

    file: str
    title: str
    rows: Sequence[tuple[int, Sequence[str]]]


class _FileError(Exception):
    """A file cannot be read as a whole; the message says why."""


def read_sheets(files: Mapping[str, bytes]) -> tuple[dict[Sheet, Raw], list[BadRow]]:
    """Read CSV files, workbooks and zips of them, by name.

    A sheet is known by its title (the file's name in CSV), else by its columns; other sheets are left out.
    """
    sheets: dict[Sheet, Raw] = {}
    bad: list[BadRow] = []
    for file, content in files.items():
        try:
            grids = list(_grids(file, content))
        except _FileError as error:
            bad.append(_whole(file, "", str(error)))
            continue
        found = 0
        for grid in grids:
            raw, faults = _raw(grid)
            bad += faults
            if raw is None:
                found += bool(faults)
                continue
            found += 1
            if raw.sheet in sheets:
                bad.append(_whole(grid.file, raw.sheet, f"'{sheets[raw.sheet].file}' has this table already."))
            else:
                sheets[raw.sheet] = raw
        if not found:
            bad.append(_whole(file, "", f"It has none of the tables {', '.join(Sheet)}."))
    return sheets, bad


def _whole(file: str, sheet: str, reason: str) -> BadRow:
    return BadRow(file=file, sheet=sheet, line=0, column="", value="", reason=reason)


def _grids(file: str, content: bytes) -> Iterator[_Grid]:
    suffix = PurePath(file).suffix.lower()
    if suffix == ".zip":
        for name, inner in _unzip(content):
            yield from _grids(f"{file}/{name}", inner)
    elif suffix in _BOOKS:
        yield from _book(file, content)
    else:
        yield _csv(file, content)


def _unzip(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive)
            for entry in archive.infolist():
                path = PurePath(entry.filename)
                if not entry.is_dir() and path.suffix.lower() in {".csv", ".txt", ".tsv"} | _BOOKS:
                    yield path.name, archive.read(entry)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        # RuntimeError: the archive is encrypted; NotImplementedError: a compression that Python lacks.
        raise _FileError(f"The zip cannot be opened: {error}.") from error


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    size = sum(entry.file_size for entry in archive.infolist())
    if size > MOST_UNPACKED:
        raise _FileError(f"It unpacks to {size // 2**20} MiB; at most {MOST_UNPACKED // 2**20} are read.")


def _book(file: str, content: bytes) -> Iterator[_Grid]:
    try:
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _refuse_bomb(archive)
                refuse_far_sheets(archive)
        for title, rows in open_workbook(content):
            yield _Grid(file=file, title=title, rows=rows)
    except TooFar as error:
        raise _FileError(str(error)) from error
    except (Unreadable, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        # The last two as with a zip.
        raise _FileError(f"The workbook cannot be opened: {error}.") from error


def _csv(file: str, content: bytes) -> _Grid:
    text = _decode(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda mark: (_known(first.split(mark)), first.count(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _FileError(f"Line {line} cannot be read: {error}.") from error
    return _Grid(file=file, title=PurePath(file).stem, rows=rows)


def _decode(content: bytes) -> str:
    """Read UTF-8, UTF-16 with its mark ("Unicode text"), else GB18030, which Excel writes in China."""
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _FileError("Its characters are neither UTF-8 nor GB18030; save it as 'CSV UTF-8'.")


def _normal(heading: str) -> str:
    return "_".join(heading.strip().strip("*").strip().lower().replace("-", " ").split())


def _column(sheet: Sheet, heading: str) -> str | None:
    name = _normal(heading.strip('"'))
    return next((own for own, others in HEADINGS[sheet].items() if name == own or name in others), None)


def _known(headings: Iterable[str]) -> int:
    """Count the headings that the best fitting sheet knows."""
    given = list(headings)
    return max(sum(_column(sheet, heading) is not None for heading in given) for sheet in Sheet)


def _sheet_of(grid: _Grid) -> Sheet | None:
    title = _normal(grid.title)
    named = next((sheet for sheet, names in SHEET_NAMES.items() if title in names), None)
    if named is not None or not grid.rows:
        return named
    headings = grid.rows[0][1]
    fits = {sheet: {_column(sheet, heading) for heading in headings} - {None} for sheet in Sheet}
    whole = [sheet for sheet in Sheet if sheet not in REFERENCE_SHEETS and fits[sheet] >= set(NEEDED[sheet])]
    return max(whole, key=lambda sheet: len(fits[sheet])) if whole else None


def _raw(grid: _Grid) -> tuple[Raw | None, list[BadRow]]:
    sheet = _sheet_of(grid)
    if sheet is None:
        return None, []
    if not grid.rows:
        return None, [_whole(grid.file, sheet, "It is empty; its first row names the columns.")]
    (head_line, headings), body = grid.rows[0], grid.rows[1:]
    bad: list[BadRow] = []

    def complain(line: int, column: str, value: str, reason: str) -> None:
        bad.append(BadRow(file=grid.file, sheet=sheet, line=line, column=column, value=value, reason=reason))

    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = _column(sheet, heading)
        if column is None and heading:
            complain(head_line, heading, "", f"Unknown column; known are {', '.join(HEADINGS[sheet])}.")
        elif column in places:
            complain(head_line, heading, "", f"The column {column} is there twice.")
        elif column is not None:
            places[column] = place
    for column in NEEDED[sheet]:
        if column not in places:
            complain(head_line, column, "", f"The column {column} is missing.")
    if any(column not in places for column in NEEDED[sheet]):
        return None, bad
    for line, row in body:
        surplus = [cell for cell in row[len(headings) :] if cell]
        if surplus:
            complain(
                line, "", surplus[0], f"It has {len(row)} cells, the heading has {len(headings)}: quote the commas."
            )
    cells = {column: [row[place] if place < len(row) else "" for _, row in body] for column, place in places.items()}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(
        unescape(pl.all()).str.replace_all("\r\n?", "\n")
    )
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    lines = pl.Series("_line", [line for line, _ in body], dtype=pl.Int32)
    return Raw(file=grid.file, sheet=sheet, frame=frame.with_columns(lines)), bad
