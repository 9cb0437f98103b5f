"""Jobs of accounts: forgetting old counts of wrong sign-ins."""

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
