"""Pages of quarantine: the list, one row closed, the same opened, and taking it in again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tocsin.access.permissions import holds
from tocsin.events.errors import StillUnreadable
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.quarantine import (
    QuarantineFilters,
    QuarantinePage,
    QuarantineRow,
    get_quarantined,
    list_quarantine,
)
from tocsin.events.queries.reports import report_types
from tocsin.events.queries.sources import source_names
from tocsin.events.services import open_row, retake_report, retake_row
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.filtering import cleaned, filters_of
from tocsin.events.web.forms import MendForm, QuarantineFilterForm
from tocsin.events.web.words import STATES, day_of
from tocsin.kernel.actor import Actor
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Code,
    Column,
    ColumnKind,
    Crumb,
    Definition,
    Definitions,
    Empty,
    Heading,
    Link,
    Pager,
    Row,
    Table,
)
from tocsin.web.writing import thousands


@require_safe
@at_the_desk
def quarantine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the rows that could not be read."""
    address = Address.of(request)
    sources = source_names(actor=actor)
    form = QuarantineFilterForm(request.GET, sources=sources, types=report_types(actor=actor))
    asked = cleaned(form)
    report = address.get("report")
    filters = QuarantineFilters(
        source_id=int(str(asked["source"])) if asked.get("source") else None,
        report_id=int(report) if report.isdecimal() and len(report) < 19 else None,
        report_type=str(asked.get("type") or ""),
        state=str(asked.get("state") or ""),
    )
    page = list_quarantine(actor=actor, filters=filters, cursor=address.get("cursor"))
    labels = {"state": _("State"), "source": _("Source"), "type": _("Report type"), "report": _("Report")}
    shown: dict[str, dict[str, object]] = {
        "source": {str(pk): name for pk, name in sources},
        "state": {word: chip.text for word, chip in STATES.items()},
    }
    context = {
        "heading": _heading(page),
        "filters": filters_of(address, form, labels, shown, keep=("report",)),
        "table": _table(page, address, cut=filters != QuarantineFilters()),
    }
    return render(request, "events/list.html", context)


def _heading(page: QuarantinePage) -> Heading:
    waiting = page.states.get("waiting", 0)
    title = ngettext("%(count)s row waits to be mended", "%(count)s rows wait to be mended", waiting)
    counted = _("{taken_in} were taken in again, {expired} have expired.").format(
        taken_in=thousands(page.states.get("taken_in", 0)), expired=thousands(page.states.get("expired", 0))
    )
    return Heading(
        title=title % {"count": thousands(waiting)} if waiting else _("No row waits to be mended"),
        lead=_("A row that could not be read stops no other. It is kept sealed for 14 days. {counted}").format(
            counted=counted
        ),
    )


def _table(page: QuarantinePage, address: Address, *, cut: bool) -> Table:
    nothing = Empty(title=_("No row is like that."), text=_("Take a filter away to see more."))
    never = Empty(title=_("Every row that came could be read."), icon="circle-check")
    return Table(
        id="quarantine",
        caption=_("Rows in quarantine"),
        columns=(
            Column(key="place", label=_("Where")),
            Column(key="reason", label=_("Why")),
            Column(key="state", label=_("State")),
            Column(key="expires", label=_("Kept until"), kind=ColumnKind.TIME),
        ),
        rows=tuple(_row(row) for row in page.part.items),
        address=address,
        pager=Pager.of(page.part, address, page.total),
        desk=True,
        empty=nothing if cut else never,
    )


def _row(row: QuarantineRow) -> Row:
    place = _("{type}, line {line}").format(type=row.report_type, line=thousands(row.line))
    return Row(
        key=str(row.id),
        label=place,
        cells=(
            Cell(
                value=place,
                url=reverse("events:quarantined", args=[row.id]),
                note=day_of(row.source, row.period),
            ),
            row.reason,
            STATES[row.state],
            row.expires_at if row.state == "waiting" else None,
        ),
    )


