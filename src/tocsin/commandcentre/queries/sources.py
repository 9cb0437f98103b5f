"""Sources with their fortnight: when each sent last, how much a day, whether it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Max, Sum

from tocsin.access.permissions import require
from tocsin.commandcentre.rules import Timeliness, timeliness
from tocsin.events.models import Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor

DAYS = 14


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """One source."""

    id: int
    name: str
    every_h: int | None
    last_at: datetime | None
    #: Of the day on which it sent last.
    last_rows: int
    timeliness: Timeliness
    #: Rows by counting day, oldest first, `DAYS` of them, today last; null: nothing came.
    by_day: tuple[int | None, ...]


def source_states(*, actor: Actor, now: datetime, zone: tzinfo) -> tuple[SourceState, ...]:
    """List the sources, the late ones first. Three queries.

    Raises:
        NotAllowed: the actor may not see sources.
    """
    require(actor, EventPermission.SEE)
    today = now.astimezone(zone).date()
    reports = Report.objects.visible_to(actor).order_by()
    last = dict(reports.filter(received_at__lte=now).values_list("source_id").annotate(at=Max("received_at")))
    days = reports.filter(period__gt=today - timedelta(days=DAYS + 1)).values_list("source_id", "period")
    rows = {(source_id, period): total for source_id, period, total in days.annotate(total=Sum("rows"))}
    states = [_state(source, last.get(source.pk), rows, today, now) for source in Source.objects.visible_to(actor)]
    order = (Timeliness.SILENT, Timeliness.NEVER, Timeliness.ON_TIME, Timeliness.NO_RHYTHM)
    return tuple(sorted(states, key=lambda state: (order.index(state.timeliness), -state.last_rows, state.name)))


def _state(
    source: Source, last_at: datetime | None, rows: Mapping[tuple[int, date], int], today: date, now: datetime
) -> SourceState:
    # A report speaks of the day before, as a rule: the last day shown is yesterday's where today's is not there yet.
    last_day = today if (source.pk, today) in rows else today - timedelta(days=1)
    by_day = tuple(rows.get((source.pk, last_day - timedelta(days=back))) for back in range(DAYS - 1, -1, -1))
    return SourceState(
        id=source.pk,
        name=source.name,
        every_h=source.expected_every_h,
        last_at=last_at,
        last_rows=next((count for count in reversed(by_day) if count is not None), 0),
        timeliness=timeliness(last_at=last_at, every_h=source.expected_every_h, now=now),
        by_day=by_day,
    )


def rows_since(*, actor: Actor, since: datetime) -> int:
    """Count the rows that came in since a moment.

    Raises:
        NotAllowed: the actor may not see reports.
    """
    require(actor, EventPermission.SEE)
    found = Report.objects.visible_to(actor).filter(received_at__gte=since).order_by().aggregate(total=Sum("rows"))
    return int(found["total"] or 0)
