"""What tests of notices begin with: the scope of the system, and people of each role."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests.factories.registry import person
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts.middleware import SESSION_KEY, SESSION_MARK
from tocsin.accounts.models import Assignment, Person
from tocsin.kernel.actor import Actor, system


@pytest.fixture
def clock() -> Actor:
    return system("clock")


@pytest.fixture
def desk() -> Actor:
    return person(Role.COORDINATOR, label="Li Wen")


@pytest.fixture
def entered(database: str, clock: Actor) -> Iterator[Actor]:
    """Run the test inside one transaction of the system, which sees everything."""
    with acting(clock):
        yield clock


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever the last one left."""
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")


@pytest.fixture
def signed_in(database: str, clock: Actor, now: datetime) -> Callable[..., Client]:
    """Give a function that signs a new person of a role in, and gives the browser."""

    def sign_in(role: Role, organisation_id: int | None = None, language: str = "en") -> Client:
        with acting(clock):
            somebody = Person.objects.create(
                email=f"{role}-{organisation_id}-{language}@x.example",
                name="Li Wen",
                language=language,
                created_at=now,
            )
            Assignment.objects.create(person=somebody, role=role, organisation_id=organisation_id)
        browser = Client(SERVER_NAME="127.0.0.1")
        session = browser.session
        session[SESSION_KEY] = somebody.pk
        session[SESSION_MARK] = somebody.get_session_auth_hash()
        session.save()
        browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return browser

    return sign_in
