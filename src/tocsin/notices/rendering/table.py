"""The attachment: every line of a notice as CSV (RFC 4180) that a spreadsheet opens without running anything."""

import csv
import io
import unicodedata
from datetime import UTC, datetime

from tocsin.catalogue.fields import label
from tocsin.formats.spreadsheets import harmless
from tocsin.kernel.words import Language
from tocsin.notices.rendering.library import NAMED, Library
from tocsin.notices.rules import COLUMNS, PHRASES, House, Letter, Line, written_number
from tocsin.web.writing import exact

#: Control characters, line separators, and what turns text around or stands for nothing (Unicode general categories).
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cf", "Cs", "Co", "Cn"})
#: Evidence stands between what every line has and these.
_LAST = ("due_utc", "due_local", "public_id")


def as_csv(letter: Letter, *, language: Language, house: House, library: Library) -> str:
    """Write all lines, in the order of the letter; a cell without a value is empty.

    Names and addresses are exact here, where a mail's text makes links harmless.
    """
    phrases = PHRASES[language]
    evidence = tuple(dict.fromkeys(field for line in letter.lines for field in line.evidence))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    fixed = [name for name in COLUMNS if name not in _LAST]
    writer.writerow(
        [
            *(phrases.columns[name] for name in fixed),
            *(label(field, language) if language is Language.CHINESE else field for field in evidence),
            *(phrases.columns[name] for name in _LAST),
        ]
    )
    for number, line in enumerate(letter.lines, 1):
        cells = _cells(number, line, letter, language, house, library)
        row = [
            *(cells[name] for name in fixed),
            *(line.evidence.get(field, "") for field in evidence),
            *(cells[name] for name in _LAST),
        ]
        writer.writerow([one_line(cell) for cell in row])
    return out.getvalue()


def _cells(
    number: int, line: Line, letter: Letter, language: Language, house: House, library: Library
) -> dict[str, str]:
    phrases = PHRASES[language]
    reference = written_number(letter.year, letter.number)
    return {
        "number": f"{reference}/{number}",
        "severity": phrases.severities[line.severity],
        "problem": line.problem,
        "title": library.title(line.problem, language),
        "news": phrases.whys[line.why],
        "address": line.address or "",
        "port": "" if line.port is None else str(line.port),
        "protocol": line.transport,
        "host_or_url": line.subject
        if line.subject_kind in NAMED
        else line.evidence.get("url") or line.evidence.get("host", ""),
        "first_seen_utc": _utc(line.first_seen_at),
        "first_seen_local": exact(line.first_seen_at, zone=house.zone),
        "last_seen_utc": _utc(line.last_seen_at),
        "last_seen_local": exact(line.last_seen_at, zone=house.zone),
        "due_utc": "" if line.due_at is None else _utc(line.due_at),
        "due_local": "" if line.due_at is None else exact(line.due_at, zone=house.zone),
        "public_id": line.public_id,
    }


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_line(cell: str) -> str:
    """Make a cell one line that no spreadsheet takes for a formula; an apostrophe before it says "text".

    Not cut, unlike in a mail's text: here an address must be exact.
    """
    line = "".join(" " if unicodedata.category(char) in _BREAKING else char for char in cell).strip()
    return harmless(line)
