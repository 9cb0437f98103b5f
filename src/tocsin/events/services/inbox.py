"""Keeps files that wait for the worker, encrypted, and takes them in from there."""

import io
import os
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tocsin.access.permissions import require
from tocsin.access.scope import acting
from tocsin.audit.trail import record
from tocsin.events.permissions import EventPermission
from tocsin.events.sealing import seal, unseal
from tocsin.events.services.take_in import Delivery, Outcome, take_in
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor


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
        later("events.take_in", key=key, file_name=delivery.name, source_name=source_name)
    return key


def take_in_received(
    *, actor: Actor, key: str, file_name: str, source_name: str | None, now: datetime
) -> list[Outcome]:
    """Take in a file that waits; afterwards it is gone. Safe to repeat: a file that is gone was taken in."""
    require(actor, EventPermission.TAKE_IN)
    path: Path = settings.INBOX_FOLDER / key
    try:
        content = unseal(path.read_bytes(), place=f"inbox:{key}")
    except FileNotFoundError:
        return []
    deliveries = [Delivery(name=file_name, stream=io.BytesIO(content))]
    outcomes = list(take_in(actor=actor, deliveries=deliveries, source_name=source_name, now=now))
    path.unlink(missing_ok=True)
    return outcomes
