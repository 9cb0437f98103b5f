"""What accounts forgets by the clock."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.factories import accounts
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.jobs import worker
from tocsin.jobs.queue import later
from tocsin.kernel.actor import system


def test_sessions_that_are_over_go_and_others_stay(database: str) -> None:
    with acting(system("test")):
        one, other = (accounts.enter(accounts.account(Role.ANALYST)) for _ in range(2))
    Session.objects.filter(pk=one.cookies["sessionid"].value).update(expire_date=timezone.now() - timedelta(seconds=1))

    later("accounts.forget_sessions", timestamp=0)
    worker.run(worker.Wish(until_idle=True))

    assert list(Session.objects.values_list("pk", flat=True)) == [other.cookies["sessionid"].value]
