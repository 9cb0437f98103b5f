"""The ninety days of the history, counted from 0; day 89 is the Monday of the demo."""

from dataclasses import dataclass
from datetime import date, timedelta

MONDAY = date(2026, 11, 23)
DAYS = 90
LAST = DAYS - 1
#: A day that never comes: an exposure closed then is never fixed.
NEVER = 10_000


@dataclass(frozen=True)
class Calendar:
    """The dates of a history that ends on a Monday.

    Raises:
        ValueError: the last day is no Monday.
    """

    until: date = MONDAY

    def __post_init__(self) -> None:
        if self.until.isoweekday() != 1:
            message = f"the history ends on a Monday; {self.until} is none"
            raise ValueError(message)

    def day(self, number: int) -> date:
        """Return the date of a day, 0 to 89."""
        return self.until - timedelta(days=LAST - number)

    def text(self, number: int) -> str:
        """Return the date of a day as `2026-11-23`."""
        return str(self.day(number))


def is_monday(number: int) -> bool:
    """Tell whether a day of the history is a Monday."""
    return (LAST - number) % 7 == 0
