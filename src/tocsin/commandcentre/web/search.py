"""One field for everything: organisations, findings, notices, as far as one sees them."""

from collections.abc import Iterator
from dataclasses import dataclass

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
from tocsin.web.components import Cell, Column, ColumnKind, Empty, Heading, Link, Row, Table, severity_chip
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.paging import Count
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
    found = sum(part.total for part in parts)
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


@dataclass(frozen=True, kw_only=True)
class Part:
    """What fits among one kind of thing."""

    title: str
    total: int
    table: Table
    #: The list of the kind, searched for the same.
    all: Link | None

    @classmethod
    def of(cls, title: str, total: Count, table: Table, url: str) -> "Part":
        """Make a part; it leads to the whole list where there is more than is shown."""
        more = Link(label=_("All %(count)s") % {"count": thousands(total.value)}, url=url)
        return cls(title=title, total=total.value, table=table, all=more if total.value > len(table.rows) else None)


def _parts(actor: Actor, wanted: str) -> Iterator[Part]:
    if holds(actor, RegistryPermission.SEE):
        yield _organisations(actor, wanted)
    if holds(actor, FindingPermission.SEE):
        yield _findings(actor, wanted)
    if holds(actor, NoticePermission.SEE):
        yield _notices(actor, wanted)


def _organisations(actor: Actor, wanted: str) -> Part:
    language = reader_language()
    page = list_organisations(actor=actor, filters=OrganisationFilters(search=wanted), language=language, size=SHOWN)
    table = Table(
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
            for row in page.part.items
        ),
        empty=Empty(title=_("No organisation")),
    )
    return Part.of(_("Organisations"), page.total, table, link("registry:organisations", q=wanted))


def _findings(actor: Actor, wanted: str) -> Part:
    language = reader_language()
    filters = FindingFilters(search=wanted, group=Group.ALL)
    page = list_findings(actor=actor, filters=filters, now=timezone.now(), size=SHOWN)
    table = Table(
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
            for row in page.part.items
        ),
        empty=Empty(title=_("No finding")),
    )
    return Part.of(_("Findings"), page.total, table, link("findings:list", q=wanted, group="all"))


def _notices(actor: Actor, wanted: str) -> Part:
    page = list_notices(actor=actor, filters=NoticeFilters(search=wanted), size=SHOWN)
    table = Table(
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
            for row in page.rows.items
        ),
        empty=Empty(title=_("No notice")),
    )
    return Part.of(_("Notices"), page.total, table, link("notices:list", q=wanted))
