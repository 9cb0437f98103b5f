"""The sides of a finding: what the machine saw, what the owner says, what the coordinator holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from tocsin.kernel.errors import Invalid
from tocsin.kernel.words import Kind


class Machine(StrEnum):
    """What the last look that could have seen it says."""

    SEEN = "seen"
    #: One or more covered looks in a row without it.
    UNSEEN = "unseen"
    #: Nothing could look, or has looked since the owner's claim; the reason is kept beside it.
    UNTESTED = "untested"


class Owner(StrEnum):
    """What the owner last said."""

    SILENT = "silent"
    RECEIVED = "received"
    #: Until a date, kept beside it.
    IN_WORK = "in_work"
    CLAIMS_FIXED = "claims_fixed"
    DISPUTES = "disputes"
    NOT_OURS = "not_ours"
    ASKS_TIME = "asks_time"
    ASKS_ACCEPTANCE = "asks_acceptance"


class Coordinator(StrEnum):
    """Where the coordinator keeps the finding."""

    OPEN = "open"
    #: At the gate: nobody is told until a person decides.
    HELD = "held"
    CLOSED = "closed"


class Closing(StrEnum):
    """Why a finding is closed."""

    #: By an inspection or covered silence.
    VERIFIED = "verified"
    #: By an analyst, for what silence cannot end.
    CONFIRMED = "confirmed"
    #: Without a hit for its days; not called fixed.
    QUIET = "quiet"
    FALSE_POSITIVE = "false_positive"
    RISK_ACCEPTED = "risk_accepted"
    NOT_OURS = "not_ours"
    #: The asset changed hands, or its attribution was corrected.
    HANDED_OVER = "handed_over"
    DUPLICATE = "duplicate"


class Telling(StrEnum):
    """Whether the owner is told: what the gate and the notices have done so far."""

    #: Recorded and counted, never written about.
    INVENTORY = "inventory"
    #: News for the owner waits for the next round.
    UNTOLD = "untold"
    #: The newest news stands in an issued notice.
    TOLD = "told"


#: Closings that say nothing about how the problem ended, open to every kind.
_JUDGEMENTS = frozenset(
    {
        Closing.FALSE_POSITIVE,
        Closing.RISK_ACCEPTED,
        Closing.NOT_OURS,
        Closing.HANDED_OVER,
        Closing.DUPLICATE,
    }
)

#: Closings that say "it is gone": a later sighting contradicts them.
GONE = frozenset({Closing.VERIFIED, Closing.CONFIRMED, Closing.QUIET})

#: How a finding of each kind can end (design, fixed rules 1 and 2). The kind is that of the episode: copied from the
#: catalogue when the finding opens and kept, so that a later change of the catalogue leaves no impossible row behind.
ENDINGS: Mapping[Kind, frozenset[Closing]] = {
    Kind.STATE: _JUDGEMENTS | {Closing.VERIFIED, Closing.CONFIRMED},
    Kind.OCCURRENCE: _JUDGEMENTS | {Closing.QUIET, Closing.CONFIRMED},
    Kind.DISCLOSURE: _JUDGEMENTS | {Closing.CONFIRMED},
    Kind.ONE_OFF: _JUDGEMENTS | {Closing.CONFIRMED},
    Kind.INVENTORY: _JUDGEMENTS | {Closing.QUIET},
}


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Everything that decides what a finding's state is called and what may follow.

    Raises:
        Invalid: the combination cannot exist (`impossible` says why).
    """

    kind: Kind
    machine: Machine = Machine.SEEN
    owner: Owner = Owner.SILENT
    coordinator: Coordinator = Coordinator.OPEN
    #: Null unless the coordinator's side is `closed`.
    closing: Closing | None = None
    telling: Telling = Telling.UNTOLD

    def __post_init__(self) -> None:
        fault = impossible(
            kind=self.kind,
            coordinator=self.coordinator,
            closing=self.closing,
            telling=self.telling,
        )
        if fault is not None:
            raise Invalid(fault)


def impossible(*, kind: Kind, coordinator: Coordinator, closing: Closing | None, telling: Telling) -> str | None:
    """Say why a combination cannot exist; null when it can. The table's check constraints hold the same four."""
    if (coordinator is Coordinator.CLOSED) != (closing is not None):
        return (
            f"A finding that is {coordinator} cannot have the closing {closing}: closed and a closing imply each other."
        )
    if closing is not None and closing not in ENDINGS[kind]:
        return f"A problem of kind {kind} never ends as {closing}."
    if kind is Kind.INVENTORY and telling is not Telling.INVENTORY:
        return "An inventory problem is never written about: its telling is 'inventory'."
    if coordinator is Coordinator.HELD and telling is not Telling.UNTOLD:
        return "Only what is still to be told can wait at the gate."
    return None


def every_combination() -> Iterator[Sides]:
    """Yield each combination that can exist, in the order of the enums (some 2,000)."""
    closings: tuple[Closing | None, ...] = (None, *Closing)
    for kind, machine, owner, coordinator, closing, telling in product(
        Kind, Machine, Owner, Coordinator, closings, Telling
    ):
        if impossible(kind=kind, coordinator=coordinator, closing=closing, telling=telling) is None:
            yield Sides(
                kind=kind,
                machine=machine,
                owner=owner,
                coordinator=coordinator,
                closing=closing,
                telling=telling,
            )
