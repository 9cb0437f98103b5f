"""Lets something happen on another connection in the middle of a test: until it is done, or waits for a lock."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Given = TypeVar("Given")
#: Longer than anything here takes on a busy machine.
PATIENCE_S = 30.0

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def meanwhile(work: Callable[[], Given]) -> Future[Given]:
    """Begin work in a thread with connections of its own; come back when it has ended or waits for a lock."""

    def alone() -> Given:
        try:
            return work()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(alone)
    pool.shutdown(wait=False)
    end = time.monotonic() + PATIENCE_S
    while not begun.done() and not _somebody_waits():
        assert time.monotonic() < end, "it neither ends nor waits for a lock"
        time.sleep(0.02)
    return begun


def _somebody_waits() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])
