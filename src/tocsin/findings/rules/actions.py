"""What may be done to a finding, by whom, from where, and what the sides are afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tocsin.findings.rules.sides import (
    ENDINGS,
    Closing,
    Coordinator,
    Machine,
    Owner,
    Sides,
    Telling,
)
from tocsin.kernel.words import Kind


class By(StrEnum):
    """Whose action it is; the coordinator may also enter an owner's answer that came by telephone."""

    COORDINATOR = "coordinator"
    OWNER = "owner"
    MACHINE = "machine"


class Action(StrEnum):
    """Everything that can happen to a finding after it opened."""

    HOLD = "hold"
    SEND = "send"
    DROP = "drop"
    CONFIRM_CLOSED = "confirm_closed"
    MARK_FALSE_POSITIVE = "mark_false_positive"
    ACCEPT_RISK = "accept_risk"
    CONFIRM_NOT_OURS = "confirm_not_ours"
    HAND_OVER = "hand_over"
    MARK_DUPLICATE = "mark_duplicate"
    GRANT_TIME = "grant_time"
    REFUSE = "refuse"
    REOPEN = "reopen"

    ANSWER_RECEIVED = "answer_received"
    ANSWER_IN_WORK = "answer_in_work"
    ANSWER_FIXED = "answer_fixed"
    ANSWER_DISPUTED = "answer_disputed"
    ANSWER_NOT_OURS = "answer_not_ours"
    ASK_TIME = "ask_time"
    ASK_ACCEPTANCE = "ask_acceptance"

    TELL = "tell"
    SIGHTED = "sighted"
    RELAPSE = "relapse"
    LOOKED_UNSEEN = "looked_unseen"
    UNTESTABLE = "untestable"
    VERIFY = "verify"
    GO_QUIET = "go_quiet"
    EXPIRE = "expire"


#: What an owner says that an analyst must decide about.
ASKING = frozenset(
    {Owner.DISPUTES, Owner.NOT_OURS, Owner.ASKS_TIME, Owner.ASKS_ACCEPTANCE}
)
#: Closings that a later sighting contradicts.
GONE = frozenset({Closing.VERIFIED, Closing.CONFIRMED, Closing.QUIET})
#: Closings that run out (design, fixed rule 4).
EXPIRING = frozenset({Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED})


@dataclass(frozen=True, kw_only=True)
class Need:
    """A condition on the sides; `why` and `way_out` are what the refusal says."""

    holds: Callable[[Sides], bool]
    why: str
    way_out: str


@dataclass(frozen=True, kw_only=True)
class ActionRule:
    """One row of the table: who, which side, from where, to where."""

    by: By
    #: The column of `Sides` that the action is about: machine, owner, coordinator or telling.
    side: str
    reason_required: bool = False
    #: Whether a date in the future must be given (`Context.until`).
    until_required: bool = False
    needs: tuple[Need, ...] = ()
    after: Callable[[Sides], Sides]


