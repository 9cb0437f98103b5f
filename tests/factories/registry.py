"""Organisations with what they own and whom to write to, made directly; call inside `acting(system("test"))`."""

import itertools
from datetime import UTC, datetime

from tocsin.access.permissions import Role, permissions_of
from tocsin.kernel.actor import Actor, ActorKind, Scope
from tocsin.registry.models import Asset, Contact, Coordinator, Organisation, Region, Sector

#: When the things of a test were entered.
ENTERED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def region(code: str = "LJ") -> Region:
    """Give the region of this code, made where it is absent."""
    return Region.objects.get_or_create(code=code, defaults={"name_en": f"Region {code}", "name_zh": f"地区 {code}"})[0]


def sector(code: str = "health") -> Sector:
    """Give the sector of this code, made where it is absent."""
    return Sector.objects.get_or_create(code=code, defaults={"name_en": code.title(), "name_zh": f"行业 {code}"})[0]


def coordinator(code: str = "centre") -> Coordinator:
    """Give the desk of this code, made where it is absent."""
    names = {"name_en": f"Desk {code}", "name_zh": f"协调机构 {code}"}
    return Coordinator.objects.get_or_create(code=code, defaults=names)[0]


def organisation(code: str = "", **given: object) -> Organisation:
    """Make an organisation; whatever is not given is plain: health, LJ, tier 3, English, desk `centre`."""
    code = code or f"o{next(_numbers)}"
    values: dict[str, object] = {
        "name_en": f"Organisation {code}",
        "name_zh": "",
        "sort_zh": f"organisation {code}",
        "sector": sector(),
        "region": region(),
        "coordinator": coordinator(),
        "language": "en",
        "created_at": ENTERED_AT,
    }
    return Organisation.objects.create(code=code, **{**values, **given})


def asset(owner: Organisation, value: str = "", kind: str = "", **given: object) -> Asset:
    """Make an asset that attributes, theirs for ever; `value` canonical. Without one: a fresh domain."""
    value = value or f"n{next(_numbers)}.example"
    kind = kind or ("prefix" if "/" in value and "://" not in value else "url" if "://" in value else "domain")
    return Asset.objects.create(organisation=owner, kind=kind, value=value, **{"created_at": ENTERED_AT, **given})


def contact(owner: Organisation, role: str = "security", email: str = "", **given: object) -> Contact:
    """Make a contact in the organisation's language."""
    values = {"language": owner.language, **given}
    return Contact.objects.create(
        organisation=owner, role=role, email=email or f"{role}-{next(_numbers)}@{owner.code}.example", **values
    )


def person(*roles: Role, organisation: Organisation | None = None, label: str = "") -> Actor:
    """Give the actor of somebody who holds these roles, for one organisation or (staff) for all."""
    own = frozenset({organisation.pk}) if organisation is not None else frozenset[int]()
    return Actor(
        kind=ActorKind.PERSON,
        id=next(_numbers),
        label=label or " and ".join(roles) or "nobody",
        permissions=permissions_of(roles),
        scope=Scope(everything=organisation is None and bool(roles), organisation_ids=own),
    )
