"""Tasks that the tests of the queue run, in this process and in workers of their own."""

import os
import time
from pathlib import Path

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


@task("tests.fail_for_a_while", queue="clock", retry_on=[ConnectionError], attempts=3)
def fail_for_a_while(*, path: str) -> None:
    write(path, "tried")
    raise ConnectionError("The server does not answer.")


@task("tests.by_the_clock", queue="clock", cron="0 0 1 1 *")
def by_the_clock(timestamp: int) -> None:
    write(os.environ.get("TOCSIN_TEST_CLOCK", os.devnull), "tick")
