"""What was imported, by whom, from the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.access.permissions import require
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.slices import shown
from tocsin.web.paging import PAGE_SIZE, Key, Order, Slice, take

#: What an import is called in the trail.
TARGET_KIND, TARGET_ID = "registry", "import"
_ORDER = Order(keys=(Key(field="id", descending=True),))


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """One import that changed something."""

    at: datetime
    who: str
    files: tuple[str, ...]
    #: By table: added, changed, unchanged, missing, removed.
    tables: Mapping[str, Mapping[str, int]]

    def total(self, what: str) -> int:
        """Add up one count of all tables."""
        return sum(counts.get(what, 0) for counts in self.tables.values())


def list_imports(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> Slice[ImportRecord]:
    """Give a page of the imports, newest first: one query.

    Raises:
        BadCursor: the cursor is of another list.
    """
    require(actor, RegistryPermission.REVIEW)
    entries = AuditEntry.objects.visible_to(actor).filter(target_kind=TARGET_KIND, target_id=TARGET_ID)
    part = take(entries, order=_ORDER, cursor=cursor, size=size)
    return shown(part, _record)


def _record(entry: AuditEntry) -> ImportRecord:
    told = entry.after or {}
    return ImportRecord(
        at=entry.at, who=entry.actor_label, files=tuple(told.get("files", ())), tables=told.get("tables", {})
    )
