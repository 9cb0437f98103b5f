"""Adds versions to the table of deadlines; none is ever changed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import Policy
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.policies import deadlines_in_force
from tocsin.findings.rules import DeadlineRow, as_cells
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid


def change_deadlines(
    *,
    actor: Actor,
    rows: Sequence[DeadlineRow],
    source: str,
    checked_on: date | None,
    effective_at: datetime,
    seen_version: int,
    now: datetime,
) -> int:
    """Add a version of the deadlines and give its number. Clocks that run keep the deadline they have.

    Args:
        source: where the deadlines come from: a law, a decision.
        effective_at: not before now.
        seen_version: the newest that the author has seen; 0: the preset.

    Raises:
        NotAllowed: the actor may not change policies.
        Invalid: there is no row or no source, two rows are about the same, or it would begin in the past.
        Conflict: there is a newer version than the author has seen.
    """
    require(actor, FindingPermission.CHANGE_POLICIES)
    cases = [(row.severity, row.tier, row.critical) for row in rows]
    if not rows or not source.strip():
        raise Invalid("A table of deadlines needs a row and a source.", source="missing")
    if len(set(cases)) != len(cases):
        raise Invalid("Two rows are about the same severity, tier and criticality.", rows="twice")
    if effective_at < now:
        raise Invalid("A table of deadlines begins now or later.", effective_at="past")
    with transaction.atomic():
        held = Policy.objects.visible_to(actor).filter(subject="deadline").aggregate(newest=Max("version"))
        if (held["newest"] or 0) != seen_version:
            raise Conflict("Somebody has changed the deadlines since; look at them, then repeat.")
        before = as_cells(deadlines_in_force(actor=actor, now=now))
        version = seen_version + 1
        try:
            with transaction.atomic():
                Policy.objects.create(
                    subject="deadline",
                    version=version,
                    effective_at=effective_at,
                    rows=as_cells(rows),
                    source=source.strip()[:500],
                    checked_on=checked_on,
                    made_by=actor.label,
                )
        except IntegrityError as error:
            raise Conflict(
                "Somebody has changed the deadlines at the same moment; look at them, then repeat."
            ) from error
        record(
            actor=actor,
            action="findings.change_deadlines",
            target_kind="policy",
            target_id=f"deadline:{version}",
            at=now,
            before={"rows": before},
            after={"rows": as_cells(rows), "effective_at": effective_at.isoformat()},
            reason=source,
        )
    return version
