"""Switching an account off and on: whoever is off is out at once, by session and by token."""

from datetime import datetime

import pytest

from tests.factories import accounts, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts import services
from tocsin.accounts.models import ApiToken, Person
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Conflict, NotAllowed, NotFound

CLOCK = system("test")
ADMINISTRATOR = registry.person(Role.ADMINISTRATOR, label="Li Wen")


@pytest.fixture
def person(database: str) -> Person:
    with acting(CLOCK):
        return accounts.account(Role.ADMINISTRATOR, email="wu@desk.example", password=accounts.PASSWORD)


def end(person: Person, now: datetime, *, actor: Actor = ADMINISTRATOR) -> tuple[int, ...]:
    with acting(actor):
        return services.end_person(actor=actor, person_id=person.pk, now=now)


def test_sessions_end_and_nobody_gets_in(person: Person, now: datetime) -> None:
    client = accounts.enter(person)
    assert client.get("/").status_code == 200

    end(person, now)

    assert client.get("/").status_code == 302
    wanted = {"email": person.email, "password": accounts.PASSWORD}
    assert client.post("/sign-in/", wanted).status_code == 401


def test_tokens_that_it_made_end_and_others_stay(person: Person, now: datetime) -> None:
    client = accounts.enter(person)
    made = client.post(
        "/api/v1/tokens", {"name": "probe", "role": "auditor"}, "application/json", HTTP_X_CSRFTOKEN="x"
    ).json()
    with acting(CLOCK):
        other = accounts.token(Role.AUDITOR, now=now)

    ended = end(person, now)

    assert ended == (made["id"],)

    def status(secret: str) -> int:
        return client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert (status(made["secret"]), status(other)) == (401, 200)


def test_the_trail_says_who_and_what_ended_with_it(person: Person, now: datetime) -> None:
    end(person, now)

    with acting(CLOCK):
        entry = AuditEntry.objects.get(action="accounts.end_person")
    assert (entry.actor_label, entry.target_id) == ("Li Wen", str(person.pk))
    assert entry.after == {"active": False, "tokens_revoked": []}


def test_it_refuses_whoever_may_not(person: Person, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        end(person, now, actor=registry.person(Role.COORDINATOR))


def test_it_refuses_one_that_is_off_or_not_there(person: Person, now: datetime) -> None:
    end(person, now)

    with pytest.raises(Conflict):
        end(person, now)
    with acting(ADMINISTRATOR), pytest.raises(NotFound):
        services.end_person(actor=ADMINISTRATOR, person_id=person.pk + 100, now=now)


def test_one_that_is_restored_gets_in_anew_and_its_old_session_does_not(person: Person, now: datetime) -> None:
    client = accounts.enter(person)
    end(person, now)

    with acting(ADMINISTRATOR):
        services.restore_person(actor=ADMINISTRATOR, person_id=person.pk, password="another horse on a boat", now=now)
        with pytest.raises(Conflict):
            services.restore_person(actor=ADMINISTRATOR, person_id=person.pk, password="x" * 12, now=now)

    assert client.get("/").status_code == 302
    wanted = {"email": person.email, "password": "another horse on a boat"}
    assert client.post("/sign-in/", wanted).status_code == 302
    assert client.get("/").status_code == 200


def test_a_fault_half_way_leaves_everything_as_it_was(
    person: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise OSError("no trail")

    monkeypatch.setattr(services, "record", broken)

    with acting(ADMINISTRATOR):
        with pytest.raises(OSError, match="no trail"):
            services.end_person(actor=ADMINISTRATOR, person_id=person.pk, now=now)
        with pytest.raises(OSError, match="no trail"):
            services.create_token(
                actor=ADMINISTRATOR, name="x", role=Role.AUDITOR, organisation_id=None, days=1, now=now
            )

    with acting(CLOCK):
        assert Person.objects.get().is_active
        assert not ApiToken.objects.exists()
