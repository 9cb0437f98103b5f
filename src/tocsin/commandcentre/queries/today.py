"""The first page: for the desk the state of the constituency, for an organisation its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.db.models import Count

from tocsin.access.permissions import holds
from tocsin.commandcentre.rules import LastShift, last_shift
from tocsin.events.queries.counts import counts_since
from tocsin.events.queries.sources import SourceRow, list_sources
from tocsin.findings.models import Finding
from tocsin.findings.queries.calendar import calendar
from tocsin.findings.queries.counts import Late, Overview, overdue_by_harm, overview
from tocsin.findings.queries.filters import FindingFilters, overdue_condition
from tocsin.findings.queries.gate import HeldRow, held_groups
from tocsin.findings.queries.listing import FindingRow, FindingSort, list_findings
from tocsin.findings.rules import Coordinator, Telling
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import GateMode
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.listing import Answered, NoticeFilters, NoticeRow, count_unread, list_notices

#: Rows of the lists on the page.
SHOWN = 8
_SOON = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class DeskToday:
    """What the early shift sees."""

    last_shift: LastShift
    rows: int
    overview: Overview
    held: tuple[HeldRow, ...]
    overdue: tuple[Late, ...]
    sources: tuple[SourceRow, ...]
    #: Null: the actor does not read answers.
    unread_answers: int | None
    #: Owners with news that goes out by itself or was sent at the gate.
    owners_with_news: int


@dataclass(frozen=True, kw_only=True)
class OwnToday:
    """What somebody of an organisation sees."""

    overview: Overview
    #: Open with a deadline within a week, not late yet.
    due_soon: int
    #: By deadline, the first first.
    findings: tuple[FindingRow, ...]
    #: Not answered yet, newest first.
    notices: tuple[NoticeRow, ...]
    notices_open: int


def desk_today(*, actor: Actor, now: datetime, zone: tzinfo) -> DeskToday:
    """Gather the desk's page in a fixed number of queries.

    Raises:
        NotAllowed: the actor is not of the desk.
    """
    shift = last_shift(now=now, zone=zone, is_working=calendar(actor=actor, zone=zone).is_working)
    untold = Finding.objects.visible_to(actor).filter(coordinator=Coordinator.OPEN, telling=Telling.UNTOLD)
    # As a round chooses (`notices.queries.drafts`): all but what waits for the digest.
    news = untold.exclude(gate=GateMode.DIGEST)
    return DeskToday(
        last_shift=shift,
        rows=counts_since(actor=actor, since=shift.ended_at, now=now).rows,
        overview=overview(actor=actor, now=now),
        held=held_groups(actor=actor),
        overdue=overdue_by_harm(actor=actor, now=now, limit=SHOWN),
        sources=list_sources(actor=actor, now=now),
        unread_answers=count_unread(actor=actor) if holds(actor, NoticePermission.READ_ANSWERS) else None,
        owners_with_news=news.order_by().aggregate(owners=Count("organisation_id", distinct=True))["owners"],
    )


def own_today(*, actor: Actor, now: datetime) -> OwnToday:
    """Gather an organisation's page in a fixed number of queries.

    Raises:
        NotAllowed: the actor may not see findings.
    """
    soon = Finding.objects.visible_to(actor).filter(
        coordinator=Coordinator.OPEN, telling=Telling.TOLD, due_at__gte=now, due_at__lt=now + _SOON
    )
    notices = list_notices(actor=actor, filters=NoticeFilters(answered=Answered.NO), size=SHOWN)
    return OwnToday(
        overview=overview(actor=actor, now=now),
        due_soon=soon.exclude(overdue_condition(now)).count(),
        findings=list_findings(
            actor=actor, filters=FindingFilters(), now=now, sort=FindingSort.DUE_FIRST, size=SHOWN
        ).part.items,
        notices=notices.rows.items,
        notices_open=notices.total.value,
    )
