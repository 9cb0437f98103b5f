"""Pages of reports: the list, and one; files that were refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.access.permissions import holds
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.refused import Refused, list_refused
from tocsin.events.queries.reports import ReportFilters, ReportPage, ReportRow, list_reports, report_types
from tocsin.events.queries.sources import source_names
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.filtering import cleaned, filters_of
from tocsin.events.web.forms import ReportFilterForm
from tocsin.events.web.report_parts import report_page
from tocsin.events.web.words import day_of
from tocsin.kernel.actor import Actor
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Chip,
    Column,
    ColumnKind,
    Crumb,
    Empty,
    Heading,
    Pager,
    Row,
    Table,
    Tone,
)
from tocsin.web.writing import thousands


@require_safe
@at_the_desk
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what came in, newest first."""
    address = Address.of(request)
    sources = source_names(actor=actor)
    form = ReportFilterForm(request.GET, sources=sources, types=report_types(actor=actor))
    asked = cleaned(form)
    filters = ReportFilters(
        source_id=int(str(asked["source"])) if asked.get("source") else None,
        report_type=str(asked.get("type") or ""),
        since=asked.get("since"),
        until=asked.get("until"),
        with_quarantine=bool(asked.get("quarantine")),
    )
    page = list_reports(actor=actor, filters=filters, cursor=address.get("cursor"))
    labels = {
        "source": _("Source"),
        "type": _("Report type"),
        "since": _("For days from"),
        "until": _("until"),
        "quarantine": _("Rows in quarantine"),
    }
    shown = {"source": {str(pk): name for pk, name in sources}, "quarantine": {"on": _("yes")}}
    context = {
        "heading": _heading(actor, page, cut=filters != ReportFilters()),
        "filters": filters_of(address, form, labels, shown),
        "table": _table(actor, page, address, cut=filters != ReportFilters()),
    }
    return render(request, "events/list.html", context)


def _heading(actor: Actor, page: ReportPage, *, cut: bool) -> Heading:
    count = page.total.value
    text = ngettext("%(count)s report", "%(count)s reports", count) % {"count": thousands(count)}
    return Heading(
        title=_("{reports} found").format(reports=text) if cut else _("{reports} came in").format(reports=text),
        primary=add_action(actor),
        actions=(
            Action(label=_("Refused files"), url=reverse("events:refused"), kind="quiet"),
            Action(label=_("Look up an address"), url=reverse("events:archive"), kind="quiet"),
        ),
    )


def add_action(actor: Actor) -> Action:
    """Give the button that adds a report."""
    may = holds(actor, EventPermission.TAKE_IN)
    return Action(
        label=_("Add a report"),
        url=reverse("events:add") if may else "",
        icon="upload",
        disabled_because="" if may else _("Only the desk adds reports."),
    )


def _table(actor: Actor, page: ReportPage, address: Address, *, cut: bool) -> Table:
    nothing = Empty(title=_("No report is like that."), text=_("Take a filter away to see more."))
    never = Empty(
        title=_("Nothing has come in yet."),
        text=_("Add report files here, or let `tocsin ingest` take them in."),
        action=add_action(actor),
    )
    return Table(
        id="reports",
        caption=_("Reports"),
        columns=(
            Column(key="type", label=_("Report")),
            Column(key="received", label=_("Came in"), kind=ColumnKind.TIME),
            Column(key="rows", label=_("Rows"), kind=ColumnKind.NUMBER),
            Column(key="attributed", label=_("With an owner"), kind=ColumnKind.NUMBER),
            Column(key="new", label=_("New findings"), kind=ColumnKind.NUMBER),
            Column(key="known", label=_("Known findings"), kind=ColumnKind.NUMBER),
            Column(key="quarantine", label=_("In quarantine"), kind=ColumnKind.NUMBER),
        ),
        rows=tuple(_row(row) for row in page.part.items),
        address=address,
        pager=Pager.of(page.part, address, page.total),
        desk=True,
        empty=nothing if cut else never,
    )


def _row(row: ReportRow) -> Row:
    unknown = () if row.known_type else (Chip(text=_("unknown type"), tone=Tone.MEDIUM),)
    waiting = _("{count} wait").format(count=thousands(row.waiting)) if row.waiting else ""
    return Row(
        key=str(row.id),
        label=f"{row.report_type} {row.period}",
        cells=(
            Cell(
                value=row.report_type,
                url=reverse("events:report", args=[row.id]),
                note=day_of(row.source, row.period),
                chips=unknown,
            ),
            row.received_at,
            row.rows,
            row.attributed,
            row.findings_new,
            row.findings_known,
            Cell(
                value=row.quarantined or None,
                url=f"{reverse('events:quarantine')}?report={row.id}" if row.quarantined else "",
                note=waiting,
            ),
        ),
    )


@require_safe
@at_the_desk
def report(request: HttpRequest, actor: Actor, report_id: int) -> HttpResponse:
    """Show one report."""
    return render(request, "events/report.html", report_page(actor, report_id))


@require_safe
@at_the_desk
def refused(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the files that could not be taken in, and why."""
    address = Address.of(request)
    page = list_refused(actor=actor, cursor=address.get("cursor"))
    count = page.total.value
    title = ngettext("%(count)s file was refused", "%(count)s files were refused", count) % {"count": thousands(count)}
    heading = Heading(
        title=title if count else _("No file was refused"),
        crumbs=(reports_crumb(), Crumb(label=_("Refused files"))),
        lead=_("A refused file changed nothing, and the others that came with it went in. Mend it and add it again."),
        primary=add_action(actor),
    )
    table = Table(
        id="refused",
        caption=_("Refused files"),
        columns=(
            Column(key="file", label=_("File")),
            Column(key="reason", label=_("Why")),
            Column(key="at", label=_("When"), kind=ColumnKind.TIME),
        ),
        rows=tuple(_refused(row) for row in page.part.items),
        address=address,
        pager=Pager.of(page.part, address, page.total),
        empty=Empty(title=_("Every file that came could be read."), icon="circle-check"),
    )
    return render(request, "events/list.html", {"heading": heading, "table": table})


def _refused(row: Refused) -> Row:
    return Row(key=str(row.id), cells=(Cell(value=row.file_name, note=row.source), row.reason, row.refused_at))


def reports_crumb() -> Crumb:
    """Give the step to the list of reports."""
    return Crumb(label=_("Reports"), url=reverse("events:reports"))
