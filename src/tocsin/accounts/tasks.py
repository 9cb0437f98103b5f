"""Jobs of accounts: forgetting old counts of wrong sign-ins, and sessions that are over."""

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from tocsin.access.scope import signing_in
from tocsin.accounts import tries
from tocsin.jobs.queue import task


@task("accounts.forget_tries", queue="clock", cron="17 * * * *")
def forget_tries(timestamp: int) -> None:
    """Remove counts of spans that are over."""
    del timestamp
    with signing_in():
        tries.forget_old(now=timezone.now())


@task("accounts.forget_sessions", queue="clock", cron="31 3 * * *")
def forget_sessions(timestamp: int) -> None:
    """Remove sessions that are over; Django leaves each where it is until somebody does."""
    del timestamp
    SessionStore.clear_expired()
