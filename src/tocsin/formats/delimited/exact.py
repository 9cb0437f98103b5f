"""The exact reader of delimited records: byte by byte what RFC 4180 says, and what real senders do instead.

It is the meaning of the format; the fast reader may only be used where `proof` shows that both agree.

- A record ends at LF, CRLF or CR outside quotes, or at the end of the file. Blank lines are no records.
- A quoted field ends at a quote that is not doubled. `\\"\\"` is read as one quote: some senders escape
  the quotes that they have already doubled, and no valid file has these four bytes inside a field.
- Text between a closing quote and the next separator belongs to the field, quotes and all.
- A quoted field that runs over a line end and whose closing quote has text after it was never closed:
  that quote opens a field of a later record. The line is refused, and reading goes on with the next one.
"""

import re
from dataclasses import dataclass

#: No record of a report comes near this; beyond it a quote counts as never closed.
MAX_RECORD_BYTES = 1 << 20
#: Bytes after a closing quote that decide what it is: `"\"` may follow a backslash.
_LOOKAHEAD_BYTES = 3
_QUOTED = re.compile(rb'"((?:[^"\\]++|""|\\"\\"|\\)*+)"')
_PLAIN = re.compile(rb"[^,\r\n]*+")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_ESCAPED_QUOTE = re.compile(rb'\\"\\"|""')


@dataclass(frozen=True, slots=True)
class Cut:
    """One record cut out of the bytes: its cells, or why it has none. A blank line has neither."""

    #: Where the next record begins; None: the line is longer than the limit, skip to its end.
    end: int | None
    cells: list[bytes]
    fault: str = ""


def cut_record(data: bytes, start: int, *, final: bool) -> Cut | None:
    """Cut the record that begins at `start`; None when more bytes are needed to know where it ends.

    `final` says that no bytes follow `data`. `start` lies inside `data`.
    """
    limit = start + MAX_RECORD_BYTES
    at = start
    cells: list[bytes] = []
    while True:
        cell = _cut_cell(data, at, limit, final=final)
        if cell is None:
            return None
        if isinstance(cell, Cut):
            return cell
        text, at = cell
        cells.append(text)
        if at > limit:
            return Cut(None, [], f"The record is longer than {MAX_RECORD_BYTES:,} bytes.")
        separator = data[at : at + 1]
        if separator == b",":
            at += 1
            continue
        end = _after_line_end(data, at, final=final)
        if end is None:
            return None
        if cells == [b""] and data[start : start + 1] != b'"':
            return Cut(end, [])
        if data.find(b"\0", start, end) >= 0:
            return Cut(end, [], "The record contains a NUL byte.")
        return Cut(end, cells)


def _cut_cell(data: bytes, at: int, limit: int, *, final: bool) -> tuple[bytes, int] | Cut | None:
    """Cut one cell; a `Cut` when the record ends in a fault here, None when more bytes are needed."""
    if data[at : at + 1] != b'"':
        match = _PLAIN.match(data, at, limit + 1)
        end = match.end() if match else at
        if end == len(data) and not final:
            return None
        return data[at:end], end
    quoted = _QUOTED.match(data, at, limit)
    if quoted is None:
        if len(data) < limit and not final:
            return None
        return _never_closed(data, at, final=final)
    end = quoted.end()
    if len(data) - end < _LOOKAHEAD_BYTES and not final:
        return None
    inner = quoted.group(1)
    if end == len(data) or data[end : end + 1] in b",\r\n":
        return _unescape(inner), end
    if b"\n" in inner or b"\r" in inner:
        return _never_closed(data, at, final=final)
    tail = _PLAIN.match(data, end, limit + 1)
    end = tail.end() if tail else end
    if end == len(data) and not final:
        return None
    return _unescape(inner) + data[quoted.end() : end], end


def _unescape(inner: bytes) -> bytes:
    return _ESCAPED_QUOTE.sub(b'"', inner) if b'"' in inner else inner


def _never_closed(data: bytes, at: int, *, final: bool) -> Cut | None:
    """Give up the record at the end of the physical line on which the quote at `at` opens."""
    line_end = _LINE_END.search(data, at)
    if line_end is None:
        if not final:
            return Cut(None, [], "A quote is never closed.")
        return Cut(len(data), [], "A quote is never closed.")
    if line_end.group() == b"\r" and line_end.end() == len(data) and not final:
        return None
    return Cut(line_end.end(), [], "A quote is never closed.")


def _after_line_end(data: bytes, at: int, *, final: bool) -> int | None:
    """Step over the line end at `at`; None when it may be the first half of CRLF."""
    if at >= len(data):
        return at
    if data[at : at + 1] == b"\r":
        if at + 1 >= len(data) and not final:
            return None
        return at + 2 if data[at + 1 : at + 2] == b"\n" else at + 1
    return at + 1


def count_lines(data: bytes, start: int, end: int) -> int:
    """Count the physical line ends between two places that do not split a CRLF."""
    breaks = data.count(b"\n", start, end)
    returns = data.count(b"\r", start, end)
    if returns:
        breaks += returns - data.count(b"\r\n", start, end)
    return breaks
