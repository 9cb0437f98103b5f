"""Runs jobs: for ever, or until nothing is due. Any number of workers on any number of machines share one queue."""

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DatabaseError, connections
from django.utils import timezone
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.periodic import PeriodicRegistry
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from tocsin.access.scope import acting
from tocsin.jobs import stalled
from tocsin.jobs.models import JobFailure
from tocsin.jobs.queue import later
from tocsin.kernel.actor import system

logger = logging.getLogger(__name__)

#: Most characters of an error that are kept.
_ERROR_LENGTH = 500
#: How long `until_idle` waits before it looks again after jobs that another worker holds.
_LOOK_AGAIN_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a worker is to run."""

    #: Null: all.
    queues: Sequence[str] | None = None
    #: Jobs at a time; each is a thread.
    concurrency: int = 4
    #: Run what is due, then end.
    until_idle: bool = False
    #: With `until_idle`: run each clock task once as well, as if its time had come.
    clock: bool = False
    #: How long running jobs may go on when the worker is told to stop; then they are left to the next one.
    grace_s: float = 30


def run(wish: Wish) -> int:
    """Run jobs in this thread. Gives how many ended here; stops on SIGINT and SIGTERM.

    Jobs that a dead worker has left are taken up first.
    """
    taken = stalled.take_up()
    if taken.again:
        logger.warning("Took up %s jobs whose worker was gone.", taken.again)
    if taken.failed:
        logger.error("%s jobs failed: every worker that began them died.", taken.failed)
    connections.close_all()
    ended = asyncio.run(_stoppable(wish))
    connections.close_all()
    return ended


class _Stop:
    """Is told once to stop, and tells the worker that runs then."""

    def __init__(self) -> None:
        self.asked = False
        self.worker: Worker | None = None

    def __call__(self) -> None:
        self.asked = True
        if self.worker is not None:
            self.worker.stop()  # type: ignore[no-untyped-call]  # procrastinate leaves this one untyped


async def _stoppable(wish: Wish) -> int:
    stop = _Stop()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
    return await (_until_idle(wish, stop) if wish.until_idle else _for_ever(wish, stop))


async def _for_ever(wish: Wish, stop: _Stop) -> int:
    async with _opened(app.with_connector(_connector())) as opened:
        return await _one_run(opened, wish, stop, wait=True)


async def _until_idle(wish: Wish, stop: _Stop) -> int:
    if wish.clock:
        await asyncio.to_thread(_make_clock_tasks_due)
    quiet = app.with_connector(_connector())
    # No clock of its own: what runs is what is due, the same every time.
    quiet.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]  # procrastinate leaves this one untyped
    ended = 0
    async with _opened(quiet) as opened:
        while not stop.asked:
            done = await _one_run(opened, wish, stop, wait=False)
            ended += done
            await asyncio.to_thread(_in_thread(stalled.take_up))
            if await asyncio.to_thread(_in_thread(stalled.count_due)):
                if not done:
                    # A lock or another queue keeps them back.
                    if wish.queues is not None:
                        return ended
                    await asyncio.sleep(_LOOK_AGAIN_S)
            elif not await asyncio.to_thread(_in_thread(stalled.running_elsewhere)):
                return ended
            else:
                await asyncio.sleep(_LOOK_AGAIN_S)
    return ended


def _opened(made: App) -> Any:
    return made.open_async()


def _connector() -> PsycopgConnector:
    return PsycopgConnector(kwargs=connector_params("default"))


async def _one_run(opened: App, wish: Wish, stop: _Stop, *, wait: bool) -> int:
    """Run procrastinate's worker once; its session holds a lock as long as it lives."""
    tally = _Tally()
    held = _Held()
    worker = Worker(
        app=opened,
        queues=list(wish.queues) if wish.queues is not None else None,
        name=socket.gethostname(),
        concurrency=wish.concurrency,
        wait=wait,
        listen_notify=wait,
        shutdown_graceful_timeout=wish.grace_s,
        update_heartbeat_interval=stalled.HEARTBEAT_S,
        stalled_worker_timeout=stalled.SILENT_AFTER_S,
        install_signal_handlers=False,
        task_middleware=[*(opened.worker_defaults.get("task_middleware") or ()), _remember_failure],
        worker_middleware=[held, tally],
    )
    stop.worker = worker
    try:
        await worker.run()  # type: ignore[no-untyped-call]  # procrastinate leaves this one untyped
    finally:
        await held.let_go()
    return tally.ended


class _Tally:
    """Counts the jobs that ended in this run."""

    def __init__(self) -> None:
        self.ended = 0

    async def __call__(self, call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        try:
            return await call_next()
        finally:
            self.ended += 1


class _Held:
    """Holds the worker's lock from its first job on, in a session of its own, which ends with the process."""

    def __init__(self) -> None:
        self._session: psycopg.AsyncConnection[Any] | None = None
        self._once = asyncio.Lock()

    async def __call__(self, call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        async with self._once:
            if self._session is None:
                assert worker.worker_id is not None
                self._session = await psycopg.AsyncConnection.connect(**connector_params("default"), autocommit=True)
                await self._session.execute(
                    "SELECT pg_advisory_lock(%s, %s)", [stalled.LOCK_CLASS, worker.worker_id % 2**31]
                )
        return await call_next()

    async def let_go(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def _remember_failure(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Keep why a try failed, then let the queue do what it does with failures."""
    try:
        return call_next()
    except Exception as error:
        lines = str(error).strip().splitlines()
        said = f"{type(error).__name__}: {lines[0] if lines else ''}"[:_ERROR_LENGTH]
        assert context.job.id is not None
        try:
            with acting(system("jobs")):
                JobFailure.objects.create(
                    job_id=context.job.id, at=timezone.now(), attempt=context.job.attempts, error=said
                )
        except DatabaseError:
            # The queue decides by the job's own error; that the database can't keep it must not take its place.
            logger.warning("Job %s failed, and why could not be kept: %s", context.job.id, said)
        raise


def _in_thread(ask: Callable[[], object]) -> Callable[[], object]:
    """Let a thread of the pool ask, and take its connection away with it."""

    def asked() -> object:
        try:
            return ask()
        finally:
            connections.close_all()

    return asked


def _make_clock_tasks_due() -> None:
    """Enqueue each clock task once, unless it waits already."""
    try:
        for periodic in app.periodic_registry.periodic_tasks.values():
            later(periodic.task.name, once=f"clock:{periodic.task.name}", timestamp=int(time.time()))
    finally:
        connections.close_all()
