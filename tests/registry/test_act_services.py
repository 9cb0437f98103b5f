"""Single acts on the constituency: they work, refuse the wrong actor, hide others' rows and leave an entry."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.factories import registry as make
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid, NotAllowed, NotFound
from tocsin.kernel.words import Language
from tocsin.registry import services
from tocsin.registry.errors import AlreadyThere, HasEnded, UnknownCode
from tocsin.registry.models import Asset, Contact, Organisation
from tocsin.registry.rules import AssetState, ContactRole
from tocsin.registry.services import ContactFacts, OrganisationFacts

DESK = make.person(Role.COORDINATOR)
MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
SOC = ContactFacts(
    role=ContactRole.SECURITY, name="Li Lei", email="SOC@One.Example", phone="", language=Language.ENGLISH
)


@pytest.fixture(autouse=True)
def scope(database: str) -> Iterator[None]:
    with acting(system("test")):
        yield


def facts(**given: object) -> OrganisationFacts:
    make.sector()
    make.region()
    make.coordinator()
    values: dict[str, object] = {
        "name_en": "County Hospital",
        "name_zh": "县人民医院",
        "sector": "health",
        "region": "LJ",
        "tier": 1,
        "critical": True,
        "coordinator": "centre",
        "sector_coordinator": None,
        "language": Language.CHINESE,
        **given,
    }
    return OrganisationFacts(**values)  # type: ignore[arg-type]  # fields come by name


def add(owner: Organisation, value: str = "198.18.1.0/24", actor: Actor = DESK, **given: object) -> int:
    values: dict[str, object] = {
        "kind": None,
        "state": AssetState.ENTERED,
        "valid_from": None,
        "valid_until": None,
        "note": "",
        "now": make.ENTERED_AT,
        **given,
    }
    return services.add_asset(actor=actor, organisation_id=owner.pk, value=value, **values)  # type: ignore[arg-type]  # fields come by name


def entry() -> AuditEntry:
    return AuditEntry.objects.latest("id")


def asked() -> list[list[int]]:
    """Give whose findings were to be attributed anew, job by job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'findings.reattribute' ORDER BY id")
        return [json.loads(row[0])["organisation_ids"] for row in cursor.fetchall()]


def test_an_organisation_is_entered(now: datetime) -> None:
    made = services.create_organisation(actor=DESK, code="h1", facts=facts(), now=now)

    held = Organisation.objects.get(pk=made)
    assert (held.code, held.sort_zh, held.tier) == ("h1", "xian ren min yi yuan", 1)
    assert (entry().action, entry().organisation_id, entry().actor_id) == (
        "registry.create_organisation",
        made,
        DESK.id,
    )


