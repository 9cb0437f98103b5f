"""The way in: one page, both languages, no word too much."""

from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.test import Client, override_settings

from tests.factories import accounts
from tests.factories.accounts import PASSWORD
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts import services, tries
from tocsin.accounts.models import Person
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import system

EMAIL = "lin.hong@desk.example"


@pytest.fixture
def person(database: str) -> Person:
    with acting(system("test")):
        return accounts.account(Role.ANALYST, email=EMAIL, password=PASSWORD, name="Lin Hong")


@pytest.fixture
def client(database: str) -> Client:
    return Client(SERVER_NAME="localhost")


def sign_in(client: Client, *, email: str = EMAIL, password: str = PASSWORD, **fields: str) -> object:
    return client.post("/sign-in/", {"email": email, "password": password, **fields})


@pytest.mark.parametrize(("language", "title"), [("en", "Sign in"), ("zh-hans", "登录")])
def test_it_asks_in_the_readers_language(client: Client, language: str, title: str) -> None:
    client.cookies["tocsin-language"] = language

    response = client.get("/sign-in/")

    assert response.status_code == 200
    assert f"<h1>{title}</h1>" in response.content.decode()


def test_the_right_password_lets_in_and_leaves_a_trace(person: Person, client: Client) -> None:
    response = sign_in(client, email="  LIN.HONG@desk.example ", next="/who-can-do-what/")

    assert (response.status_code, response.headers["Location"]) == (302, "/who-can-do-what/")
    page = client.get("/who-can-do-what/").content.decode()
    assert "Lin Hong" in page
    with acting(system("test")):
        assert AuditEntry.objects.filter(action="accounts.sign_in", actor_id=person.pk).count() == 1


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(person: Person, client: Client) -> None:
    wrong = sign_in(client, password="something else")
    unknown = sign_in(client, email="nobody@desk.example", password="something else")

    assert wrong.status_code == unknown.status_code == 401

    def said(response: object) -> str:
        return response.content.decode().partition('role="alert"')[2].partition("</div>")[0]

    assert said(wrong) == said(unknown) != ""


