"""A few findings as a short table, for panels and samples."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.findings.queries.listing import FindingRow
from tocsin.findings.web.words import finding_chip, late_chip, place, title
from tocsin.web.components import Cell, Column, ColumnKind, Empty, Row, Table, severity_chip
from tocsin.web.entry import reader_language


def short_table(rows: Sequence[FindingRow]) -> Table:
    """Show findings with where, how they stand and when they are due."""
    now = timezone.now()
    return Table(
        id="short-findings",
        caption=_("Findings"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="place", label=_("Where"), kind=ColumnKind.CODE),
            Column(key="status", label=_("Status")),
            Column(key="seen", label=_("Last seen"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=row.public_id,
                cells=(
                    Cell(
                        value=title(row.problem),
                        url=reverse("findings:finding", args=[row.public_id]),
                        chips=(severity_chip(row.severity),),
                    ),
                    place(row, short=True),
                    Cell(
                        value=finding_chip(row.status),
                        note=late_chip(row.due_at, now) if row.overdue and row.due_at is not None else "",
                    ),
                    row.last_seen_at,
                ),
            )
            for row in rows
        ),
        empty=Empty(title=_("Nothing is open."), icon="circle-check"),
    )


def sample_table(rows: Sequence[FindingRow]) -> Table:
    """Show findings of a held group: where and whose, for all have one problem and wait alike."""
    return Table(
        id="sample",
        caption=_("Findings"),
        columns=(
            Column(key="place", label=_("Where"), kind=ColumnKind.CODE),
            Column(key="severity", label=_("Severity")),
            Column(key="organisation", label=_("Organisation")),
            Column(key="seen", label=_("Last seen"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=row.public_id,
                cells=(
                    Cell(value=place(row, short=True), url=reverse("findings:finding", args=[row.public_id])),
                    severity_chip(row.severity),
                    row.organisation(reader_language()),
                    row.last_seen_at,
                ),
            )
            for row in rows
        ),
        empty=Empty(title=_("Nothing is open."), icon="circle-check"),
    )
