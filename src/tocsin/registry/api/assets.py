"""Operations on assets."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tocsin.registry import services
from tocsin.registry.api.shapes import (
    Asset,
    AssetFilter,
    AssetGiven,
    Ending,
    Id,
    Made,
    Move,
    NewAsset,
    caller,
)
from tocsin.registry.queries.organisation import (
    AssetRow,
    list_assets,
    one_asset,
)
from tocsin.web.schemas import Page, page

router = Router(tags=["registry"])


@router.get("/organisations/{organisation_id}/assets", response=Page[Asset])
def list_assets_of(request: HttpRequest, organisation_id: Id, given: Query[AssetFilter]) -> dict[str, Any]:
    """List the assets of an organisation; none of one that is out of sight."""
    found = list_assets(
        actor=caller(request),
        organisation_id=organisation_id,
        now=timezone.now(),
        kind=given.kind,
        in_force=given.in_force,
        cursor=given.cursor,
        size=given.limit,
    )
    return page(found.part, list(found.part.items), about=found.total.value)


@router.get("/assets/{asset_id}", response=Asset)
def show_asset(request: HttpRequest, asset_id: Id) -> AssetRow:
    """Show one asset."""
    return one_asset(actor=caller(request), asset_id=asset_id, now=timezone.now())


@router.post("/organisations/{organisation_id}/assets", response={201: Made})
def add_asset(request: HttpRequest, organisation_id: Id, given: NewAsset) -> Status[dict[str, int]]:
    """Enter an asset. Findings are attributed anew."""
    made = services.add_asset(
        actor=caller(request),
        organisation_id=organisation_id,
        kind=given.kind,
        value=given.value,
        state=given.state,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        note=given.note,
        now=timezone.now(),
    )
    return Status(201, {"id": made})


@router.put("/assets/{asset_id}", response={204: None})
def change_asset(request: HttpRequest, asset_id: Id, given: AssetGiven) -> Status[None]:
    """Correct period, state and note of an asset; what is not given becomes its default."""
    services.change_asset(
        actor=caller(request),
        asset_id=asset_id,
        state=given.state,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        note=given.note,
        now=timezone.now(),
    )
    return Status(204, None)


@router.post("/assets/{asset_id}/end", response={204: None})
def end_asset(request: HttpRequest, asset_id: Id, given: Ending) -> Status[None]:
    """End an asset at a moment."""
    services.end_asset(actor=caller(request), asset_id=asset_id, at=given.at, reason=given.reason, now=timezone.now())
    return Status(204, None)


@router.post("/assets/{asset_id}/move", response={201: Made})
def move_asset(request: HttpRequest, asset_id: Id, given: Move) -> Status[dict[str, int]]:
    """Give an asset to another owner. The answer names the new entry."""
    made = services.move_asset(
        actor=caller(request),
        asset_id=asset_id,
        to_organisation_id=given.to_organisation_id,
        at=given.at,
        reason=given.reason,
        now=timezone.now(),
    )
    return Status(201, {"id": made})
