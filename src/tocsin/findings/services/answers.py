"""Takes in what an owner says about its findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import Finding
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.policies import in_work_pause_days
from tocsin.findings.rules import ACTIONS, Action, By, Context, Owner
from tocsin.findings.services import writing
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of an answer."""

    changed: tuple[int, ...]
    #: Finding -> why it could not take the answer, in English.
    refused: Mapping[int, str]


def answer(
    *,
    actor: Actor,
    finding_ids: Sequence[int],
    action: Action,
    until: datetime | None,
    reason: str,
    notice_id: int | None,
    now: datetime,
) -> Answered:
    """Let an owner's answer change its findings; those that cannot take it are named and left alone.

    `received` pauses no clock; `in_work` does once, until its date and at most as long as policy says; `not_ours` at
    most three days. Another answer ends a pause early.

    Args:
        action: one that is the owner's.
        until: the date of `in_work` and `ask_time`.
        notice_id: the notice that it answers; null: none.

    Raises:
        NotAllowed: the actor may not answer.
        NotFound: the actor does not see one of the findings.
        Invalid: the action is not an owner's.
    """
    require(actor, FindingPermission.ANSWER)
    if ACTIONS[action].by is not By.OWNER:
        raise Invalid(f"'{action}' is no answer of an owner.")
    with transaction.atomic():
        rows = writing.lock(actor=actor, finding_ids=finding_ids)
        longest = in_work_pause_days(actor=actor, now=now)

        def context(row: Finding) -> Context:
            return Context(
                now=now,
                by=actor.label,
                reason=reason,
                until=until,
                due_at=row.due_at,
                pauses_used=frozenset(Owner(word) for word in row.paused_by or ()),
                in_work_pause_days=longest,
            )

        taken = writing.take(rows, action, actor=actor, context=context, now=now, notice_id=notice_id)
        owners = {row.organisation_id for row in rows}
        record(
            actor=actor,
            action="findings.answer",
            target_kind="finding" if notice_id is None else "notice",
            target_id=rows[0].pk if notice_id is None and rows else notice_id or 0,
            organisation_id=owners.pop() if len(owners) == 1 else None,
            at=now,
            after={
                "action": str(action),
                "until": until.isoformat() if until is not None else None,
                "findings": len(taken.changed),
                "refused": len(taken.refused),
            },
            reason=reason,
        )
    return Answered(
        changed=taken.changed, refused={finding_id: error.message for finding_id, error in taken.refused.items()}
    )
