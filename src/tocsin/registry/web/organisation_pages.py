"""Pages of one organisation: what is known, what it owns, and the forms that enter and change it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.access.permissions import holds, require
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.organisation import (
    AssetRow,
    Change,
    OrganisationDetail,
    list_assets,
    one_organisation,
)
from tocsin.registry.queries.places import Node, places
from tocsin.registry.rules import AssetKind
from tocsin.registry.services import change_organisation, create_organisation
from tocsin.registry.web.forms import OrganisationForm, show_error
from tocsin.registry.web.list_pages import list_crumb
from tocsin.registry.web.words import ACTIONS, KINDS, LANGUAGES, ROLES, STATES, WHY_NOT, critical_chip, standing_chip
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Definition,
    Definitions,
    Empty,
    Entry,
    Heading,
    Link,
    Pager,
    Row,
    Table,
    Timeline,
    Who,
)
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.panels import panels
from tocsin.web.writing import thousands


@require_safe
@signed_in
def one(request: HttpRequest, actor: Actor, organisation_id: int) -> HttpResponse:
    """Show one organisation."""
    now = timezone.now()
    found = one_organisation(actor=actor, organisation_id=organisation_id, now=now)
    address = Address.of(request)
    kind = address.get("kind")
    assets = list_assets(
        actor=actor,
        organisation_id=organisation_id,
        now=now,
        kind=AssetKind(kind) if kind in set(AssetKind) else None,
        in_force=address.get("all") != "1",
        cursor=address.get("cursor"),
    )
    editable = holds(actor, RegistryPermission.EDIT_ASSETS)
    table = Table(
        id="assets",
        caption=_("Assets"),
        columns=(
            Column(key="value", label=_("Asset"), kind=ColumnKind.CODE),
            Column(key="standing", label=_("Now")),
            Column(key="from", label=_("Theirs from"), kind=ColumnKind.TIME),
            Column(key="until", label=_("Until"), kind=ColumnKind.TIME),
            Column(key="state", label=_("State")),
        ),
        rows=tuple(_asset(row, editable=editable) for row in assets.part.items),
        empty=_no_assets(found, editable=editable),
        pager=Pager.of(assets.part, address, assets.total),
    )
    show_all = address.get("all") == "1"
    words: dict[str, object] = {
        "heading": _heading(actor, found),
        "facts": _facts(found),
        "contacts": _contacts(found, editable=holds(actor, RegistryPermission.EDIT_CONTACTS)),
        "assets": table,
        "assets_note": Link(
            label=_("Hide what does not count now") if show_all else _("Show ended and claimed ones too"),
            url=address.without("all") if show_all else address.changed(all="1", cursor=None),
        ),
        "panels": panels("organisation_panels", actor, organisation_id),
        "changes": Timeline(entries=tuple(_change(change) for change in found.changes)) if found.changes else None,
        "add_contact": _add(actor, found, RegistryPermission.EDIT_CONTACTS, "registry:new-contact", _("Add a contact")),
    }
    return render(request, "registry/organisation.html", words)


def _add(
    actor: Actor, found: OrganisationDetail, permission: RegistryPermission, url: str, label: str
) -> Action | None:
    return Action(label=label, url=reverse(url, args=[found.id]), small=True) if holds(actor, permission) else None


def _heading(actor: Actor, found: OrganisationDetail) -> Heading:
    name = found.name.name(reader_language())
    number = sum(found.counting.values())
    lead = ngettext("{count} asset counts now.", "{count} assets count now.", number).format(count=thousands(number))
    if not found.contacts:
        lead = _("There is nobody to write to: no notice can reach them.")
    actions = []
    if holds(actor, RegistryPermission.EDIT_ORGANISATIONS):
        actions.append(Action(label=_("Change facts"), url=reverse("registry:change-organisation", args=[found.id])))
    primary = (
        Action(label=_("Add an asset"), url=reverse("registry:new-asset", args=[found.id]))
        if holds(actor, RegistryPermission.EDIT_ASSETS)
        else None
    )
    other = next((text for text in (found.name.name_zh, found.name.name_en) if text and text != name), "")
    return Heading(
        title=name,
        crumbs=(list_crumb(), Crumb(label=name)),
        facts=tuple(part for part in (other, found.name.code, critical_chip() if found.critical else None) if part),
        lead=lead,
        actions=tuple(actions),
        primary=primary,
    )


def _facts(found: OrganisationDetail) -> Definitions:
    language = reader_language()

    def line(nodes: tuple[Node, ...]) -> tuple[str | None, str]:
        names = [node.name(language) for node in nodes]
        above = _("under {names}").format(names=" \u203a ".join(names[1:])) if names[1:] else ""
        return (names[0] if names else None), above

    region, around = line(found.regions)
    desk, above = line(found.coordinators)
    second, above_second = line(found.sector_coordinators)
    return Definitions(
        items=(
            Definition(term=_("Sector"), value=found.sector.name(language)),
            Definition(term=_("Region"), value=region, why=around),
            Definition(
                term=_("Tier"), value=found.tier, why=_("1 is the most important; with severity it sets the deadline.")
            ),
            Definition(term=_("Coordinator"), value=desk, why=above),
            Definition(term=_("Coordinator of the sector"), value=second, why=above_second),
            Definition(term=_("Language of its letters"), value=LANGUAGES[found.language]),
            Definition(
                term=_("Assets that count now"),
                value=tuple(
                    Link(
                        label=f"{KINDS[kind]} {thousands(found.counting[kind])}",
                        url=f"{reverse('registry:organisation', args=[found.id])}?kind={kind}#assets",
                    )
                    for kind in AssetKind
                    if kind in found.counting
                )
                or None,
            ),
            Definition(term=_("Entered"), value=found.created_at),
        )
    )


def _contacts(found: OrganisationDetail, *, editable: bool) -> Table:
    return Table(
        id="contacts",
        caption=_("Contacts"),
        columns=(
            Column(key="role", label=_("Role")),
            Column(key="email", label=_("E-mail")),
            Column(key="phone", label=_("Telephone")),
        ),
        rows=tuple(
            Row(
                key=str(contact.id),
                label=f"{ROLES[contact.role]} {contact.email}",
                cells=(
                    Cell(value=ROLES[contact.role], note=contact.name),
                    Cell(value=contact.email, note=LANGUAGES[contact.language]),
                    contact.phone or None,
                ),
                actions=(
                    Action(
                        label=_("Change"),
                        url=reverse("registry:change-contact", args=[contact.id]),
                        kind="quiet",
                        small=True,
                        speech=_("Change {contact}").format(contact=contact.email),
                    ),
                )
                if editable
                else (),
            )
            for contact in found.contacts
        ),
        empty=Empty(
            title=_("Nobody to write to."), text=_("Without a contact no notice can reach them."), icon="user-x"
        ),
    )


def _asset(row: AssetRow, *, editable: bool) -> Row:
    acts = (
        ("registry:change-asset", _("Correct"), _("Correct {asset}")),
        ("registry:move-asset", _("Move"), _("Move {asset} to another owner")),
        ("registry:end-asset", _("End"), _("End {asset}")),
    )
    return Row(
        key=str(row.id),
        label=row.value,
        cells=(
            Cell(value=row.value, note=KINDS[row.kind]),
            Cell(value=standing_chip(row.standing), note=WHY_NOT[row.standing]),
            row.valid_from if row.valid_from is not None else _("always"),
            row.valid_until if row.valid_until is not None else pgettext("an asset without an end", "open"),
            Cell(value=STATES[row.state], note=row.note),
        ),
        actions=tuple(
            Action(
                label=label,
                url=reverse(url, args=[row.id]),
                kind="quiet",
                small=True,
                speech=speech.format(asset=row.value),
            )
            for url, label, speech in acts
        )
        if editable
        else (),
    )


def _no_assets(found: OrganisationDetail, *, editable: bool) -> Empty:
    return Empty(
        title=_("No asset here."),
        text=_("Reports reach an organisation by what it owns: networks, AS numbers, domains, hosts, URLs."),
        icon="network",
        action=Action(label=_("Add an asset"), url=reverse("registry:new-asset", args=[found.id]))
        if editable
        else None,
    )


def _change(change: Change) -> Entry:
    told = change.after or change.before or {}
    about = [str(told[name]) for name in ("value", "email", "code", "role") if told.get(name)][:1]
    return Entry(
        at=change.at,
        who=Who.US,
        text=": ".join([str(ACTIONS.get(change.action, change.action)), *about]),
        note=", ".join(part for part in (change.who, change.reason) if part),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter an organisation."""
    require(actor, RegistryPermission.EDIT_ORGANISATIONS)
    form = _form(request, actor, {"tier": 3, "language": reader_language()}, new=True)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_organisation(
                actor=actor, code=form.cleaned_data["code"], facts=form.facts(), now=timezone.now()
            )
        except (Invalid, Conflict) as error:
            show_error(form, error)
        else:
            messages.success(request, _("Entered. Add what it owns and whom to write to."))
            return HttpResponseRedirect(reverse("registry:organisation", args=[made]))
    heading = Heading(title=_("Add an organisation"), crumbs=(list_crumb(), Crumb(label=_("New"))))
    return show_form(request, heading, form, _("Add"), reverse("registry:organisations"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, actor: Actor, organisation_id: int) -> HttpResponse:
    """Change the facts of an organisation."""
    require(actor, RegistryPermission.EDIT_ORGANISATIONS)
    found = one_organisation(actor=actor, organisation_id=organisation_id, now=timezone.now())
    form = _form(request, actor, _initial(found), new=False)
    back = reverse("registry:organisation", args=[organisation_id])
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(actor=actor, organisation_id=organisation_id, facts=form.facts(), now=timezone.now())
        except (Invalid, Conflict) as error:
            show_error(form, error)
        else:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(back)
    name = found.name.name(reader_language())
    heading = Heading(
        title=_("Change the facts of {name}").format(name=name),
        crumbs=(list_crumb(), Crumb(label=name, url=back), Crumb(label=_("Change"))),
    )
    return show_form(request, heading, form, _("Change"), back)


def _form(request: HttpRequest, actor: Actor, initial: Mapping[str, Any], *, new: bool) -> OrganisationForm:
    return OrganisationForm(
        request.POST if request.method == "POST" else None,
        initial=dict(initial),
        places=places(actor=actor),
        shown_in=reader_language(),
        new=new,
    )


def _initial(found: OrganisationDetail) -> dict[str, Any]:
    return {
        "name_en": found.name.name_en,
        "name_zh": found.name.name_zh,
        "sector": found.sector.code,
        "region": found.regions[0].code,
        "tier": found.tier,
        "critical": found.critical,
        "coordinator": found.coordinators[0].code,
        "sector_coordinator": found.sector_coordinators[0].code if found.sector_coordinators else "",
        "language": found.language,
    }


def show_form(
    request: HttpRequest,
    heading: Heading,
    form: object,
    label: str,
    back: str,
    *,
    kind: str = "primary",
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show a page with one form; with faults in it, as an answer that says so to programs too."""
    faulty = bool(getattr(form, "errors", None))
    words = {"heading": heading, "form": form, "label": label, "back": back, "kind": kind, **(more or {})}
    return render(request, "registry/form.html", words, status=422 if faulty else 200)
