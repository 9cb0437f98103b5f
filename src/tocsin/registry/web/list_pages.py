"""Pages of lists: organisations, conflicts, imports."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from tocsin.access.permissions import holds
from tocsin.kernel.actor import Actor
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.conflicts import ConflictRow, Holder, list_conflicts
from tocsin.registry.queries.imports import ImportRecord, list_imports
from tocsin.registry.queries.organisations import (
    OrganisationFilters,
    OrganisationLine,
    OrganisationPage,
    OrganisationSort,
    list_organisations,
)
from tocsin.registry.web.forms import OrganisationFilterForm
from tocsin.registry.web.words import KINDS
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Empty,
    Filters,
    FilterWord,
    Heading,
    Pager,
    Row,
    Table,
)
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.panels import ExtraColumn, columns
from tocsin.web.writing import thousands


@require_safe
@signed_in
def organisations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the organisations that one may see."""
    address = Address.of(request)
    form = OrganisationFilterForm(request.GET)
    filters, sort = _filters(address), _sort(address.get("sort"))
    page = list_organisations(
        actor=actor, filters=filters, sort=sort, language=reader_language(), cursor=address.get("cursor")
    )
    form.set_places(page.places, reader_language())
    extra = columns("organisation_columns", actor, [line.id for line in page.part.items])
    cut = filters != OrganisationFilters()
    table = Table(
        id="organisations",
        caption=_("Organisations"),
        columns=(
            Column(key="name", label=_("Organisation"), sort=True),
            *(one.column for one in extra),
            Column(key="sector", label=_("Sector")),
            Column(key="region", label=_("Region")),
            Column(key="coordinator", label=_("Coordinator")),
            Column(key="tier", label=_("Tier"), kind=ColumnKind.NUMBER, sort=True),
            Column(key="code", label=_("Code"), kind=ColumnKind.CODE, sort=True),
        ),
        rows=tuple(_line(line, extra) for line in page.part.items),
        sort=sort,
        address=address,
        desk=True,
        empty=_nothing_found(request.path) if cut else _nothing_yet(actor),
        pager=Pager.of(page.part, address, page.total),
    )
    words = {
        "heading": _heading(actor, page, cut=cut),
        "filters": Filters(
            words=_words(address, page),
            clear_url=request.path,
            form=form,
            keep=(("sort", address.get("sort")),) if address.get("sort") else (),
        ),
        "table": table,
    }
    return render(request, "registry/list.html", words)


def _filters(address: Address) -> OrganisationFilters:
    """Read the filters; a value that means nothing is left out."""
    tier, critical = address.get("tier"), address.get("critical")
    return OrganisationFilters(
        search=address.get("q")[:200].replace("\0", ""),
        sector=address.get("sector").replace("\0", ""),
        region=address.get("region"),
        tier=int(tier) if tier in {"1", "2", "3"} else None,
        critical={"yes": True, "no": False}.get(critical),
    )


def _sort(text: str) -> OrganisationSort:
    return OrganisationSort(text) if text in set(OrganisationSort) else OrganisationSort.NAME


def _words(address: Address, page: OrganisationPage) -> tuple[FilterWord, ...]:
    language = reader_language()
    named = {
        "sector": {node.code: node.name(language) for node in page.places.sectors},
        "region": {node.code: node.name(language) for node in page.places.regions},
        "critical": {"yes": _("yes"), "no": _("no")},
    }
    labels = {
        "q": _("Search"),
        "sector": _("Sector"),
        "region": _("Region"),
        "tier": _("Tier"),
        "critical": _("Critical infrastructure"),
    }
    return tuple(
        FilterWord(label=label, value=named.get(name, {}).get(held, held), remove_url=address.without(name))
        for name, label in labels.items()
        if (held := address.get(name))
    )


def _line(line: OrganisationLine, extra: Sequence[ExtraColumn]) -> Row:
    language = reader_language()
    name = line.name.name(language)
    other = next((text for text in (line.name.name_zh, line.name.name_en) if text and text != name), "")
    return Row(
        key=str(line.id),
        label=name,
        cells=(
            Cell(
                value=name,
                url=reverse("registry:organisation", args=[line.id]),
                note=" · ".join(
                    part for part in (other, _("critical infrastructure") if line.critical else "") if part
                ),
            ),
            *(one.cells.get(line.id) for one in extra),
            line.sector.name(language),
            line.region.name(language),
            line.coordinator.name(language),
            line.tier,
            line.name.code,
        ),
    )