@require_safe
@at_the_desk
def closed(request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Show where a row was and why it could not be read; the row itself stays sealed until somebody opens it."""
    row = get_quarantined(actor=actor, row_id=row_id)
    may = holds(actor, EventPermission.RETAKE)
    opens = Action(
        label=_("Open the row"),
        url=reverse("events:open-row", args=[row.id]) if may else "",
        method="post",
        icon="lock-open",
        disabled_because="" if may else _("Only the desk opens rows."),
    )
    heading = Heading(
        title=_("Line {line} could not be read").format(line=thousands(row.line)),
        crumbs=_crumbs(row),
        facts=(STATES[row.state],),
        lead=_("It may hold what is never kept, so opening it is written into the trail.")
        if row.state == "waiting"
        else "",
        primary=opens if row.state == "waiting" else None,
    )
    return render(request, "events/row.html", {"heading": heading, "definitions": _definitions(row)})


def _definitions(row: QuarantineRow) -> Definitions:
    became = (
        Definition(
            term=_("Taken in as"),
            value=Link(label=_("a report of its own"), url=reverse("events:report", args=[row.retaken_by])),
        )
        if row.retaken_by is not None
        else None
    )
    return Definitions(
        items=(
            Definition(term=_("Why"), value=row.reason),
            Definition(
                term=_("Report"),
                value=Link(label=row.file_name, url=reverse("events:report", args=[row.report_id])),
                why=day_of(row.source, row.period),
            ),
            Definition(term=_("Line of the file"), value=row.line),
            Definition(term=_("Record"), value=row.row),
            *((Definition(term=_("Kept until"), value=row.expires_at),) if row.state == "waiting" else ()),
            *((became,) if became is not None else ()),
        )
    )


@require_POST
@at_the_desk
def opened(request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Open a row, to be mended."""
    row = get_quarantined(actor=actor, row_id=row_id)
    held = open_row(actor=actor, row_id=row_id, now=timezone.now())
    return _mending(request, row, MendForm(initial={"text": held.text}), held.header)


@require_POST
@at_the_desk
def retake(request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Take a mended row in."""
    now = timezone.now()
    row = get_quarantined(actor=actor, row_id=row_id)
    form = MendForm(request.POST)
    if form.is_valid():
        try:
            taken = retake_row(actor=actor, row_id=row_id, text=form.cleaned_data["text"], now=now)
        except StillUnreadable as error:
            form.add_error("text", error.message)
        else:
            messages.success(request, _("Taken in as a report of its own."))
            return HttpResponseRedirect(reverse("events:report", args=[taken.report_id]))
    # Its header alone is shown again; the row as it was is not.
    header = open_row(actor=actor, row_id=row_id, now=now).header
    return _mending(request, row, form, header, status=422)


def _mending(
    request: HttpRequest, row: QuarantineRow, form: MendForm, header: tuple[str, ...], status: int = 200
) -> HttpResponse:
    heading = Heading(
        title=_("Mend line {line}").format(line=thousands(row.line)),
        crumbs=_crumbs(row),
        lead=_("It is taken in as a small report of the same source, type and day. The first report stays as it is."),
    )
    context = {
        "heading": heading,
        "definitions": _definitions(row),
        "header": Code(id="header", label=_("The header of its file"), text=",".join(header)),
        "form": form,
        "send": reverse("events:retake-row", args=[row.id]),
        "back": reverse("events:quarantined", args=[row.id]),
    }
    return render(request, "events/mend.html", context, status=status)


@require_POST
@at_the_desk
def retake_all(request: HttpRequest, actor: Actor, report_id: int) -> HttpResponse:
    """Try the waiting rows of a report again."""
    taken = retake_report(actor=actor, report_id=report_id, now=timezone.now())
    if taken.report_id is None:
        messages.warning(request, _("None of them can be read yet. Nothing was changed."))
        return HttpResponseRedirect(reverse("events:report", args=[report_id]))
    said = ngettext("%(count)s row was taken in", "%(count)s rows were taken in", taken.rows) % {
        "count": thousands(taken.rows)
    }
    messages.success(
        request, _("{said}, {waiting} wait as before.").format(said=said, waiting=thousands(taken.waiting))
    )
    return HttpResponseRedirect(reverse("events:report", args=[taken.report_id]))


def _crumbs(row: QuarantineRow) -> tuple[Crumb, ...]:
    return (
        Crumb(label=_("Quarantine"), url=reverse("events:quarantine")),
        Crumb(label=_("{type}, line {line}").format(type=row.report_type, line=thousands(row.line))),
    )
