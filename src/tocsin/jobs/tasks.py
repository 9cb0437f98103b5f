"""The queue's own jobs: taking up what a dead worker has left, forgetting what has long been done."""

from tocsin.access.scope import acting
from tocsin.jobs import stalled
from tocsin.jobs.queue import task
from tocsin.kernel.actor import system


@task("jobs.take_up_stalled", queue="clock", cron="* * * * *")
def take_up_stalled(timestamp: int) -> None:
    """Put jobs of workers that are gone back into the queue."""
    del timestamp
    stalled.take_up()


@task("jobs.delete_old", queue="clock", cron="41 3 * * *")
def delete_old(timestamp: int) -> None:
    """Delete jobs that ended days ago."""
    del timestamp
    with acting(system("jobs")):
        stalled.delete_old()
