"""Collects records, from either reader, into frames of one shape."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.formats.delimited.proof import Proof

ROW, LINE, FLAGS, EXTRA = "_row", "_line", "_flags", "_extra"
#: Bits of `_flags`, the same as in `events.schemas.Flag`.
RAGGED = 1
REPLACED_CHARACTERS = 8
REFUSED_SCHEMA = {"row": pl.Int32, "line": pl.Int32, "reason": pl.String, "text": pl.String}
_NUMBERS = {ROW: pl.Int32, LINE: pl.Int32, FLAGS: pl.Int32}


@dataclass(frozen=True, slots=True)
class Proven:
    """Some records of a proven piece of bytes: `data` from `start`, records `first` to `last` (excluded)."""

    proof: Proof
    data: bytes
    start: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """Count the records."""
        return self.last - self.first

    def bytes(self) -> bytes:
        """Copy the records' bytes."""
        low, high = self.proof.span(self.first, self.last)
        return self.data[self.start + low : self.start + high]

    def lines(self) -> npt.NDArray[np.int64]:
        """Count the physical lines before each record, from the start of the proven piece."""
        return self.proof.line_offsets(self.first, self.last)


def parse_proven(proven: Proven, header: tuple[str, ...]) -> tuple[pl.DataFrame, npt.NDArray[np.bool_]] | None:
    """Parse proven records with every cell as text, and tell the short ones; None when one of them is too long,
    is not UTF-8, or the result cannot be shown to be right.

    It is right when the reader found as many records as the proof and the cells hold every byte that is no
    syntax: a cell lost or cut in two would not add up.
    """
    try:
        frame = pl.read_csv(
            proven.bytes(),
            has_header=False,
            schema=dict.fromkeys(header, pl.String),
            infer_schema=False,
            missing_columns="insert",
            null_values="",
        )
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError, pl.exceptions.NoDataError):
        return None
    proof, first, last = proven.proof, proven.first, proven.last
    if frame.height != proven.count:
        return None
    width = len(header)
    held = sum(frame.select(pl.all().str.len_bytes().cast(pl.Int64).sum()).row(0))
    if held == proof.cell_bytes(first, last, proven.count * (width - 1)):
        return frame, np.zeros(proven.count, np.bool_)
    widths = proof.widths(proven.data, proven.start, first, last)
    if held == proof.cell_bytes(first, last, int(widths.sum()) - proven.count):
        return frame, widths < width
    return None


class Records:
    """Records on their way into batches."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self._header = header
        self._schema = {**dict.fromkeys(header, pl.String), **_NUMBERS, EXTRA: pl.String}
        self._frames: list[pl.DataFrame] = []
        self._loose: list[list[str | None]] = []
        self._numbers: list[tuple[int, int, int, str | None]] = []
        self._refused: list[tuple[int, int, str, str]] = []
        #: How many read records wait to be taken.
        self.waiting = 0

    @property
    def refused_waiting(self) -> int:
        """Count the refused records that wait to be taken."""
        return len(self._refused)

    def refuse(self, row: int, line: int, reason: str, text: bytes) -> None:
        """Add a record that cannot be read."""
        shown = text.decode(errors="replace").rstrip("\r\n").replace("\0", "\N{SYMBOL FOR NULL}")
        self._refused.append((row, line, reason, shown))

    def add(self, row: int, line: int, cells: list[bytes]) -> None:
        """Add one record; one of too few or too many cells is flagged, the rest goes to `_extra`."""
        flags = 0
        try:
            texts = [cell.decode() for cell in cells]
        except UnicodeDecodeError:
            texts = [cell.decode(errors="replace") for cell in cells]
            flags |= REPLACED_CHARACTERS
        width = len(self._header)
        extra = None
        if len(texts) != width:
            flags |= RAGGED
            if len(texts) > width:
                extra = _joined(texts[width:])
        row_cells: list[str | None] = [text or None for text in texts[:width]]
        row_cells.extend([None] * (width - len(row_cells)))
        self._loose.append(row_cells)
        self._numbers.append((row, line, flags, extra))
        self.waiting += 1

    def flush(self) -> None:
        """Turn the records added one by one into a frame, before a frame is added behind them."""
        if not self._loose:
            return
        cells = pl.DataFrame(self._loose, schema=dict.fromkeys(self._header, pl.String), orient="row")
        numbers = pl.DataFrame(self._numbers, schema={**_NUMBERS, EXTRA: pl.String}, orient="row")
        self._frames.append(pl.concat([cells, numbers], how="horizontal"))
        self._loose, self._numbers = [], []

    def add_frame(
        self, frame: pl.DataFrame, first_row: int, lines: npt.NDArray[np.int64], short: npt.NDArray[np.bool_]
    ) -> None:
        """Add records that were parsed together, of which some are too short."""
        self.flush()
        self._frames.append(
            frame.with_columns(
                pl.int_range(first_row, first_row + frame.height, dtype=pl.Int32).alias(ROW),
                pl.Series(LINE, lines, dtype=pl.Int32),
                pl.Series(FLAGS, short * RAGGED, dtype=pl.Int32),
                pl.lit(None, pl.String).alias(EXTRA),
            )
        )
        self.waiting += frame.height

    def take(self, rows: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Take the first `rows` records that wait (or fewer, if fewer wait), and all that were refused."""
        self.flush()
        whole = pl.concat(self._frames, rechunk=False) if self._frames else pl.DataFrame(schema=self._schema)
        batch, rest = whole.head(rows), whole.slice(rows)
        self._frames = [rest] if rest.height else []
        self.waiting = rest.height
        refused = pl.DataFrame(self._refused, schema=REFUSED_SCHEMA, orient="row")
        self._refused = []
        return batch, refused


def _joined(cells: list[str]) -> str:
    """Write cells as CSV text, so that they can be told apart again."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
