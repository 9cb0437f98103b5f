"""Removes what a killed process leaves half-written: drafts that never got their name, which no reader looks at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.audit.trail import record
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor

#: Nothing is written for so long: an older draft is nobody's any more.
_ABANDONED_AFTER = timedelta(days=1)


def remove_drafts(*, actor: Actor, now: datetime) -> int:
    """Remove abandoned drafts from the archive and the inbox; gives how many. What has its name is not touched."""
    require(actor, EventPermission.TAKE_IN)
    removed = 0
    for path in _drafts():
        try:
            if path.stat().st_mtime < (now - _ABANDONED_AFTER).timestamp():
                path.unlink()
                removed += 1
        except FileNotFoundError:
            # Its writer was not dead after all, and has given it its name.
            continue
    if removed:
        with acting(actor, using=INGEST):
            record(
                actor=actor,
                action="events.remove_drafts",
                target_kind="file",
                target_id="",
                at=now,
                after={"files": removed},
                using=INGEST,
            )
    return removed


def _drafts() -> Iterator[Path]:
    """Find what begins with a dot, as every draft does."""
    archive: Path = settings.ARCHIVE_FOLDER
    inbox: Path = settings.INBOX_FOLDER
    yield from archive.rglob(".*.parquet.*")
    yield from inbox.glob(".*")
