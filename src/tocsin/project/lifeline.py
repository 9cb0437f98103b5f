"""Ends a process whose parent is gone: each child holds a pipe that closes however the parent dies."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping

#: Names the pipe's read end for the child.
VARIABLE = "TOCSIN_LIFELINE"
#: How long a process that serves pages may go on with what it is at.
_STOP_AFTER_S = 15


class Lifeline:
    """The parent's side."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    @property
    def environment(self) -> Mapping[str, str]:
        """What the child needs to be told."""
        return {VARIABLE: str(self._read)}

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the child inherits; the write end stays here alone."""
        return (self._read,)


def hold() -> None:
    """The child's side: ask this process to stop when the parent is gone. Does nothing without a parent of ours."""
    descriptor = os.environ.pop(VARIABLE, "")
    if descriptor:
        _watch(lambda: os.read(int(descriptor), 1))


def follow() -> None:
    """The side of a process that `multiprocessing` started: end it when the one that did is gone.

    The web server kills those that do not end in time; where it was killed itself, nobody would, and they would keep
    the port and answer for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        _watch(parent.join, then=_force)


def _watch(wait: Callable[[], object], then: Callable[[], None] = lambda: None) -> None:
    def watching() -> None:
        wait()
        os.kill(os.getpid(), signal.SIGTERM)
        then()

    threading.Thread(target=watching, daemon=True, name="lifeline").start()


def _force() -> None:
    time.sleep(_STOP_AFTER_S)
    os._exit(1)
