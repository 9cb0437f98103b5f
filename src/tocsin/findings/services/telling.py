"""Notes that a notice told an owner, and starts or keeps the clock."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import Finding
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules import Action, Context, DeadlineRow, as_cells
from tocsin.findings.services import writing
from tocsin.kernel.actor import Actor


def tell(
    *,
    actor: Actor,
    due: Mapping[int, datetime | None],
    due_by: Mapping[int, DeadlineRow],
    notice_id: int,
    now: datetime,
) -> None:
    """Mark findings as told by a notice; each gets its deadline.

    Args:
        due: finding -> deadline; null: the policy sets none.
        due_by: finding -> the row that sets its deadline; those left out keep what set theirs before.

    Raises:
        NotAllowed: the actor may not issue notices.
        NotFound: the actor does not see one of the findings.
        ActionNotAllowed: one is not open, or there is nothing new to tell of it.
    """
    require(actor, FindingPermission.TELL)

    def set_deadline(row: Finding) -> None:
        row.due_at = due[row.pk]
        if row.pk in due_by:
            (row.due_by,) = as_cells([due_by[row.pk]])

    with transaction.atomic():
        rows = writing.lock(actor=actor, finding_ids=due)
        taken = writing.take(
            rows,
            Action.TELL,
            actor=actor,
            context=lambda row: Context(now=now, by=actor.label),
            now=now,
            notice_id=notice_id,
            prepare=set_deadline,
        )
        for error in taken.refused.values():
            raise error
        record(
            actor=actor,
            action="findings.tell",
            target_kind="notice",
            target_id=notice_id,
            organisation_id=rows[0].organisation_id if rows else None,
            at=now,
            after={"findings": len(taken.changed)},
        )
