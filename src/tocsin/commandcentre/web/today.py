"""The first page: the state in words, then what waits, what is late, and who delivers."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.access.permissions import holds
from tocsin.commandcentre.queries.today import DeskToday, desk_today
from tocsin.commandcentre.web import own
from tocsin.commandcentre.web.links import link
from tocsin.commandcentre.web.words import (
    arrived,
    last_word,
    source_note,
    title_of,
    waiting,
)
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.sources import DAYS, SourceRow
from tocsin.events.web.source_pages import chart
from tocsin.events.web.words import timeliness_chip
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.counts import Late, Overview
from tocsin.findings.web.gate_pages import groups_table
from tocsin.kernel.actor import Actor
from tocsin.notices.permissions import NoticePermission
from tocsin.web.components import (
    Action,
    Better,
    Cell,
    Chip,
    Column,
    ColumnKind,
    Comparison,
    Direction,
    Empty,
    Figure,
    Figures,
    Heading,
    KeyHint,
    Link,
    Row,
    Sparkline,
    Table,
    severity_chip,
)
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.writing import long_day, percent, thousands


@require_safe
@signed_in
def today(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the desk the constituency, an organisation its own."""
    now = timezone.now()
    if not holds(actor, FindingPermission.SEE_DESK_SIDE):
        return own.page(request, actor, now)
    found = desk_today(actor=actor, now=now, zone=timezone.get_default_timezone())
    decides = holds(actor, FindingPermission.DECIDE_AT_GATE)
    context = {
        "heading": _heading(actor, found, now),
        "figures": figures(found.overview, unread=found.unread_answers),
        "held": groups_table(found.held, decides=decides),
        "hint": KeyHint(
            text=_("Nothing here is sent until someone decides."),
            keys=(("S", _("send")), ("H", _("hold")), ("D", _("drop"))) if decides else (),
        ),
        "overdue": _overdue(found.overdue, now),
        "all_overdue": _all_overdue(found.overview.overdue),
        "sources": tuple(_source(state, now) for state in found.sources),
        "fortnight": ngettext("rows a day, %(count)s day", "rows a day, %(count)s days", DAYS) % {"count": DAYS},
    }
    return render(request, "commandcentre/today.html", context)


def kicker(now: datetime) -> str:
    """Write the day and the time."""
    local = timezone.localtime(now)
    return f"{long_day(local.date(), language=reader_language())} {local:%H:%M}"


def _heading(actor: Actor, found: DeskToday, now: datetime) -> Heading:
    owners = found.owners_with_news
    label = ngettext("Look at today's round: %(count)s owner", "Look at today's round: %(count)s owners", owners)
    may_add = holds(actor, EventPermission.TAKE_IN)
    add = link("events:add") if may_add else ""
    return Heading(
        kicker=kicker(now),
        title=_("%(arrived)s %(waiting)s")
        % {"arrived": arrived(found.rows, found.last_shift, now=now), "waiting": waiting(len(found.held))},
        actions=(Action(label=_("Add a report"), url=add),) if add else (),
        primary=Action(label=label % {"count": thousands(owners)}, url=reverse("notices:round"), icon="send")
        if owners and holds(actor, NoticePermission.PREVIEW)
        else None,
    )


def figures(counted: Overview, *, unread: int | None) -> Figures:
    """Make the strip of numbers of the desk."""
    return Figures(
        items=(
            Figure(
                label=_("Open findings"),
                value=counted.open,
                url=link("findings:list"),
                comparison=_week(counted),
                how=_("Findings that are neither closed nor waiting at the gate, each episode once, now."),
            ),
            Figure(
                label=_("Overdue"),
                value=counted.overdue,
                url=link("findings:list", overdue="1"),
                note=_("%(count)s of critical infrastructure") % {"count": thousands(counted.overdue_critical)}
                if counted.overdue_critical
                else "",
                how=_("Open findings whose deadline has passed and that wait for their owner."),
            ),
            Figure(
                label=_("Answers to read"),
                value=unread,
                url=link("notices:answers"),
                note=_("fixes claimed: %(fixed)s, disputes: %(disputed)s")
                % {"fixed": thousands(counted.claimed), "disputed": thousands(counted.disputed)},
                how=_("Answers of owners that nobody at the desk has marked as read."),
            ),
            verified(counted),
        )
    )


def verified(counted: Overview) -> Figure:
    """Make the number of what was proved fixed."""
    median = counted.median_days_to_fix
    decimals = 0 if median is None or median == int(median) else 1
    return Figure(
        label=_("Verified fixed, 7 days"),
        value=counted.verified,
        url=link("findings:list", status="verified"),
        note=_("median %(days)s days to fix") % {"days": thousands(median, decimals=decimals)}
        if median is not None
        else _("under half are ever fixed"),
        how=_(
            "Closed as verified in the last seven days. The median counts from opening, over 90 days; open findings "
            "count as not fixed yet."
        ),
    )


def _week(counted: Overview) -> Comparison | None:
    before, after = counted.open_week_ago, counted.open
    if not before:
        return None
    share = (after - before) / before
    direction = Direction.SAME if after == before else Direction.UP if after > before else Direction.DOWN
    better = Better.NEITHER if after == before else Better.WORSE if after > before else Better.BETTER
    return Comparison(direction=direction, better=better, amount=percent(abs(share), decimals=1), period=_("in 7 days"))


def _overdue(found: tuple[Late, ...], now: datetime) -> Table:
    language = reader_language()
    return Table(
        id="overdue",
        caption=_("Overdue findings, by harm"),
        columns=(
            Column(key="organisation", label=_("Organisation")),
            Column(key="problem", label=_("Problem")),
            Column(key="late", label=_("Days late"), kind=ColumnKind.NUMBER),
            Column(key="word", label=_("Last word")),
        ),
        rows=tuple(
            Row(
                key=late.row.public_id,
                cells=(
                    Cell(
                        value=late.row.organisation(language),
                        url=reverse("registry:organisation", args=[late.row.organisation_id]),
                        note=_("critical infrastructure") if late.row.critical else "",
                    ),
                    Cell(
                        value=title_of(late.row.problem),
                        url=link("findings:finding", late.row.public_id),
                        note=ngettext("%(count)s finding", "%(count)s findings", late.together)
                        % {"count": thousands(late.together)},
                        chips=(severity_chip(late.row.severity),),
                    ),
                    late.days_late,
                    last_word(late, now=now),
                ),
            )
            for late in found
        ),
        empty=Empty(title=_("Nothing is late."), icon="check"),
    )


def _all_overdue(count: int) -> Link | str:
    url = link("findings:list", overdue="1")
    if not count or not url:
        return ""
    return Link(label=_("All %(count)s") % {"count": thousands(count)}, url=url)


@dataclass(frozen=True, kw_only=True)
class ShownSource:
    """One source, as drawn."""

    name: str
    url: str
    note: str
    spark: Sparkline
    chip: Chip


def _source(state: SourceRow, now: datetime) -> ShownSource:
    return ShownSource(
        name=state.name,
        url=link("events:source", state.id),
        note=source_note(state, now=now),
        spark=chart(state),
        chip=timeliness_chip(state.timeliness),
    )
