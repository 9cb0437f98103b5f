"""Writes lines of the timeline: by the frame where ingest writes, in one statement where a person does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connections
from django.db.backends.utils import CursorWrapper

from tocsin.findings.copying import copy_in
from tocsin.findings.rules.actions import Action
from tocsin.kernel.actor import Actor

#: Words that stand in `reason` where the machine gives it; `web.words` says them in the reader's language.
#: The asset has another owner, or none.
OWNER_CHANGED = "owner_changed"
#: `worse:high:critical`
WORSE = "worse"
#: `looks:3`: full looks in a row without it.
LOOKS = "looks"
#: `quiet:14:9`: days without a hit, and how many of them were covered.
QUIET = "quiet"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened."""

    finding_id: int
    organisation_id: int
    #: machine | owner | coordinator | telling
    side: str
    action: Action
    before: str
    after: str
    reason: str = ""
    notice_id: int | None = None
    desk_only: bool = False


def add_lines(cursor: CursorWrapper, lines: pl.DataFrame, *, actor: Actor) -> None:
    """Add a line a row: finding_id, organisation_id, at, side, action, before, after, reason, report_id, desk_only."""
    copy_in(
        cursor,
        "findings_findingchange",
        lines.with_columns(
            pl.lit(str(actor.kind)).alias("actor_kind"),
            pl.lit(actor.label).alias("actor_label"),
        ),
    )


_ADD = """
INSERT INTO findings_findingchange (finding_id, organisation_id, at, side, action, before, after, actor_kind,
                                    actor_label, reason, notice_id, desk_only)
SELECT l.finding_id, l.organisation_id, %(at)s, l.side, l.action, l.before, l.after, %(kind)s, %(label)s, l.reason,
       l.notice_id, l.desk_only
FROM unnest(%(findings)s::bigint[], %(organisations)s::bigint[], %(sides)s::text[], %(actions)s::text[],
            %(befores)s::text[], %(afters)s::text[], %(reasons)s::text[], %(notices)s::bigint[], %(desk)s::bool[])
     AS l (finding_id, organisation_id, side, action, before, after, reason, notice_id, desk_only)
"""


def write(lines: Sequence[Line], *, actor: Actor, at: datetime, using: str = "default") -> None:
    """Add lines in one statement. Without RETURNING, which would need the right to read them all."""
    if not lines:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "at": at,
                "kind": str(actor.kind),
                "label": actor.label,
                "findings": [line.finding_id for line in lines],
                "organisations": [line.organisation_id for line in lines],
                "sides": [line.side for line in lines],
                "actions": [str(line.action) for line in lines],
                "befores": [line.before for line in lines],
                "afters": [line.after for line in lines],
                "reasons": [line.reason for line in lines],
                "notices": [line.notice_id for line in lines],
                "desk": [line.desk_only for line in lines],
            },
        )
