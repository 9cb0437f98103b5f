"""Which pages strangers may open."""

import pytest
from django.test import Client

from tests.factories import accounts
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import system


@pytest.mark.parametrize("page", ["", "list", "today", "finding", "answer"])
def test_the_design_pages_are_for_those_signed_in(database: str, page: str) -> None:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.AUDITOR))

    assert Client(SERVER_NAME="localhost").get(f"/design/{page}").headers["Location"].startswith("/sign-in/")
    assert client.get(f"/design/{page}").status_code == 200
