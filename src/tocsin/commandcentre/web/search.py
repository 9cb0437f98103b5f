"""One field for everything: organisations, findings, notices, as far as one sees them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.access.permissions import holds
from tocsin.commandcentre.web.links import link
from tocsin.commandcentre.web.words import title_of
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.filters import FindingFilters, Group
from tocsin.findings.queries.listing import list_findings
from tocsin.kernel.actor import Actor
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.listing import NoticeFilters, list_notices
from tocsin.notices.web.words import name, number
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.organisations import OrganisationFilters, list_organisations
from tocsin.web.components import Cell, Column, ColumnKind, Empty, Heading, Row, Table, severity_chip
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.writing import thousands

#: Of each kind; the list of the kind has the rest.
SHOWN = 10
_LONGEST = 200


@require_safe
@signed_in
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what fits in each kind of thing."""
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    parts = tuple(_parts(actor, wanted)) if wanted else ()
    found = sum(len(table.rows) for _, table in parts)
    if not wanted:
        title = _("What do you look for?")
    elif found:
        title = ngettext("%(count)s thing fits “%(text)s”", "%(count)s things fit “%(text)s”", found) % {
            "count": thousands(found),
            "text": wanted,
        }
    else:
        title = _("Nothing fits “%(text)s”") % {"text": wanted}
    heading = Heading(
        title=title, lead=_("A name, an address or prefix, a domain, the number of a notice, or the id of a finding.")
    )
    return render(request, "commandcentre/search.html", {"heading": heading, "parts": parts})


def _parts(actor: Actor, wanted: str) -> list[tuple[str, Table]]:
    parts = []
    if holds(actor, RegistryPermission.SEE):
        parts.append((_("Organisations"), _organisations(actor, wanted)))
    if holds(actor, FindingPermission.SEE):
        parts.append((_("Findings"), _findings(actor, wanted)))
    if holds(actor, NoticePermission.SEE):
        parts.append((_("Notices"), _notices(actor, wanted)))
    return parts


def _organisations(actor: Actor, wanted: str) -> Table:
    language = reader_language()
    found = list_organisations(
        actor=actor, filters=OrganisationFilters(search=wanted), language=language, size=SHOWN
    ).part.items
    return Table(
        id="found-organisations",
        caption=_("Organisations"),
        columns=(Column(key="name", label=_("Name")), Column(key="place", label=_("Where"))),
        rows=tuple(
            Row(
                key=str(row.id),
                cells=(
                    Cell(value=row.name.name(language), url=reverse("registry:organisation", args=[row.id])),
                    f"{row.sector.name(language)}, {row.region.name(language)}",
                ),
            )
            for row in found
        ),
        empty=Empty(title=_("No organisation")),
    )


def _findings(actor: Actor, wanted: str) -> Table:
    language = reader_language()
    found = list_findings(
        actor=actor, filters=FindingFilters(search=wanted, group=Group.ALL), now=timezone.now(), size=SHOWN
    ).part.items
    return Table(
        id="found-findings",
        caption=_("Findings"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="where", label=_("Where"), kind=ColumnKind.CODE),
            Column(key="organisation", label=_("Organisation")),
        ),
        rows=tuple(
            Row(
                key=row.public_id,
                cells=(
                    Cell(
                        value=title_of(row.problem),
                        url=link("findings:finding", row.public_id),
                        chips=(severity_chip(row.severity),),
                    ),
                    row.subject,
                    row.organisation(language),
                ),
            )
            for row in found
        ),
        empty=Empty(title=_("No finding")),
    )


def _notices(actor: Actor, wanted: str) -> Table:
    found = list_notices(actor=actor, filters=NoticeFilters(search=wanted), size=SHOWN).rows.items
    return Table(
        id="found-notices",
        caption=_("Notices"),
        columns=(
            Column(key="number", label=_("Notice")),
            Column(key="organisation", label=_("Organisation")),
            Column(key="issued", label=_("Issued"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=str(row.id),
                cells=(
                    Cell(value=number(row.year, row.number), url=reverse("notices:notice", args=[row.id])),
                    name(row.name_en, row.name_zh),
                    row.issued_at,
                ),
            )
            for row in found
        ),
        empty=Empty(title=_("No notice")),
    )
