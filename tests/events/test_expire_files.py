"""Files whose job failed go after days, with an entry in the trail; what still waits for its job stays."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events import tasks
from tocsin.events.errors import FileRefused, SealBroken
from tocsin.events.services import Delivery, expire_files, receive
from tocsin.jobs import worker
from tocsin.jobs.services import retry_job
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed

CLOCK = system("clock")
NAME, CONTENT = make.file("scan_rdp", date(2026, 11, 20), [make.row(date(2026, 11, 20), "198.18.1.5")])


@pytest.fixture
def failed(database: str) -> Path:
    """Give a file of the inbox whose job has failed, for it cannot be opened."""
    path = received()
    path.write_bytes(b"\0" * 64)
    worker.run(worker.Wish(until_idle=True, queues=["ingest"]))
    assert ProcrastinateJob.objects.get().status == "failed"
    return path


def received() -> Path:
    delivery = Delivery(name=NAME, stream=io.BytesIO(CONTENT))
    key = receive(actor=system("desk"), delivery=delivery, source_name=None, now=datetime.now(UTC))
    return Path(settings.INBOX_FOLDER) / key


def aged(path: Path, days: int) -> Path:
    at = datetime.now(UTC) - timedelta(days=days)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_a_file_goes_two_weeks_after_its_job_failed(failed: Path) -> None:
    assert expire_files(actor=CLOCK, now=in_days(13)) == 0
    assert failed.exists()

    assert expire_files(actor=CLOCK, now=in_days(15)) == 1
    assert expire_files(actor=CLOCK, now=in_days(16)) == 0

    assert not failed.exists()
    with acting(CLOCK):
        entry = AuditEntry.objects.get(action="events.expire_file")
    assert (entry.target_kind, entry.target_id) == ("file", failed.name)


def test_a_file_that_waited_long_for_its_job_has_its_days_once_that_failed(failed: Path) -> None:
    aged(failed, 40)

    assert expire_files(actor=CLOCK, now=in_days(0)) == 0


def test_a_file_whose_job_is_not_over_stays(database: str) -> None:
    path = aged(received(), 400)

    assert expire_files(actor=CLOCK, now=in_days(15)) == 0
    worker.run(worker.Wish(until_idle=True, queues=["ingest"]))

    assert ProcrastinateJob.objects.get(task_name="events.take_in").status == "succeeded"
    assert not path.exists()


def test_a_file_whose_job_is_tried_again_stays(failed: Path, now: datetime) -> None:
    leader = registry.person(Role.COORDINATOR)
    with acting(leader):
        retry_job(actor=leader, job_id=ProcrastinateJob.objects.get().pk, now=now)

    assert expire_files(actor=CLOCK, now=in_days(400)) == 0


def test_a_file_that_no_job_knows_goes_too(database: str) -> None:
    path = Path(settings.INBOX_FOLDER) / ("b" * 32)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    draft = path.with_name("." + "c" * 32)
    draft.write_bytes(b"x")

    assert expire_files(actor=CLOCK, now=in_days(15)) == 1

    assert (path.exists(), draft.exists()) == (False, True)


def test_a_job_that_is_tried_again_too_late_says_so(failed: Path) -> None:
    with pytest.raises(SealBroken):
        tasks.take_in(key=failed.name, file_name=NAME, source_name=None)
    expire_files(actor=CLOCK, now=in_days(15))

    with pytest.raises(FileRefused, match="send it again"):
        tasks.take_in(key=failed.name, file_name=NAME, source_name=None)


def test_an_inbox_that_is_not_there_holds_nothing(database: str, now: datetime) -> None:
    tasks.expire_inbox(timestamp=int(now.timestamp()))

    with acting(CLOCK):
        assert not AuditEntry.objects.filter(action="events.expire_file").exists()


def test_it_refuses_whoever_may_not(database: str, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        expire_files(actor=registry.person(Role.AUDITOR), now=now)
