"""How a permission is declared, once, beside what it guards, with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import tocsin
from tocsin.kernel.actor import ALL_PERMISSIONS, Actor
from tocsin.kernel.errors import NotAllowed


class Role(StrEnum):
    """Parts that people and programs play. Each is held with a scope (`accounts.Assignment`)."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ORGANISATION_MANAGER = "organisation_manager"
    ORGANISATION_MEMBER = "organisation_member"
    #: Whoever holds the signed link of one notice.
    LINK = "link"


#: Those who work at the desk and see the whole constituency.
STAFF = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST, Role.AUDITOR})
#: Those who decide for the desk.
DESK = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST})
#: Those who belong to an organisation in our care.
CONSTITUENTS = frozenset({Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER})


class Permission(StrEnum):
    """Base of each app's enum of permissions; values are `<app>.<verb>`."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Says who holds a permission, and why."""

    permission: Permission
    roles: frozenset[Role]
    reason: str


def require(actor: Actor, permission: Permission) -> None:
    """Go on only when the actor holds the permission.

    Raises:
        NotAllowed: it does not.
    """
    if not holds(actor, permission):
        raise NotAllowed(f"{actor.label} may not do this ({permission}).", permission=str(permission))


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether the actor holds the permission."""
    return ALL_PERMISSIONS in actor.permissions or str(permission) in actor.permissions


@cache
def grants() -> tuple[Grant, ...]:
    """Collect what every app's `permissions.py` declares; found by being there."""
    found: list[Grant] = []
    for module in iter_modules(tocsin.__path__):
        name = f"tocsin.{module.name}.permissions"
        try:
            declared = import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            continue
        found.extend(getattr(declared, "GRANTS", ()))
    return tuple(found)


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """Give all that these roles hold together."""
    held = frozenset(roles)
    return frozenset(str(grant.permission) for grant in grants() if grant.roles & held)


def table() -> Mapping[Role, tuple[Grant, ...]]:
    """Give for each role what it may do, for the page and the docs that list it."""
    return {role: tuple(grant for grant in grants() if role in grant.roles) for role in Role}
