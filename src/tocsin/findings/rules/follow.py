"""Take one action on a finding: refuse what the fixed rules forbid, else give the sides after it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.rules.actions import ACTIONS, Action, refusal
from tocsin.findings.rules.clocks import IN_WORK_PAUSE_DAYS, pause_until
from tocsin.findings.rules.coverage import Strength
from tocsin.findings.rules.sides import Closing, Owner, Sides
from tocsin.findings.rules.silence import (
    COVERED_LOOKS,
    QUIET_DAYS,
    Evidence,
    Silence,
    needed_looks,
    needed_quiet_looks,
    silence,
)

#: A false positive is looked at again after this long (design, fixed rule 4; CyHy does the same).
FALSE_POSITIVE_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an action needs beside the sides; leave out what the action has no use for."""

    now: datetime
    #: The name that stands in the history; nothing closes without one.
    by: str = ""
    reason: str = ""
    #: The date of "in work", of a request for time or its grant, of an accepted risk.
    until: datetime | None = None
    #: How well the look that saw nothing covered it (`looked_unseen`).
    strength: Strength = Strength.NONE
    #: What `verify` and `go_quiet` stand on.
    evidence: Evidence = field(default_factory=Evidence)
    #: The problem's own covered looks and quiet days.
    covered_looks: int = COVERED_LOOKS
    quiet_days: int = QUIET_DAYS
    #: When the closing runs out (`expire`).
    expires_at: datetime | None = None
    #: The deadline, the answers that have stopped its clock since it last opened, and the longest pause by policy.
    due_at: datetime | None = None
    pauses_used: frozenset[Owner] = frozenset()
    in_work_pause_days: int = IN_WORK_PAUSE_DAYS


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an action does."""

    action: Action
    before: Sides
    after: Sides
    #: The side that the action is about: machine, owner, coordinator or telling. Others may follow it.
    side_changed: str
    reason_required: bool
    #: When the new closing runs out; null = never, or nothing closed.
    expires_at: datetime | None = None
    #: Until when the clock stands still; null = it runs on.
    paused_until: datetime | None = None
    #: A deadline that an analyst granted; null = unchanged.
    granted_until: datetime | None = None


def follow(sides: Sides, action: Action, context: Context) -> Change:
    """Take an action.

    Raises:
        ActionNotAllowed: the sides or a fixed rule forbid it, or a reason, a name or a date is missing.
    """
    unmet = refusal(sides, action)
    if unmet is not None:
        raise ActionNotAllowed(action=action, why=unmet.why, way_out=unmet.way_out)
    rule = ACTIONS[action]
    if rule.reason_required and not context.reason.strip():
        raise ActionNotAllowed(action=action, why="This needs a reason.", way_out="Say why, in a sentence.")
    if rule.until_required and (context.until is None or context.until <= context.now):
        raise ActionNotAllowed(action=action, why="This needs a date in the future.", way_out="Give one.")
    check = _CHECKS.get(action)
    if check is not None:
        check(sides, action, context)
    after = rule.after(sides)
    if after.closing is not sides.closing and after.closing and not context.by.strip():
        raise ActionNotAllowed(
            action=action,
            why="Nothing closes without a name.",
            way_out="Say who decides.",
        )
    return Change(
        action=action,
        before=sides,
        after=after,
        side_changed=rule.side,
        reason_required=rule.reason_required,
        expires_at=_expiry(after.closing, context) if after.closing is not sides.closing else None,
        paused_until=_pause(action, after, context),
        granted_until=context.until if action is Action.GRANT_TIME else None,
    )


def _expiry(closing: Closing | None, context: Context) -> datetime | None:
    """Give the time at which a new closing stops absorbing (fixed rule 4)."""
    if closing is Closing.FALSE_POSITIVE:
        return context.now + timedelta(days=FALSE_POSITIVE_DAYS)
    return context.until if closing is Closing.RISK_ACCEPTED else None


def _pause(action: Action, after: Sides, context: Context) -> datetime | None:
    """Give the pause that an owner's own answer earns (fixed rule 5)."""
    if action not in {Action.ANSWER_IN_WORK, Action.ANSWER_NOT_OURS}:
        return None
    return pause_until(
        owner=after.owner,
        now=context.now,
        until=context.until,
        used=context.pauses_used,
        due_at=context.due_at,
        in_work_pause_days=context.in_work_pause_days,
    )


def _check_look(sides: Sides, action: Action, context: Context) -> None:
    """Refuse a look that could not have seen it (fixed rules 1 and 3)."""
    if context.strength is not Strength.FULL:
        raise ActionNotAllowed(
            action=action,
            why="Only a look that covers it fully can say that it was not there.",
            way_out="Record it as untested, with why.",
        )


def _check_silence(sides: Sides, action: Action, context: Context) -> None:
    """Refuse an ending by silence that has not lasted (fixed rules 1, 2 and 3)."""
    claimed = sides.owner is Owner.CLAIMS_FIXED
    allowed = silence(
        kind=sides.kind,
        evidence=context.evidence,
        claimed=claimed,
        now=context.now,
        covered_looks=context.covered_looks,
        quiet_days=context.quiet_days,
    )
    if action is Action.VERIFY and allowed is not Silence.VERIFY:
        raise ActionNotAllowed(
            action=action,
            why="{seen} of {needed} covered looks in a row without it.",
            way_out="Wait for the rest, or inspect: a clean answer, or the port closed twice 24 hours apart.",
            seen=context.evidence.covered_looks,
            needed=needed_looks(context.covered_looks, claimed=claimed),
        )
    if action is Action.GO_QUIET and allowed is not Silence.QUIET:
        raise ActionNotAllowed(
            action=action,
            why="It is quiet after {days} days without a hit, {needed} of them covered; {seen} are.",
            way_out="Wait; nothing needs doing.",
            days=context.quiet_days,
            needed=needed_quiet_looks(context.quiet_days),
            seen=context.evidence.covered_looks,
        )


def _check_expired(sides: Sides, action: Action, context: Context) -> None:
    """Refuse to let a closing run out before its time (fixed rule 4)."""
    if context.expires_at is None or context.expires_at > context.now:
        raise ActionNotAllowed(
            action=action,
            why="The closing has not run out.",
            way_out="Wait for its date, or reopen it with a reason.",
        )


_CHECKS: Mapping[Action, Callable[[Sides, Action, Context], None]] = {
    Action.LOOKED_UNSEEN: _check_look,
    Action.VERIFY: _check_silence,
    Action.GO_QUIET: _check_silence,
    Action.EXPIRE: _check_expired,
}
