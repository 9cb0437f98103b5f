"""Operations on organisations, and what they are sorted under."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tocsin.registry import services
from tocsin.registry.api.shapes import (
    AllPlaces,
    Facts,
    Filter,
    Id,
    Made,
    NewOrganisation,
    Organisation,
    OrganisationShort,
    caller,
)
from tocsin.registry.queries.organisation import (
    OrganisationDetail,
    one_organisation,
)
from tocsin.registry.queries.organisations import OrganisationFilters, list_organisations
from tocsin.registry.queries.places import Places, places
from tocsin.web.schemas import Page, page

router = Router(tags=["registry"])


@router.get("/places", response=AllPlaces)
def show_places(request: HttpRequest) -> Places:
    """List all sectors, regions and coordinators."""
    return places(actor=caller(request))


@router.get("/organisations", response=Page[OrganisationShort])
def list_all_organisations(request: HttpRequest, given: Query[Filter]) -> dict[str, Any]:
    """List the organisations that one may see."""
    found = list_organisations(
        actor=caller(request),
        filters=OrganisationFilters(
            search=given.search, sector=given.sector, region=given.region, tier=given.tier, critical=given.critical
        ),
        sort=given.sort,
        language=given.language,
        cursor=given.cursor,
        size=given.limit,
    )
    return page(found.part, list(found.part.items), about=found.total.value)


@router.get("/organisations/{organisation_id}", response=Organisation)
def show_organisation(request: HttpRequest, organisation_id: Id) -> OrganisationDetail:
    """Show one organisation."""
    return one_organisation(actor=caller(request), organisation_id=organisation_id, now=timezone.now())


@router.post("/organisations", response={201: Made})
def create_organisation(request: HttpRequest, given: NewOrganisation) -> Status[dict[str, int]]:
    """Enter an organisation."""
    made = services.create_organisation(actor=caller(request), code=given.code, facts=given.facts(), now=timezone.now())
    return Status(201, {"id": made})


@router.put("/organisations/{organisation_id}", response={204: None})
def change_organisation(request: HttpRequest, organisation_id: Id, given: Facts) -> Status[None]:
    """Change what is known of an organisation; what is not given becomes its default."""
    services.change_organisation(
        actor=caller(request), organisation_id=organisation_id, facts=given.facts(), now=timezone.now()
    )
    return Status(204, None)
