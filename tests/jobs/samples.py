"""Tasks that the tests of the queue run, in this process and in workers of their own."""

import os
import signal
import time
from pathlib import Path

from django.db import connection, connections, transaction

from tocsin.jobs import stalled
from tocsin.jobs.queue import later, task


def write(path: str, line: str) -> None:
    """Add a line to a file, from whichever process."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@task("tests.note", queue="clock")
def note(*, path: str, line: str) -> None:
    write(path, line)


@task("tests.note_then_more", queue="clock")
def note_then_more(*, path: str, left: int) -> None:
    write(path, str(left))
    if left:
        later("tests.note_then_more", path=path, left=left - 1)


@task("tests.sleep_the_first_time", queue="ingest")
def sleep_the_first_time(*, path: str) -> None:
    """Write `began PID`; the first time sleep for long, the next time write `ended`."""
    first = not Path(path).exists()
    write(path, f"began {os.getpid()}")
    if first:
        time.sleep(120)
    write(path, "ended")


@task("tests.take_a_second", queue="ingest")
def take_a_second(*, path: str) -> None:
    write(path, "began")
    time.sleep(1)
    write(path, "ended")


@task("tests.fail", queue="clock")
def fail(*, path: str) -> None:
    if not Path(path).exists():
        raise ValueError("The file is not there.\nRow: secret@example")
    write(path, "ended")


@task("tests.lose_its_connection", queue="clock")
def lose_its_connection(*, path: str) -> None:
    """Lose the connection in the middle, as when the database restarts; the second time nothing happens."""
    first = not Path(path).exists()
    write(path, "tried")
    with transaction.atomic(), connection.cursor() as cursor:
        if first:
            cursor.execute("SELECT pg_backend_pid()")
            own = cursor.fetchone()[0]
            with connections["owner"].cursor() as other:
                other.execute("SELECT pg_terminate_backend(%s)", [own])
        cursor.execute("SELECT 1")


@task("tests.name_lock_sessions", queue="clock")
def name_lock_sessions(*, path: str) -> None:
    """Write how the sessions that hold workers' locks call themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE locktype = 'advisory' AND classid = %s AND datname = current_database()",
            [stalled.LOCK_CLASS],
        )
        for (name,) in cursor.fetchall():
            write(path, name)


@task("tests.break_a_constraint", queue="clock")
def break_a_constraint(*, path: str) -> None:
    """Do what the database will refuse every time."""
    write(path, "tried")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@task("tests.kill_the_worker", queue="clock")
def kill_the_worker(*, path: str) -> None:
    """Take the whole process down, as running out of memory does."""
    write(path, "began")
    os.kill(os.getpid(), signal.SIGKILL)


@task("tests.by_the_clock", queue="clock", cron="0 0 1 1 *")
def by_the_clock(timestamp: int) -> None:
    write(os.environ.get("TOCSIN_TEST_CLOCK", os.devnull), "tick")
