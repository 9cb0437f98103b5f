"""Makes the groups that the gate holds."""

from datetime import datetime

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.findings.models import HeldGroup
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules.gate import GateDecision
from tocsin.findings.services.fold import FoldReport
from tocsin.kernel.actor import Actor


def hold_group(*, actor: Actor, report: FoldReport, problem: str, decision: GateDecision, now: datetime) -> int:
    """Make the group of a problem's new findings in a report, within the caller's ingest transaction.

    Raises:
        NotAllowed: only ingest holds.
    """
    require(actor, FindingPermission.FOLD)
    group = HeldGroup.objects.using(INGEST).create(
        source=report.source,
        report_type=report.report_type,
        report_id=report.id,
        problem=problem,
        why=decision.why,
        rows_today=decision.rows_today,
        rows_usual=decision.rows_usual,
        held_at=now,
    )
    return group.pk


def drop_empty_groups(*, actor: Actor, report_id: int) -> None:
    """Remove the groups of a report that hold nothing because nothing was new, within the same transaction.

    Raises:
        NotAllowed: only ingest holds.
    """
    require(actor, FindingPermission.FOLD)
    groups = HeldGroup.objects.using(INGEST).visible_to(actor)
    groups.filter(report_id=report_id, findings__isnull=True).delete()
