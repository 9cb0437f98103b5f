"""Operations on rows that could not be read."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tocsin.accounts.api import caller
from tocsin.events.api.shapes import Id, MendedIn, OpenedOut, QuarantinedOut, QuarantineQuery, RetakenOut
from tocsin.events.queries.quarantine import QuarantineFilters, QuarantineRow, get_quarantined, list_quarantine
from tocsin.events.services import OpenedRow, Retaken, open_row, retake_row
from tocsin.web.schemas import Page, page

router = Router()


@router.get("/quarantine", response=Page[QuarantinedOut])
def list_quarantined_rows(request: HttpRequest, given: Query[QuarantineQuery]) -> dict[str, Any]:
    """List the rows that could not be read: where, why, and what became of them."""
    found = list_quarantine(
        actor=caller(request),
        filters=QuarantineFilters(
            source_id=given.source_id, report_id=given.report_id, report_type=given.report_type, state=given.state
        ),
        cursor=given.cursor,
        size=given.limit,
    )
    return page(found.part, list(found.part.items), about=found.total.value)


@router.get("/quarantine/{row_id}", response=QuarantinedOut)
def get_quarantined_row(request: HttpRequest, row_id: Id) -> QuarantineRow:
    """Give one row, still closed."""
    return get_quarantined(actor=caller(request), row_id=row_id)


@router.post("/quarantine/{row_id}/open", response=OpenedOut)
def open_quarantined_row(request: HttpRequest, row_id: Id) -> OpenedRow:
    """Open a row. It may hold what is never kept; the trail remembers who looked."""
    return open_row(actor=caller(request), row_id=row_id, now=timezone.now())


@router.post("/quarantine/{row_id}/retake", response=RetakenOut)
def retake_mended_row(request: HttpRequest, row_id: Id, given: MendedIn) -> Retaken:
    """Take a mended row in, as a report of its own; what still cannot be read changes nothing."""
    return retake_row(actor=caller(request), row_id=row_id, text=given.text, now=timezone.now())
