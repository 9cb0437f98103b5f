"""What deliveries covered, as looks for problems."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tocsin.findings.models import Coverage
from tocsin.findings.rules import Strength
from tocsin.findings.rules.looks import Look
from tocsin.kernel.actor import Actor

#: How far back looks are counted; more than the most quiet days of any problem.
REACH = timedelta(days=120)


def looks_until(
    *, actor: Actor, now: datetime, problems: Collection[str] = (), using: str = "default"
) -> Sequence[Look]:
    """Give the looks whose windows are over, one for each problem of each report; only the desk sees any.

    Args:
        problems: only for these; empty: for all.
    """
    rows = Coverage.objects.using(using).visible_to(actor).filter(window_from__gte=now - REACH, window_until__lte=now)
    if problems:
        rows = rows.filter(problems__overlap=list(problems))
    return [
        Look(
            source=row.source,
            report_type=row.report_type,
            problem=code,
            day=row.day,
            window_from=row.window_from,
            window_until=row.window_until,
            full=row.strength == Strength.FULL,
            usual=bool(row.rows_usual),
        )
        for row in rows
        for code in row.problems
        if not problems or code in problems
    ]
