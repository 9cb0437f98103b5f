"""Whether a source keeps its rhythm."""

from datetime import datetime, timedelta
from enum import StrEnum

#: A source may be late by so much of its rhythm before it counts as silent: nobody sends on the minute.
GRACE = 1.25


class Timeliness(StrEnum):
    """How a source keeps its rhythm."""

    ON_TIME = "on_time"
    SILENT = "silent"
    #: It has never sent anything.
    NEVER = "never"
    #: It has no rhythm to be late by.
    NO_RHYTHM = "no_rhythm"


def timeliness(*, last_at: datetime | None, every_h: int | None, now: datetime) -> Timeliness:
    """Judge a source by when it sent last and how often it should."""
    if last_at is None:
        return Timeliness.NEVER
    if every_h is None:
        return Timeliness.NO_RHYTHM
    return Timeliness.SILENT if now - last_at > GRACE * timedelta(hours=every_h) else Timeliness.ON_TIME
