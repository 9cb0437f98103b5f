"""Jobs run once they are due, survive the death of their worker, and fail visibly."""

import os
import signal
import threading
from pathlib import Path

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.samples  # noqa: F401  (declares the tasks)
from tests.jobs.conftest import Start, lines, wait_for
from tocsin.access.scope import acting
from tocsin.jobs import stalled, worker
from tocsin.jobs.models import JobFailure
from tocsin.jobs.queue import later
from tocsin.kernel.actor import system

IDLE = worker.Wish(until_idle=True, concurrency=2)


def statuses() -> list[str]:
    """Give how the jobs of these tests stand; a worker that goes on has clock tasks of its own beside them."""
    ours = ProcrastinateJob.objects.filter(task_name__startswith="tests.")
    return list(ours.order_by("id").values_list("status", flat=True))


def test_it_runs_what_is_due_and_what_that_brings_then_ends(database: str, notes: Path) -> None:
    later("tests.note_then_more", path=str(notes), left=3)

    ended = worker.run(IDLE)

    assert (ended, lines(notes)) == (4, ["3", "2", "1", "0"])
    assert statuses() == ["succeeded"] * 4


def test_it_leaves_other_queues_alone(database: str, notes: Path) -> None:
    later("tests.note", path=str(notes), line="a")
    later("tests.take_a_second", path=str(notes))

    worker.run(worker.Wish(until_idle=True, queues=["clock"]))

    assert lines(notes) == ["a"]
    assert statuses() == ["succeeded", "todo"]


def test_until_idle_has_no_clock_unless_asked(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = tmp_path / "ticks"
    monkeypatch.setenv("TOCSIN_TEST_CLOCK", str(ticks))

    assert worker.run(IDLE) == 0
    worker.run(worker.Wish(until_idle=True, clock=True))

    assert lines(ticks) == ["tick"]
    assert set(statuses()) == {"succeeded"}


def test_a_failed_job_says_why_without_the_data(database: str, notes: Path) -> None:
    later("tests.fail", path=str(notes))

    worker.run(IDLE)

    assert statuses() == ["failed"]
    with acting(system("test")):
        assert [failure.error for failure in JobFailure.objects.all()] == ["ValueError: The file is not there."]


def test_a_transient_error_waits_for_another_try(database: str, notes: Path) -> None:
    later("tests.fail_for_a_while", path=str(notes))

    worker.run(IDLE)

    job = ProcrastinateJob.objects.get()
    assert (job.status, job.attempts, lines(notes)) == ("todo", 1, ["tried"])
    assert job.scheduled_at is not None


def test_a_job_whose_worker_is_killed_runs_again_at_once(start_worker: Start, notes: Path) -> None:
    later("tests.sleep_the_first_time", path=str(notes))
    first = start_worker()
    wait_for(lambda: len(lines(notes)) == 1)

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = start_worker("until-idle")
    second.wait(30)

    assert lines(notes)[0] == f"began {first.pid}"
    assert lines(notes)[1:] == [f"began {second.pid}", "ended"]
    assert statuses() == ["succeeded"]


def test_a_worker_told_to_stop_finishes_its_job(start_worker: Start, notes: Path) -> None:
    later("tests.take_a_second", path=str(notes))
    running = start_worker()
    wait_for(lambda: lines(notes) == ["began"])

    running.terminate()

    assert running.wait(30) == 0
    assert lines(notes) == ["began", "ended"]
    assert statuses() == ["succeeded"]


def test_a_job_of_a_living_worker_is_left_to_it(start_worker: Start, notes: Path) -> None:
    later("tests.sleep_the_first_time", path=str(notes))
    start_worker()
    wait_for(lambda: len(lines(notes)) == 1)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")

    assert stalled.take_up() == 0


@pytest.mark.parametrize("fault", ["unregistered", "silent"])
def test_a_worker_that_went_dark_loses_its_jobs(start_worker: Start, notes: Path, fault: str) -> None:
    """Its lock still stands, as that of a machine without power does until the network notices."""
    later("tests.sleep_the_first_time", path=str(notes))
    start_worker()
    wait_for(lambda: len(lines(notes)) == 1)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
        if fault == "silent":
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        else:
            cursor.execute("DELETE FROM procrastinate_workers")

    assert stalled.take_up() == 1
    assert statuses() == ["todo"]


def test_two_that_look_at_once_take_a_job_up_once(start_worker: Start, notes: Path) -> None:
    later("tests.sleep_the_first_time", path=str(notes))
    gone = start_worker()
    wait_for(lambda: len(lines(notes)) == 1)
    gone.kill()
    gone.wait()
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
    taken: list[int] = []

    def look() -> None:
        try:
            taken.append(stalled.take_up())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(taken) == 1


def test_old_jobs_go_and_failed_ones_stay_for_a_month(database: str, notes: Path) -> None:
    later("tests.note", path=str(notes), line="a")
    later("tests.fail", path="/nowhere/at/all")
    worker.run(IDLE)

    def age(days: int) -> list[str]:
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = now() - make_interval(days => %s)", [days])
        with acting(system("test")):
            stalled.delete_old()
        return statuses()

    assert age(2) == ["succeeded", "failed"]
    assert age(4) == ["failed"]
    assert age(31) == []
    with acting(system("test")):
        assert not JobFailure.objects.exists()
