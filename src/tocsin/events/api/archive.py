"""Operations that ask the archive."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from tocsin.accounts.api import caller
from tocsin.events.api.shapes import AddressQuery, Id, PublicId, SeenOut
from tocsin.events.queries.lookups import Seen, seen_of_address, seen_of_finding, seen_of_organisation
from tocsin.events.schemas import FIELD, RAW
from tocsin.kernel.severity import Severity

router = Router()


@router.get("/archive", response=SeenOut)
def list_events_of_address(request: HttpRequest, given: Query[AddressQuery]) -> dict[str, Any]:
    """Give what was seen at an address over a time, newest first."""
    return _seen(seen_of_address(actor=caller(request), address=given.address, since=given.since, until=given.until))


@router.get("/archive/findings/{public_id}", response=SeenOut)
def list_events_of_finding(request: HttpRequest, public_id: PublicId) -> dict[str, Any]:
    """Give the raw events of a finding, newest first."""
    return _seen(seen_of_finding(actor=caller(request), public_id=public_id))


@router.get("/archive/organisations/{organisation_id}", response=SeenOut)
def list_events_of_organisation(request: HttpRequest, organisation_id: Id) -> dict[str, Any]:
    """Give the newest events of an organisation."""
    return _seen(seen_of_organisation(actor=caller(request), organisation_id=organisation_id))


def _seen(found: Seen) -> dict[str, Any]:
    return {"events": [_event(event) for event in found.events.to_dicts()], "cut": found.cut}


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    severity = event["row_severity"]
    return {
        **event,
        "severity": Severity(severity).word if severity is not None else None,
        "fields": _named(event, FIELD),
        "raw": _named(event, RAW),
    }


def _named(event: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value
        for name, value in event.items()
        if name.startswith(prefix) and value is not None
    }
