"""`kill -9` at every boundary of the way in and out, then a restart: nothing doubled, nothing lost."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import conftest
from tests.events.killing import ROUND_COMMITTED
from tests.factories import events as make
from tests.factories import registry
from tests.factories.notices import owner_with_contacts
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events.models import ArchiveFile, OrganisationArchive, QuarantinedRow, Report, Source, StrangerCount
from tocsin.events.services import Delivery, receive
from tocsin.findings.models import Coverage, Finding, FindingChange, HeldGroup, Sighting
from tocsin.kernel.actor import system
from tocsin.notices.models import Notice, NoticeItem, OutgoingMail

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
DAY = date(2026, 11, 22)
_SERVICES = "tocsin.events.services"
_OUTBOX = "tocsin.notices.services.outbox"

PLACES = {
    "read": f"{_SERVICES}.preparing:read|before",
    "normalised": f"{_SERVICES}.preparing:normalise|after",
    "attributed": f"{_SERVICES}.registry_index:attribute|after",
    "identified": f"{_SERVICES}.preparing:identify|after",
    "written, not renamed": "pathlib:Path.rename|about|.parquet",
    "renamed, folder not synced": "tocsin.events.stages.archive:_sync_folder|before",
    "landed": f"{_SERVICES}.preparing:land|after",
    "gathered": f"{_SERVICES}.preparing:gather|after",
    "strangers counted": f"{_SERVICES}.preparing:strangers|after",
    "before the transaction": f"{_SERVICES}.take_in:commit|before",
    "in the ledger": f"{_SERVICES}.committing:_gate|before",
    "before the fold": f"{_SERVICES}.committing:fold_report|before",
    "folded": f"{_SERVICES}.committing:fold_report|after",
    "listed": f"{_SERVICES}.committing:_list_archive|after",
    "quarantined": f"{_SERVICES}.committing:_quarantine|after",
    "before the commit": f"{_SERVICES}.committing:later|after",
    "between two files": f"{_SERVICES}.take_in:commit|before|2",
    "before the commit of the second": f"{_SERVICES}.committing:later|after|2",
    "committed, the file still in the inbox": f"{_SERVICES}.inbox:take_in|used up",
    "done, and the queue does not know": "tocsin.events.tasks:take_in_received|after",
    "before judging": "tocsin.events.tasks:judge|before",
    "coverage recorded": f"{_SERVICES}.delivery:record_coverage|after",
    "silence applied": f"{_SERVICES}.delivery:apply_silence|after",
    "judged, and the queue does not know": "tocsin.events.tasks:judge|after",
    "round written, not committed": "tocsin.notices.services.rounds:later|after",
    "round committed": ROUND_COMMITTED,
    "mail claimed": f"{_OUTBOX}:_Folder.send|before",
    "mail written, not renamed": "pathlib:Path.replace|about|.part",
    "mail out, not marked": f"{_OUTBOX}:_Folder.send|after",
    "second mail out, not marked": f"{_OUTBOX}:_Folder.send|after|2",
}


@dataclass(frozen=True)
class World:
    """A database and folders of their own, in which a zip of two reports waits."""

    database: str
    folder: Path

    def run(self, place: str | None) -> int:
        where = {
            alias: {name: connections[alias].settings_dict[name] for name in ("HOST", "PORT", "NAME")}
            for alias in conftest.ALIASES
        }
        folders = {f"{name.upper()}_FOLDER": str(self.folder / name) for name in ("archive", "outbox", "inbox")}
        told = {"now": NOW.isoformat(), "databases": where, "folders": folders, "place": place}
        done = subprocess.run(
            [sys.executable, "-m", "tests.events.killing"],
            cwd=conftest.REPOSITORY,
            env={**os.environ, "KILLING": json.dumps(told)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode not in {0, -signal.SIGKILL}:
            raise AssertionError(done.stderr[-4000:])
        return done.returncode


@contextmanager
def world(folder: Path, template: str) -> Iterator[World]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    conftest._use("tocsin")
    conftest._statement(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    conftest._use(name)
    kept = {key: getattr(settings, key) for key in ("ARCHIVE_FOLDER", "OUTBOX_FOLDER", "INBOX_FOLDER")}
    for key in kept:
        setattr(settings, key, folder / key.partition("_")[0].lower())
    try:
        begin()
        yield World(database=name, folder=folder)
    finally:
        for key, value in kept.items():
            setattr(settings, key, value)
        conftest._use("tocsin")
        conftest._statement(f'DROP DATABASE "{name}" WITH (FORCE)')


def begin() -> None:
    """Make two owners, a day of history, and a zip of the next day's two reports that waits in the inbox."""
    with acting(system("test")):
        hospital = owner_with_contacts(("security", "en"), ("security", "zh-hans"), code="hospital", name_zh="医院")
        school = owner_with_contacts(("security", "en"), code="school", name_zh="学校")
        registry.asset(hospital, "198.18.1.0/24")
        registry.asset(school, "198.18.2.0/24")
    before = DAY - timedelta(days=1)
    make.deliver(
        make.file("scan_rdp", before, rows(before, 5)),
        make.file("scan_telnet", before, rows(before, 3)),
        now=NOW - timedelta(days=1),
    )
    packed = io.BytesIO()
    broken = make.row(DAY, "no address")
    with zipfile.ZipFile(packed, "w") as archive:
        for report_type, size in (("scan_rdp", 9), ("scan_telnet", 6)):
            name, content = make.file(report_type, DAY, [*rows(DAY, size), broken])
            archive.writestr(name, content)
    packed.seek(0)
    receive(
        actor=system("desk"),
        delivery=Delivery(name="reports.zip", stream=packed),
        source_name=None,
        now=NOW,
    )


