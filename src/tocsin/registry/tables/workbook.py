"""Opens a workbook in a process of its own with little memory: its reader aborts where it can get no more.

Run as a program (by `open_workbook`, isolated, so that it imports nothing else of ours) it reads the workbook from its
input and writes its sheets as JSON.
"""

import io
import json
import resource
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

Cell = str | float | bool | time | date | datetime | timedelta | None
#: A sheet's title, and its rows that are not empty, each with its line.
Titled = tuple[str, list[tuple[int, list[str]]]]

#: What a sheet as large as is read (`extent.MOST_CELLS`) needs twice over.
_MOST_MEMORY_BYTES = 2 * 2**30
_MOST_TIME_S = 120


class Unreadable(Exception):
    """The workbook cannot be read; the message says why."""


def open_workbook(content: bytes) -> list[Titled]:
    """Read all sheets of XLSX, XLSB, XLS or ODS, every cell as text.

    Raises:
        Unreadable: it is no workbook, or needs more memory or time than a workbook may.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).resolve())],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_MOST_TIME_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"it takes longer than {_MOST_TIME_S} s to read. {_WAY_OUT}") from error
    if done.returncode != 0:
        raise Unreadable(f"it takes more memory to read than is given to it. {_WAY_OUT}")
    told = json.loads(done.stdout)
    if "error" in told:
        raise Unreadable(told["error"])
    return [(title, [(line, row) for line, row in rows]) for title, rows in told["sheets"]]


_WAY_OUT = "Delete what stands far below or far right of the tables, or save them as CSV"


def _sheets(content: bytes) -> dict[str, object]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {"sheets": [(title, _rows(book, title)) for title in book.sheet_names]}
    except CalamineError as error:
        return {"error": str(error)}


def _rows(book: CalamineWorkbook, title: str) -> list[tuple[int, list[str]]]:
    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    lines = ((line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1))
    return [(line, row) for line, row in lines if any(row)]


def _text(cell: Cell) -> str:
    """Write a workbook's cell as a person would type it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        # A workbook knows no whole numbers.
        return str(int(cell)) if cell.is_integer() else str(cell)
    return "" if cell is None else str(cell)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    # An abort is expected here, and its core would hold what people uploaded.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_sheets(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    _main()
