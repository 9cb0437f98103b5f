"""Lets closings run out: what was called false or accepted opens again on its date."""

from datetime import datetime

from django.db import transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import Finding
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules import Action, Closing, Context
from tocsin.findings.services import writing
from tocsin.kernel.actor import Actor

#: Rows of one transaction.
_BATCH = 2_000


def expire_closings(*, actor: Actor, now: datetime) -> int:
    """Open again every finding whose closing has run out; gives how many.

    Raises:
        NotAllowed: only the clock does so.
    """
    require(actor, FindingPermission.KEEP)
    total = 0
    while True:
        with transaction.atomic():
            due = Finding.objects.visible_to(actor).filter(
                closing__in=[Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED], expires_at__lte=now
            )
            rows = list(due.select_for_update(skip_locked=True).order_by("pk")[:_BATCH])
            if not rows:
                return total
            taken = writing.take(
                rows,
                Action.EXPIRE,
                actor=actor,
                context=lambda row: Context(now=now, by=actor.label, expires_at=row.expires_at),
                now=now,
            )
            for error in taken.refused.values():
                raise error
            record(
                actor=actor,
                action="findings.expire_closings",
                target_kind="finding",
                target_id="",
                at=now,
                after={"findings": len(taken.changed)},
            )
            total += len(taken.changed)
