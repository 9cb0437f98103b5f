"""Counts attempts to get in, exactly, over all processes: each is counted before it is looked at."""

import hashlib
from datetime import datetime, timedelta

from django.db import connections

#: Tries for one account in the span; the next must wait until it is over.
FOR_ACCOUNT = 8
#: Tries from one address: a whole office may stand behind it.
FROM_ADDRESS = 60
SPAN = timedelta(minutes=5)

_COUNT = """
    INSERT INTO accounts_signintries AS known (key, count, began_at) VALUES (%(key)s, 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.began_at <= %(over)s THEN 1 ELSE known.count + 1 END,
        began_at = CASE WHEN known.began_at <= %(over)s THEN %(now)s ELSE known.began_at END
    RETURNING count
"""


def count_try(*, email: str, address: str, now: datetime) -> bool:
    """Count one try for the account and from the address; tell whether both may still try.

    Call it in a transaction of its own: one that ends in an error would take the count back.
    """
    limits = {_key("account", email): FOR_ACCOUNT, _key("address", address): FROM_ADDRESS}
    allowed = True
    with connections["default"].cursor() as cursor:
        # In one order everywhere, so that two tries at once do not wait for each other.
        for key in sorted(limits):
            cursor.execute(_COUNT, {"key": key, "now": now, "over": now - SPAN})
            row = cursor.fetchone()
            allowed &= row is not None and row[0] <= limits[key]
    return allowed


def forget_tries(*, email: str) -> None:
    """Begin to count anew for an account that has got in; its address stays counted, for it may hold others."""
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signintries WHERE key = %s", [_key("account", email)])


def forget_old(*, now: datetime) -> int:
    """Remove counts of spans that are over; give how many."""
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signintries WHERE began_at <= %s", [now - SPAN])
        return int(cursor.rowcount)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
