"""The page that asks the archive: what was seen at an address, of a finding, of an organisation."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.events.queries.lookups import Seen, seen_of_address, seen_of_finding, seen_of_organisation
from tocsin.events.stages.normalise import EARLIEST, FURTHEST
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.forms import ArchiveForm
from tocsin.events.web.report_pages import reports_crumb
from tocsin.events.web.words import ATTRIBUTED, owner_name, problem_title
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity
from tocsin.web.components import Cell, Column, ColumnKind, Crumb, Empty, Heading, Row, Table, severity_chip
from tocsin.web.writing import thousands

#: Days looked back where none are given.
DAYS = 90


@require_safe
@at_the_desk
def seen(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show raw events: `?address=`, `?finding=` (its public id) or `?organisation=` (its number)."""
    form = ArchiveForm(request.GET) if "address" in request.GET else ArchiveForm()
    found: Seen | None = None
    what = ""
    if finding := request.GET.get("finding"):
        found = seen_of_finding(actor=actor, public_id=finding)
        what = f"{problem_title(found.problem)}, {found.subject}"
    elif organisation := request.GET.get("organisation"):
        number = int(organisation) if organisation.isdecimal() and len(organisation) < 19 else 0
        found = seen_of_organisation(actor=actor, organisation_id=number)
        what = owner_name(*found.owners[number])
    elif form.is_bound and form.is_valid():
        what = form.cleaned_data["address"].strip()
        since, until = _period(form.cleaned_data, timezone.now())
        try:
            found = seen_of_address(actor=actor, address=what, since=since, until=until)
        except Invalid as error:
            form.add_error("address", error.message)
    context = {
        "heading": _heading(what, found),
        "form": form,
        "table": _table(found) if found is not None else None,
    }
    return render(request, "events/archive.html", context, status=422 if form.errors else 200)


def _period(asked: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    # Events lie between these (`stages.normalise`); dates at the ends of the calendar cannot be reckoned with.
    latest = (now + FURTHEST).date()
    until: date = min(asked.get("until") or now.date(), latest)
    since: date = max(asked.get("since") or until - timedelta(days=DAYS), EARLIEST.date())
    return datetime.combine(since, time(), UTC), datetime.combine(until + timedelta(days=1), time(), UTC)


def _heading(what: str, found: Seen | None) -> Heading:
    crumbs = (reports_crumb(), Crumb(label=_("Archive")))
    if found is None:
        return Heading(
            title=_("Look up an address"),
            crumbs=crumbs,
            lead=_("Shows every row of the archive that was seen at an address, with an owner or without."),
        )
    count = found.events.height
    title = ngettext("%(count)s row seen: %(what)s", "%(count)s rows seen: %(what)s", count)
    return Heading(
        title=title % {"count": thousands(count), "what": what},
        crumbs=crumbs,
        lead=_("These are the newest; there may be more.") if found.cut else "",
    )


def _table(found: Seen) -> Table:
    return Table(
        id="events",
        caption=_("Rows of the archive"),
        columns=(
            Column(key="at", label=_("Seen at"), kind=ColumnKind.TIME),
            Column(key="problem", label=_("Problem")),
            Column(key="subject", label=_("Seen on"), kind=ColumnKind.CODE),
            Column(key="owner", label=_("Owner then")),
            Column(key="report", label=_("Report")),
        ),
        rows=tuple(_row(number, event, found) for number, event in enumerate(found.events.to_dicts())),
        empty=Empty(title=_("Nothing was seen there."), text=_("Look further back, or at another address.")),
    )


def _row(number: int, event: dict[str, Any], found: Seen) -> Row:
    port = f"{event['transport'] or ''} {event['port']}".strip() if event["port"] is not None else ""
    owner = event["organisation_id"]
    return Row(
        key=str(number),
        cells=(
            event["observed_at"],
            Cell(
                value=problem_title(event["problem"]),
                chips=(severity_chip(Severity(event["row_severity"])),) if event["row_severity"] is not None else (),
            ),
            Cell(value=event["subject"], note=port),
            Cell(
                value=owner_name(*found.owners.get(owner, ("", "")))
                if owner is not None
                else _("without a constituent"),
                note=ATTRIBUTED.get(event["attributed_by"] or "", ""),
            ),
            Cell(
                value=event["report_type"],
                url=reverse("events:report", args=[event["report_id"]]),
                note=_("line {line}").format(line=thousands(event["line"])),
            ),
        ),
    )


def _owner(found: Seen, organisation_id: int | None) -> str:
    if organisation_id is None:
        return _("without a constituent")
    return owner_name(*found.owners.get(organisation_id, ("", ""))) or str(organisation_id)
