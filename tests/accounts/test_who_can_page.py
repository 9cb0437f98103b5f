"""Who can do what: the page says what the code declares, in both languages."""

import pytest

from tests.factories import accounts
from tocsin.access.permissions import Role, grants
from tocsin.access.scope import acting
from tocsin.accounts.web.reasons import CHINESE, PARTS
from tocsin.kernel.actor import system


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_permission_stands_there_with_its_reason(database: str, language: str) -> None:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.AUDITOR, language=language))

    page = client.get("/who-can-do-what/").content.decode().replace("&#x27;", "'")

    reasons = [CHINESE[grant.reason] if language == "zh-hans" else grant.reason for grant in grants()]
    assert [str(grant.permission) for grant in grants() if str(grant.permission) not in page] == []
    assert [reason for reason in reasons if reason not in page] == []


def test_every_reason_and_part_has_chinese_and_none_is_stale() -> None:
    declared = {grant.reason for grant in grants()}

    assert declared - CHINESE.keys() == set()
    assert CHINESE.keys() - declared == set()
    assert {str(grant.permission).partition(".")[0] for grant in grants()} == PARTS.keys()
