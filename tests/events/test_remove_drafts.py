"""What a killed process leaves half-written goes after a day; what has its name is no matter of this."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events.services import remove_drafts
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed

CLOCK = system("clock")


def written(path: Path, at: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_old_drafts_go_and_nothing_else(database: str, now: datetime) -> None:
    old, fresh = now - timedelta(days=2), now - timedelta(hours=2)
    archive, inbox = Path(settings.ARCHIVE_FOLDER) / "2026" / "11" / "scan_rdp", Path(settings.INBOX_FOLDER)
    gone = [written(archive / ".a.000.parquet.77", old), written(inbox / f".{'a' * 32}", old)]
    kept = [
        written(archive / ".b.000.parquet.77", fresh),
        written(archive / "c.000.parquet", old),
        written(inbox / ("b" * 32), old),
        written(inbox / f".{'c' * 32}", fresh),
    ]

    assert remove_drafts(actor=CLOCK, now=now) == 2
    assert remove_drafts(actor=CLOCK, now=now) == 0

    assert [path.exists() for path in gone] == [False, False]
    assert [path.exists() for path in kept] == [True] * 4
    with acting(CLOCK):
        assert AuditEntry.objects.get(action="events.remove_drafts").after == {"files": 2}


def test_folders_that_are_not_there_hold_nothing(database: str, now: datetime) -> None:
    assert remove_drafts(actor=CLOCK, now=now) == 0


def test_it_refuses_whoever_may_not(database: str, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        remove_drafts(actor=registry.person(Role.AUDITOR), now=now)
