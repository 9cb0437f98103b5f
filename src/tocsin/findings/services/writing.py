"""Takes one action on many findings of any state, and writes what came of it set-wise."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.models import Finding
from tocsin.findings.rules import Action, Change, Context, Owner, follow
from tocsin.findings.rules.clocks import due_after_early_end, due_after_pause
from tocsin.findings.services import history
from tocsin.findings.services.history import Line
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound

#: Whose pause ends when they say something else.
_PAUSING = frozenset({Owner.IN_WORK, Owner.NOT_OURS})
#: What an owner's answer gives a date with.
_DATED = frozenset({Action.ANSWER_IN_WORK, Action.ASK_TIME, Action.GRANT_TIME})
#: Lines that show how the desk works and not what became of the finding.
_OF_THE_DESK = frozenset({Action.HOLD, Action.SEND, Action.DROP})


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of an action on several findings."""

    changed: tuple[int, ...]
    #: Finding -> why not.
    refused: Mapping[int, ActionNotAllowed]


def lock(*, actor: Actor, finding_ids: Iterable[int], using: str = "default") -> Sequence[Finding]:
    """Give these findings, locked, in the order of their ids.

    Raises:
        NotFound: the actor does not see one of them.
    """
    wanted = set(finding_ids)
    rows = Finding.objects.using(using).visible_to(actor).filter(pk__in=wanted)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound
    return found


def take(
    rows: Sequence[Finding],
    action: Action,
    *,
    actor: Actor,
    context: Callable[[Finding], Context],
    now: datetime,
    notice_id: int | None = None,
    using: str = "default",
    prepare: Callable[[Finding], None] = lambda row: None,
) -> Taken:
    """Take an action on locked rows: each follows the rules or is refused, then all are written in two statements.

    Args:
        context: what the rules need of a row.
        prepare: sets what the action brings beside the sides, such as a deadline; runs on rows that change.
    """
    changed: list[Finding] = []
    lines: list[Line] = []
    refused: dict[int, ActionNotAllowed] = {}
    for row in rows:
        given = context(row)
        try:
            change = follow(row.sides, action, given)
        except ActionNotAllowed as error:
            refused[row.pk] = error
            continue
        lines.extend(_lines(row, change, given, notice_id))
        _apply(row, change, given)
        prepare(row)
        changed.append(row)
    _write(changed, using)
    history.write(lines, actor=actor, at=now, using=using)
    return Taken(changed=tuple(row.pk for row in changed), refused=refused)


def _apply(row: Finding, change: Change, context: Context) -> None:
    """Set the fields that a change sets."""
    before, after, now = change.before, change.after, context.now
    row.machine, row.owner = after.machine.value, after.owner.value
    row.coordinator, row.telling = after.coordinator.value, after.telling.value
    row.changed_at = now
    if after.closing is not before.closing:
        row.closing = after.closing.value if after.closing is not None else None
        row.closed_at = now if after.closing is not None else None
        row.expires_at = change.expires_at
        row.last_verdict_at = now if after.closing is not None else row.last_verdict_at
        if after.closing is None:
            _begin_again(row, now)
            return
    if change.side_changed == "owner":
        row.owner_said_at = now
        row.owner_until = context.until if change.action in _DATED else None
    if change.action is Action.ANSWER_FIXED:
        row.watched_from = now
    _run_clock(row, change, now)


def _begin_again(row: Finding, now: datetime) -> None:
    """Open anew: the clock starts with the next telling, and earlier looks say nothing."""
    row.owner_said_at = row.owner_until = row.due_at = row.due_by = row.paused_until = row.paused_by = None
    row.paused_s = 0
    row.watched_from = now


def _run_clock(row: Finding, change: Change, now: datetime) -> None:
    """Stop the clock, or let it go on where a pause ends early."""
    ends_early = change.before.owner in _PAUSING and change.after.owner is not change.before.owner
    if ends_early and row.due_at is not None and row.paused_until is not None and row.paused_until > now:
        row.paused_s -= _seconds(row.paused_until - now)
        row.due_at = due_after_early_end(due_at=row.due_at, ended_at=now, paused_until=row.paused_until)
        row.paused_until = now
    if change.granted_until is not None:
        row.due_at, row.due_by = change.granted_until, None
    if change.paused_until is not None and row.due_at is not None:
        row.due_at = due_after_pause(due_at=row.due_at, paused_at=now, paused_until=change.paused_until)
        row.paused_s += _seconds(change.paused_until - now)
        row.paused_until = change.paused_until
        row.paused_by = [*(row.paused_by or ()), change.after.owner.value]


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _lines(row: Finding, change: Change, context: Context, notice_id: int | None) -> list[Line]:
    """Say what happened; why an owner loses a finding is the desk's affair, that it does is not."""
    before, after = _words(change)
    line = Line(
        finding_id=row.pk,
        organisation_id=row.organisation_id,
        side=change.side_changed,
        action=change.action,
        before=before,
        after=after,
        reason=context.reason.strip(),
        notice_id=notice_id,
        desk_only=change.action in _OF_THE_DESK,
    )
    if change.action is not Action.HAND_OVER:
        return [line]
    return [replace(line, reason=history.OWNER_CHANGED), replace(line, desk_only=True)]


def _words(change: Change) -> tuple[str, str]:
    """Give the step of the side that the action is about, before and after."""
    if change.side_changed == "coordinator":
        return (
            (change.before.closing or change.before.coordinator).value,
            (change.after.closing or change.after.coordinator).value,
        )
    return getattr(change.before, change.side_changed).value, getattr(change.after, change.side_changed).value


#: Column -> its type in an array, of everything that an action may change.
_COLUMNS: Mapping[str, str] = {
    "machine": "text",
    "owner": "text",
    "coordinator": "text",
    "closing": "text",
    "telling": "text",
    "owner_said_at": "timestamptz",
    "owner_until": "timestamptz",
    "closed_at": "timestamptz",
    "expires_at": "timestamptz",
    "last_verdict_at": "timestamptz",
    "due_at": "timestamptz",
    "paused_s": "int",
    "paused_until": "timestamptz",
    "watched_from": "timestamptz",
    "changed_at": "timestamptz",
}
_SETS = ", ".join(f"{name} = v.{name}" for name in _COLUMNS)
_ARRAYS = ", ".join(["%s::bigint[]", "%s::text[]", "%s::text[]", *(f"%s::{kind}[]" for kind in _COLUMNS.values())])
_NAMES = ", ".join(["id", "paused_by", "due_by", *_COLUMNS])
_SAVE = (
    f"UPDATE findings_finding f SET {_SETS}, paused_by = string_to_array(v.paused_by, ','), "  # noqa: S608
    f"due_by = v.due_by::jsonb FROM unnest({_ARRAYS}) AS v ({_NAMES}) WHERE f.id = v.id"
)


def _write(rows: Sequence[Finding], using: str) -> None:
    """Save what may have changed, in one statement."""
    if not rows:
        return
    values: list[Any] = [
        [row.pk for row in rows],
        [",".join(row.paused_by) if row.paused_by else None for row in rows],
        [json.dumps(row.due_by) if row.due_by is not None else None for row in rows],
    ]
    values += [[getattr(row, name) for row in rows] for name in _COLUMNS]
    with connections[using].cursor() as cursor:
        cursor.execute(_SAVE, values)
