"""Pages of sources: all, one, and what one means."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.access.permissions import holds, require
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.sources import DAYS, SourceInFull, SourceRow, TypeRow, get_source, list_sources
from tocsin.events.rules import Timeliness
from tocsin.events.services import change_source
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.forms import SourceForm
from tocsin.events.web.words import COVERAGE_MODES, GATES, RELIABILITY, coverage_chip, day_text, say, timeliness_chip
from tocsin.kernel.actor import Actor
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Definition,
    Definitions,
    Empty,
    Figure,
    Figures,
    Heading,
    Row,
    Sparkline,
    Table,
)
from tocsin.web.entry import reader_language
from tocsin.web.phrases import Phrase
from tocsin.web.writing import duration, thousands


@require_safe
@at_the_desk
def sources(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the sources, those that are late first."""
    rows = list_sources(actor=actor, now=timezone.now())
    table = Table(
        id="sources",
        caption=_("Sources"),
        columns=(
            Column(key="name", label=_("Source")),
            Column(key="state", label=_("Rhythm")),
            Column(key="last", label=_("Last arrival"), kind=ColumnKind.TIME),
            Column(key="rows", label=_("Rows of that day"), kind=ColumnKind.NUMBER),
            Column(key="days", label=_("Rows a day, {days} days").format(days=DAYS)),
            Column(key="tlp", label=_("Marking")),
        ),
        rows=tuple(_row(row) for row in rows),
        desk=True,
        empty=Empty(
            title=_("There is no source yet."),
            text=_("The first report that is added makes one, with careful settings."),
            action=_add(actor),
        ),
    )
    heading = Heading(title=_state(rows), primary=_add(actor))
    return render(request, "events/list.html", {"heading": heading, "table": table})


def _state(rows: Sequence[SourceRow]) -> str:
    """Say how the sources stand, in words."""
    silent = sum(row.timeliness is Timeliness.SILENT for row in rows)
    if not rows:
        return _("No sources")
    if silent:
        text = ngettext("%(silent)s of %(all)s sources is silent", "%(silent)s of %(all)s sources are silent", silent)
        return text % {"silent": thousands(silent), "all": thousands(len(rows))}
    return ngettext("%(count)s source, on time", "%(count)s sources, all on time", len(rows)) % {
        "count": thousands(len(rows))
    }


def _add(actor: Actor) -> Action:
    may = holds(actor, EventPermission.TAKE_IN)
    return Action(
        label=_("Add a report"),
        url=reverse("events:add") if may else "",
        icon="upload",
        disabled_because="" if may else _("Only the desk adds reports."),
    )


def _row(row: SourceRow) -> Row:
    return Row(
        key=str(row.id),
        label=row.name,
        cells=(
            Cell(
                value=row.name,
                url=reverse("events:source", args=[row.id]),
                note=row.provider if row.provider != row.name else "",
            ),
            Cell(value=timeliness_chip(row.timeliness), note=_rhythm(row)),
            row.last_at,
            row.last_rows,
            chart(row),
            row.tlp,
        ),
    )


def _rhythm(row: SourceRow) -> str:
    if row.expected_every_h is None:
        return ""
    usual = duration(row.expected_every_h * 3600, language=reader_language())
    if row.timeliness is Timeliness.SILENT and row.last_at is not None:
        length = duration(timezone.now() - row.last_at, language=reader_language())
        return _("nothing for {length}, usually every {usual}").format(length=length, usual=usual)
    return _("every {usual}").format(usual=usual)


def chart(row: SourceRow) -> Sparkline:
    """Show the rows of the last days."""
    return Sparkline(
        values=row.by_day,
        label=_("{name}: rows a day from {first} to {last}, most {most}").format(
            name=row.name,
            first=day_text(row.days[0]),
            last=day_text(row.days[-1]),
            most=thousands(max((count for count in row.by_day if count is not None), default=0)),
        ),
    )


@require_safe
@at_the_desk
def source(request: HttpRequest, actor: Actor, source_id: int) -> HttpResponse:
    """Show one source."""
    found = get_source(actor=actor, source_id=source_id, now=timezone.now())
    row = found.source
    may = holds(actor, EventPermission.MANAGE_SOURCES)
    heading = Heading(
        title=row.name,
        crumbs=(_crumb(), Crumb(label=row.name)),
        facts=(timeliness_chip(row.timeliness), row.tlp, _rhythm(row)),
        primary=Action(
            label=_("Change what it means"),
            url=reverse("events:change-source", args=[row.id]) if may else "",
            disabled_because="" if may else _("Only coordinators change sources."),
        ),
        actions=(Action(label=_("Its reports"), url=f"{reverse('events:reports')}?source={row.id}"),),
    )
    context = {
        "heading": heading,
        "figures": _figures(found),
        "types": _types(found),
        "chart": chart(row),
        "definitions": _definitions(found),
    }
    return render(request, "events/source.html", context)


