"""Counts attempts to get in, exactly, over all processes: each is counted before it is looked at."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections

from tocsin.accounts.callers import counted_as


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many tries there are in a span; the next must wait until it is over."""

    tries: int
    span: timedelta


#: For one account from one address: whoever mistypes, and whoever guesses, waits without keeping others out.
AT_ACCOUNT = Limit(tries=8, span=timedelta(minutes=5))
#: From one address, for all accounts: a whole office may stand behind it.
FROM_ADDRESS = Limit(tries=60, span=timedelta(minutes=5))
#: For one account from everywhere: NIST SP 800-63B-4, section 3.2.2, allows a hundred failures. One address can't use
#: them up, for AT_ACCOUNT leaves it 24 in this span; many together keep somebody out for a quarter of an hour.
FOR_ACCOUNT = Limit(tries=100, span=timedelta(minutes=15))
_LONGEST = max(limit.span for limit in (AT_ACCOUNT, FROM_ADDRESS, FOR_ACCOUNT))

_COUNT = """
    INSERT INTO accounts_signintries AS known (key, count, began_at) VALUES (%(key)s, 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.began_at <= %(over)s THEN 1 ELSE known.count + 1 END,
        began_at = CASE WHEN known.began_at <= %(over)s THEN %(now)s ELSE known.began_at END
    RETURNING count, began_at
"""


def count_try(*, email: str, address: str, now: datetime) -> timedelta | None:
    """Count one try at the account and from the address; give how long to wait, null: it may be looked at.

    Call it in a transaction of its own: one that ends in an error would take the count back.
    """
    caller = counted_as(address)
    near = {_pair(email, caller): AT_ACCOUNT, _key("address", caller): FROM_ADDRESS}
    # In one order everywhere, so that two tries at once do not wait for each other.
    waits = [_count(key, near[key], now) for key in sorted(near)]
    # A try that is refused already does not count against the account: else one stranger would close it for all.
    if not any(waits):
        waits.append(_count(_key("account", email), FOR_ACCOUNT, now))
    return max((wait for wait in waits if wait is not None), default=None)


def forget_tries(*, email: str, address: str) -> None:
    """Begin to count anew for an account that has got in; its address stays counted, for it may hold others."""
    keys = [_pair(email, counted_as(address)), _key("account", email)]
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signintries WHERE key = ANY(%s)", [keys])


def forget_old(*, now: datetime) -> int:
    """Remove counts of spans that are over; give how many."""
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM accounts_signintries WHERE began_at <= %s", [now - _LONGEST])
        return int(cursor.rowcount)


def _count(key: str, limit: Limit, now: datetime) -> timedelta | None:
    """Count one; give how long the span still lasts when that was one too many."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "over": now - limit.span})
        count, began_at = cursor.fetchone()
    return began_at + limit.span - now if count > limit.tries else None


def _pair(email: str, caller: str) -> str:
    return _key("pair", f"{caller} {email}")


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
