"""The first page of an organisation: what is open, what is due, which notices wait for an answer."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.commandcentre.queries.today import OwnToday, own_today
from tocsin.commandcentre.web.links import link
from tocsin.commandcentre.web.words import title_of
from tocsin.findings.queries.listing import FindingRow
from tocsin.findings.rules import label, translator
from tocsin.kernel.actor import Actor
from tocsin.notices.queries.listing import NoticeRow
from tocsin.notices.web.words import number
from tocsin.web.components import (
    Cell,
    Column,
    ColumnKind,
    Empty,
    Figure,
    Figures,
    Heading,
    Row,
    Table,
    severity_chip,
)
from tocsin.web.entry import reader_language
from tocsin.web.writing import long_day, thousands


def page(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """Show an organisation its own."""
    found = own_today(actor=actor, now=now)
    local = timezone.localtime(now)
    context = {
        "heading": Heading(
            kicker=f"{long_day(local.date(), language=reader_language())} {local:%H:%M}", title=_title(found)
        ),
        "figures": _figures(found),
        "notices": _notices(found.notices),
        "findings": _findings(found.findings),
    }
    return render(request, "commandcentre/own.html", context)


def _title(found: OwnToday) -> str:
    """Say the worst first: late, then to be answered, then open."""
    late, open_now = found.overview.overdue, found.overview.open
    if late:
        return ngettext("%(count)s finding is overdue.", "%(count)s findings are overdue.", late) % {
            "count": thousands(late)
        }
    if found.notices_open:
        return ngettext(
            "%(count)s notice waits for your answer.", "%(count)s notices wait for your answer.", found.notices_open
        ) % {"count": thousands(found.notices_open)}
    if open_now:
        return ngettext("%(count)s finding is open.", "%(count)s findings are open.", open_now) % {
            "count": thousands(open_now)
        }
    return _("Nothing is open.")


def _figures(found: OwnToday) -> Figures:
    return Figures(
        items=(
            Figure(label=_("Open findings"), value=found.overview.open, url=link("findings:list")),
            Figure(label=_("Overdue"), value=found.overview.overdue, url=link("findings:list", overdue="1")),
            Figure(label=_("Due within 7 days"), value=found.due_soon, url=link("findings:list", sort="due")),
            Figure(label=_("Notices to answer"), value=found.notices_open, url=link("notices:list", answered="no")),
            Figure(
                label=_("Verified fixed, 7 days"),
                value=found.overview.verified,
                url=link("findings:list", status="verified"),
            ),
        )
    )


def _notices(notices: tuple[NoticeRow, ...]) -> Table:
    return Table(
        id="notices",
        caption=_("Notices without an answer"),
        columns=(
            Column(key="number", label=_("Notice")),
            Column(key="severity", label=_("Severity")),
            Column(key="items", label=_("Findings"), kind=ColumnKind.NUMBER),
            Column(key="issued", label=_("Issued"), kind=ColumnKind.TIME),
            Column(key="due", label=_("First deadline"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=str(notice.id),
                cells=(
                    Cell(value=number(notice.year, notice.number), url=reverse("notices:notice", args=[notice.id])),
                    severity_chip(notice.severity),
                    notice.items,
                    notice.issued_at,
                    notice.due_at,
                ),
            )
            for notice in notices
        ),
        empty=Empty(title=_("Every notice has an answer."), icon="check"),
    )


def _findings(found: tuple[FindingRow, ...]) -> Table:
    say = translator(reader_language())
    return Table(
        id="findings",
        caption=_("Open findings, by deadline"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="where", label=_("Where"), kind=ColumnKind.CODE),
            Column(key="status", label=_("Status")),
            Column(key="due", label=_("Deadline"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=row.public_id,
                cells=(
                    Cell(
                        value=title_of(row.problem),
                        url=link("findings:finding", row.public_id),
                        chips=(severity_chip(row.severity),),
                    ),
                    row.subject if row.port is None else _joined(row),
                    say(label(row.status)),
                    row.due_at,
                ),
            )
            for row in found
        ),
        empty=Empty(title=_("Nothing is open."), text=_("New findings come with a notice."), icon="check"),
    )


def _joined(row: FindingRow) -> str:
    host = f"[{row.subject}]" if ":" in row.subject and row.subject_kind == "address" else row.subject
    return row.subject if row.subject_kind == "url" else f"{host}:{row.port}"
