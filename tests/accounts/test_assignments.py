"""Roles are given, end by themselves or are taken away, and do not contradict each other."""

from datetime import datetime, timedelta

import pytest

from tests.factories import accounts, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts import services
from tocsin.accounts.actors import known_person
from tocsin.accounts.errors import RoleDoesNotFit
from tocsin.accounts.models import Assignment, Person
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

CLOCK = system("test")
ADMINISTRATOR = registry.person(Role.ADMINISTRATOR, label="Li Wen")
HOUR = timedelta(hours=1)


@pytest.fixture
def person(database: str) -> Person:
    with acting(CLOCK):
        return accounts.account(Role.ANALYST)


def add(
    person: Person,
    now: datetime,
    *,
    role: Role = Role.COORDINATOR,
    organisation_id: int | None = None,
    until: datetime | None = None,
    actor: Actor = ADMINISTRATOR,
) -> int:
    with acting(actor):
        return services.add_assignment(
            actor=actor, person_id=person.pk, role=role, organisation_id=organisation_id, until=until, now=now
        )


def end(assignment_id: int, now: datetime, *, actor: Actor = ADMINISTRATOR) -> None:
    with acting(actor):
        services.end_assignment(actor=actor, assignment_id=assignment_id, now=now)


def roles(person: Person, now: datetime) -> tuple[Role, ...]:
    with acting(CLOCK):
        return known_person(person, now=now).roles


def test_a_role_that_is_taken_away_is_over_at_once_and_may_be_given_again(person: Person, now: datetime) -> None:
    made = add(person, now)
    assert roles(person, now) == (Role.COORDINATOR, Role.ANALYST)

    end(made, now)

    assert roles(person, now) == (Role.ANALYST,)
    add(person, now)
    assert roles(person, now) == (Role.COORDINATOR, Role.ANALYST)


def test_a_role_ends_by_itself(person: Person, now: datetime) -> None:
    add(person, now, until=now + HOUR)

    assert roles(person, now) == (Role.COORDINATOR, Role.ANALYST)
    assert roles(person, now + HOUR) == (Role.ANALYST,)


def test_the_trail_says_who_gave_and_took(person: Person, now: datetime) -> None:
    end(add(person, now, until=now + HOUR), now)

    with acting(CLOCK):
        given, taken = AuditEntry.objects.filter(action__endswith="_assignment").order_by("id")
    assert (given.action, given.actor_label, given.target_id) == (
        "accounts.add_assignment", "Li Wen", str(person.pk),
    )  # fmt: skip
    assert (taken.action, taken.target_kind, taken.target_id) == ("accounts.end_assignment", "person", str(person.pk))
    assert taken.before["until"] == (now + HOUR).isoformat()


def test_it_refuses_whoever_may_not(person: Person, now: datetime) -> None:
    made = add(person, now)

    with pytest.raises(NotAllowed):
        add(person, now, actor=registry.person(Role.COORDINATOR))
    with pytest.raises(NotAllowed):
        end(made, now, actor=registry.person(Role.COORDINATOR))


def test_it_refuses_what_is_not_there_what_is_over_and_what_is_held_already(person: Person, now: datetime) -> None:
    made = add(person, now)

    with pytest.raises(Conflict):
        add(person, now)
    with pytest.raises(Invalid):
        add(person, now, role=Role.AUDITOR, until=now)
    end(made, now)
    with pytest.raises(Conflict):
        end(made, now)
    with pytest.raises(NotFound):
        end(made + 100, now)


def test_a_role_at_the_desk_and_one_of_an_organisation_do_not_go_together(person: Person, now: datetime) -> None:
    with acting(CLOCK):
        own = registry.organisation("own")
        member = accounts.account(Role.ORGANISATION_MEMBER, own)

    with pytest.raises(RoleDoesNotFit):
        add(person, now, role=Role.ORGANISATION_MANAGER, organisation_id=own.pk)
    with pytest.raises(RoleDoesNotFit):
        add(member, now, role=Role.AUDITOR)


def test_a_role_of_the_other_kind_may_follow_one_that_is_over(person: Person, now: datetime) -> None:
    with acting(CLOCK):
        own = registry.organisation("own")
        desk = Assignment.objects.get(person=person)

    end(desk.pk, now)
    add(person, now, role=Role.ORGANISATION_MEMBER, organisation_id=own.pk)

    assert roles(person, now) == (Role.ORGANISATION_MEMBER,)


def test_roles_of_two_organisations_go_together(database: str, now: datetime) -> None:
    with acting(CLOCK):
        one, two = registry.organisation("one"), registry.organisation("two")
        member = accounts.account(Role.ORGANISATION_MEMBER, one)

    add(member, now, role=Role.ORGANISATION_MANAGER, organisation_id=two.pk)

    with acting(CLOCK):
        assert known_person(member, now=now).actor.scope.organisation_ids == {one.pk, two.pk}


def test_roles_that_contradict_each_other_open_nothing(person: Person, now: datetime) -> None:
    """Otherwise an auditor who manages one organisation would manage all."""
    with acting(CLOCK):
        own = registry.organisation("own")
        Assignment.objects.create(person=person, role=Role.ORGANISATION_MANAGER, organisation=own)

        actor = known_person(person, now=now).actor

    assert (actor.permissions, actor.scope.everything, actor.scope.organisation_ids) == (
        frozenset(),
        False,
        frozenset(),
    )


def test_programs_list_two_as_well_as_three(database: str, now: datetime) -> None:
    """A framework may take a pair for a status and an answer."""
    with acting(CLOCK):
        client = accounts.enter(accounts.account(Role.ADMINISTRATOR))
        accounts.account(Role.ANALYST)
        for _ in range(2):
            accounts.token(Role.AUDITOR, now=now)

    assert [len(client.get(f"/api/v1/{what}").json()) for what in ("people", "tokens")] == [2, 2]


def test_programs_give_and_take_roles(person: Person, now: datetime) -> None:
    with acting(CLOCK):
        client = accounts.enter(accounts.account(Role.ADMINISTRATOR))

    def post(path: str, body: dict[str, object] | None = None) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/v1/{path}", body or {}, "application/json")
        return answer.status_code, answer.json()

    status, made = post(f"people/{person.pk}/assignments", {"role": "coordinator", "until": "2100-01-01T00:00:00Z"})
    assert status == 201
    listed = {held["id"]: held for one in client.get("/api/v1/people").json() for held in one["roles"]}
    assert listed[made["id"]]["until"] == "2100-01-01T00:00:00Z"
    assert client.delete(f"/api/v1/assignments/{made['id']}").status_code == 204
    assert client.delete(f"/api/v1/assignments/{made['id']}").status_code == 409
    assert post(f"people/{person.pk}/end") == (200, {"tokens_revoked": []})