_NOT_CLOSED = Need(
    holds=lambda sides: sides.closing is None,
    why="The finding is closed.",
    way_out="Reopen it first, with a reason.",
)
_OPEN = Need(
    holds=lambda sides: sides.coordinator is Coordinator.OPEN,
    why="The finding is not open.",
    way_out="Send it if it waits at the gate, reopen it if it is closed.",
)
_UNTOLD = Need(
    holds=lambda sides: sides.telling is Telling.UNTOLD,
    why="There is nothing new to tell its owner.",
    way_out="Wait until something changes.",
)
_KEPT_BACK = Need(
    holds=lambda sides: (
        sides.coordinator is Coordinator.HELD
        or (
            sides.coordinator is Coordinator.OPEN and sides.telling is Telling.INVENTORY
        )
    ),
    why="The finding is not kept back.",
    way_out="It goes out with the next round by itself.",
)
_TELLABLE = Need(
    holds=lambda sides: sides.kind is not Kind.INVENTORY,
    why="An inventory problem is never written about.",
    way_out="Change the kind of the problem in the catalogue if it should be.",
)
_ASKED = Need(
    holds=lambda sides: sides.owner in ASKING,
    why="The owner asked for no decision.",
    way_out="Use another action.",
)
_ASKED_TIME = Need(
    holds=lambda sides: sides.owner is Owner.ASKS_TIME,
    why="The owner asked for no time.",
    way_out="Wait for the owner's request, or change the policy of deadlines.",
)
_SAID_NOT_OURS = Need(
    holds=lambda sides: sides.owner is Owner.NOT_OURS,
    why="The owner did not say that it is not theirs.",
    way_out="Correct the asset in the registry; the finding is then handed over.",
)
_SILENT = Need(
    holds=lambda sides: sides.owner is Owner.SILENT,
    why="The owner has answered already.",
    way_out="Give an answer that says more.",
)
_MAY_ANSWER_FIXED = Need(
    holds=lambda sides: sides.closing in {None, Closing.QUIET},
    why="The finding is closed.",
    way_out="Nothing more is asked of the owner.",
)
_CLOSABLE_OR_QUIET = Need(
    holds=lambda sides: sides.closing in {None, Closing.QUIET},
    why="The finding is closed.",
    way_out="Reopen it first, with a reason.",
)
_CAN_BE_CONFIRMED = Need(
    holds=lambda sides: Closing.CONFIRMED in ENDINGS[sides.kind],
    why="A problem of this kind is not confirmed by an analyst.",
    way_out="It goes quiet by itself.",
)
_CLAIMED = Need(
    holds=lambda sides: sides.owner is Owner.CLAIMS_FIXED,
    why="The owner has not said that it is fixed.",
    way_out="Enter the owner's answer first; an analyst confirms it.",
)
_NOT_SEEN_SINCE = Need(
    holds=lambda sides: sides.machine is not Machine.SEEN,
    why="It was seen after the owner said that it is fixed.",
    way_out="Tell the owner, and wait for the next answer.",
)
_SILENCE_CANNOT_END_IT = Need(
    holds=lambda sides: (
        sides.kind is not Kind.STATE or sides.machine is Machine.UNTESTED
    ),
    why="Reports or inspections cover it and no longer see it: they verify it themselves.",
    way_out="Wait for the looks that are still missing, or ask for an inspection.",
)
_CLOSED = Need(
    holds=lambda sides: sides.closing is not None,
    why="The finding is not closed.",
    way_out="Nothing needs reopening.",
)
_NOT_HANDED_OVER = Need(
    holds=lambda sides: sides.closing is not Closing.HANDED_OVER,
    why="The finding was handed over: its episode is finished.",
    way_out="Go on with the finding of the new owner, or correct the asset in the registry.",
)
_GONE_BEFORE = Need(
    holds=lambda sides: sides.closing in GONE,
    why="Only what was closed as gone can relapse.",
    way_out="Other closings absorb sightings until they expire.",
)
_NOT_GONE = Need(
    holds=lambda sides: sides.closing not in GONE | {Closing.HANDED_OVER},
    why="The finding is closed as gone or handed over.",
    way_out="A new sighting is a relapse or a new episode, not one of this.",
)
_CAN_VERIFY = Need(
    holds=lambda sides: sides.kind is Kind.STATE,
    why="Silence verifies only a state; nothing else is called fixed by silence.",
    way_out="Fixed needs the owner's answer and an analyst.",
)
_CAN_GO_QUIET = Need(
    holds=lambda sides: Closing.QUIET in ENDINGS[sides.kind],
    why="A problem of this kind does not go quiet.",
    way_out="A state is verified; anything else needs the owner's answer and an analyst.",
)
_UNSEEN = Need(
    holds=lambda sides: sides.machine is Machine.UNSEEN,
    why="The last look did not find it gone.",
    way_out="Wait for a covered look without it.",
)
_EXPIRING = Need(
    holds=lambda sides: sides.closing in EXPIRING,
    why="This closing does not expire.",
    way_out="Reopen it instead, with a reason.",
)


def _close(closing: Closing) -> Callable[[Sides], Sides]:
    """Give the step that closes."""
    return lambda sides: replace(sides, coordinator=Coordinator.CLOSED, closing=closing)


def _answer(owner: Owner) -> Callable[[Sides], Sides]:
    """Give the step of an owner's answer."""
    return lambda sides: replace(sides, owner=owner)


def _news(sides: Sides) -> Telling:
    """Give the telling after something the owner should hear of; what is inventory stays so."""
    return Telling.INVENTORY if sides.telling is Telling.INVENTORY else Telling.UNTOLD


def _claim(sides: Sides) -> Sides:
    """Take in a claim: what the machine saw before it says nothing about it."""
    return replace(sides, owner=Owner.CLAIMS_FIXED, machine=Machine.UNTESTED)


def _sighted(sides: Sides) -> Sides:
    """Take in a sighting; one that contradicts a claim is news."""
    contradicts = (
        sides.closing is None
        and sides.owner is Owner.CLAIMS_FIXED
        and sides.machine is not Machine.SEEN
    )
    return replace(
        sides,
        machine=Machine.SEEN,
        telling=_news(sides) if contradicts else sides.telling,
    )


def _open_again(machine: Machine | None) -> Callable[[Sides], Sides]:
    """Give the step that opens a closed episode again, the owner's answer gone; null keeps what the machine saw."""
    return lambda sides: replace(
        sides,
        coordinator=Coordinator.OPEN,
        closing=None,
        owner=Owner.SILENT,
        machine=machine or sides.machine,
        telling=_news(sides),
    )


_C, _O, _M = By.COORDINATOR, By.OWNER, By.MACHINE

