"""Jobs run once they are due, survive the death of their worker, and fail visibly."""

import os
import signal
import threading
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.samples  # noqa: F401  (declares the tasks)
from tests.jobs.conftest import Start, lines, wait_for
from tocsin.access.scope import acting
from tocsin.jobs import stalled, worker
from tocsin.jobs.models import JobFailure
from tocsin.jobs.queue import RETRIES, later
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


def test_the_lock_is_held_over_a_connection_like_every_other(
    database: str, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever DATABASE_URL says of connections, encryption above all, is true of this one too."""
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", {"application_name": "as-told"})
    later("tests.name_lock_sessions", path=str(notes))
    connections["default"].close()
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", {"application_name": "as-told"})

    worker.run(IDLE)

    assert lines(notes) == ["as-told"]


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


def change_jobs(to: str) -> None:
    """Set columns of the queue by hand; its models are read-only."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {to}")


def test_a_lost_connection_waits_for_another_try(database: str, notes: Path) -> None:
    later("tests.lose_its_connection", path=str(notes))

    worker.run(IDLE)

    job = ProcrastinateJob.objects.get()
    assert (job.status, job.attempts, lines(notes)) == ("todo", 1, ["tried"])
    assert job.scheduled_at is not None

    change_jobs("scheduled_at = NULL")
    worker.run(IDLE)

    assert (statuses(), lines(notes)) == (["succeeded"], ["tried", "tried"])


def test_what_the_database_refuses_is_not_tried_again(database: str, notes: Path) -> None:
    later("tests.break_a_constraint", path=str(notes))

    worker.run(IDLE)

    assert (statuses(), lines(notes)) == (["failed"], ["tried"])


def test_the_tries_end_some_time(database: str, notes: Path) -> None:
    later("tests.lose_its_connection", path=str(notes))
    change_jobs(f"attempts = {RETRIES}")

    worker.run(IDLE)

    assert statuses() == ["failed"]


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

    assert stalled.take_up() == stalled.Taken(again=0, failed=0)


@pytest.mark.slow
def test_a_job_that_kills_every_worker_fails_and_the_one_beside_it_does_not(start_worker: Start, notes: Path) -> None:
    later("tests.kill_the_worker", path=str(notes))
    later("tests.note", path=str(notes), line="after")

    for _ in range(stalled.MOST_DEATHS):
        start_worker().wait(30)
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
    change_jobs("scheduled_at = NULL")
    start_worker("until-idle").wait(30)

    assert lines(notes).count("began") == stalled.MOST_DEATHS
    assert "after" in lines(notes)
    assert statuses() == ["failed", "succeeded"]
    with acting(system("test")):
        killer = ProcrastinateJob.objects.get(task_name="tests.kill_the_worker").pk
        died = JobFailure.objects.filter(job_id=killer).order_by("id")
        assert [failure.deaths for failure in died] == [1, 2, 3]


def test_a_job_put_back_by_hand_has_all_its_deaths_anew(start_worker: Start, notes: Path) -> None:
    later("tests.kill_the_worker", path=str(notes))
    start_worker().wait(30)
    with acting(system("test")), connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
        JobFailure.objects.create(
            job_id=ProcrastinateJob.objects.get().pk, at=timezone.now(), attempt=2, error="", deaths=stalled.MOST_DEATHS
        )

    assert stalled.take_up() == stalled.Taken(again=1, failed=0)


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

    assert stalled.take_up() == stalled.Taken(again=1, failed=0)
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
            taken.append(stalled.take_up().again)
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
