"""The parts of a report's page."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.access.permissions import holds
from tocsin.events.errors import ArchiveDamaged
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.first_rows import Became, FirstRow, first_rows
from tocsin.events.queries.report import GateSaid, ReportInFull, get_report
from tocsin.events.queries.strangers import WhyNobody
from tocsin.events.web.words import (
    ATTRIBUTED,
    BECAME,
    DECISIONS,
    FLAGS,
    WHY_NOBODY,
    coverage_chip,
    day_of,
    gate_chip,
    owner_name,
    problem_title,
    say,
)
from tocsin.kernel.actor import Actor
from tocsin.web.components import (
    Action,
    Banner,
    BarItem,
    BarList,
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
    Link,
    Row,
    Table,
    Tone,
    severity_chip,
)
from tocsin.web.writing import size, thousands


def report_page(actor: Actor, report_id: int) -> dict[str, object]:
    """Put the page of a report together."""
    found = get_report(actor=actor, report_id=report_id)
    notes: list[Banner] = []
    rows: tuple[FirstRow, ...] = ()
    try:
        rows = first_rows(actor=actor, report_id=report_id)
    except ArchiveDamaged as error:
        notes.append(Banner(title=_("Its rows cannot be shown"), text=error.message, tone=Tone.CRITICAL))
    if found.report.waiting:
        notes.append(_waiting(actor, found))
    return {
        "heading": _heading(found),
        "notes": notes,
        "figures": _figures(found),
        "gate": _gate(found),
        "rows": _rows(rows),
        "definitions": _definitions(found),
        "nobody": _nobody(found),
    }


def _heading(found: ReportInFull) -> Heading:
    report = found.report
    title = ngettext("%(count)s row of %(type)s", "%(count)s rows of %(type)s", report.rows) % {
        "count": thousands(report.rows),
        "type": report.report_type,
    }
    return Heading(
        title=title if report.rows else _("{type}: a header alone").format(type=report.report_type),
        kicker=day_of(report.source, report.period),
        crumbs=(Crumb(label=_("Reports"), url=reverse("events:reports")), Crumb(label=report.file_name)),
        facts=(coverage_chip(found.coverage),) if found.coverage is not None else (),
        actions=(
            Action(label=_("Findings it opened"), url=f"{reverse('findings:list')}?report={report.id}", kind="quiet"),
        )
        if report.findings_new
        else (),
    )


def _waiting(actor: Actor, found: ReportInFull) -> Banner:
    """Say that rows wait, and offer to try them again."""
    count = found.report.waiting
    may = holds(actor, EventPermission.RETAKE)
    text = ngettext("%(count)s row waits in quarantine", "%(count)s rows wait in quarantine", count)
    return Banner(
        title=text % {"count": thousands(count)},
        text=_("They could not be read. Mend them one by one, or try all again after the feed was mended."),
        tone=Tone.MEDIUM,
        actions=(
            Action(label=_("Show them"), url=f"{reverse('events:quarantine')}?report={found.report.id}"),
            Action(
                label=_("Try all again"),
                url=reverse("events:retake-report", args=[found.report.id]) if may else "",
                method="post",
                disabled_because="" if may else _("Only the desk mends rows."),
            ),
        ),
    )


def _figures(found: ReportInFull) -> Figures:
    report = found.report
    nobody = sum(found.nobody.values())
    strangers = f"{reverse('events:strangers')}?type={report.report_type}&since={report.period}&until={report.period}"
    return Figures(
        items=(
            Figure(
                label=_("Rows"),
                value=report.rows,
                note=_("{events} events, {quarantined} in quarantine").format(
                    events=thousands(report.events), quarantined=thousands(report.quarantined)
                ),
                how=_("Every record of the file, blank lines left out. Rows are events and quarantined rows, always."),
            ),
            Figure(label=_("With an owner"), value=report.attributed),
            Figure(label=_("Without a constituent"), value=nobody, url=strangers if nobody else ""),
            Figure(label=_("New findings"), value=report.findings_new),
            Figure(label=_("Known findings"), value=report.findings_known),
        )
    )


def _gate(found: ReportInFull) -> Table:
    return Table(
        id="gate",
        caption=_("What the gate said to its new findings"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="mode", label=_("Gate")),
            Column(key="why", label=_("Why")),
            Column(key="findings", label=_("New findings"), kind=ColumnKind.NUMBER),
        ),
        rows=tuple(_said(number, said) for number, said in enumerate(found.gate)),
        empty=Empty(title=_("It opened no finding."), icon="circle-check"),
    )


def _said(number: int, said: GateSaid) -> Row:
    held = said.group_id is not None
    why = say(said.why) if said.why is not None else _("as set for problem and source")
    return Row(
        key=str(number),
        cells=(
            problem_title(said.problem),
            Cell(value=gate_chip(said.mode), note=DECISIONS[said.decision] if held else ""),
            Cell(value=why, url=reverse("findings:group", args=[said.group_id]) if held else ""),
            said.findings,
        ),
    )


def _rows(rows: tuple[FirstRow, ...]) -> Table:
    return Table(
        id="rows",
        caption=_("Its first rows"),
        columns=(
            Column(key="line", label=_("Line"), kind=ColumnKind.NUMBER),
            Column(key="subject", label=_("Seen on"), kind=ColumnKind.CODE),
            Column(key="problem", label=_("Problem")),
            Column(key="at", label=_("Seen at"), kind=ColumnKind.TIME),
            Column(key="network", label=_("Network")),
            Column(key="became", label=_("What became of it")),
        ),
        rows=tuple(_row(row) for row in rows),
        empty=Empty(title=_("It holds no row that could be read.")),
    )


def _row(row: FirstRow) -> Row:
    port = f"{row.transport or ''} {row.port}".strip() if row.port is not None else ""
    ptr = _("{name}, by reverse DNS").format(name=row.ptr) if row.ptr else ""
    country = row.country or ""
    network = " ".join(part for part in (f"AS{row.asn}" if row.asn is not None else "", country) if part)
    return Row(
        key=str(row.row),
        label=row.subject,
        cells=(
            row.line,
            Cell(value=row.subject or None, note=" · ".join(part for part in (port, ptr) if part)),
            Cell(
                value=problem_title(row.problem),
                chips=(severity_chip(row.severity),) if row.severity is not None else (),
                note=" · ".join(str(FLAGS[flag]) for flag in row.flags),
            ),
            row.observed_at,
            network or None,
            _became(row),
        ),
    )


def _became(row: FirstRow) -> Cell:
    if row.organisation_id is None:
        return Cell(value=BECAME[row.became])
    owner = owner_name(row.name_en, row.name_zh)
    why = ATTRIBUTED.get(row.attributed_by or "", "")
    if row.became is Became.FINDING:
        return Cell(value=owner, url=reverse("findings:finding", args=[row.finding]), note=why)
    return Cell(value=owner, note=BECAME[row.became])


def _definitions(found: ReportInFull) -> Definitions:
    report = found.report
    origin = (
        Definition(
            term=_("Mended from"),
            value=Link(label=_("rows of another report"), url=reverse("events:report", args=[found.retaken_from])),
        )
        if found.retaken_from is not None
        else None
    )
    coverage: object = _("not judged yet")
    if found.coverage is not None:
        coverage = coverage_chip(found.coverage)
    items = (
        Definition(
            term=_("What \u201cnot in it\u201d proves"),
            value=coverage,
            why=say(found.coverage.said) if found.coverage is not None else "",
        ),
        Definition(term=_("Usual rows a day"), value=found.rows_usual),
        Definition(
            term=_("Source"), value=Link(label=report.source, url=reverse("events:source", args=[report.source_id]))
        ),
        Definition(term=_("Came in"), value=report.received_at),
        Definition(term=_("File"), value=report.file_name, why=size(report.size_bytes)),
        Definition(
            term=_("SHA-256"),
            value=format_html("<code>{}</code>", found.content_hash[:16]),
            why=_("The same content for the same day is taken in once."),
        ),
        *((origin,) if origin is not None else ()),
        *(
            Definition(
                term=_("In the archive"),
                value=file.path,
                why=_("{rows} rows, {size}").format(rows=thousands(file.rows), size=size(file.size_bytes)),
            )
            for file in found.files
        ),
    )
    return Definitions(items=items)


def _nobody(found: ReportInFull) -> BarList | None:
    """Show why rows are without a constituent; null where none is."""
    if not found.nobody:
        return None
    reasons: Mapping[str, int] = found.nobody
    return BarList(
        label=_("Rows without a constituent, by reason"),
        items=tuple(
            BarItem(label=WHY_NOBODY[why], value=reasons[why.value], text=thousands(reasons[why.value]))
            for why in WhyNobody
            if why.value in reasons
        ),
    )
