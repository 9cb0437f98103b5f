"""What each side reads of a finding that changed hands."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests.factories import accounts, registry
from tests.factories.findings import DAY, MONDAY, finding
from tests.findings.test_pages import plain
from tocsin.access.permissions import Role
from tocsin.access.scope import INGEST, acting
from tocsin.findings.models import Finding
from tocsin.findings.rules import Action
from tocsin.findings.services import act, reattribute
from tocsin.kernel.actor import Actor, system
from tocsin.registry.models import Organisation

SYSTEM = system("test")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    translation.activate("en")


@pytest.fixture
def lost(hospital: Organisation) -> Finding:
    """Open a finding of an owner that nothing is registered of any more."""
    with acting(SYSTEM):
        return finding(hospital, subject="198.18.77.9")


def read(row: Finding, role: Role, owner: Organisation | None = None, language: str = "en") -> str:
    with acting(SYSTEM):
        client: Client = accounts.enter(accounts.account(role, owner, language=language))
    return plain(client.get(f"/findings/{row.public_id}/"))


def hand_over() -> None:
    with acting(system("registry"), using=INGEST) as actor:
        reattribute(actor=actor, organisation_ids=None, now=MONDAY)


def test_the_old_owner_reads_until_when_it_was_theirs(
    lost: Finding, hospital: Organisation, school: Organisation
) -> None:
    with acting(SYSTEM):
        registry.asset(school, "198.18.77.0/24")
    hand_over()

    page = read(lost, Role.ORGANISATION_MEMBER, hospital)

    assert "This was yours until " in page
    assert "school" not in page


def test_the_desk_reads_from_whom_to_whom(lost: Finding, school: Organisation) -> None:
    with acting(SYSTEM):
        registry.asset(school, "198.18.77.0/24")
    hand_over()

    page = read(lost, Role.ANALYST)

    assert "From Organisation hospital to Organisation school, as the registry has it." in page
    assert "Its owner reads that it was theirs until " in page


def test_the_desk_reads_that_nobody_has_it(lost: Finding) -> None:
    hand_over()

    assert "From Organisation hospital to nobody: no registered asset holds it." in read(lost, Role.AUDITOR)


def test_what_a_person_wrote_stays_and_stays_at_the_desk(lost: Finding, hospital: Organisation, desk: Actor) -> None:
    with acting(desk):
        act(
            actor=desk,
            finding_id=lost.pk,
            action=Action.HAND_OVER,
            reason="The tenant moved out.",
            until=None,
            now=MONDAY + DAY,
        )

    assert "The tenant moved out." in read(lost, Role.ANALYST)
    own = read(lost, Role.ORGANISATION_MEMBER, hospital)
    assert "This was yours until " in own
    assert "The tenant moved out." not in own


def test_it_is_said_in_chinese(lost: Finding, hospital: Organisation) -> None:
    hand_over()

    assert "此后不再归属贵单位" in read(lost, Role.ORGANISATION_MEMBER, hospital, "zh-hans")
