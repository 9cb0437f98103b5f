"""What the worker does with reports."""

from django.utils import timezone

from tocsin.events.services import take_in_received
from tocsin.jobs.queue import task
from tocsin.kernel.actor import system


@task("events.take_in", queue="ingest")
def take_in(*, key: str, file_name: str, source_name: str | None) -> None:
    """Take in a file that waits in the inbox."""
    take_in_received(
        actor=system("ingest"), key=key, file_name=file_name, source_name=source_name, now=timezone.now()
    )