def _heading(actor: Actor, page: OrganisationPage, *, cut: bool) -> Heading:
    number = page.total.value
    title = (
        ngettext("{count} organisation fits", "{count} organisations fit", number)
        if cut
        else ngettext("{count} organisation in our care", "{count} organisations in our care", number)
    )
    actions = []
    if holds(actor, RegistryPermission.REVIEW):
        actions.append(Action(label=_("Conflicts"), url=reverse("registry:conflicts"), kind="quiet"))
    if holds(actor, RegistryPermission.EXPORT):
        actions += [
            Action(label=label, url=reverse("registry:export", args=[form]), method="post", kind="quiet", speech=speech)
            for form, label, speech in (
                ("zip", _("Export CSV"), _("Download all that you may see as CSV files")),
                ("xlsx", _("Export XLSX"), _("Download all that you may see as a workbook")),
            )
        ]
    if holds(actor, RegistryPermission.IMPORT):
        actions.append(Action(label=_("Import"), url=reverse("registry:import")))
    primary = (
        Action(label=_("Add an organisation"), url=reverse("registry:new-organisation"))
        if holds(actor, RegistryPermission.EDIT_ORGANISATIONS)
        else None
    )
    return Heading(title=title.format(count=thousands(number)), actions=tuple(actions), primary=primary)


def _nothing_found(path: str) -> Empty:
    return Empty(
        title=_("No organisation fits."),
        text=_("Search for a part of its name in either language, its code, or an address or name that it owns."),
        icon="search-x",
        action=Action(label=_("Show all"), url=path),
    )


def _nothing_yet(actor: Actor) -> Empty:
    if not holds(actor, RegistryPermission.IMPORT):
        return Empty(title=_("No organisation yet."), text=_("The coordinator enters them."), icon="building-2")
    return Empty(
        title=_("No organisation yet."),
        text=_(
            "Import a workbook or CSV files with organisations, contacts and assets; you see first what would change."
        ),
        icon="building-2",
        action=Action(label=_("Import"), url=reverse("registry:import")),
    )


def list_crumb() -> Crumb:
    """Lead back to the list."""
    return Crumb(label=_("Organisations"), url=reverse("registry:organisations"))


@require_safe
@signed_in
def conflicts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what two owners hold at once."""
    address = Address.of(request)
    page = list_conflicts(actor=actor, cursor=address.get("cursor"))
    number = page.total.value
    title = ngettext("{count} thing has two owners at once", "{count} things have two owners at once", number).format(
        count=thousands(number)
    )
    table = Table(
        id="conflicts",
        caption=_("Conflicts"),
        columns=(
            Column(key="asset", label=_("Asset"), kind=ColumnKind.CODE),
            Column(key="one", label=_("One owner")),
            Column(key="other", label=_("Other owner")),
            Column(key="from", label=_("Both from"), kind=ColumnKind.TIME),
            Column(key="until", label=_("Until"), kind=ColumnKind.TIME),
        ),
        rows=tuple(_conflict(row) for row in page.part.items),
        empty=Empty(
            title=_("Nothing has two owners."),
            text=_(
                "Where two owners hold the same at the same time, reports on it go to nobody until one is put right."
            ),
            icon="check",
        ),
        pager=Pager.of(page.part, address, page.total),
    )
    heading = Heading(
        title=title if number else _("No conflicts"),
        crumbs=(list_crumb(), Crumb(label=_("Conflicts"))),
        lead=_("What is seen there is given to neither: end, move or reject one of the two.") if number else "",
    )
    return render(request, "registry/list.html", {"heading": heading, "table": table})


def _conflict(row: ConflictRow) -> Row:
    def owner(holder: Holder) -> Cell:
        return Cell(
            value=holder.name.name(reader_language()),
            url=reverse("registry:organisation", args=[holder.organisation_id]),
            note=holder.value if holder.value != row.one.value else "",
        )

    return Row(
        key=f"{row.one.asset_id}-{row.other.asset_id}",
        cells=(
            Cell(value=row.one.value, note=KINDS[row.kind]),
            owner(row.one),
            owner(row.other),
            row.overlap_from if row.overlap_from is not None else _("always"),
            row.overlap_until if row.overlap_until is not None else pgettext("an asset without an end", "open"),
        ),
    )


@require_safe
@signed_in
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what was imported."""
    address = Address.of(request)
    part = list_imports(actor=actor, cursor=address.get("cursor"))
    table = Table(
        id="imports",
        caption=_("Imports"),
        columns=(
            Column(key="at", label=_("When"), kind=ColumnKind.TIME),
            Column(key="who", label=_("Who")),
            Column(key="files", label=_("Files")),
            Column(key="added", label=_("Added"), kind=ColumnKind.NUMBER),
            Column(key="changed", label=_("Changed"), kind=ColumnKind.NUMBER),
            Column(key="removed", label=_("Removed"), kind=ColumnKind.NUMBER),
        ),
        rows=tuple(_import(place, record) for place, record in enumerate(part.items)),
        empty=Empty(title=_("Nothing was imported yet."), icon="history"),
        pager=Pager.of(part, address),
    )
    heading = Heading(title=_("Imports that changed something"), crumbs=(list_crumb(), Crumb(label=_("Imports"))))
    return render(request, "registry/list.html", {"heading": heading, "table": table})


def _import(place: int, record: ImportRecord) -> Row:
    counts = (record.total(what) for what in ("added", "changed", "removed"))
    return Row(key=str(place), cells=(record.at, record.who, ", ".join(record.files), *counts))