#: The whole table. What needs more than the sides (evidence, dates, reasons) is checked in `follow.py`.
ACTIONS: Mapping[Action, ActionRule] = {
    Action.HOLD: ActionRule(
        by=_C,
        side="coordinator",
        needs=(_OPEN, _UNTOLD),
        after=lambda sides: replace(sides, coordinator=Coordinator.HELD),
    ),
    Action.SEND: ActionRule(
        by=_C,
        side="coordinator",
        needs=(_NOT_CLOSED, _TELLABLE, _KEPT_BACK),
        after=lambda sides: replace(
            sides, coordinator=Coordinator.OPEN, telling=Telling.UNTOLD
        ),
    ),
    Action.DROP: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED, _UNTOLD),
        after=lambda sides: replace(
            sides, coordinator=Coordinator.OPEN, telling=Telling.INVENTORY
        ),
    ),
    Action.CONFIRM_CLOSED: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(
            _CLOSABLE_OR_QUIET,
            _CAN_BE_CONFIRMED,
            _CLAIMED,
            _NOT_SEEN_SINCE,
            _SILENCE_CANNOT_END_IT,
        ),
        after=_close(Closing.CONFIRMED),
    ),
    Action.MARK_FALSE_POSITIVE: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_close(Closing.FALSE_POSITIVE),
    ),
    Action.ACCEPT_RISK: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        until_required=True,
        needs=(_NOT_CLOSED,),
        after=_close(Closing.RISK_ACCEPTED),
    ),
    Action.CONFIRM_NOT_OURS: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED, _SAID_NOT_OURS),
        after=_close(Closing.NOT_OURS),
    ),
    Action.HAND_OVER: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_close(Closing.HANDED_OVER),
    ),
    Action.MARK_DUPLICATE: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_close(Closing.DUPLICATE),
    ),
    Action.GRANT_TIME: ActionRule(
        by=_C,
        side="owner",
        until_required=True,
        needs=(_NOT_CLOSED, _ASKED_TIME),
        after=_answer(Owner.IN_WORK),
    ),
    Action.REFUSE: ActionRule(
        by=_C,
        side="owner",
        reason_required=True,
        needs=(_NOT_CLOSED, _ASKED),
        after=lambda sides: replace(sides, owner=Owner.RECEIVED, telling=_news(sides)),
    ),
    Action.REOPEN: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(_CLOSED, _NOT_HANDED_OVER),
        after=_open_again(Machine.UNTESTED),
    ),
    Action.ANSWER_RECEIVED: ActionRule(
        by=_O, side="owner", needs=(_NOT_CLOSED, _SILENT), after=_answer(Owner.RECEIVED)
    ),
    Action.ANSWER_IN_WORK: ActionRule(
        by=_O,
        side="owner",
        until_required=True,
        needs=(_NOT_CLOSED,),
        after=_answer(Owner.IN_WORK),
    ),
    Action.ANSWER_FIXED: ActionRule(
        by=_O, side="owner", needs=(_MAY_ANSWER_FIXED,), after=_claim
    ),
    Action.ANSWER_DISPUTED: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_answer(Owner.DISPUTES),
    ),
    Action.ANSWER_NOT_OURS: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_answer(Owner.NOT_OURS),
    ),
    Action.ASK_TIME: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        until_required=True,
        needs=(_NOT_CLOSED,),
        after=_answer(Owner.ASKS_TIME),
    ),
    Action.ASK_ACCEPTANCE: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(_NOT_CLOSED,),
        after=_answer(Owner.ASKS_ACCEPTANCE),
    ),
    Action.TELL: ActionRule(
        by=_M,
        side="telling",
        needs=(_OPEN, _UNTOLD),
        after=lambda sides: replace(sides, telling=Telling.TOLD),
    ),
    Action.SIGHTED: ActionRule(
        by=_M, side="machine", needs=(_NOT_GONE,), after=_sighted
    ),
    Action.RELAPSE: ActionRule(
        by=_M,
        side="coordinator",
        needs=(_GONE_BEFORE,),
        after=_open_again(Machine.SEEN),
    ),
    Action.LOOKED_UNSEEN: ActionRule(
        by=_M,
        side="machine",
        needs=(_NOT_GONE,),
        after=lambda sides: replace(sides, machine=Machine.UNSEEN),
    ),
    Action.UNTESTABLE: ActionRule(
        by=_M,
        side="machine",
        reason_required=True,
        needs=(_NOT_GONE,),
        after=lambda sides: replace(sides, machine=Machine.UNTESTED),
    ),
    Action.VERIFY: ActionRule(
        by=_M,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED, _CAN_VERIFY, _UNSEEN),
        after=_close(Closing.VERIFIED),
    ),
    Action.GO_QUIET: ActionRule(
        by=_M,
        side="coordinator",
        reason_required=True,
        needs=(_NOT_CLOSED, _CAN_GO_QUIET, _UNSEEN),
        after=_close(Closing.QUIET),
    ),
    Action.EXPIRE: ActionRule(
        by=_M, side="coordinator", needs=(_EXPIRING,), after=_open_again(None)
    ),
}


def refusal(sides: Sides, action: Action) -> Need | None:
    """Give the first condition that the sides do not meet; null when the action may follow."""
    return next((need for need in ACTIONS[action].needs if not need.holds(sides)), None)


def possible(sides: Sides) -> frozenset[Action]:
    """Give every action that the sides allow; evidence, dates and reasons are asked for when it is taken."""
    return frozenset(action for action in Action if refusal(sides, action) is None)
