"""Operations on contacts."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from tocsin.registry import services
from tocsin.registry.api.shapes import (
    Contact,
    ContactGiven,
    Id,
    Made,
    caller,
)
from tocsin.registry.queries.organisation import (
    one_contact,
)

router = Router(tags=["registry"])


@router.get("/contacts/{contact_id}", response=Contact)
def show_contact(request: HttpRequest, contact_id: Id) -> object:
    """Show one contact."""
    return one_contact(actor=caller(request), contact_id=contact_id)[1]


@router.post("/organisations/{organisation_id}/contacts", response={201: Made})
def add_contact(request: HttpRequest, organisation_id: Id, given: ContactGiven) -> Status[dict[str, int]]:
    """Enter a contact."""
    made = services.add_contact(
        actor=caller(request), organisation_id=organisation_id, facts=given.facts(), now=timezone.now()
    )
    return Status(201, {"id": made})


@router.put("/contacts/{contact_id}", response={204: None})
def change_contact(request: HttpRequest, contact_id: Id, given: ContactGiven) -> Status[None]:
    """Change a contact."""
    services.change_contact(actor=caller(request), contact_id=contact_id, facts=given.facts(), now=timezone.now())
    return Status(204, None)


@router.delete("/contacts/{contact_id}", response={204: None})
def remove_contact(request: HttpRequest, contact_id: Id) -> Status[None]:
    """Remove a contact."""
    services.remove_contact(actor=caller(request), contact_id=contact_id, now=timezone.now())
    return Status(204, None)
