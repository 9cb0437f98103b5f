"""Who acts, what they may do and how far they may see."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """What stands behind an act."""

    PERSON = "person"
    #: An API token.
    SERVICE = "service"
    #: The signed link in a notice.
    LINK = "link"
    #: Tocsin itself: ingest, clocks, rounds.
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """How far an actor sees. The empty scope sees nothing."""

    everything: bool = False
    organisation_ids: frozenset[int] = frozenset()
    #: The one notice that a link serves; with it nothing else is visible, not even of the same owner.
    notice_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One who acts, resolved by `accounts` so that lower parts need not know accounts."""

    kind: ActorKind
    #: Row id of the person or token; 0 for the system, the notice's id for a link.
    id: int
    #: Shown on timelines and in the trail: a name of a person or a part of Tocsin.
    label: str
    permissions: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=Scope)
    #: Where the request came from, for the trail; empty for the system.
    address: str = ""

    @property
    def sees_everything(self) -> bool:
        """Tell whether no row is hidden from this actor."""
        return self.scope.everything


#: Everything the system does by itself; holds every permission because each of its acts is a rule, not a wish.
ALL_PERMISSIONS = "*"


def system(part: str) -> Actor:
    """Make the actor for what a part of Tocsin does by itself, such as `ingest` or `clock`."""
    return Actor(
        kind=ActorKind.SYSTEM,
        id=0,
        label=part,
        permissions=frozenset({ALL_PERMISSIONS}),
        scope=Scope(everything=True),
    )
