"""Ends a process whose parent is gone: `tocsin up` hands each child a pipe that closes however it dies."""

import os
import signal
import threading
from collections.abc import Mapping

#: Names the pipe's read end for the child.
VARIABLE = "TOCSIN_LIFELINE"


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
        threading.Thread(target=_watch, args=(int(descriptor),), daemon=True, name="lifeline").start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
