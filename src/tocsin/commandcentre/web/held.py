"""The table of what waits at the gate."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.commandcentre.web.links import link
from tocsin.commandcentre.web.words import title_of
from tocsin.findings.queries.gate import HeldRow
from tocsin.findings.rules import translator
from tocsin.web.components import Action, Cell, Column, ColumnKind, Empty, Row, Table, severity_chip
from tocsin.web.entry import reader_language
from tocsin.web.writing import joined, thousands

#: Sectors that are named beside the number of owners.
_SECTORS = 1


def held_table(groups: tuple[HeldRow, ...], *, may_decide: bool) -> Table:
    """Show groups with why they are held, their size beside the usual one, and whom they would reach."""
    acts = may_decide and bool(groups) and bool(link("findings:decide", groups[0].id))
    return Table(
        id="held",
        caption=_("Groups held at the gate"),
        desk=acts,
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="why", label=_("Why held")),
            Column(key="rows", label=_("Rows"), kind=ColumnKind.NUMBER),
            Column(key="usual", label=_("Usual"), kind=ColumnKind.NUMBER),
            Column(key="owners", label=_("Owners it would reach")),
        ),
        rows=tuple(_row(group, first=place == 0, acts=acts) for place, group in enumerate(groups)),
        empty=Empty(
            title=_("Nothing waits at the gate."),
            text=_("Unknown and new report types, and days above three times the usual, stop here."),
            icon="check",
        ),
    )


def _row(group: HeldRow, *, first: bool, acts: bool) -> Row:
    title = title_of(group.problem)
    return Row(
        key=str(group.id),
        label=title,
        cells=(
            Cell(
                value=title,
                url=link("findings:held-group", group.id),
                chips=(severity_chip(group.severity),) if group.severity is not None else (),
                note=_("%(type)s, %(source)s") % {"type": group.report_type, "source": group.source},
            ),
            group.why.text(translator(reader_language())),
            group.rows_today,
            group.rows_usual,
            _owners(group),
        ),
        actions=_actions(group, title, first=first) if acts else (),
    )


def _owners(group: HeldRow) -> str:
    if not group.owners:
        return _("nobody")
    counted = ngettext("%(count)s owner", "%(count)s owners", group.owners) % {"count": thousands(group.owners)}
    chinese = reader_language().startswith("zh")
    parts = [
        _("%(count)s in %(sector)s")
        % {"count": thousands(sector.owners), "sector": sector.name_zh if chinese else sector.name_en}
        for sector in group.sectors[:_SECTORS]
        if sector.owners < group.owners or len(group.sectors) == 1
    ]
    if group.critical_owners:
        parts.append(_("%(count)s critical infrastructure") % {"count": thousands(group.critical_owners)})
    return joined([counted, *parts], language=reader_language())


def _actions(group: HeldRow, title: str, *, first: bool) -> tuple[Action, ...]:
    words = (
        ("send", _("Send"), _("Send %(name)s"), "s"),
        ("hold", _("Hold"), _("Hold %(name)s"), "h"),
        ("drop", _("Drop"), _("Drop %(name)s"), "d"),
    )
    return (
        Action(
            label=_("Rows"),
            url=link("findings:held-group", group.id),
            kind="quiet",
            small=True,
            speech=_("Rows of %(name)s") % {"name": title},
        ),
        *(
            Action(
                label=label,
                url=link("findings:decide", group.id),
                method="post",
                name="decision",
                value=value,
                key=key,
                small=True,
                kind="primary" if first and value == "send" else "quiet" if value == "drop" else "plain",
                speech=speech % {"name": title},
            )
            for value, label, speech, key in words
        ),
    )
