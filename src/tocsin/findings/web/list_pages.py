"""The list of findings, and the same as a file."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tocsin.access.permissions import holds
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.filters import FindingFilters, Group
from tocsin.findings.queries.listing import FindingPage, FindingRow, FindingSort, list_findings
from tocsin.findings.rules import Status
from tocsin.findings.services import export_findings
from tocsin.findings.web.forms import FilterForm, group_of
from tocsin.findings.web.words import (
    GROUPS,
    finding_chip,
    late_chip,
    of_rules,
    place,
    relapse_chip,
    severity_word,
    title,
)
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.registry.queries.places import places
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Empty,
    Filters,
    FilterWord,
    Heading,
    Link,
    Pager,
    Row,
    Table,
    severity_chip,
)
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.writing import thousands


@require_safe
@signed_in
def findings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the findings that one may see."""
    address, now = Address.of(request), timezone.now()
    filters, sort = filters_of(address), sort_of(address.get("sort"))
    page = list_findings(actor=actor, filters=filters, now=now, sort=sort, cursor=address.get("cursor"))
    known = places(actor=actor) if actor.scope.everything else None
    form = FilterForm(request.GET or None, places=known)
    words = {
        "heading": _heading(actor, page, filters, address),
        "filters": Filters(
            words=_words(address, page),
            clear_url=request.path,
            form=form,
            keep=tuple((name, held) for name in ("sort", "organisation") if (held := address.get(name))),
        ),
        "table": findings_table(page, actor=actor, address=address, sort=sort, cut=filters != FindingFilters()),
    }
    return render(request, "findings/list.html", words)