def test_an_unknown_address_costs_as_much_work(database: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(password: str, encoded: str) -> bool:
        checked.append(encoded)
        return False

    monkeypatch.setattr("tocsin.accounts.services.check_password", check)
    sign_in(client, email="nobody@desk.example")

    assert [encoded.split("$")[0] for encoded in checked] == ["argon2"]


def test_a_switched_off_account_gets_in_no_more(person: Person, client: Client) -> None:
    sign_in(client)
    with acting(system("test")):
        Person.objects.update(is_active=False)

    assert client.get("/who-can-do-what/").status_code == 302
    assert sign_in(client).status_code == 401


def test_another_password_ends_the_sessions(person: Person, client: Client) -> None:
    sign_in(client)
    with acting(system("test")):
        Person.objects.update(password="argon2$another")

    assert client.get("/who-can-do-what/").status_code == 302


def test_after_too_many_tries_even_the_right_password_waits(person: Person, client: Client) -> None:
    for _ in range(tries.AT_ACCOUNT.tries):
        assert sign_in(client, password="something else").status_code == 401

    refused = sign_in(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= tries.AT_ACCOUNT.span.total_seconds() + 1
    assert "Wait 5 minutes" in refused.content.decode()
    with time_machine.travel(datetime.now().astimezone() + tries.AT_ACCOUNT.span + timedelta(seconds=1)):
        assert sign_in(client).status_code == 302


def test_whoever_is_signed_in_gets_no_more_tries_than_a_stranger(person: Person) -> None:
    with acting(system("test")):
        colleague = accounts.enter(accounts.account(Role.ANALYST))

    answers = [sign_in(colleague, password="something else").status_code for _ in range(tries.AT_ACCOUNT.tries + 1)]

    assert answers == [401] * tries.AT_ACCOUNT.tries + [429]


def test_a_try_is_never_counted_where_it_could_be_taken_back(person: Person) -> None:
    with acting(system("test")), pytest.raises(RuntimeError):
        services.sign_in(email=EMAIL, password=PASSWORD, address="192.0.2.1", now=datetime.now().astimezone())


def test_whoever_is_signed_in_may_become_another(person: Person) -> None:
    with acting(system("test")):
        colleague = accounts.enter(accounts.account(Role.ANALYST))

    assert sign_in(colleague).status_code == 302
    assert "Lin Hong" in colleague.get("/who-can-do-what/").content.decode()


def test_getting_in_forgets_the_tries_of_the_account(person: Person, client: Client) -> None:
    for _ in range(tries.AT_ACCOUNT.tries - 1):
        sign_in(client, password="something else")
    sign_in(client)

    assert sign_in(client, password="something else").status_code == 401


def test_many_accounts_from_one_address_are_too_many(
    database: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.accounts.services.check_password", lambda *_: False)
    answers = [
        sign_in(client, email=f"n{number}@desk.example").status_code for number in range(tries.FROM_ADDRESS.tries + 1)
    ]

    assert answers == [401] * tries.FROM_ADDRESS.tries + [429]


def guess(number: int, *, address: str = "", forwarded: str = "", email: str = EMAIL) -> list[int]:
    """Try so often, without the work of hashing; give the statuses."""
    stranger = Client(
        SERVER_NAME="localhost", REMOTE_ADDR=address, headers={"X-Forwarded-For": forwarded} if forwarded else None
    )
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("tocsin.accounts.services.check_password", lambda *_: False)
        return [sign_in(stranger, email=email, password="something else").status_code for _ in range(number)]


def test_a_stranger_locks_nobody_out_elsewhere(person: Person, client: Client) -> None:
    said = guess(tries.FOR_ACCOUNT.tries + 1, address="192.0.2.66")

    assert said.count(401) == tries.AT_ACCOUNT.tries
    assert sign_in(client).status_code == 302


def test_many_addresses_together_get_no_more_than_the_account_allows(person: Person, client: Client) -> None:
    rounds = -(-tries.FOR_ACCOUNT.tries // tries.AT_ACCOUNT.tries)

    said = [guess(tries.AT_ACCOUNT.tries, address=f"192.0.2.{number}") for number in range(rounds)]

    assert sum(one.count(401) for one in said) == tries.FOR_ACCOUNT.tries
    assert sign_in(client).status_code == 429
    with time_machine.travel(datetime.now().astimezone() + tries.FOR_ACCOUNT.span + timedelta(seconds=1)):
        assert sign_in(client).status_code == 302


def test_people_behind_a_proxy_are_told_apart(person: Person) -> None:
    with override_settings(PROXIES=(ip_network("10.0.0.1"),)):
        said = [
            guess(1, address="10.0.0.1", forwarded=f"203.0.113.{number}, 192.0.2.66", email=f"n{number}@desk.example")
            for number in range(tries.FROM_ADDRESS.tries + 1)
        ]
        other = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "192.0.2.1"})

        assert said[-1] == [429]
        assert sign_in(other).status_code == 302
    with acting(system("test")):
        assert AuditEntry.objects.get(action="accounts.sign_in").address == "192.0.2.1"


@pytest.mark.parametrize(
    ("wanted", "goal"),
    [
        ("/who-can-do-what/?a=1", "/who-can-do-what/?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in/?next=/", "/"),
        ("", "/"),
    ],
)
def test_it_leads_on_to_pages_of_ours_alone(person: Person, client: Client, wanted: str, goal: str) -> None:
    assert sign_in(client, next=wanted).headers["Location"] == goal


def test_a_session_planted_before_is_worth_nothing_after(person: Person, client: Client) -> None:
    planted = client.session
    planted["theirs"] = "1"
    planted.save()
    client.cookies["sessionid"] = planted.session_key

    sign_in(client)

    assert client.cookies["sessionid"].value != planted.session_key
    assert "theirs" not in client.session


def test_signing_out_takes_a_post_and_ends_the_session(person: Person, client: Client) -> None:
    sign_in(client)
    key = client.cookies["sessionid"].value

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302

    client.cookies["sessionid"] = key
    assert client.get("/who-can-do-what/").headers["Location"] == "/sign-in/?next=%2Fwho-can-do-what%2F"


def test_a_form_of_another_site_signs_nobody_in(person: Person) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    assert sign_in(strict).status_code == 403


def test_a_huge_password_is_not_hashed(person: Person, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def check(password: str, encoded: str) -> bool:
        seen.append(len(password))
        return True

    monkeypatch.setattr("tocsin.accounts.services.check_password", check)

    assert sign_in(client, password="x" * 5000).status_code == 401
    assert seen == [0]
