"""Findings as CSV, streamed: what a list shows, in the reader's language, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from tocsin.access.permissions import require
from tocsin.catalogue.queries import words
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.filters import FindingFilters, found
from tocsin.findings.queries.listing import FindingSort, order_of, row_of, with_sight
from tocsin.findings.rules import label, translator
from tocsin.formats.spreadsheets import harmless
from tocsin.kernel.actor import Actor
from tocsin.kernel.tlp import Tlp, strictest
from tocsin.kernel.words import Language

#: Excel reads UTF-8 only when the file says so.
_MARK = "\ufeff"
COLUMNS = (
    "id",
    "severity",
    "problem",
    "title",
    "subject",
    "address",
    "port",
    "transport",
    "organisation",
    "status",
    "first_seen_at",
    "last_seen_at",
    "due_at",
    "overdue",
    "relapses",
    "tlp",
)


def findings_csv(
    *, actor: Actor, filters: FindingFilters, sort: FindingSort, language: Language, now: datetime
) -> Iterator[str]:
    """Give the file in pieces; the permission is asked at once, the rows are read within the actor's scope.

    The first line is the strictest TLP label among the rows.

    Raises:
        NotAllowed: the actor may not export findings.
    """
    require(actor, FindingPermission.EXPORT)
    rows = found(actor=actor, filters=filters, now=now)
    marks = [Tlp.parse(word) for word in rows.order_by().values_list("tlp", flat=True).distinct()]
    return _lines(actor, filters, sort, language, now, strictest(*marks))


def _lines(
    actor: Actor, filters: FindingFilters, sort: FindingSort, language: Language, now: datetime, mark: Tlp
) -> Iterator[str]:
    yield _MARK + _line([mark.label]) + _line(COLUMNS)
    rows = with_sight(found(actor=actor, filters=filters, now=now)).order_by(*order_of(sort).expressions())
    say = translator(language)
    zone = timezone.get_default_timezone()

    def moment(value: datetime | None) -> str:
        return value.astimezone(zone).isoformat(timespec="seconds") if value is not None else ""

    piece: list[str] = []
    for row in rows.iterator(chunk_size=2_000):
        shown = row_of(row, now)
        piece.append(
            _line(
                [
                    shown.public_id,
                    say(shown.severity.word),
                    shown.problem,
                    words(shown.problem, language).title,
                    shown.subject,
                    shown.address or "",
                    str(shown.port or ""),
                    shown.transport,
                    shown.organisation(language),
                    say(label(shown.status)),
                    moment(shown.first_seen_at),
                    moment(shown.last_seen_at),
                    moment(shown.due_at),
                    "1" if shown.overdue else "0",
                    str(shown.relapses),
                    Tlp.parse(row.tlp).label,
                ]
            )
        )
        if len(piece) == 500:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def _line(cells: list[str] | tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return written.getvalue()
