"""People and tokens that can sign in, made directly; call inside `acting(system("test"))`."""

import itertools
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password
from django.test import Client

from tocsin.access.permissions import Role
from tocsin.accounts.middleware import SESSION_KEY, SESSION_MARK
from tocsin.accounts.models import Assignment, Person
from tocsin.accounts.services import create_token
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation

PASSWORD = "a horse on a boat"
ENTERED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def account(
    role: Role, organisation: Organisation | None = None, *, email: str = "", password: str = "", **given: object
) -> Person:
    """Make a person with one role; without a password nobody gets in by the form, but `enter` does."""
    number = next(_numbers)
    values: dict[str, object] = {
        "email": email or f"person-{number}@desk.example",
        "name": f"Person {number}",
        "password": make_password(password or None),
        "created_at": ENTERED_AT,
        **given,
    }
    made = Person.objects.create(**values)
    Assignment.objects.create(person=made, role=role, organisation=organisation)
    return made


def enter(person: Person) -> Client:
    """Give a browser in which this person is signed in."""
    client = Client(SERVER_NAME="localhost")
    session = client.session
    session[SESSION_KEY] = person.pk
    session[SESSION_MARK] = person.get_session_auth_hash()
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def token(role: Role, organisation: Organisation | None = None, *, now: datetime, days: int = 365) -> str:
    """Make a token and give its secret."""
    own = organisation.pk if organisation is not None else None
    return create_token(
        actor=system("test"), name=f"token {next(_numbers)}", role=role, organisation_id=own, days=days, now=now
    )[1]
