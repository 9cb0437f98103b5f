"""The page of rows without a constituent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.events.queries.reports import report_types
from tocsin.events.queries.sources import source_names
from tocsin.events.queries.strangers import By, StrangerFilters, StrangerGroup, Strangers, WhyNobody, list_strangers
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.filtering import cleaned, filters_of
from tocsin.events.web.forms import StrangerFilterForm
from tocsin.events.web.words import BY, WHY_NOBODY
from tocsin.kernel.actor import Actor
from tocsin.web.address import Address
from tocsin.web.components import Action, Cell, Column, ColumnKind, Empty, Figure, Figures, Heading, Row, Table
from tocsin.web.phrases import Phrase
from tocsin.web.writing import thousands


@require_safe
@at_the_desk
def strangers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Count the rows that are nobody's."""
    address = Address.of(request)
    sources = source_names(actor=actor)
    form = StrangerFilterForm(request.GET, sources=sources, types=report_types(actor=actor))
    asked = cleaned(form)
    filters = StrangerFilters(
        source_id=int(str(asked["source"])) if asked.get("source") else None,
        report_type=str(asked.get("type") or ""),
        since=asked.get("since"),
        until=asked.get("until"),
        why=form.chosen_why,
        asn=asked.get("asn"),
        country=str(asked.get("country") or ""),
    )
    found = list_strangers(actor=actor, filters=filters, by=form.chosen_by)
    labels = {
        "by": _("Counted by"),
        "source": _("Source"),
        "type": _("Report type"),
        "since": _("For days from"),
        "until": _("until"),
        "why": _("Why"),
        "asn": _("AS number"),
        "country": _("Country"),
    }
    shown: dict[str, dict[str, object]] = {
        "by": {by.value: phrase for by, phrase in BY.items()},
        "source": {str(pk): name for pk, name in sources},
        "why": {why.value: phrase for why, phrase in WHY_NOBODY.items()},
    }
    context = {
        "heading": _heading(found),
        "figures": _figures(found, address),
        "filters": filters_of(address, form, labels, shown),
        "table": _table(found, address, cut=filters != StrangerFilters()),
    }
    return render(request, "events/list.html", context)


def _heading(found: Strangers) -> Heading:
    title = ngettext("%(count)s row without a constituent", "%(count)s rows without a constituent", found.rows)
    return Heading(
        title=title % {"count": thousands(found.rows)} if found.rows else _("Every row has a constituent"),
        lead=_("They are archived and counted, and nobody is told. A large network may be missing in the registry."),
        actions=(Action(label=_("Look up an address"), url=reverse("events:archive"), kind="quiet"),),
    )


def _figures(found: Strangers, address: Address) -> Figures:
    how = {
        WhyNobody.NONE: _("Nobody in the registry owns what was seen."),
        WhyNobody.CONFLICT: _("Two owners are equally near, so none was chosen; correct their assets."),
        WhyNobody.MOVED: _("Whoever owned it then does not own it now; such rows open nothing."),
    }
    return Figures(
        items=tuple(
            Figure(
                label=WHY_NOBODY[why],
                value=found.reasons.get(why, 0),
                url=address.changed(why=why.value),
                how=how[why],
            )
            for why in WhyNobody
        )
    )


def _table(found: Strangers, address: Address, *, cut: bool) -> Table:
    title = _("{by}, most rows first").format(by=BY[found.by])
    if found.total_groups > len(found.groups):
        title = _("{by}, the {shown} with most rows of {all}").format(
            by=BY[found.by], shown=thousands(len(found.groups)), all=thousands(found.total_groups)
        )
    last: Phrase = _("Reports") if found.by is By.NETWORK else _("Networks")
    return Table(
        id="strangers",
        caption=title,
        show_caption=True,
        columns=(
            Column(key=found.by.value, label=BY[found.by], kind=ColumnKind.CODE),
            Column(key="rows", label=_("Rows"), kind=ColumnKind.NUMBER),
            Column(key="share", label=_("Share"), kind=ColumnKind.NUMBER),
            Column(key="last", label=last, kind=ColumnKind.NUMBER),
        ),
        rows=tuple(_row(group, found, address) for group in found.groups),
        desk=True,
        empty=Empty(title=_("No row is like that."), text=_("Take a filter away to see more."))
        if cut
        else Empty(title=_("Every row has a constituent."), icon="circle-check"),
    )


def _row(group: StrangerGroup, found: Strangers, address: Address) -> Row:
    name, url = _name(group, found.by, address)
    share = round(100 * group.rows / found.rows) if found.rows else 0
    return Row(
        key=name,
        cells=(
            Cell(value=name, url=url),
            group.rows,
            _("{percent} %").format(percent=share),
            group.reports if found.by is By.NETWORK else group.networks,
        ),
    )


def _name(group: StrangerGroup, by: By, address: Address) -> tuple[str, str]:
    """Name a group, and give the address that shows what is in it."""
    if by is By.ASN:
        if group.asn is None:
            return _("no AS number given"), ""
        return f"AS{group.asn}", address.changed(by=By.NETWORK.value, asn=str(group.asn))
    if by is By.COUNTRY:
        if not group.country:
            return _("no country given"), ""
        return group.country, address.changed(by=By.ASN.value, country=group.country)
    return group.network or _("no address given"), ""
