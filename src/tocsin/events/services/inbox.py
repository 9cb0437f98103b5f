"""Keeps files that wait for the worker, encrypted, takes them in from there, and forgets those whose job failed."""

import io
import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tocsin.access.permissions import require
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.audit.trail import record
from tocsin.events.errors import FileRefused
from tocsin.events.permissions import EventPermission
from tocsin.events.sealing import seal, unseal
from tocsin.events.services.take_in import Delivery, Outcome, take_in
from tocsin.jobs.queries import arguments_in_use
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor

#: So long after its job has failed a file waits to be tried again: as long as a quarantined row (design, "What is
#: never kept"), enough for whoever can mend the cause to come back from a holiday.
WAITING_DAYS = 14
_TASK = "events.take_in"
_EXPIRED = "events.expire_file"


def receive(*, actor: Actor, delivery: Delivery, source_name: str | None, now: datetime) -> str:
    """Keep a file for the worker and enqueue it. Returns the key under which it waits."""
    require(actor, EventPermission.TAKE_IN)
    key = uuid.uuid4().hex
    folder: Path = settings.INBOX_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{key}"
    with draft.open("wb") as file:
        file.write(seal(delivery.stream.read(), place=f"inbox:{key}"))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / key)
    with acting(actor), transaction.atomic():
        record(
            actor=actor,
            action="events.receive",
            target_kind="file",
            target_id=key,
            at=now,
            after={"file": delivery.name, "source": source_name},
        )
        later(_TASK, key=key, file_name=delivery.name, source_name=source_name)
    return key


def take_in_received(
    *, actor: Actor, key: str, file_name: str, source_name: str | None, now: datetime
) -> list[Outcome]:
    """Take in a file that waits; afterwards it is gone. Safe to repeat: a file that is gone was taken in.

    Raises:
        FileRefused: it has waited too long and was removed.
    """
    require(actor, EventPermission.TAKE_IN)
    path: Path = settings.INBOX_FOLDER / key
    try:
        content = unseal(path.read_bytes(), place=f"inbox:{key}")
    except FileNotFoundError:
        if _has_expired(actor, key):
            raise FileRefused(f"The file was removed {WAITING_DAYS} days after it failed; send it again.") from None
        return []
    deliveries = [Delivery(name=file_name, stream=io.BytesIO(content))]
    outcomes = list(take_in(actor=actor, deliveries=deliveries, source_name=source_name, now=now))
    path.unlink(missing_ok=True)
    return outcomes


def expire_files(*, actor: Actor, now: datetime) -> int:
    """Remove files that nobody has had tried again since their job failed, long ago; gives how many.

    A file whose job waits or runs stays, however old it is.
    """
    require(actor, EventPermission.TAKE_IN)
    long_ago = now - timedelta(days=WAITING_DAYS)
    folder: Path = settings.INBOX_FOLDER
    with acting(actor):
        needed = arguments_in_use(actor=actor, task=_TASK, argument="key", since=long_ago)
        due = [path for path in folder.glob("[!.]*") if path.name not in needed and _is_older(path, long_ago)]
        for path in due:
            record(actor=actor, action=_EXPIRED, target_kind="file", target_id=path.name, at=now)
    # Only now: a file that is gone without an entry would look as if it had been taken in.
    for path in due:
        path.unlink(missing_ok=True)
    return len(due)


def _is_older(path: Path, than: datetime) -> bool:
    try:
        return path.stat().st_mtime < than.timestamp()
    except FileNotFoundError:
        # It was taken in meanwhile.
        return False


def _has_expired(actor: Actor, key: str) -> bool:
    """Ask the trail, which alone still knows of the file."""
    with acting(actor):
        entries = AuditEntry.objects.visible_to(actor).filter(target_kind="file", target_id=key, action=_EXPIRED)
        return entries.exists()
