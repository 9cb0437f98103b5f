"""Records what a delivery could have shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.audit.trail import record
from tocsin.findings.models import Coverage
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules.coverage import CoverageWhy, Strength
from tocsin.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """What the report of one type covers on a day."""

    report_type: str
    #: Codes of the problems that it can show.
    problems: Sequence[str]
    strength: Strength
    why: CoverageWhy
    #: Of the usual size; null: none compared.
    percent: int | None
    #: Null: the report did not come.
    rows: int | None
    #: Null: no history.
    rows_usual: int | None
    window_from: datetime
    window_until: datetime


def record_coverage(
    *, actor: Actor, source: str, day: date, rows: Sequence[CoverageRow], now: datetime, using: str = INGEST
) -> None:
    """Write what a source covers on a day; what was written of the same day and type before is replaced.

    Call within a transaction of `using`.

    Raises:
        NotAllowed: only ingest judges deliveries.
    """
    require(actor, FindingPermission.WATCH)
    Coverage.objects.using(using).bulk_create(
        [
            Coverage(
                source=source,
                report_type=row.report_type,
                problems=list(row.problems),
                day=day,
                window_from=row.window_from,
                window_until=row.window_until,
                strength=row.strength.value,
                why=row.why.value,
                percent=row.percent,
                rows=row.rows,
                rows_usual=row.rows_usual,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["source", "report_type", "day"],
        update_fields=[
            "problems",
            "window_from",
            "window_until",
            "strength",
            "why",
            "percent",
            "rows",
            "rows_usual",
        ],
    )
    record(
        actor=actor,
        action="findings.record_coverage",
        target_kind="source",
        target_id=source,
        at=now,
        after={"day": day.isoformat(), **{str(step): sum(row.strength is step for row in rows) for step in Strength}},
        using=using,
    )