def _figures(found: SourceInFull) -> Figures:
    reports = f"{reverse('events:reports')}?source={found.source.id}"
    return Figures(
        items=(
            Figure(label=_("Rows of the last day"), value=found.source.last_rows),
            Figure(label=_("Report types, 28 days"), value=len(found.types)),
            Figure(label=_("Reports"), value=found.reports, url=reports),
            Figure(label=_("Refused files"), value=found.refused, url=reverse("events:refused")),
        )
    )


def _types(found: SourceInFull) -> Table:
    return Table(
        id="types",
        caption=_("What it sends"),
        columns=(
            Column(key="type", label=_("Report type"), kind=ColumnKind.CODE),
            Column(key="day", label=_("Last for")),
            Column(key="rows", label=_("Rows"), kind=ColumnKind.NUMBER),
            Column(key="usual", label=_("Usually"), kind=ColumnKind.NUMBER),
            Column(key="coverage", label=_("What \u201cnot in it\u201d proves")),
        ),
        rows=tuple(_type(found.source.id, row) for row in found.types),
        empty=Empty(title=_("Nothing came in 28 days.")),
    )


def _type(source_id: int, row: TypeRow) -> Row:
    url = f"{reverse('events:reports')}?source={source_id}&type={row.report_type}"
    coverage: object = _("not judged yet")
    if row.coverage is not None:
        coverage = Cell(value=coverage_chip(row.coverage), note=say(row.coverage.said))
    return Row(
        key=row.report_type,
        cells=(
            Cell(value=row.report_type, url=url),
            row.last_day,
            row.rows,
            None if row.usual is None else round(row.usual),
            coverage,
        ),
    )


def _definitions(found: SourceInFull) -> Definitions:
    row = found.source
    return Definitions(
        items=(
            Definition(term=_("Who provides it"), value=row.provider),
            Definition(term=_("Format"), value=row.format),
            Definition(
                term=_("Marking"), value=row.tlp, why=_("Goes with every finding, and decides whom it may be told.")
            ),
            Definition(term=_("Reliability"), value=RELIABILITY[row.reliability]),
            Definition(
                term=_("New findings"),
                value=GATES[row.gate],
                why=_("The stricter of this and the problem's own rule counts."),
            ),
            Definition(
                term=_("A delivery holds"),
                value=COVERAGE_MODES[row.coverage_mode],
                why=_("A finding closes as fixed only when full deliveries in a row do not show it."),
            ),
            Definition(term=_("Rhythm"), value=_rhythm(row) or _("none")),
            Definition(term=_("Known since"), value=found.created_at),
        )
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def change(request: HttpRequest, actor: Actor, source_id: int) -> HttpResponse:
    """Change what a source means."""
    require(actor, EventPermission.MANAGE_SOURCES)
    row = get_source(actor=actor, source_id=source_id, now=timezone.now()).source
    form = SourceForm(request.POST) if request.method == "POST" else SourceForm(initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change_source(
            actor=actor,
            source_id=source_id,
            provider=given["provider"],
            tlp=Tlp.parse(given["tlp"]),
            reliability=given["reliability"],
            gate=GateMode(given["gate"]),
            coverage_mode=given["coverage_mode"],
            expected_every_h=given["expected_every_h"],
            now=timezone.now(),
        )
        messages.success(request, _("Changed. It holds for what comes from now on."))
        return HttpResponseRedirect(reverse("events:source", args=[source_id]))
    back = reverse("events:source", args=[source_id])
    title: Phrase = _("Change what {name} means").format(name=row.name)
    heading = Heading(title=title, crumbs=(_crumb(), Crumb(label=row.name, url=back), Crumb(label=_("Change"))))
    context = {"heading": heading, "form": form, "label": _("Save"), "back": back}
    return render(request, "events/form.html", context, status=422 if form.errors else 200)


def _initial(row: SourceRow) -> dict[str, object]:
    return {
        "provider": row.provider,
        "tlp": row.tlp.value,
        "reliability": row.reliability,
        "gate": row.gate.value,
        "coverage_mode": row.coverage_mode,
        "expected_every_h": row.expected_every_h,
    }


def _crumb() -> Crumb:
    return Crumb(label=_("Sources"), url=reverse("events:sources"))
