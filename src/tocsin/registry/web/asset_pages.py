"""Forms that enter, correct, end and move assets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.organisation import AssetRow, OrganisationDetail, one_asset, one_organisation
from tocsin.registry.queries.organisations import OrganisationFilters, list_organisations
from tocsin.registry.rules import AssetState
from tocsin.registry.services import add_asset, change_asset, end_asset, move_asset
from tocsin.registry.web.forms import AssetForm, EndForm, MoveForm, show_error
from tocsin.registry.web.list_pages import list_crumb
from tocsin.registry.web.organisation_pages import show_form
from tocsin.registry.web.words import WHY_NOT, standing_chip
from tocsin.web.components import Action, Cell, Column, ColumnKind, Crumb, Empty, Heading, Row, Table
from tocsin.web.entry import reader_language, signed_in

#: Organisations that the search for a new owner shows.
_CANDIDATES = 10


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, actor: Actor, organisation_id: int) -> HttpResponse:
    """Enter an asset."""
    require(actor, RegistryPermission.EDIT_ASSETS)
    now = timezone.now()
    owner = one_organisation(actor=actor, organisation_id=organisation_id, now=now)
    form = AssetForm(request.POST if request.method == "POST" else None, new=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_asset(
                actor=actor,
                organisation_id=organisation_id,
                kind=form.chosen_kind(),
                value=given["value"],
                state=AssetState(given["state"]),
                valid_from=given["valid_from"],
                valid_until=given["valid_until"],
                note=given["note"],
                now=now,
            )
        except (Invalid, Conflict) as error:
            show_error(form, error, otherwise="value")
        else:
            messages.success(request, _("Entered. Findings are attributed anew."))
            return HttpResponseRedirect(_page(organisation_id))
    name = owner.name.name(reader_language())
    heading = Heading(title=_("Add an asset of {name}").format(name=name), crumbs=_crumbs(owner, _("New asset")))
    return show_form(request, heading, form, _("Add"), _page(organisation_id))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, actor: Actor, asset_id: int) -> HttpResponse:
    """Correct period, state and note of an asset."""
    require(actor, RegistryPermission.EDIT_ASSETS)
    now = timezone.now()
    held, owner = _held(actor, asset_id)
    initial = {
        "state": held.state,
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "note": held.note,
    }
    form = AssetForm(request.POST if request.method == "POST" else None, initial=initial, new=False)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_asset(
                actor=actor,
                asset_id=asset_id,
                state=AssetState(given["state"]),
                valid_from=given["valid_from"],
                valid_until=given["valid_until"],
                note=given["note"],
                now=now,
            )
        except (Invalid, Conflict) as error:
            show_error(form, error)
        else:
            messages.success(request, _("Corrected. Findings are attributed anew."))
            return HttpResponseRedirect(_page(owner.id))
    heading = _heading(_("Correct {asset}"), held, owner, _("Correct"))
    return show_form(request, heading, form, _("Correct"), _page(owner.id))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def end(request: HttpRequest, actor: Actor, asset_id: int) -> HttpResponse:
    """End an asset at a moment."""
    require(actor, RegistryPermission.EDIT_ASSETS)
    now = timezone.now()
    held, owner = _held(actor, asset_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            end_asset(actor=actor, asset_id=asset_id, at=given["at"], reason=given["reason"], now=now)
        except (Invalid, Conflict) as error:
            show_error(form, error, otherwise="at")
        else:
            messages.success(request, _("Ended. Findings are attributed anew."))
            return HttpResponseRedirect(_page(owner.id))
    heading = _heading(_("End {asset}"), held, owner, _("End"))
    return show_form(request, heading, form, _("End"), _page(owner.id), kind="danger")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def move(request: HttpRequest, actor: Actor, asset_id: int) -> HttpResponse:
    """Give an asset to another owner; a search beside the form finds its code."""
    require(actor, RegistryPermission.EDIT_ASSETS)
    now = timezone.now()
    held, owner = _held(actor, asset_id)
    chosen = request.GET.get("to", "")
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"organisation": chosen})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        receiver_id = _receiver(actor, given["organisation"])
        if receiver_id is None:
            form.add_error("organisation", _("No organisation has this code."))
        else:
            try:
                move_asset(
                    actor=actor,
                    asset_id=asset_id,
                    to_organisation_id=receiver_id,
                    at=given["at"],
                    reason=given["reason"],
                    now=now,
                )
            except (Invalid, Conflict) as error:
                show_error(form, error, otherwise="at")
            else:
                messages.success(request, _("Moved. Findings are attributed anew."))
                return HttpResponseRedirect(_page(receiver_id))
    heading = _heading(_("Move {asset} to another owner"), held, owner, _("Move"))
    search = request.GET.get("q", "").strip()[:200]
    more = {"search": search, "candidates": _candidates(request, actor, search) if search else None}
    return show_form(request, heading, form, _("Move"), _page(owner.id), more={"finder": more})


def _receiver(actor: Actor, code: str) -> int | None:
    found = list_organisations(actor=actor, filters=OrganisationFilters(search=code))
    return next((line.id for line in found.part.items if line.name.code == code.strip()), None)


def _candidates(request: HttpRequest, actor: Actor, search: str) -> Table:
    found = list_organisations(
        actor=actor, filters=OrganisationFilters(search=search), language=reader_language(), size=_CANDIDATES
    )
    return Table(
        id="candidates",
        caption=_("Organisations that fit"),
        columns=(
            Column(key="name", label=_("Organisation")),
            Column(key="code", label=_("Code"), kind=ColumnKind.CODE),
        ),
        rows=tuple(
            Row(
                key=str(line.id),
                cells=(
                    Cell(value=line.name.name(reader_language()), note=line.region.name(reader_language())),
                    line.name.code,
                ),
                actions=(Action(label=_("Choose"), url=f"{request.path}?to={line.name.code}", small=True),),
            )
            for line in found.part.items
        ),
        empty=Empty(title=_("No organisation fits."), icon="search-x"),
    )


def _held(actor: Actor, asset_id: int) -> tuple[AssetRow, OrganisationDetail]:
    held = one_asset(actor=actor, asset_id=asset_id, now=timezone.now())
    return held, one_organisation(actor=actor, organisation_id=held.organisation_id, now=timezone.now())


def _page(organisation_id: int) -> str:
    return reverse("registry:organisation", args=[organisation_id])


def _crumbs(owner: OrganisationDetail, here: str) -> tuple[Crumb, ...]:
    return (list_crumb(), Crumb(label=owner.name.name(reader_language()), url=_page(owner.id)), Crumb(label=here))


def _heading(title: str, held: AssetRow, owner: OrganisationDetail, here: str) -> Heading:
    """Say which asset, whose it is now, and what it counts for."""
    return Heading(
        title=title.format(asset=held.value),
        crumbs=_crumbs(owner, here),
        facts=(standing_chip(held.standing), owner.name.name(reader_language())),
        lead=WHY_NOT[held.standing],
    )