@require_POST
@signed_in
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give the list as a CSV file; the filters stand in the address."""
    address, now = Address.of(request), timezone.now()
    pieces = export_findings(
        actor=actor,
        filters=filters_of(address),
        sort=sort_of(address.get("sort")),
        language=reader_language(),
        now=now,
    )
    name = f"findings-{timezone.localdate(now)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(  # type: ignore[return-value]  # Django's stubs know no common answer
        pieces, content_type="text/csv; charset=utf-8", headers=headers
    )


def filters_of(address: Address) -> FindingFilters:
    """Read the filters; a value that means nothing is left out."""
    status, severity, gate = address.get("status"), address.get("severity"), address.get("gate")
    organisation = address.get("organisation")
    return FindingFilters(
        search=address.get("q")[:200].replace("\0", ""),
        group=group_of(address.get("group")),
        organisation_id=int(organisation) if organisation.isdecimal() and len(organisation) < 19 else None,
        problem=address.get("problem")[:128].replace("\0", ""),
        severity=Severity.from_word(severity) if severity in {step.word for step in Severity} else None,
        status=Status(status) if status in set(Status) else None,
        overdue=address.get("overdue") == "1",
        source=address.get("source")[:64].replace("\0", ""),
        sector=address.get("sector")[:32].replace("\0", ""),
        region=address.get("region")[:32].replace("\0", ""),
        gate=GateMode(gate) if gate in set(GateMode) else None,
    )


def sort_of(text: str) -> FindingSort:
    """Read the order; the worst first where it means nothing."""
    return FindingSort(text) if text in set(FindingSort) else FindingSort.WORST


def findings_table(
    page: FindingPage, *, actor: Actor, address: Address, sort: FindingSort, cut: bool, id: str = "findings"
) -> Table:
    """Make the table of a page of findings; an organisation needs no column for itself."""
    owners = actor.scope.everything or len(actor.scope.organisation_ids) > 1
    now = timezone.now()
    return Table(
        id=id,
        caption=_("Findings"),
        columns=(
            Column(key="severity", label=_("Problem"), sort=True, descending_first=True),
            Column(key="place", label=_("Where"), kind=ColumnKind.CODE),
            *((Column(key="organisation", label=_("Organisation")),) if owners else ()),
            Column(key="status", label=_("Status")),
            Column(key="due", label=_("Due"), kind=ColumnKind.TIME, sort=True),
            Column(key="seen", label=_("Last seen"), kind=ColumnKind.TIME, sort=True, descending_first=True),
        ),
        rows=tuple(_row(row, now=now, owners=owners) for row in page.part.items),
        sort=sort,
        address=address,
        desk=True,
        empty=_nothing_found(address.path) if cut else _nothing_yet(),
        pager=Pager.of(page.part, address, page.total),
    )


def _row(row: FindingRow, *, now: datetime, owners: bool) -> Row:
    name = title(row.problem)
    chips = (severity_chip(row.severity), *((relapse_chip(row.relapses),) if row.relapses else ()))
    late = (late_chip(row.due_at, now),) if row.overdue and row.due_at is not None else ()
    owner = (Cell(value=row.organisation(reader_language()), url=organisation_url(row.organisation_id)),)
    return Row(
        key=row.public_id,
        label=f"{name} {place(row)}",
        cells=(
            Cell(value=name, url=reverse("findings:finding", args=[row.public_id]), chips=chips),
            place(row, short=True),
            *(owner if owners else ()),
            finding_chip(row.status),
            Cell(value=row.due_at, note=late[0] if late else ""),
            row.last_seen_at,
        ),
    )


def organisation_url(organisation_id: int) -> str:
    """Give the page of an organisation."""
    return reverse("registry:organisation", args=[organisation_id])


def _words(address: Address, page: FindingPage) -> tuple[FilterWord, ...]:
    """Name what the list is cut down to."""
    shown: Mapping[str, Callable[[str], object]] = {
        "status": lambda held: of_rules(Status(held)) if held in set(Status) else held,
        "severity": lambda held: severity_word(held) if held in {step.word for step in Severity} else held,
        "problem": title,
        "group": lambda held: GROUPS.get(group_of(held), held),
        "overdue": lambda held: _("yes"),
        "gate": lambda held: of_rules(GateMode(held)) if held in set(GateMode) else held,
        "organisation": lambda held: next(
            (row.organisation(reader_language()) for row in page.part.items if str(row.organisation_id) == held), held
        ),
    }
    labels = {
        "q": _("Search"),
        "group": _("Which"),
        "status": _("Status"),
        "severity": _("Severity"),
        "problem": _("Problem"),
        "organisation": _("Organisation"),
        "sector": _("Sector"),
        "region": _("Region"),
        "source": _("Source"),
        "gate": _("Gate"),
        "overdue": _("Late"),
    }
    return tuple(
        FilterWord(label=text, value=shown.get(name, str)(held), remove_url=address.without(name))
        for name, text in labels.items()
        if (held := address.get(name))
    )


def _heading(actor: Actor, page: FindingPage, filters: FindingFilters, address: Address) -> Heading:
    number = page.total.value
    forms = {
        Group.OPEN: ngettext("{count} open finding", "{count} open findings", number),
        Group.CLOSED: ngettext("{count} closed finding", "{count} closed findings", number),
        Group.ALL: ngettext("{count} finding", "{count} findings", number),
    }
    plain = FindingFilters(group=filters.group)
    fits = ngettext("{count} finding fits", "{count} findings fit", number)
    text = forms[filters.group] if filters == plain else fits
    actions = []
    if not filters.overdue and filters.group is Group.OPEN and filters.status is None:
        actions.append(
            Action(label=_("Only what is late"), url=address.changed(overdue="1", cursor=None), kind="quiet")
        )
    if holds(actor, FindingPermission.EXPORT) and number:
        pairs = [(name, value) for name, value in address.pairs if name != "cursor"]
        actions.append(
            Action(
                label=_("Download as CSV"),
                url=f"{reverse('findings:export')}?{urlencode(pairs)}",
                method="post",
                icon="download",
                speech=_("Download this list as a CSV file"),
            )
        )
    return Heading(title=text.format(count=thousands(number)), actions=tuple(actions))


def _nothing_found(path: str) -> Empty:
    return Empty(
        title=_("No finding fits."),
        text=_("Take away a filter, or search for an address, a network, a part of a name, or the id of a finding."),
        icon="search-x",
        action=Action(label=_("Show all that are open"), url=path),
    )


def _nothing_yet() -> Empty:
    return Empty(
        title=_("Nothing is open."),
        text=_("Findings appear here when reports bring something that is wrong and whose it is."),
        icon="circle-check",
    )


def all_of(organisation_id: int, text: str) -> Link:
    """Link to the findings of one organisation."""
    return Link(label=text, url=f"{reverse('findings:list')}?{urlencode({'organisation': organisation_id})}")
