"""Declares tasks and enqueues them in the transaction of the data they speak of."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.tasks import configure_task

from tocsin.jobs.transient import is_transient

#: Queues, in the order that a worker with few hands serves them.
QUEUES = ("mail", "clock", "ingest")
#: Tries after the first; the last one comes some eight minutes after it, when a restarted database is back.
RETRIES = 8
_FIRST_WAIT_S = 2


class _WhenTransient(BaseRetryStrategy):
    """Tries a job again whose database failed for the moment, after 2, 4, 8 ... seconds; every other fault stays."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= RETRIES or not is_transient(exception):
            return None
        return RetryDecision(retry_in={"seconds": _FIRST_WAIT_S * 2**job.attempts})


def task(name: str, *, queue: str, cron: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a function as a task under a stable name; job rows outlive deploys.

    The function must be safe to run twice: it is tried again when the database failed for the moment
    (`jobs.transient`), and when its worker dies. Arguments are ids and ISO strings.

    Args:
        cron: run it by the clock too, as `min hour day month weekday`; the function then takes `timestamp: int`.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            close_old_connections()
            try:
                function(*args, **kwargs)
            finally:
                close_old_connections()

        declared = app.task(name=name, queue=queue, retry=_WhenTransient())(run)
        if cron is not None:
            app.periodic(cron=cron, periodic_id=name)(declared)
        return function

    return declare


def later(
    name: str,
    *,
    using: str = "default",
    at: datetime | None = None,
    lock: str | None = None,
    once: str | None = None,
    **arguments: Any,
) -> None:
    """Enqueue a task in the running transaction of `using`; a rollback takes the job with it.

    Args:
        lock: jobs with the same lock run one after another.
        once: while a job with this key waits, another is not added.

    Raises:
        KeyError: nobody has declared a task of this name.
    """
    # Not `app.configure_task`: a declared task defers through its own app, whose connection is `default`.
    deferrer = configure_task(
        name=name,
        job_manager=_manager(using),
        queue=app.tasks[name].queue,
        schedule_at=at,
        lock=lock,
        queueing_lock=once,
    )
    try:
        # Its own savepoint: AlreadyEnqueued would otherwise break the outer transaction.
        with transaction.atomic(using=using):
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return


@functools.cache
def _manager(using: str) -> JobManager:
    """Give the queue on one database alias: enqueueing must share the connection of its transaction."""
    return JobManager(DjangoConnector(alias=using))
