"""Reads a delimited file in batches: the fast way where `proof` allows it, record by record elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

import polars as pl

from tocsin.formats.delimited.exact import Cut, count_lines, cut_record
from tocsin.formats.delimited.header import column_names
from tocsin.formats.delimited.proof import prove
from tocsin.formats.delimited.records import (
    EXTRA,
    FLAGS,
    LINE,
    RAGGED,
    REFUSED_SCHEMA,
    REPLACED_CHARACTERS,
    ROW,
    Proven,
    Records,
    parse_proven,
)
from tocsin.formats.errors import BadHeader, EmptyFile, WrongEncoding

__all__ = [
    "EXTRA",
    "FLAGS",
    "LINE",
    "RAGGED",
    "REFUSED_SCHEMA",
    "REPLACED_CHARACTERS",
    "ROW",
    "Batch",
    "Table",
    "open_table",
]

#: A batch as it is yielded: the records read and those refused, each in the order of the file.
Batch = tuple[pl.DataFrame, pl.DataFrame]

#: Smaller pieces leave processors idle while Polars parses; larger ones cost fresh memory every time.
_CHUNK_BYTES = 16 << 20
#: How much is read record by record where the fast way is barred, and the least that it is tried on.
_STRETCH_BYTES = 64 << 10
#: Pieces that the fast reader refuses are cut into so many smaller ones to corner the faulty record.
_CUTS = 8
_BOM = b"\xef\xbb\xbf"
#: How much of a refused record is kept; only lines beyond the record limit are cut.
_REFUSED_BYTES = 64 << 10


def open_table(stream: IO[bytes], *, rows: int = 250_000, fast: bool = True) -> "Table":
    """Read the header of a delimited stream and return the table, whose iteration reads the rest.

    `rows` bounds a batch. `fast=False` reads everything record by record; it is there to compare both ways.

    Raises:
        EmptyFile: there is no header row.
        BadHeader: the header row cannot be read, or names no column.
        WrongEncoding: it is UTF-16 or UTF-32.
    """
    return Table(stream, rows=rows, fast=fast)


@dataclass(slots=True)
class _Place:
    """How far a file has been read: numbers of the next record and of the next physical line, from 1."""

    row: int = 1
    line: int = 1


class Table:
    """A delimited file whose header has been read; iterate once for its batches.

    A batch is a pair of frames. The first has a String column for every header name (null = empty cell), then
    `_row`, `_line`, `_flags` (Int32) and `_extra` (cells beyond the header, as CSV text; null = none). The second
    has the columns of `REFUSED_SCHEMA`. Every record that is no blank line is in one of them, in order.
    """

    header: tuple[str, ...]

    def __init__(self, stream: IO[bytes], *, rows: int, fast: bool) -> None:
        self._stream = stream
        self._rows = rows
        self._fast = fast
        self._data = b""
        self._at = 0
        self._final = False
        self._window = _CHUNK_BYTES
        self._place = _Place()
        self.header = self._read_header()
        self._records = Records(self.header)

    def __iter__(self) -> Iterator[Batch]:
        records = self._records
        while True:
            if len(self._data) - self._at < _CHUNK_BYTES // 2:
                self._fill()
            if self._at >= len(self._data):
                break
            if not self._fast or not self._read_fast():
                self._read_exactly(_STRETCH_BYTES)
            while max(records.waiting, records.refused_waiting) >= self._rows:
                yield records.take(self._rows)
        if records.waiting or records.refused_waiting:
            yield records.take(self._rows)

    def _fill(self) -> None:
        """Put the next bytes of the stream behind those not yet read."""
        if self._final:
            return
        pieces = [self._data[self._at :]]
        wanted = _CHUNK_BYTES
        while wanted > 0:
            piece = self._stream.read(wanted)
            if not piece:
                self._final = True
                break
            pieces.append(piece)
            wanted -= len(piece)
        self._data = b"".join(pieces)
        self._at = 0

    def _read_header(self) -> tuple[str, ...]:
        self._fill()
        _refuse_wide_encodings(self._data)
        if self._data.startswith(_BOM):
            self._at = len(_BOM)
        while True:
            if self._at >= len(self._data):
                raise EmptyFile
            start, line = self._at, self._place.line
            cut = self._cut()
            if cut.fault:
                raise BadHeader(f"The header row (line {line}) cannot be read: {cut.fault}")
            if cut.cells:
                break
        try:
            cells = [cell.decode() for cell in cut.cells]
        except UnicodeDecodeError as error:
            raise BadHeader(f"The header row (line {line}) is not UTF-8: byte {start + error.start}.") from error
        return column_names(cells)

    def _cut(self) -> Cut:
        """Cut the next record and step over it, filling as needed; the whole line of one that has no end."""
        while (cut := cut_record(self._data, self._at, final=self._final)) is None:
            self._fill()
        if cut.end is None:
            self._skip_line()
        else:
            self._place.line += count_lines(self._data, self._at, cut.end)
            self._at = cut.end
        return cut

    def _skip_line(self) -> None:
        """Step to the next physical line without keeping the one that is skipped."""
        while True:
            ends = [place for mark in (b"\n", b"\r") if (place := self._data.find(mark, self._at)) >= 0]
            place = min(ends, default=-1)
            known = place >= 0 and (place + 1 < len(self._data) or self._final)
            if known:
                break
            self._at = place if place >= 0 else len(self._data)
            if self._final:
                return
            self._fill()
        self._at = place + (2 if self._data[place : place + 2] == b"\r\n" else 1)
        self._place.line += 1

    def _read_exactly(self, stretch: int) -> None:
        """Read records one by one until `stretch` bytes are behind us or the buffer needs filling."""
        place, records = self._place, self._records
        left = stretch
        while left > 0 and self._at < len(self._data):
            data, start, line = self._data, self._at, place.line
            cut = self._cut()
            if self._data is not data:
                # The buffer was filled meanwhile: the record begins where the kept bytes do.
                data, start = self._data, 0
            left -= (self._at - start) if cut.end is not None else stretch
            if cut.fault:
                end = self._at if cut.end is not None else start + _REFUSED_BYTES
                records.refuse(place.row, line, cut.fault, data[start:end])
            elif cut.cells:
                records.add(place.row, line, cut.cells)
            else:
                continue
            place.row += 1
        records.flush()

    def _read_fast(self) -> bool:
        """Read the records at hand that are proven well-formed; say whether there were any.

        The window that is looked at shrinks where faults are dense, so that looking costs in proportion to reading.
        """
        proof = prove(self._data, self._at, self._window)
        end = proof.begins(proof.records)
        if end > self._window // 2:
            self._window = min(self._window * 2, _CHUNK_BYTES)
        else:
            self._window = max(self._window // 4, _STRETCH_BYTES)
        if not proof.records:
            return False
        line = self._place.line
        self._read_proven(Proven(proof, self._data, self._at, 0, proof.records), line)
        self._place.line = line + proof.lines
        self._at += end
        return True

    def _read_proven(self, proven: Proven, line: int) -> None:
        """Read proven records with the fast reader; corner those that it refuses and read them one by one.

        What it may refuse in a proven piece: records that are too long, and bytes that are not UTF-8.
        """
        parsed = parse_proven(proven, self.header)
        if parsed is not None:
            self._records.add_frame(parsed[0], self._place.row, proven.lines() + line, parsed[1])
            self._place.row += proven.count
            return
        low, high = proven.proof.span(proven.first, proven.last)
        if high - low <= _STRETCH_BYTES or proven.count == 1:
            self._read_cornered(proven, line)
            return
        step = -(-proven.count // _CUTS)
        for first in range(proven.first, proven.last, step):
            self._read_proven(replace(proven, first=first, last=min(first + step, proven.last)), line)

    def _read_cornered(self, proven: Proven, line: int) -> None:
        """Read proven records one by one."""
        piece, at = proven.bytes(), 0
        for number in (proven.lines() + line).tolist():
            cut = cut_record(piece, at, final=True)
            if cut is None or cut.end is None:
                raise AssertionError("A proven record does not end in its piece.")
            self._records.add(self._place.row, number, cut.cells)
            self._place.row += 1
            at = cut.end
        self._records.flush()


def _refuse_wide_encodings(data: bytes) -> None:
    """Refuse UTF-16 and UTF-32 by their marks, or by a NUL in the first letters of the header."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(data) > 1 and b"\0" in data[:2]):
        raise WrongEncoding("The file is UTF-16; save it as UTF-8.")
