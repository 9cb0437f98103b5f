"""Tells database errors that pass by themselves from those that come again with the next try."""

from collections.abc import Iterator

import django.db
import psycopg
from django.db import OperationalError

#: PostgreSQL's codes (its manual, appendix A): the statement was right, the moment was not.
_PASSING = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "53300",  # too_many_connections
        "55P03",  # lock_not_available
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
        "57P05",  # idle_session_timeout
    }
)
#: The whole class of lost and refused connections.
_CONNECTION = "08"


def is_transient(error: BaseException) -> bool:
    """Tell whether the database said no only for the moment: deadlock, lost connection, server going down or full.

    Looks through what Django and our own code wrap around psycopg's error.
    """
    return any(_passes(link) for link in _chain(error))


def _passes(error: BaseException) -> bool:
    if isinstance(error, psycopg.Error):
        code = error.sqlstate
        if code is None:
            # Without a code it was libpq that spoke, not the server: the connection is gone or never came about.
            return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return code in _PASSING or code.startswith(_CONNECTION)
    # Django says this of a closed connection with nothing of psycopg's beneath it.
    return isinstance(error, OperationalError | django.db.InterfaceError) and error.__cause__ is None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__
