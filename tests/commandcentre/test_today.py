"""The first page: what it says, to whom, and what it costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import accounts, events, notices, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.findings.models import HeldGroup
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation


@pytest.fixture
def morning(database: str, now: datetime) -> Iterator[datetime]:
    with time_machine.travel(now, tick=False):
        yield now


def stock(now: datetime, *, owners: int, each: int = 2) -> list[Organisation]:
    """Make owners with findings late and new, groups at the gate, sources on time and silent."""
    made = []
    for number in range(owners):
        owner = registry.organisation(name_en=f"Owner {number} of many", critical=number % 2 == 0)
        made.append(owner)
        for _ in range(each):
            notices.finding(owner, due_at=now - timedelta(days=3), telling="told")
            notices.finding(owner, due_at=now + timedelta(days=3), telling="untold", problem="open-telnet")
        group = HeldGroup.objects.create(
            source="shadowserver",
            report_type="scan_smb",
            report_id=number + 1,
            problem="open-smb",
            why="unusual_size",
            rows_today=610,
            rows_usual=100,
            held_at=now,
        )
        notices.finding(owner, problem="open-smb", coordinator="held", held_group=group)
    fine, late = events.source("Fine feed"), events.source("Late feed")
    events.report(fine, received_at=now - timedelta(hours=1), rows=31_000)
    events.report(fine, received_at=now - timedelta(days=2), rows=200)
    events.report(late, received_at=now - timedelta(days=9), rows=77)
    return made


def test_the_heading_says_the_state(morning: datetime) -> None:
    with acting(system("test")):
        stock(morning, owners=3)
        client = accounts.enter(accounts.account(Role.COORDINATOR))

    page = client.get("/").content.decode()

    assert "31,200 rows since Fri 20 Nov. 3 groups wait for you." in page
    assert "6.1 times its usual size" in page
    assert "nothing for 9 days, usually every 24 hours" in page
    assert "Look at today&#x27;s round: 3 owners" in page
    assert "Owner 0 of many" in page


def test_in_chinese_it_reads_chinese(morning: datetime) -> None:
    with acting(system("test")):
        stock(morning, owners=1)
        client = accounts.enter(accounts.account(Role.COORDINATOR, language="zh-hans"))

    page = client.get("/").content.decode()

    assert "11 月 20 日以来收到 31,200 行。1 组等您处理。" in page


def test_an_empty_installation_says_so(morning: datetime) -> None:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.ANALYST))

    page = client.get("/").content.decode()

    assert "0 rows since Fri 20 Nov. Nothing waits for you." in page
    assert "Nothing is late." in page
    assert "No source yet." in page


def test_an_auditor_sees_it_all_and_may_press_nothing(morning: datetime) -> None:
    with acting(system("test")):
        stock(morning, owners=1)
        client = accounts.enter(accounts.account(Role.AUDITOR))

    page = client.get("/").content.decode()

    assert "1 group waits for you." in page
    assert 'value="drop"' not in page


def test_an_organisation_sees_its_own_alone(morning: datetime) -> None:
    with acting(system("test")):
        mine, other = stock(morning, owners=2)
        client = accounts.enter(accounts.account(Role.ORGANISATION_MEMBER, mine))

    page = client.get("/").content.decode()

    assert "2 findings are overdue." in page
    assert other.name_en not in page
    assert "Fine feed" not in page
    assert "wait for you." not in page


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ORGANISATION_MEMBER])
def test_it_asks_as_many_questions_of_much_as_of_little(morning: datetime, role: Role) -> None:
    with acting(system("test")):
        first = stock(morning, owners=1)[0]
        client = accounts.enter(accounts.account(role, first if role is Role.ORGANISATION_MEMBER else None))
    client.get("/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    little = asked()
    with acting(system("test")):
        for number in range(4):
            notices.finding(first, due_at=morning - timedelta(days=number + 1), telling="told")
        Organisation.objects.filter(pk=first.pk).update(name_en="First")
        stock_more(morning)

    assert asked() == little < 40


def stock_more(now: datetime) -> None:
    for number in range(6):
        owner = registry.organisation(name_en=f"More {number}")
        for _ in range(5):
            notices.finding(owner, due_at=now - timedelta(days=2), telling="told")
        events.report(events.source(), received_at=now, rows=5)


def test_a_stranger_is_sent_to_sign_in(database: str) -> None:
    assert Client(SERVER_NAME="localhost").get("/").headers["Location"] == "/sign-in/?next=%2F"
