"""A change without its entry in the trail does not stay, even where the caller goes on."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import models

from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.events.models import Source
from tocsin.events.services import sources
from tocsin.kernel.actor import system
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode, Language
from tocsin.registry.models import Asset, Contact, Organisation
from tocsin.registry.rules import AssetState, ContactRole
from tocsin.registry.services import assets, contacts, organisations

CLOCK = system("test")
LEADER = registry.person(Role.ADMINISTRATOR)


def enter_asset(owner: Organisation, now: datetime) -> None:
    assets.add_asset(
        actor=LEADER, organisation_id=owner.pk, kind=None, value="198.18.1.0/24", state=AssetState.ENTERED,
        valid_from=None, valid_until=None, note="", now=now,
    )  # fmt: skip


def enter_contact(owner: Organisation, now: datetime) -> None:
    facts = contacts.ContactFacts(
        role=ContactRole.SECURITY, name="", email="a@b.example", phone="", language=Language.ENGLISH
    )
    contacts.add_contact(actor=LEADER, organisation_id=owner.pk, facts=facts, now=now)


def enter_organisation(owner: Organisation, now: datetime) -> None:
    organisations.create_organisation(actor=LEADER, code="new", facts=organisations.facts_of(owner), now=now)


@pytest.mark.parametrize(
    ("module", "enter", "table"),
    [
        (assets, enter_asset, Asset),
        (contacts, enter_contact, Contact),
        (organisations, enter_organisation, Organisation),
    ],
)
def test_nothing_is_entered_without_the_trail(
    database: str,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    enter: Callable[[Organisation, datetime], None],
    table: type[models.Model],
) -> None:
    with acting(CLOCK):
        owner = registry.organisation("own")
        before = table._default_manager.count()
    monkeypatch.setattr(module, "record", broken)

    with acting(LEADER):
        with pytest.raises(OSError, match="no trail"):
            enter(owner, now)

        assert table._default_manager.count() == before


def test_a_source_is_not_changed_without_the_trail(
    database: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(CLOCK):
        source = sources.find_or_make(actor=CLOCK, name="a", format_name="f", now=now, using="default")
    monkeypatch.setattr(sources, "record", broken)

    with acting(LEADER):
        with pytest.raises(OSError, match="no trail"):
            sources.change_source(
                actor=LEADER, source_id=source.pk, provider="other", tlp=Tlp.RED, reliability="", gate=GateMode.AUTO,
                coverage_mode="none", expected_every_h=None, now=now,
            )  # fmt: skip

        assert Source.objects.get().provider == "a"


def broken(**_: object) -> None:
    raise OSError("no trail")
