"""One field finds what one may see, and nothing else."""

import pytest
from django.test import Client

from tests.factories import accounts, notices, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import system


@pytest.fixture
def clients(database: str) -> tuple[Client, Client]:
    """Give somebody of the desk, and somebody of one of two owners."""
    with acting(system("test")):
        mine, other = registry.organisation(name_en="Qinghe Hospital"), registry.organisation(name_en="Baishan Water")
        notices.finding(mine, address="198.18.7.7", subject="198.18.7.7")
        notices.finding(other, address="198.18.8.8", subject="198.18.8.8")
        return accounts.enter(accounts.account(Role.ANALYST)), accounts.enter(
            accounts.account(Role.ORGANISATION_MEMBER, mine)
        )


def found(client: Client, text: str) -> str:
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    return response.content.decode().partition("</h1>")[2]


@pytest.mark.parametrize("text", ["Baishan", "198.18.8.8"])
def test_the_desk_finds_and_the_neighbour_does_not(clients: tuple[Client, Client], text: str) -> None:
    desk, neighbour = clients

    assert "Baishan Water" in found(desk, text)
    assert "Baishan Water" not in found(neighbour, text)


@pytest.mark.parametrize("text", ["", "  ", "\x00", "%", "'", "x" * 5000, "198.18.0.0/15", "2026-0417", "::1"])
def test_whatever_is_typed_is_answered(clients: tuple[Client, Client], text: str) -> None:
    found(clients[0], text)
