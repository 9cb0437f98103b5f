"""Resolves a person, a token or a link to the actor that every service and query asks for."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from tocsin.access.permissions import Role, permissions_of
from tocsin.accounts.models import ORGANISATION_ROLES, ApiToken, Assignment, Person
from tocsin.kernel.actor import Actor, ActorKind, Scope


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who a request comes from: the person, the actor it resolves to, the roles it holds now."""

    person: Person
    actor: Actor
    roles: tuple[Role, ...]


def known_person(person: Person, *, now: datetime, address: str = "") -> Known:
    """Resolve a person to its actor. Needs a transaction that may see accounts; one query."""
    assignments = list(person.assignments.exclude(until__lte=now))
    return Known(
        person=person,
        actor=_actor(ActorKind.PERSON, person.pk, person.name, assignments, address=address),
        roles=tuple(role for role in Role if role in {assignment.role for assignment in assignments}),
    )


def actor_of_token(token: ApiToken, *, now: datetime, address: str = "") -> Actor:
    """Give the actor that a program is. Needs a transaction that may see accounts."""
    return _actor(
        ActorKind.SERVICE, token.pk, token.name, list(token.assignments.exclude(until__lte=now)), address=address
    )


def actor_of_link(*, notice_id: int, label: str, address: str = "") -> Actor:
    """Give the actor that whoever holds a notice's link is: that notice, nothing else."""
    return Actor(
        kind=ActorKind.LINK,
        id=notice_id,
        label=label,
        permissions=permissions_of({Role.LINK}),
        scope=Scope(notice_id=notice_id),
        address=address,
    )


def contradict(roles: Set[Role]) -> bool:
    """Tell whether some of these roles are at the desk and some of an organisation.

    Together they would let what an organisation may do be done to all: permissions know no organisation of their own.
    """
    return not roles.isdisjoint(ORGANISATION_ROLES) and not roles <= set(ORGANISATION_ROLES)


def _actor(kind: ActorKind, row_id: int, label: str, assignments: list[Assignment], *, address: str) -> Actor:
    roles = {Role(assignment.role) for assignment in assignments}
    if contradict(roles):
        # No service makes such a one; whoever did it by hand is to find that nothing opens, not that everything does.
        return Actor(kind=kind, id=row_id, label=label, permissions=frozenset(), scope=Scope(), address=address)
    own = frozenset(assignment.organisation_id for assignment in assignments if assignment.organisation_id is not None)
    return Actor(
        kind=kind,
        id=row_id,
        label=label,
        permissions=permissions_of(roles),
        scope=Scope(everything=bool(roles - set(ORGANISATION_ROLES)), organisation_ids=own),
        address=address,
    )