def rows(day: date, size: int) -> list[dict[str, str]]:
    places = ("198.18.1", "198.18.2", "203.0.113")
    return [make.row(day, f"{place}.{number}") for place in places for number in range(1, size + 1)]


def seen(world: World) -> dict[str, Any]:
    """Say everything that must be the same, without the numbers that a rolled-back transaction uses up."""
    with acting(system("test")):
        identities = dict(Finding.objects.values_list("pk", "identity"))
        found = {
            "reports": sorted(
                Report.objects.values_list(
                    "report_type",
                    "period",
                    "content_hash",
                    "rows",
                    "events",
                    "quarantined",
                    "attributed",
                    "findings_new",
                    "findings_known",
                )
            ),
            "findings": sorted(
                Finding.objects.values_list(
                    "identity",
                    "episode",
                    "organisation__code",
                    "subject",
                    "problem",
                    "severity",
                    "machine",
                    "owner",
                    "coordinator",
                    "telling",
                    "gate",
                    "first_seen_at",
                    "opened_at",
                    "due_at",
                    "report_type",
                )
            ),
            "sightings": sorted(
                (identities[finding], source, at, count)
                for finding, source, at, count in Sighting.objects.values_list(
                    "finding_id", "source", "last_seen_at", "count"
                )
            ),
            "changes": Counter(
                FindingChange.objects.values_list("finding__identity", "side", "action", "before", "after", "at")
            ),
            "held": sorted(HeldGroup.objects.values_list("report_type", "problem", "why", "rows_today")),
            "coverage": sorted(Coverage.objects.values_list("report_type", "day", "strength", "why", "rows")),
            "manifest": sorted(ArchiveFile.objects.values_list("path", "rows", "size_bytes")),
            "owners": sorted(
                OrganisationArchive.objects.values_list("report__content_hash", "organisation_id", "problem", "rows")
            ),
            "strangers": sorted(StrangerCount.objects.values_list("report__content_hash", "network", "why", "rows")),
            "quarantine": sorted(QuarantinedRow.objects.values_list("report__content_hash", "row", "reason", "state")),
            "sources": sorted(Source.objects.values_list("name", flat=True)),
            "notices": sorted(
                (notice.year, notice.number, notice.organisation.code, notice.due_at)
                for notice in Notice.objects.select_related("organisation")
            ),
            "items": sorted(
                NoticeItem.objects.values_list("notice__number", "finding__identity", "why", "severity", "due_at")
            ),
            "mails": sorted(
                OutgoingMail.objects.values_list("message_id", "to_address", "state", "attempts", "sent_at")
            ),
            "trail": Counter(
                AuditEntry.objects.filter(action__in=("events.take_in", "notices.issue_round")).values_list(
                    "action", flat=True
                )
            ),
            "jobs": set(ProcrastinateJob.objects.values_list("status", flat=True)),
        }
    found["archive"] = sorted(
        (path.relative_to(world.folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (world.folder / "archive").rglob("*.parquet")
    )
    found["inbox"] = sorted(path.name for path in (world.folder / "inbox").iterdir())
    found["outbox"] = sorted((path.name, *said(path)) for path in (world.folder / "outbox").glob("*.eml"))
    return found


def said(path: Path) -> tuple[str, ...]:
    """Read a mail, without the links: they carry row numbers."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return (
        str(mail["Message-ID"]),
        str(mail["To"]),
        str(mail["Subject"]),
        *(re.sub(r"/answer/[^\s\"<>]+", "", part if isinstance(part, str) else part.decode()) for part in parts),
    )


@pytest.fixture(scope="module")
def undisturbed(template: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with world(tmp_path_factory.mktemp("undisturbed"), template) as made:
        assert made.run(None) == 0
        return seen(made)


def test_an_undisturbed_run_does_the_whole_job(undisturbed: dict[str, Any]) -> None:
    sizes = {name: len(value) for name, value in undisturbed.items()}

    assert sizes["reports"] == 4
    assert sizes["findings"] == 2 * (9 + 6)
    assert sizes["notices"] == 2
    assert sizes["items"] == 2 * (4 + 3)
    assert sizes["mails"] == sizes["outbox"] == 3
    assert sizes["quarantine"] == 2
    assert undisturbed["jobs"] == {"succeeded"}
    assert undisturbed["inbox"] == []
    assert {state for _, _, state, _, _ in undisturbed["mails"]} == {"sent"}
    assert {count for _, _, _, count in undisturbed["sightings"]} == {1, 2}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_a_killed_worker_starts_again_where_it_was(
    place: str, undisturbed: dict[str, Any], template: str, tmp_path: Path
) -> None:
    with world(tmp_path, template) as made:
        assert made.run(place) == -signal.SIGKILL, "it was not killed: the place is not passed any more"

        assert made.run(None) == 0

        after = seen(made)
    for name, value in undisturbed.items():
        assert after[name] == value, name
