"""Looking at the queue, and trying a failed job again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.samples  # noqa: F401  (declares the tasks)
from tests.factories import registry
from tests.jobs.conftest import lines
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.jobs import worker
from tocsin.jobs.errors import NotFailed
from tocsin.jobs.queries import arguments_in_use, queue_facts
from tocsin.jobs.queue import later
from tocsin.jobs.services import retry_job
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed, NotFound

IDLE = worker.Wish(until_idle=True)


@pytest.fixture
def failed(database: str, notes: Path) -> int:
    later("tests.fail", path=str(notes))
    worker.run(IDLE)
    return ProcrastinateJob.objects.get().pk


def test_it_runs_again_and_the_trail_says_who_wanted_it(failed: int, notes: Path, now: datetime) -> None:
    leader = registry.person(Role.COORDINATOR, label="Li Wen")
    notes.write_text("")

    with acting(leader):
        retry_job(actor=leader, job_id=failed, now=now)
    worker.run(IDLE)

    assert lines(notes) == ["ended"]
    with acting(system("test")):
        entry = AuditEntry.objects.get(action="jobs.retry")
    assert (entry.actor_label, entry.target_id) == ("Li Wen", str(failed))


def test_it_refuses_whoever_may_not(failed: int, now: datetime) -> None:
    analyst = registry.person(Role.ANALYST)

    with acting(analyst), pytest.raises(NotAllowed):
        retry_job(actor=analyst, job_id=failed, now=now)


def test_it_refuses_a_job_that_has_not_failed(failed: int, now: datetime) -> None:
    leader = registry.person(Role.COORDINATOR)

    with acting(leader):
        retry_job(actor=leader, job_id=failed, now=now)
        with pytest.raises(NotFailed):
            retry_job(actor=leader, job_id=failed, now=now)
        with pytest.raises(NotFound):
            retry_job(actor=leader, job_id=failed + 100, now=now)


def test_the_queue_is_told_with_reasons(failed: int, notes: Path) -> None:
    later("tests.note", path=str(notes), line="a")
    analyst = registry.person(Role.ANALYST)

    with acting(analyst):
        facts = queue_facts(actor=analyst)

    assert [(queue.name, queue.waiting, queue.failed) for queue in facts.queues] == [("clock", 1, 1)]
    assert [(job.id, job.task, job.error) for job in facts.failed] == [
        (failed, "tests.fail", "ValueError: The file is not there.")
    ]
    assert facts.waiting == 1
    assert facts.waiting_since is not None


def test_an_organisation_sees_no_queue(database: str) -> None:
    with acting(system("test")):
        mine = registry.organisation("mine")
    member = registry.person(Role.ORGANISATION_MANAGER, organisation=mine)

    with acting(member), pytest.raises(NotAllowed):
        queue_facts(actor=member)


def test_an_argument_is_in_use_until_its_job_ended_long_ago(failed: int, notes: Path) -> None:
    later("tests.fail", path="waits")
    later("tests.note", path="of another task", line="")
    auditor = registry.person(Role.AUDITOR)
    hour = timedelta(hours=1)

    with acting(auditor):
        used = [
            arguments_in_use(actor=auditor, task="tests.fail", argument="path", since=timezone.now() + ago)
            for ago in (-hour, hour)
        ]

    assert used == [{"waits", str(notes)}, {"waits"}]


def test_who_may_not_see_jobs_learns_nothing_of_their_arguments(database: str, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        arguments_in_use(actor=registry.person(Role.ORGANISATION_MEMBER), task="x", argument="path", since=now)
