"""Operations of accounts: who one is, people, their roles, and tokens."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Router, Status
from pydantic import AwareDatetime

from tocsin.access.permissions import Role, grants
from tocsin.accounts import queries, services
from tocsin.accounts.middleware import actor_of
from tocsin.kernel.actor import Actor
from tocsin.web.schemas import Input, Schema

router = Router()

Id = Annotated[int, Path(ge=1, lt=2**63)]


class Me(Schema):
    """Whoever calls."""

    kind: str
    name: str
    #: `*` stands for all.
    permissions: list[str]
    #: Whether nothing of the constituency is hidden.
    everything: bool
    organisation_ids: list[int]


class Held(Schema):
    """One role, also one that is over."""

    #: Of the assignment; `DELETE /assignments/ID` ends it.
    id: int
    role: str
    #: Code of the organisation; empty: the whole constituency.
    organisation: str
    until: datetime | None


class Token(Schema):
    """One token, without its secret."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    roles: list[Held]


class NewToken(Input):
    """A token to be made."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    organisation_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    days: Annotated[int, Field(ge=1, le=730)] = 365


class TokenMade(Schema):
    """A token that was made, with its secret, which is shown this once."""

    id: int
    secret: str


def caller(request: HttpRequest) -> Actor:
    """Give the actor of an operation; the API has seen to it that there is one."""
    actor = actor_of(request)
    assert actor is not None
    return actor


@router.get("/me", response=Me)
def show_me(request: HttpRequest) -> dict[str, object]:
    """Say who calls, and what that one may do and see."""
    actor = caller(request)
    return {
        "kind": actor.kind,
        "name": actor.label,
        "permissions": sorted(actor.permissions),
        "everything": actor.scope.everything,
        "organisation_ids": sorted(actor.scope.organisation_ids),
    }


class Allowed(Schema):
    """One permission."""

    permission: str
    #: Empty: the program alone does it, by rule.
    roles: list[str]
    reason: str


@router.get("/permissions", response=list[Allowed])
def list_permissions(request: HttpRequest) -> list[dict[str, object]]:
    """List every permission, who holds it and why."""
    del request
    return [
        {
            "permission": str(grant.permission),
            "roles": [str(role) for role in Role if role in grant.roles],
            "reason": grant.reason,
        }
        for grant in sorted(grants(), key=lambda grant: str(grant.permission))
    ]


class PersonOut(Schema):
    """One account."""

    id: int
    email: str
    name: str
    active: bool
    last_login: datetime | None
    roles: list[Held]


@router.get("/people", response=list[PersonOut])
def list_people(request: HttpRequest) -> list[queries.PersonRow]:
    """List all accounts, by e-mail address."""
    # No tuple: ninja would take one of two for a status and an answer.
    return list(queries.list_people(actor=caller(request)))


class PersonEnded(Schema):
    """What ended with an account."""

    #: Tokens that this person had made and whose secrets it knew; programs that use them need new ones.
    tokens_revoked: list[int]


@router.post("/people/{int:person_id}/end", response=PersonEnded)
def end_person(request: HttpRequest, person_id: Id) -> dict[str, object]:
    """Switch an account off; its sessions and the tokens that it made end at once."""
    ended = services.end_person(actor=caller(request), person_id=person_id, now=timezone.now())
    return {"tokens_revoked": list(ended)}


class NewAssignment(Input):
    """A role to be given."""

    role: Role
    organisation_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    #: When it ends by itself; null: when somebody ends it.
    until: AwareDatetime | None = None


class AssignmentMade(Schema):
    """A role that was given."""

    id: int


@router.post("/people/{int:person_id}/assignments", response={201: AssignmentMade})
def add_assignment(request: HttpRequest, person_id: Id, wanted: NewAssignment) -> Status[dict[str, object]]:
    """Give a person one more role; roles at the desk and roles of organisations do not go together."""
    made = services.add_assignment(
        actor=caller(request),
        person_id=person_id,
        role=wanted.role,
        organisation_id=wanted.organisation_id,
        until=wanted.until,
        now=timezone.now(),
    )
    return Status(201, {"id": made})


@router.delete("/assignments/{int:assignment_id}", response={204: None})
def end_assignment(request: HttpRequest, assignment_id: Id) -> Status[None]:
    """Take a role away at once, from a person or a token."""
    services.end_assignment(actor=caller(request), assignment_id=assignment_id, now=timezone.now())
    return Status(204, None)


@router.get("/tokens", response=list[Token])
def list_tokens(request: HttpRequest) -> list[queries.TokenRow]:
    """List all tokens, newest first."""
    return list(queries.list_tokens(actor=caller(request)))


@router.post("/tokens", response={201: TokenMade})
def create_token(request: HttpRequest, wanted: NewToken) -> Status[dict[str, object]]:
    """Make a token. Its secret is in this answer and nowhere else."""
    token, secret = services.create_token(
        actor=caller(request),
        name=wanted.name,
        role=wanted.role,
        organisation_id=wanted.organisation_id,
        days=wanted.days,
        now=timezone.now(),
    )
    return Status(201, {"id": token.pk, "secret": secret})


@router.delete("/tokens/{int:token_id}", response={204: None})
def revoke_token(request: HttpRequest, token_id: Id) -> Status[None]:
    """End a token at once."""
    services.revoke_token(actor=caller(request), token_id=token_id, now=timezone.now())
    return Status(204, None)
