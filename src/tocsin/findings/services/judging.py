"""Takes the desk's decisions about one finding: closes, reopens, grants, refuses."""

from datetime import datetime

from django.db import transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import Finding
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules import ACTIONS, Action, By, Context
from tocsin.findings.services import writing
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid


def act(*, actor: Actor, finding_id: int, action: Action, reason: str, until: datetime | None, now: datetime) -> None:
    """Take one of the desk's actions on a finding, as the table of actions allows.

    Args:
        action: one that is the coordinator's: `confirm_closed`, `accept_risk`, `reopen`, `grant_time` ...
        reason: needed where the table says so.
        until: the date of `accept_risk` and `grant_time`.

    Raises:
        NotAllowed: the actor may not judge findings.
        NotFound: the actor sees no such finding.
        ActionNotAllowed: the finding's state does not allow it, or a reason or a date is missing.
        Invalid: the action is not the coordinator's.
    """
    require(actor, FindingPermission.JUDGE)
    if ACTIONS[action].by is not By.COORDINATOR:
        raise Invalid(f"'{action}' is no decision of the desk.")
    with transaction.atomic():
        row = writing.lock(actor=actor, finding_ids=[finding_id])[0]
        before = _state(row)
        taken = writing.take(
            [row],
            action,
            actor=actor,
            context=lambda row: Context(now=now, by=actor.label, reason=reason, until=until, due_at=row.due_at),
            now=now,
        )
        for error in taken.refused.values():
            raise error
        record(
            actor=actor,
            action=f"findings.{action}",
            target_kind="finding",
            target_id=row.pk,
            organisation_id=row.organisation_id,
            at=now,
            before=before,
            after=_state(row),
            reason=reason,
        )


def _state(row: Finding) -> dict[str, object]:
    return {
        "coordinator": row.coordinator,
        "closing": row.closing,
        "owner": row.owner,
        "machine": row.machine,
        "telling": row.telling,
        "due_at": row.due_at.isoformat() if row.due_at is not None else None,
        "expires_at": row.expires_at.isoformat() if row.expires_at is not None else None,
    }
