"""What the worker does with reports."""

from datetime import date

from django.utils import timezone

from tocsin.events.services import expire_files, expire_rows, remove_drafts, take_in_received
from tocsin.events.services import judge_days as judge_days_over
from tocsin.events.services import judge_delivery as judge
from tocsin.jobs.queue import task
from tocsin.kernel.actor import system


@task("events.take_in", queue="ingest")
def take_in(*, key: str, file_name: str, source_name: str | None) -> None:
    """Take in a file that waits in the inbox."""
    take_in_received(actor=system("ingest"), key=key, file_name=file_name, source_name=source_name, now=timezone.now())


@task("events.judge_delivery", queue="clock")
def judge_delivery(*, source_id: int, day: str) -> None:
    """Say what the delivery of a day covers, after each of its reports."""
    judge(actor=system("clock"), source_id=source_id, day=date.fromisoformat(day), now=timezone.now())


@task("events.judge_days", queue="clock", cron="7,37 * * * *")
def judge_days(*, timestamp: int) -> None:
    """Say what is missing of the days that are over."""
    del timestamp
    judge_days_over(actor=system("clock"), now=timezone.now())


@task("events.expire_quarantine", queue="clock", cron="23 2 * * *")
def expire_quarantine(*, timestamp: int) -> None:
    """Empty the rows that have waited too long."""
    del timestamp
    expire_rows(actor=system("clock"), now=timezone.now())


@task("events.expire_inbox", queue="clock", cron="33 2 * * *")
def expire_inbox(*, timestamp: int) -> None:
    """Remove the files whose job failed long ago."""
    del timestamp
    expire_files(actor=system("clock"), now=timezone.now())


@task("events.remove_drafts", queue="clock", cron="53 2 * * *")
def remove_old_drafts(*, timestamp: int) -> None:
    """Remove what killed processes have left half-written."""
    del timestamp
    remove_drafts(actor=system("clock"), now=timezone.now())
