"""Makes the next items of a pipeline while the one before is being used."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TypeVar

Item = TypeVar("Item")


class _End(Enum):
    END = "end"


def ahead(items: Iterator[Item], *, by: int) -> Generator[Item, None, None]:
    """Give the same items in the same order, made up to `by` ahead in a thread of its own.

    What making an item raises is raised where the item would have been given. Whoever stops early closes this first.
    """
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
    try:
        waiting = deque(thread.submit(next, items, _End.END) for _ in range(by))
        while (item := waiting.popleft().result()) is not _End.END:
            waiting.append(thread.submit(next, items, _End.END))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)
