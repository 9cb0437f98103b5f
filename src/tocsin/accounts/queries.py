"""Lists of people and tokens for those who manage accounts."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.access.permissions import require
from tocsin.accounts.models import ApiToken, Assignment, Person
from tocsin.accounts.permissions import AccountPermission
from tocsin.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Held:
    """One role somebody holds, or held."""

    #: Of the assignment.
    id: int
    role: str
    #: Code of the organisation; empty: the whole constituency.
    organisation: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One account."""

    id: int
    email: str
    name: str
    active: bool
    last_login: datetime | None
    roles: tuple[Held, ...]


@dataclass(frozen=True, kw_only=True)
class TokenRow:
    """One token, without its secret, which nobody has any more."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    roles: tuple[Held, ...]


def list_people(*, actor: Actor) -> tuple[PersonRow, ...]:
    """Give all accounts, by e-mail address."""
    require(actor, AccountPermission.MANAGE)
    people = Person.objects.prefetch_related("assignments__organisation")
    return tuple(
        PersonRow(
            id=person.pk,
            email=person.email,
            name=person.name,
            active=person.is_active,
            last_login=person.last_login,
            roles=_held(list(person.assignments.all())),
        )
        for person in people
    )


def list_tokens(*, actor: Actor) -> tuple[TokenRow, ...]:
    """Give all tokens, newest first."""
    require(actor, AccountPermission.MANAGE)
    tokens = ApiToken.objects.prefetch_related("assignments__organisation")
    return tuple(
        TokenRow(
            id=token.pk,
            name=token.name,
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            used_at=token.used_at,
            roles=_held(list(token.assignments.all())),
        )
        for token in tokens
    )


def _held(assignments: list[Assignment]) -> tuple[Held, ...]:
    return tuple(
        Held(
            id=assignment.pk,
            role=assignment.role,
            organisation=assignment.organisation.code if assignment.organisation is not None else "",
            until=assignment.until,
        )
        for assignment in assignments
    )
