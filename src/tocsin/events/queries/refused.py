"""Files that could not be taken in."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.access.permissions import require
from tocsin.events.models import RefusedFile
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor
from tocsin.registry.queries.slices import shown
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take

_BY_ID = Order(keys=(Key(field="id", descending=True),))


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file that could not be taken in."""

    id: int
    file_name: str
    source: str
    refused_at: datetime
    reason: str
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class RefusedPage:
    """A page of refused files."""

    part: Slice[Refused]
    total: Count


def list_refused(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> RefusedPage:
    """List the files that could not be taken in, newest first. Two queries.

    Raises:
        NotAllowed: the actor may not see reports.
        BadCursor: the cursor is not ours.
    """
    require(actor, EventPermission.SEE)
    rows = RefusedFile.objects.visible_to(actor)
    part = take(rows.select_related("source"), order=_BY_ID, cursor=cursor, size=size)
    return RefusedPage(part=shown(part, _row), total=about(rows))


def _row(row: RefusedFile) -> Refused:
    return Refused(
        id=row.pk,
        file_name=row.file_name,
        source=row.source.name if row.source is not None else "",
        refused_at=row.refused_at,
        reason=row.reason,
        content_hash=row.content_hash,
    )
