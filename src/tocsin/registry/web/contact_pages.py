"""Forms that enter, change and remove whom to write to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.organisation import OrganisationDetail, one_contact, one_organisation
from tocsin.registry.services import add_contact, change_contact, remove_contact
from tocsin.registry.web.forms import ContactForm, show_error
from tocsin.registry.web.list_pages import list_crumb
from tocsin.registry.web.organisation_pages import show_form
from tocsin.registry.web.words import ROLES
from tocsin.web.components import Action, Confirm, Crumb, Heading
from tocsin.web.entry import reader_language, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, actor: Actor, organisation_id: int) -> HttpResponse:
    """Enter a contact."""
    require(actor, RegistryPermission.EDIT_CONTACTS)
    now = timezone.now()
    owner = one_organisation(actor=actor, organisation_id=organisation_id, now=now)
    form = ContactForm(request.POST if request.method == "POST" else None, initial={"language": owner.language})
    if request.method == "POST" and form.is_valid():
        try:
            add_contact(actor=actor, organisation_id=organisation_id, facts=form.facts(), now=now)
        except (Invalid, Conflict) as error:
            show_error(form, error)
        else:
            messages.success(request, _("Entered."))
            return HttpResponseRedirect(_page(owner))
    title = _("Add a contact of {name}").format(name=owner.name.name(reader_language()))
    return show_form(
        request, Heading(title=title, crumbs=_crumbs(owner, _("New contact"))), form, _("Add"), _page(owner)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Change a contact."""
    require(actor, RegistryPermission.EDIT_CONTACTS)
    now = timezone.now()
    organisation_id, held = one_contact(actor=actor, contact_id=contact_id)
    owner = one_organisation(actor=actor, organisation_id=organisation_id, now=now)
    initial = {
        "role": held.role,
        "name": held.name,
        "email": held.email,
        "phone": held.phone,
        "language": held.language,
    }
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(actor=actor, contact_id=contact_id, facts=form.facts(), now=now)
        except (Invalid, Conflict) as error:
            show_error(form, error)
        else:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(_page(owner))
    heading = Heading(
        title=_("Change {contact}").format(contact=held.email),
        crumbs=_crumbs(owner, _("Change")),
        actions=(Action(label=_("Remove"), url=reverse("registry:remove-contact", args=[contact_id]), kind="danger"),),
    )
    return show_form(request, heading, form, _("Change"), _page(owner))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Ask, then remove a contact."""
    require(actor, RegistryPermission.EDIT_CONTACTS)
    organisation_id, held = one_contact(actor=actor, contact_id=contact_id)
    owner = one_organisation(actor=actor, organisation_id=organisation_id, now=timezone.now())
    if request.method == "POST":
        remove_contact(actor=actor, contact_id=contact_id, now=timezone.now())
        messages.success(request, _("Removed."))
        return HttpResponseRedirect(_page(owner))
    name = owner.name.name(reader_language())
    consequences = [
        _("Notices to {name} no longer go to {contact}.").format(name=name, contact=held.email),
        _("Notices that were sent stay as they are."),
    ]
    if len(owner.contacts) == 1:
        consequences.insert(1, _("Nobody is left to write to: no notice will reach {name}.").format(name=name))
    confirm = Confirm(
        title=_("Remove {contact}, {role}").format(contact=held.email, role=ROLES[held.role]),
        consequences=tuple(consequences),
        action=Action(label=_("Remove"), url=request.path, method="post", kind="danger"),
        cancel_url=_page(owner),
    )
    heading = Heading(title=_("Remove a contact"), crumbs=_crumbs(owner, _("Remove")))
    return render(request, "registry/confirm.html", {"heading": heading, "confirm": confirm})


def _page(owner: OrganisationDetail) -> str:
    return reverse("registry:organisation", args=[owner.id])


def _crumbs(owner: OrganisationDetail, here: str) -> tuple[Crumb, ...]:
    return (list_crumb(), Crumb(label=owner.name.name(reader_language()), url=_page(owner)), Crumb(label=here))
