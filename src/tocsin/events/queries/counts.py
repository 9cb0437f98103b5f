"""What came in since a moment, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count as Counted
from django.db.models import Sum

from tocsin.access.permissions import require
from tocsin.events.models import QuarantinedRow, RefusedFile, Report
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.sources import list_sources
from tocsin.events.rules import Timeliness
from tocsin.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What came in since a moment, and what waits."""

    since: datetime
    reports: int
    rows: int
    attributed: int
    refused: int
    waiting_rows: int
    sources: int
    silent_sources: int


def counts_since(*, actor: Actor, since: datetime, now: datetime) -> Counts:
    """Count what came in since a moment.

    Raises:
        NotAllowed: the actor may not see reports.
    """
    require(actor, EventPermission.SEE)
    came = Report.objects.visible_to(actor).filter(received_at__gte=since).order_by()
    sums = came.aggregate(rows=Sum("rows"), attributed=Sum("attributed"), reports=Counted("pk"))
    sources = list_sources(actor=actor, now=now)
    return Counts(
        since=since,
        reports=sums["reports"],
        rows=sums["rows"] or 0,
        attributed=sums["attributed"] or 0,
        refused=RefusedFile.objects.visible_to(actor).filter(refused_at__gte=since).count(),
        waiting_rows=QuarantinedRow.objects.visible_to(actor).filter(state="waiting").count(),
        sources=len(sources),
        silent_sources=sum(row.timeliness is Timeliness.SILENT for row in sources),
    )


def waiting_rows(*, actor: Actor) -> int:
    """Count the rows that wait to be mended, for the rail.

    Raises:
        NotAllowed: the actor may not see reports.
    """
    require(actor, EventPermission.SEE)
    return QuarantinedRow.objects.visible_to(actor).filter(state="waiting").count()
