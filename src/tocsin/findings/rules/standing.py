"""What a finding's state is called, what is due next and from whom, and what may follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tocsin.findings.rules.actions import Action, possible
from tocsin.findings.rules.sides import (
    Closing,
    Coordinator,
    Machine,
    Owner,
    Sides,
    Telling,
)
from tocsin.kernel.words import Kind


class Status(StrEnum):
    """The one word that lists and letters show; `texts.py` has the labels."""

    WAITING_AT_GATE = "waiting_at_gate"
    #: Kept and counted, never written about.
    RECORDED = "recorded"
    NEW = "new"
    WAITING_FOR_OWNER = "waiting_for_owner"
    RECEIVED = "received"
    IN_WORK = "in_work"
    FIX_CLAIMED = "fix_claimed"
    #: Claimed fixed, and seen since.
    STILL_THERE = "still_there"
    #: Covered looks no longer see it; some are still missing.
    VERIFYING = "verifying"
    DISPUTED = "disputed"
    NOT_OURS_CLAIMED = "not_ours_claimed"
    TIME_ASKED = "time_asked"
    ACCEPTANCE_ASKED = "acceptance_asked"

    VERIFIED = "verified"
    CONFIRMED = "confirmed"
    QUIET = "quiet"
    FALSE_POSITIVE = "false_positive"
    RISK_ACCEPTED = "risk_accepted"
    NOT_OURS = "not_ours"
    HANDED_OVER = "handed_over"
    DUPLICATE = "duplicate"

    @property
    def closed(self) -> bool:
        """Tell whether the finding is closed."""
        return self in _CLOSED.values()


class Due(StrEnum):
    """What has to happen next."""

    #: A coordinator decides what waits at the gate.
    GATE = "gate"
    #: The next round tells the owner.
    NOTICE = "notice"
    OWNER_ANSWER = "owner_answer"
    #: Reports or an inspection have to look.
    VERIFICATION = "verification"
    #: A person decides about what the owner says.
    ANALYST = "analyst"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The outcome for one combination of sides."""

    status: Status
    due: Due
    #: What the sides allow; who may take it is a matter of permissions.
    actions: frozenset[Action]


_CLOSED: Mapping[Closing, Status] = {closing: Status(closing.value) for closing in Closing}


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row of the table: what it matches (null = anything), and the outcome."""

    kind: frozenset[Kind] | None = None
    machine: frozenset[Machine] | None = None
    owner: frozenset[Owner] | None = None
    coordinator: Coordinator | None = None
    telling: Telling | None = None
    status: Status
    due: Due

    def matches(self, sides: Sides) -> bool:
        """Tell whether the row is about these sides."""
        return (
            (self.kind is None or sides.kind in self.kind)
            and (self.machine is None or sides.machine in self.machine)
            and (self.owner is None or sides.owner in self.owner)
            and (self.coordinator is None or sides.coordinator is self.coordinator)
            and (self.telling is None or sides.telling is self.telling)
        )


_STATE = frozenset({Kind.STATE})
_NEVER_BY_SILENCE = frozenset({Kind.OCCURRENCE, Kind.DISCLOSURE, Kind.ONE_OFF})
_GONE_OR_UNKNOWN = frozenset({Machine.UNSEEN, Machine.UNTESTED})
_CLAIMS = frozenset({Owner.CLAIMS_FIXED})

#: Open and held findings; the first row that matches decides.
_TABLE: tuple[_Row, ...] = (
    _Row(coordinator=Coordinator.HELD, status=Status.WAITING_AT_GATE, due=Due.GATE),
    # What only a person can answer.
    _Row(owner=frozenset({Owner.DISPUTES}), status=Status.DISPUTED, due=Due.ANALYST),
    _Row(
        owner=frozenset({Owner.NOT_OURS}),
        status=Status.NOT_OURS_CLAIMED,
        due=Due.ANALYST,
    ),
    _Row(owner=frozenset({Owner.ASKS_TIME}), status=Status.TIME_ASKED, due=Due.ANALYST),
    _Row(
        owner=frozenset({Owner.ASKS_ACCEPTANCE}),
        status=Status.ACCEPTANCE_ASKED,
        due=Due.ANALYST,
    ),
    # A claim, until it is seen again: the machine proves a state, a person the rest.
    _Row(
        kind=_STATE,
        machine=frozenset({Machine.UNTESTED}),
        owner=_CLAIMS,
        status=Status.FIX_CLAIMED,
        due=Due.VERIFICATION,
    ),
    _Row(
        kind=_NEVER_BY_SILENCE,
        machine=_GONE_OR_UNKNOWN,
        owner=_CLAIMS,
        status=Status.FIX_CLAIMED,
        due=Due.ANALYST,
    ),
    _Row(
        kind=_STATE,
        machine=frozenset({Machine.UNSEEN}),
        status=Status.VERIFYING,
        due=Due.VERIFICATION,
    ),
    # Nobody is asked about what is only recorded.
    _Row(telling=Telling.INVENTORY, status=Status.RECORDED, due=Due.NONE),
    # News goes out before an answer is expected.
    _Row(owner=_CLAIMS, telling=Telling.UNTOLD, status=Status.STILL_THERE, due=Due.NOTICE),
    _Row(owner=_CLAIMS, status=Status.STILL_THERE, due=Due.OWNER_ANSWER),
    _Row(
        owner=frozenset({Owner.RECEIVED}),
        telling=Telling.UNTOLD,
        status=Status.RECEIVED,
        due=Due.NOTICE,
    ),
    _Row(owner=frozenset({Owner.RECEIVED}), status=Status.RECEIVED, due=Due.OWNER_ANSWER),
    _Row(
        owner=frozenset({Owner.IN_WORK}),
        telling=Telling.UNTOLD,
        status=Status.IN_WORK,
        due=Due.NOTICE,
    ),
    _Row(owner=frozenset({Owner.IN_WORK}), status=Status.IN_WORK, due=Due.OWNER_ANSWER),
    _Row(telling=Telling.UNTOLD, status=Status.NEW, due=Due.NOTICE),
    _Row(status=Status.WAITING_FOR_OWNER, due=Due.OWNER_ANSWER),
)


def standing(sides: Sides) -> Standing:
    """Give what a combination of sides is called, what is due, and what may follow; total."""
    if sides.closing is not None:
        return Standing(status=_CLOSED[sides.closing], due=Due.NONE, actions=possible(sides))
    row = next(row for row in _TABLE if row.matches(sides))
    return Standing(status=row.status, due=row.due, actions=possible(sides))
