"""What tests of notices begin with: the scope of the system, and people of each role."""

from collections.abc import Iterator

import pytest

from tests.factories.registry import person
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
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
