"""What tests of findings begin with: owners that every role of the database sees, and people."""

from collections.abc import Iterator

import pytest

from tests.factories import registry
from tests.factories.registry import person
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import Actor, system
from tocsin.registry.models import Organisation


@pytest.fixture
def clock() -> Actor:
    return system("clock")


@pytest.fixture
def desk() -> Actor:
    return person(Role.COORDINATOR, label="Li Wen")


@pytest.fixture
def analyst() -> Actor:
    return person(Role.ANALYST, label="Zhao Min")


@pytest.fixture
def auditor() -> Actor:
    return person(Role.AUDITOR, label="Sun Jie")


@pytest.fixture
def hospital(database: str) -> Organisation:
    with acting(system("test")):
        return registry.organisation("hospital", tier=2)


@pytest.fixture
def school(database: str) -> Organisation:
    with acting(system("test")):
        return registry.organisation("school", sector=registry.sector("education"))


@pytest.fixture
def nurse(hospital: Organisation) -> Actor:
    return person(Role.ORGANISATION_MEMBER, organisation=hospital, label="Chen Yu")


@pytest.fixture
def teacher(school: Organisation) -> Actor:
    return person(Role.ORGANISATION_MEMBER, organisation=school, label="He Fang")


@pytest.fixture
def entered(database: str, clock: Actor) -> Iterator[Actor]:
    """Run the test inside one transaction of the system, which sees everything."""
    with acting(clock):
        yield clock
