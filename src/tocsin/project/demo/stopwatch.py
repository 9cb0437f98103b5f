"""How long each part of making the demo takes."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds by part; parts do not nest."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        #: Part -> seconds.
        self.parts: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of a block, also when it fails."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.parts[name] += time.monotonic() - start

    @property
    def total_s(self) -> float:
        """Give the seconds since the start."""
        return time.monotonic() - self.began
