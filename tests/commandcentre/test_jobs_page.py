"""The page of the queue."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.samples  # noqa: F401  (declares the tasks)
from tests.factories import accounts, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.jobs import worker
from tocsin.jobs.models import JobFailure
from tocsin.jobs.queue import later
from tocsin.kernel.actor import system


@pytest.fixture
def job(database: str, tmp_path: Path) -> int:
    later("tests.fail", path=str(tmp_path / "absent"))
    worker.run(worker.Wish(until_idle=True))
    return ProcrastinateJob.objects.get().pk


def enter(role: Role) -> Client:
    with acting(system("test")):
        own = registry.organisation("mine") if role is Role.ORGANISATION_MANAGER else None
        return accounts.enter(accounts.account(role, own))


def test_it_says_what_failed_and_why_and_tries_again(job: int) -> None:
    client = enter(Role.COORDINATOR)

    page = client.get("/jobs/").content.decode()
    assert "1 job has failed" in page
    assert "ValueError: The file is not there." in page

    assert client.post(f"/jobs/{job}/retry/").headers["Location"] == "/jobs/"
    assert ProcrastinateJob.objects.get().status == "todo"
    assert "runs again" in client.get("/jobs/").content.decode()
    client.post(f"/jobs/{job}/retry/")
    assert "no longer failed" in client.get("/jobs/").content.decode()


def test_a_job_that_killed_its_workers_says_so(job: int) -> None:
    with acting(system("test")):
        JobFailure.objects.create(job_id=job, at=timezone.now(), attempt=3, error="WorkerDied", deaths=3)
    client = enter(Role.ANALYST)

    assert "Its worker died 3 times." in client.get("/jobs/").content.decode()
    client.cookies["tocsin-language"] = "zh-hans"
    assert "执行它的工作进程已中断 3 次。" in client.get("/jobs/").content.decode()


def test_an_analyst_looks_and_does_not_press(job: int) -> None:
    client = enter(Role.ANALYST)

    assert f"/jobs/{job}/retry/" not in client.get("/jobs/").content.decode()
    assert client.post(f"/jobs/{job}/retry/").status_code == 403
    assert ProcrastinateJob.objects.get().status == "failed"


def test_an_organisation_sees_no_queue(job: int) -> None:
    client = enter(Role.ORGANISATION_MANAGER)

    assert client.get("/jobs/").status_code == 403
    assert "/jobs/" not in client.get("/").content.decode()
