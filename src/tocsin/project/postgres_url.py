"""Reads DATABASE_URL as PostgreSQL's own programs do: libpq takes it apart, and refuses what it does not know."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tocsin.project.env import OddSetting, hidden

NAME = "DATABASE_URL"
#: Names that Django has settings of its own for.
_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def read(url: str) -> dict[str, object]:
    """Give Django's settings of the owner's connection; whatever else the URL says (sslmode ...) stands in OPTIONS.

    Raises:
        OddSetting: libpq does not understand it, or it names no database.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error as error:
        said = str(error).strip()
        # Of other faults libpq quotes what it stumbled over, which may be the password.
        why = said if "query parameter" in said else "it is no URL that PostgreSQL's programs understand"
        raise OddSetting(
            NAME, hidden(url), f"PostgreSQL says: {why}. Write postgresql://owner:password@host/database?sslmode=..."
        ) from None
    if not parts.get("dbname"):
        raise OddSetting(NAME, hidden(url), "It names no database. Write postgresql://owner:password@host/database.")
    where = {django: str(parts.pop(libpq, None) or "") for libpq, django in _DJANGO.items()}
    return {**where, "OPTIONS": parts}
