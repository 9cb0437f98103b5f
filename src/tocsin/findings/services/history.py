"""Writes lines of the timeline, one by one or by the frame."""

from datetime import datetime

import polars as pl
from django.db.backends.utils import CursorWrapper

from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.rules.actions import ACTIONS, Action
from tocsin.findings.services.tables import copy_in
from tocsin.kernel.actor import Actor


def add_lines(cursor: CursorWrapper, lines: pl.DataFrame, *, actor: Actor) -> None:
    """Add a line a row: finding_id, organisation_id, at, side, action, before, after, reason, report_id."""
    copy_in(
        cursor,
        "findings_findingchange",
        lines.with_columns(
            pl.lit(str(actor.kind)).alias("actor_kind"),
            pl.lit(actor.label).alias("actor_label"),
            pl.lit(value=False).alias("desk_only"),
        ),
    )


def add_line(
    *,
    actor: Actor,
    finding: Finding,
    action: Action,
    before: str,
    after: str,
    at: datetime,
    reason: str = "",
    notice_id: int | None = None,
    desk_only: bool = False,
) -> None:
    """Add one line."""
    FindingChange.objects.create(
        finding=finding,
        organisation_id=finding.organisation_id,
        at=at,
        side=ACTIONS[action].side,
        action=action,
        before=before,
        after=after,
        actor_kind=actor.kind,
        actor_label=actor.label,
        reason=reason,
        notice_id=notice_id,
        desk_only=desk_only,
    )
