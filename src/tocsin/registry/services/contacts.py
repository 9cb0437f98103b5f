"""Enters, changes and removes whom to write to."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.words import Language
from tocsin.registry.errors import AlreadyThere
from tocsin.registry.models import Contact, Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.rules import ContactRole
from tocsin.registry.tables import canonical_email, plain_text


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """One contact of an organisation."""

    role: ContactRole
    #: Of a person or a desk; may be empty.
    name: str
    email: str
    phone: str
    language: Language


def add_contact(*, actor: Actor, organisation_id: int, facts: ContactFacts, now: datetime) -> int:
    """Enter a contact. Returns its id.

    Raises:
        NotFound: there is no such organisation that the actor may see.
        AlreadyThere: the organisation has this address in this role.
        Invalid: the address is none.
    """
    require(actor, RegistryPermission.EDIT_CONTACTS)
    with transaction.atomic():
        owner = Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()
        if owner is None:
            raise NotFound
        fields = _fields(facts)
        made = Contact(organisation=owner, **fields)
        _save(made)
        record(
            actor=actor,
            action="registry.add_contact",
            target_kind="contact",
            target_id=made.pk,
            at=now,
            organisation_id=owner.pk,
            after=fields,
        )
        return made.pk


def change_contact(*, actor: Actor, contact_id: int, facts: ContactFacts, now: datetime) -> None:
    """Change a contact; the same again leaves no trace.

    Raises:
        NotFound: there is none that the actor may see.
        AlreadyThere: the organisation has this address in this role.
        Invalid: the address is none.
    """
    require(actor, RegistryPermission.EDIT_CONTACTS)
    with transaction.atomic():
        held = _load(actor, contact_id)
        after = _fields(facts)
        before = {name: getattr(held, name) for name in after}
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return
        for name in changed:
            setattr(held, name, after[name])
        _save(held)
        record(
            actor=actor,
            action="registry.change_contact",
            target_kind="contact",
            target_id=held.pk,
            at=now,
            organisation_id=held.organisation_id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def remove_contact(*, actor: Actor, contact_id: int, now: datetime) -> None:
    """Remove a contact; the trail keeps which role lost it, and not the person.

    Raises:
        NotFound: there is none that the actor may see.
    """
    require(actor, RegistryPermission.EDIT_CONTACTS)
    with transaction.atomic():
        held = _load(actor, contact_id)
        role, owner_id = held.role, held.organisation_id
        held.delete()
        record(
            actor=actor,
            action="registry.remove_contact",
            target_kind="contact",
            target_id=contact_id,
            at=now,
            organisation_id=owner_id,
            before={"role": role},
        )


def _load(actor: Actor, contact_id: int) -> Contact:
    held = Contact.objects.visible_to(actor).select_for_update().filter(pk=contact_id).first()
    if held is None:
        raise NotFound
    return held


def _fields(facts: ContactFacts) -> dict[str, str]:
    return {
        "role": str(facts.role),
        "name": plain_text("name", facts.name),
        "email": canonical_email(facts.email),
        "phone": plain_text("phone", facts.phone),
        "language": str(facts.language),
    }


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        raise AlreadyThere(
            f"{contact.email} is registered for this role ({contact.role}) already.", field="email"
        ) from error
