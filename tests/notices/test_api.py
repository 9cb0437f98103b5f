"""Notices for programs: the same as the pages, with the same limits."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from tests.factories.notices import finding, owner_with_contacts
from tests.factories.registry import organisation
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts.services import create_token
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor
from tocsin.notices.models import Answer, Notice, OutgoingMail
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.rounds import issue_round
from tocsin.registry.models import Organisation

Call = Callable[..., Any]


@pytest.fixture
def owners(database: str, clock: Actor, now: datetime) -> Iterator[tuple[Organisation, Organisation]]:
    """Issue a notice each to a hospital and a school; stand two hours later."""
    with acting(clock):
        hospital = owner_with_contacts(("security", "en"), ("security", "zh-hans"), code="hospital")
        school = owner_with_contacts(code="school")
        for owner in (hospital, hospital, school):
            finding(owner)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        yield hospital, school
    connections["default"].close()


@pytest.fixture
def token(owners: tuple[Organisation, Organisation], clock: Actor, now: datetime) -> Callable[..., Call]:
    """Give a function that makes a token of a role, and gives what calls the API with it."""

    def make(role: Role, organisation_id: int | None = None) -> Call:
        with acting(clock):
            _, secret = create_token(
                actor=clock, name=f"{role}", role=role, organisation_id=organisation_id, days=9, now=now
            )
        client = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {secret}"})

        def call(method: str, path: str, body: object = None, status: int = 200) -> Any:
            kwargs = {} if body is None else {"data": body, "content_type": "application/json"}
            response = getattr(client, method)(f"/api/v1{path}", **kwargs)
            assert response.status_code == status, response.content.decode()[:800]
            is_json = "json" in response.headers.get("Content-Type", "")
            return response.json() if is_json and response.content else response.content

        return call

    return make


def notice_of(owner: Organisation, clock: Actor) -> int:
    with acting(clock):
        return int(Notice.objects.get(organisation=owner).pk)


def test_the_desk_lists_all_and_an_owner_its_own(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call]
) -> None:
    hospital, _ = owners

    everything = token(Role.ANALYST)("get", "/notices")
    own = token(Role.ORGANISATION_MEMBER, hospital.pk)("get", "/notices")

    assert everything["about"] == 2
    assert [row["organisation_id"] for row in own["items"]] == [hospital.pk]
    row = own["items"][0]
    assert (row["findings"], row["mails"], row["severity"], row["tlp"]) == (2, 2, "high", "TLP:AMBER")
    assert row["due_at"] == "2026-11-30T10:00:00Z"


def test_lists_are_cut_and_turned(owners: tuple[Organisation, Organisation], token: Callable[..., Call]) -> None:
    call = token(Role.ANALYST)

    first = call("get", "/notices?limit=1")
    second = call("get", f"/notices?limit=1&cursor={first['next']}")

    assert len(first["items"]) == len(second["items"]) == 1
    assert first["items"][0]["id"] > second["items"][0]["id"]
    assert second["next"] is None
    assert call("get", "/notices?search=school")["about"] == 1
    assert call("get", "/notices?answered=yes")["about"] == 0
    call("get", "/notices?delivery=lost", status=422)
    call("get", "/notices?organisation_id=99999999999999999999", status=422)


def test_a_notice_is_given_whole_without_its_link(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    hospital, school = owners
    call = token(Role.ORGANISATION_MEMBER, hospital.pk)

    found = call("get", f"/notices/{notice_of(hospital, clock)}")

    assert [item["status"] for item in found["items"]] == ["waiting_for_owner"] * 2
    assert {edition["language"] for edition in found["editions"]} == {"en", "zh-hans"}
    assert {mail["state"] for mail in found["mails"]} == {"waiting"}
    assert "/answer/" not in str(found)
    call("get", f"/notices/{notice_of(school, clock)}", status=404)
    call("get", "/notices/999999999999999999999999", status=404)


def test_the_table_is_given_as_sent(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    hospital, school = owners
    call = token(Role.ORGANISATION_MEMBER, hospital.pk)

    table = call("get", f"/notices/{notice_of(hospital, clock)}/table.csv?language=en")

    assert table.decode("utf-8-sig").count("\r\n") == 3
    call("get", f"/notices/{notice_of(hospital, clock)}/table.csv?language=fr", status=404)
    call("get", f"/notices/{notice_of(school, clock)}/table.csv?language=en", status=404)


def test_a_round_is_previewed_then_issued_as_seen(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    hospital, _ = owners
    with acting(clock):
        finding(hospital, problem="open-smb", port=445)
        finding(organisation("nobody"))
    call = token(Role.COORDINATOR)

    shown = call("get", "/rounds/preview")
    letters = call("get", f"/rounds/preview/{hospital.pk}")
    call("post", "/rounds", {"mode": "auto", "mark": "0" * 32}, status=409)
    made = call("post", "/rounds", {"mode": "auto", "mark": shown["mark"]}, status=201)
    again = call("post", "/rounds", {"mode": "auto"}, status=409)

    assert [letter["organisation_id"] for letter in shown["letters"]] == [hospital.pk]
    assert [(one["organisation_en"], one["why"]) for one in shown["kept_back"]] == [
        ("Organisation nobody", "no_contact")
    ]
    assert {letter["language"] for letter in letters} == {"en", "zh-hans"}
    assert (made["notices"], made["findings"]) == (1, 1)
    assert again["type"] == "urn:tocsin:problem:nothing-to-tell"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/rounds/preview", None),
        ("get", "/rounds/preview/1", None),
        ("post", "/rounds", {"mode": "auto"}),
        ("post", "/mails/1/retry", None),
        ("post", "/answers/1/read", None),
        ("post", "/notices/{}/answers-on-behalf", {"said": "received", "findings": [1], "said_by": "x"}),
    ],
)
def test_what_the_desk_does_no_owner_may(
    owners: tuple[Organisation, Organisation],
    token: Callable[..., Call],
    clock: Actor,
    method: str,
    path: str,
    body: object,
) -> None:
    hospital, _ = owners
    call = token(Role.ORGANISATION_MANAGER, hospital.pk)

    call(method, path.format(notice_of(hospital, clock)), body, status=403)


def test_an_owner_answers_once_however_often_it_is_sent(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    hospital, school = owners
    call = token(Role.ORGANISATION_MEMBER, hospital.pk)
    with acting(clock):
        mine = list(Finding.objects.filter(organisation=hospital).values_list("pk", flat=True))
        strange = Finding.objects.get(organisation=school).pk
    path = f"/notices/{notice_of(hospital, clock)}/answers"
    body = {"said": "fixed", "findings": mine, "submission": "8e7c6ad0-6d3a-4b3c-9a51-6b6f1f5d7a11"}

    first = call("post", path, body, status=201)
    second = call("post", path, body, status=201)
    call("post", path, {"said": "fixed", "findings": [strange]}, status=404)
    call("post", f"/notices/{notice_of(school, clock)}/answers", {"said": "fixed", "findings": [strange]}, status=404)
    call("post", path, {"said": "fixed", "findings": []}, status=422)
    call("post", path, {"said": "in_work", "findings": mine}, status=422)
    call("post", path, {"said": "disputed", "findings": mine}, status=422)
    call("post", path, {"said": "disputed", "findings": mine, "comment": "a\x00b"}, status=422)

    assert sorted(first["changed"]) == sorted(mine)
    assert second == {**first, "repeated": True}
    assert call("get", "/answers")["about"] == 1
    with acting(clock):
        assert Answer.objects.get().way == "api"


def test_the_desk_enters_and_reads_answers(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    _, school = owners
    call = token(Role.ANALYST)
    with acting(clock):
        one = Finding.objects.get(organisation=school).pk
    body = {"said": "in_work", "findings": [one], "until": "2026-11-27", "said_by": "Ms Wang"}

    taken = call("post", f"/notices/{notice_of(school, clock)}/answers-on-behalf", body, status=201)
    unread = call("get", "/answers?unread=true")
    call("post", f"/answers/{taken['id']}/read", status=204)

    assert [(row["said"], row["until"], row["way"]) for row in unread["items"]] == [("in_work", "2026-11-27", "desk")]
    assert call("get", "/answers?unread=true")["about"] == 0
    call("post", "/answers/999999/read", status=404)


def test_a_failed_mail_is_put_back(
    owners: tuple[Organisation, Organisation], token: Callable[..., Call], clock: Actor
) -> None:
    with acting(clock):
        mail = OutgoingMail.objects.earliest("id")
        OutgoingMail.objects.filter(pk=mail.pk).update(state="failed")

    token(Role.COORDINATOR)("post", f"/mails/{mail.pk}/retry", status=204)

    with acting(clock):
        assert OutgoingMail.objects.get(pk=mail.pk).state == "waiting"


def test_strangers_get_nothing(owners: tuple[Organisation, Organisation]) -> None:
    assert Client(SERVER_NAME="127.0.0.1").get("/api/v1/notices").status_code == 401
