"""Pages of rows as pages of what is shown of them."""

from collections.abc import Callable
from typing import TypeVar

from tocsin.web.paging import Slice

Row = TypeVar("Row")
Shown = TypeVar("Shown")


def shown(part: Slice[Row], show: Callable[[Row], Shown]) -> Slice[Shown]:
    """Give the same page of what `show` makes of each row."""
    return Slice(
        items=tuple(show(row) for row in part.items),
        first=part.first,
        last=part.last,
        next=part.next,
        previous=part.previous,
    )
