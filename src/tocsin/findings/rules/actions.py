"""What may be done to a finding, by whom, from where, and what the sides are afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tocsin.findings.rules import needs
from tocsin.findings.rules.needs import Need
from tocsin.findings.rules.sides import (
    Closing,
    Coordinator,
    Machine,
    Owner,
    Sides,
    Telling,
)


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


@dataclass(frozen=True, kw_only=True)
class ActionRule:
    """One row of the table: who, which side, from where, to where."""

    by: By
    #: The column of `Sides` that the action is about: machine, owner, coordinator or telling.
    side: str
    reason_required: bool = False
    #: Whether a date in the future must be given (`Context.until`).
    until_required: bool = False
    needs: tuple[Need, ...]
    after: Callable[[Sides], Sides]


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
    contradicts = sides.closing is None and sides.owner is Owner.CLAIMS_FIXED and sides.machine is not Machine.SEEN
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
        needs=(needs.OPEN, needs.UNTOLD),
        after=lambda sides: replace(sides, coordinator=Coordinator.HELD),
    ),
    Action.SEND: ActionRule(
        by=_C,
        side="coordinator",
        needs=(needs.NOT_CLOSED, needs.TELLABLE, needs.KEPT_BACK),
        after=lambda sides: replace(sides, coordinator=Coordinator.OPEN, telling=Telling.UNTOLD),
    ),
    Action.DROP: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED, needs.UNTOLD),
        after=lambda sides: replace(sides, coordinator=Coordinator.OPEN, telling=Telling.INVENTORY),
    ),
    Action.CONFIRM_CLOSED: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(
            needs.CLOSABLE_OR_QUIET,
            needs.CAN_BE_CONFIRMED,
            needs.CLAIMED,
            needs.NOT_SEEN_SINCE,
            needs.SILENCE_CANNOT_END_IT,
        ),
        after=_close(Closing.CONFIRMED),
    ),
    Action.MARK_FALSE_POSITIVE: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_close(Closing.FALSE_POSITIVE),
    ),
    Action.ACCEPT_RISK: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        until_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_close(Closing.RISK_ACCEPTED),
    ),
    Action.CONFIRM_NOT_OURS: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED, needs.SAID_NOT_OURS),
        after=_close(Closing.NOT_OURS),
    ),
    Action.HAND_OVER: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_close(Closing.HANDED_OVER),
    ),
    Action.MARK_DUPLICATE: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_close(Closing.DUPLICATE),
    ),
    Action.GRANT_TIME: ActionRule(
        by=_C,
        side="owner",
        until_required=True,
        needs=(needs.NOT_CLOSED, needs.ASKED_TIME),
        after=_answer(Owner.IN_WORK),
    ),
    Action.REFUSE: ActionRule(
        by=_C,
        side="owner",
        reason_required=True,
        needs=(needs.NOT_CLOSED, needs.ASKED),
        after=lambda sides: replace(sides, owner=Owner.RECEIVED, telling=_news(sides)),
    ),
    Action.REOPEN: ActionRule(
        by=_C,
        side="coordinator",
        reason_required=True,
        needs=(needs.CLOSED, needs.NOT_HANDED_OVER),
        after=_open_again(Machine.UNTESTED),
    ),
    Action.ANSWER_RECEIVED: ActionRule(
        by=_O, side="owner", needs=(needs.NOT_CLOSED, needs.SILENT), after=_answer(Owner.RECEIVED)
    ),
    Action.ANSWER_IN_WORK: ActionRule(
        by=_O,
        side="owner",
        until_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_answer(Owner.IN_WORK),
    ),
    Action.ANSWER_FIXED: ActionRule(by=_O, side="owner", needs=(needs.MAY_ANSWER_FIXED,), after=_claim),
    Action.ANSWER_DISPUTED: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_answer(Owner.DISPUTES),
    ),
    Action.ANSWER_NOT_OURS: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_answer(Owner.NOT_OURS),
    ),
    Action.ASK_TIME: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        until_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_answer(Owner.ASKS_TIME),
    ),
    Action.ASK_ACCEPTANCE: ActionRule(
        by=_O,
        side="owner",
        reason_required=True,
        needs=(needs.NOT_CLOSED,),
        after=_answer(Owner.ASKS_ACCEPTANCE),
    ),
    Action.TELL: ActionRule(
        by=_M,
        side="telling",
        needs=(needs.OPEN, needs.UNTOLD),
        after=lambda sides: replace(sides, telling=Telling.TOLD),
    ),
    Action.SIGHTED: ActionRule(by=_M, side="machine", needs=(needs.NOT_GONE,), after=_sighted),
    Action.RELAPSE: ActionRule(
        by=_M,
        side="coordinator",
        needs=(needs.GONE_BEFORE,),
        after=_open_again(Machine.SEEN),
    ),
    Action.LOOKED_UNSEEN: ActionRule(
        by=_M,
        side="machine",
        needs=(needs.NOT_GONE,),
        after=lambda sides: replace(sides, machine=Machine.UNSEEN),
    ),
    Action.UNTESTABLE: ActionRule(
        by=_M,
        side="machine",
        reason_required=True,
        needs=(needs.NOT_GONE,),
        after=lambda sides: replace(sides, machine=Machine.UNTESTED),
    ),
    Action.VERIFY: ActionRule(
        by=_M,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED, needs.CAN_VERIFY, needs.UNSEEN),
        after=_close(Closing.VERIFIED),
    ),
    Action.GO_QUIET: ActionRule(
        by=_M,
        side="coordinator",
        reason_required=True,
        needs=(needs.NOT_CLOSED, needs.CAN_GO_QUIET, needs.UNSEEN),
        after=_close(Closing.QUIET),
    ),
    Action.EXPIRE: ActionRule(by=_M, side="coordinator", needs=(needs.EXPIRING,), after=_open_again(None)),
}


def refusal(sides: Sides, action: Action) -> Need | None:
    """Give the first condition that the sides do not meet; null when the action may follow."""
    return next((need for need in ACTIONS[action].needs if not need.holds(sides)), None)


def possible(sides: Sides) -> frozenset[Action]:
    """Give every action that the sides allow; evidence, dates and reasons are asked for when it is taken."""
    return frozenset(action for action in Action if refusal(sides, action) is None)