@pytest.mark.parametrize(
    ("code", "given", "error"),
    [
        ("a b", {}, Invalid),
        ("", {}, Invalid),
        ("h1", {"name_en": "", "name_zh": " "}, Invalid),
        ("h1", {"name_en": "x" * 301}, Invalid),
        ("h1", {"name_en": "x\u202ey"}, Invalid),
        ("h1", {"tier": 4}, Invalid),
        ("h1", {"sector": "mining"}, UnknownCode),
        ("h1", {"region": "nowhere"}, UnknownCode),
        ("h1", {"coordinator": "nobody"}, UnknownCode),
        ("h1", {"sector_coordinator": "nobody"}, UnknownCode),
        ("taken", {}, AlreadyThere),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(
    code: str, given: dict[str, object], error: type[Exception], now: datetime
) -> None:
    make.organisation("taken")

    with pytest.raises(error):
        services.create_organisation(actor=DESK, code=code, facts=facts(**given), now=now)

    assert Organisation.objects.count() == 1


def test_an_organisation_is_changed_and_the_same_again_leaves_no_trace(now: datetime) -> None:
    made = services.create_organisation(actor=DESK, code="h1", facts=facts(), now=now)

    services.change_organisation(actor=DESK, organisation_id=made, facts=facts(name_zh="市医院", tier=2), now=now)

    assert Organisation.objects.get(pk=made).sort_zh == "shi yi yuan"
    assert entry().before == {"name_zh": "县人民医院", "tier": 1}
    assert entry().after == {"name_zh": "市医院", "tier": 2}
    before = AuditEntry.objects.count()
    services.change_organisation(actor=DESK, organisation_id=made, facts=facts(name_zh="市医院", tier=2), now=now)
    assert AuditEntry.objects.count() == before


def test_an_asset_is_spelled_in_its_one_way_and_findings_are_asked_again(now: datetime) -> None:
    around = make.asset(make.organisation(), "198.18.0.0/16").organisation
    owner = make.organisation()

    made = add(owner, " 198.18.1.0/24 ", note="main site", valid_from=MARCH, now=now)

    held = Asset.objects.get(pk=made)
    assert (held.kind, held.value, held.valid_from, held.note) == ("prefix", "198.18.1.0/24", MARCH, "main site")
    assert (entry().action, entry().target_id, entry().organisation_id) == ("registry.add_asset", str(made), owner.pk)
    assert asked() == [sorted([around.pk, owner.pk])]


@pytest.mark.parametrize(
    ("value", "around"),
    [
        ("www.h1.example", "h1.example"),
        ("https://h1.example/x/y", "https://h1.example/x"),
        ("https://h1.example/x", "http://h1.example/"),
        ("https://www.h1.example/x", "h1.example"),
        ("http://198.18.1.7/x", "198.18.0.0/16"),
        ("2001:db8:1:1::/64", "2001:db8:1::/48"),
        ("198.18.1.7", "198.18.1.7/32"),
    ],
)
def test_whoever_held_what_lies_around_is_asked_again(value: str, around: str) -> None:
    neighbour = make.asset(make.organisation(), around).organisation
    make.asset(make.organisation(), "198.19.0.0/16")
    owner = make.organisation()

    add(owner, value)

    assert asked() == [sorted([neighbour.pk, owner.pk])]


@pytest.mark.parametrize(
    ("value", "given", "error"),
    [
        ("com", {}, Invalid),
        ("198.18.1.1/24", {}, Invalid),
        ("h1.example", {"valid_from": JUNE, "valid_until": MARCH}, Invalid),
        ("h1.example", {"note": "x" * 501}, Invalid),
        ("taken.example", {}, AlreadyThere),
    ],
)
def test_an_asset_that_cannot_be_is_refused(value: str, given: dict[str, object], error: type[Exception]) -> None:
    owner = make.organisation()
    make.asset(owner, "taken.example")

    with pytest.raises(error):
        add(owner, value, DESK, **given)

    assert Asset.objects.count() == 1
    assert asked() == []


def test_an_asset_ends_at_a_moment_and_only_once(now: datetime) -> None:
    held = make.asset(make.organisation(), valid_from=MARCH)

    services.end_asset(actor=DESK, asset_id=held.pk, at=JUNE, reason="sold", now=now)

    held.refresh_from_db()
    assert held.valid_until == JUNE
    assert (entry().action, entry().reason) == ("registry.end_asset", "sold")
    assert asked() == [[held.organisation_id]]
    with pytest.raises(HasEnded):
        services.end_asset(actor=DESK, asset_id=held.pk, at=now, reason="", now=now)


def test_an_asset_cannot_end_before_it_begins(now: datetime) -> None:
    held = make.asset(make.organisation(), valid_from=JUNE)

    with pytest.raises(Invalid, match="end after it begins"):
        services.end_asset(actor=DESK, asset_id=held.pk, at=MARCH, reason="", now=now)


def test_a_claim_is_proven(now: datetime) -> None:
    held = make.asset(make.organisation(), state="claimed")

    services.change_asset(
        actor=DESK, asset_id=held.pk, state=AssetState.PROVEN, valid_from=MARCH, valid_until=None, note="", now=now
    )

    held.refresh_from_db()
    assert (held.state, held.valid_from) == ("proven", MARCH)
    assert entry().before is not None
    assert entry().before["state"] == "claimed"  # type: ignore[index]  # a query of its own each time, so the line above proves nothing
    assert asked() == [[held.organisation_id]]


def test_an_asset_moves_to_its_new_owner(now: datetime) -> None:
    old, new = make.organisation(), make.organisation()
    held = make.asset(old, valid_from=MARCH)

    made = services.move_asset(
        actor=DESK, asset_id=held.pk, to_organisation_id=new.pk, at=JUNE, reason="campus sold", now=now
    )

    held.refresh_from_db()
    received = Asset.objects.get(pk=made)
    assert (held.organisation, held.valid_from, held.valid_until, held.state) == (old, MARCH, JUNE, "entered")
    assert (received.organisation, received.valid_from, received.valid_until) == (new, JUNE, None)
    assert received.value == held.value
    assert asked() == [sorted([old.pk, new.pk])]
    told = {(one.action, one.organisation_id, one.reason) for one in AuditEntry.objects.all()}
    assert told == {
        ("registry.move_asset", old.pk, "campus sold"),
        ("registry.receive_asset", new.pk, "campus sold"),
    }


def test_an_owner_that_was_always_wrong_is_put_right(now: datetime) -> None:
    old, new = make.organisation(), make.organisation()
    held = make.asset(old, valid_from=MARCH, valid_until=JUNE)

    made = services.move_asset(
        actor=DESK, asset_id=held.pk, to_organisation_id=new.pk, at=None, reason="old network plan", now=now
    )

    held.refresh_from_db()
    received = Asset.objects.get(pk=made)
    assert held.state == "rejected"
    assert (received.state, received.valid_from, received.valid_until) == ("entered", MARCH, JUNE)


def test_a_move_that_cannot_be_changes_nothing(now: datetime) -> None:
    old, new = make.organisation(), make.organisation()
    held = make.asset(old, "a.example", valid_from=MARCH)
    make.asset(new, "a.example", valid_from=JUNE)
    tries: list[tuple[type[Exception], int, datetime, str]] = [
        (Invalid, new.pk, JUNE, " "),
        (Invalid, old.pk, JUNE, "why"),
        (Invalid, new.pk, MARCH, "why"),
        (AlreadyThere, new.pk, JUNE, "why"),
        (NotFound, 10**9, JUNE, "why"),
    ]

    for error, receiver, at, reason in tries:
        with pytest.raises(error):
            services.move_asset(
                actor=DESK, asset_id=held.pk, to_organisation_id=receiver, at=at, reason=reason, now=now
            )

        held.refresh_from_db()
        assert (held.valid_until, Asset.objects.count(), asked()) == (None, 2, [])


def test_contacts_are_entered_changed_and_removed(now: datetime) -> None:
    owner = make.organisation()

    made = services.add_contact(actor=DESK, organisation_id=owner.pk, facts=SOC, now=now)
    assert Contact.objects.get(pk=made).email == "SOC@one.example"
    changed = ContactFacts(
        role=ContactRole.ABUSE, name="", email="abuse@one.example", phone="1", language=Language.CHINESE
    )
    services.change_contact(actor=DESK, contact_id=made, facts=changed, now=now)
    assert str(Contact.objects.get(pk=made)) == "abuse abuse@one.example"
    services.remove_contact(actor=DESK, contact_id=made, now=now)

    assert not Contact.objects.exists()
    told = list(AuditEntry.objects.order_by("id").values_list("action", "organisation_id"))
    assert told == [(f"registry.{act}_contact", owner.pk) for act in ("add", "change", "remove")]
    assert entry().before == {"role": "abuse"}


def test_one_address_stands_once_in_a_role(now: datetime) -> None:
    owner = make.organisation()
    services.add_contact(actor=DESK, organisation_id=owner.pk, facts=SOC, now=now)

    with pytest.raises(AlreadyThere):
        services.add_contact(actor=DESK, organisation_id=owner.pk, facts=SOC, now=now)

    assert Contact.objects.count() == 1


def test_an_address_that_is_none_is_refused(now: datetime) -> None:
    bad = ContactFacts(role=ContactRole.ABUSE, name="", email="a@b", phone="", language=Language.ENGLISH)

    with pytest.raises(Invalid):
        services.add_contact(actor=DESK, organisation_id=make.organisation().pk, facts=bad, now=now)


def acts(owner: Organisation, asset: Asset, contact: Contact, now: datetime) -> dict[str, Callable[[Actor], object]]:
    """Give every act on what an organisation has."""
    return {
        "add_asset": lambda actor: add(owner, "x.example", actor),
        "end_asset": lambda actor: services.end_asset(actor=actor, asset_id=asset.pk, at=JUNE, reason="", now=now),
        "change_asset": lambda actor: services.change_asset(
            actor=actor, asset_id=asset.pk, state=AssetState.PROVEN, valid_from=None, valid_until=None, note="", now=now
        ),
        "move_asset": lambda actor: services.move_asset(
            actor=actor, asset_id=asset.pk, to_organisation_id=owner.pk, at=JUNE, reason="why", now=now
        ),
        "add_contact": lambda actor: services.add_contact(actor=actor, organisation_id=owner.pk, facts=SOC, now=now),
        "change_contact": lambda actor: services.change_contact(actor=actor, contact_id=contact.pk, facts=SOC, now=now),
        "remove_contact": lambda actor: services.remove_contact(actor=actor, contact_id=contact.pk, now=now),
        "change_organisation": lambda actor: services.change_organisation(
            actor=actor, organisation_id=owner.pk, facts=facts(), now=now
        ),
    }


ACTS = (
    *("add_asset", "end_asset", "change_asset", "move_asset"),
    *("add_contact", "change_contact", "remove_contact", "change_organisation"),
)


@pytest.mark.parametrize("name", ACTS)
def test_who_may_not_is_refused(name: str, now: datetime) -> None:
    owner = make.organisation()
    member = make.person(Role.ORGANISATION_MEMBER, organisation=owner)

    with pytest.raises(NotAllowed):
        acts(owner, make.asset(owner), make.contact(owner), now)[name](member)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ACTS)
def test_what_is_not_yours_is_not_there(name: str, now: datetime) -> None:
    owner, mine = make.organisation(), make.organisation()
    act = acts(owner, make.asset(owner), make.contact(owner), now)[name]
    facts()
    # More than any role gives: even so nobody reaches beyond the own organisation.
    stranger = Actor(
        kind=DESK.kind,
        id=1,
        label="stranger",
        permissions=DESK.permissions,
        scope=make.person(Role.ORGANISATION_MANAGER, organisation=mine).scope,
    )

    with acting(stranger), pytest.raises(NotFound):
        act(stranger)

    assert not AuditEntry.objects.exists()


def test_an_organisation_keeps_its_own_contacts(now: datetime) -> None:
    owner = make.organisation()
    manager = make.person(Role.ORGANISATION_MANAGER, organisation=owner)

    with acting(manager):
        services.add_contact(actor=manager, organisation_id=owner.pk, facts=SOC, now=now)

    assert owner.contacts.count() == 1


def test_only_leads_enter_organisations(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.create_organisation(actor=make.person(Role.ANALYST), code="h1", facts=facts(), now=now)
