"""Pages of lists: notices, and answers to be read."""

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tocsin.access.permissions import holds
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.listing import (
    Answered,
    AnswerRow,
    Delivery,
    NoticeFilters,
    NoticeRow,
    count_unread,
    list_answers,
    list_notices,
)
from tocsin.notices.services.answers import mark_read
from tocsin.notices.web.entry import reader_of
from tocsin.notices.web.words import (
    DELIVERIES,
    WAYS,
    delivery_chip,
    name,
    number,
    reply_chip,
    said_in_a_line,
)
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Empty,
    Filters,
    FilterWord,
    Heading,
    Pager,
    Row,
    Table,
    severity_chip,
)
from tocsin.web.writing import thousands


class NoticeFilterForm(forms.Form):
    """What the list can be cut down to."""

    q = forms.CharField(label=gettext_lazy("Number or organisation"), required=False, max_length=100)
    delivery = forms.ChoiceField(
        label=gettext_lazy("Delivery"),
        required=False,
        choices=[("", gettext_lazy("any")), *((word.value, DELIVERIES[word]) for word in Delivery)],
    )
    answered = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        choices=[
            ("", gettext_lazy("any")),
            (Answered.YES.value, gettext_lazy("answered")),
            (Answered.NO.value, gettext_lazy("not answered")),
        ],
    )


#: How the values of the filters read as words above the list.
_CHOSEN: Mapping[str, object] = {
    **{word.value: phrase for word, phrase in DELIVERIES.items()},
    Answered.YES: gettext_lazy("answered"),
    Answered.NO: gettext_lazy("not answered"),
}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List notices, newest first."""
    actor = reader_of(request)
    address = Address.of(request)
    form = NoticeFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    organisation, round_id = address.get("organisation"), address.get("round")
    page = list_notices(
        actor=actor,
        filters=NoticeFilters(
            search=asked.get("q", ""),
            organisation_id=int(organisation) if organisation.isdecimal() else None,
            round_id=int(round_id) if round_id.isdecimal() else None,
            delivery=Delivery(asked["delivery"]) if asked.get("delivery") else None,
            answered=Answered(asked["answered"]) if asked.get("answered") else None,
        ),
        cursor=address.get("cursor"),
    )
    may_preview = holds(actor, NoticePermission.PREVIEW)
    context = {
        "heading": Heading(
            title=ngettext("%(count)s notice", "%(count)s notices", page.total.value)
            % {"count": thousands(page.total.value)},
            primary=Action(label=_("Today's round"), url=reverse("notices:round"), icon="send")
            if may_preview
            else None,
        ),
        "filters": _filters(address, form),
        "table": Table(
            id="notices",
            caption=_("Notices, newest first"),
            columns=_COLUMNS if actor.sees_everything else tuple(c for c in _COLUMNS if c.key != "organisation"),
            rows=tuple(_row(row, with_owner=actor.sees_everything) for row in page.rows.items),
            pager=Pager.of(page.rows, address, page.total),
            empty=Empty(
                title=_("No notice here."),
                text=_("Notices appear when a round is sent. If you have set filters, take one away."),
            ),
            address=address,
        ),
    }
    return render(request, "notices/list.html", context)


_COLUMNS = (
    Column(key="number", label=gettext_lazy("Notice")),
    Column(key="organisation", label=gettext_lazy("Organisation")),
    Column(key="severity", label=gettext_lazy("Severity")),
    Column(key="items", label=gettext_lazy("Findings"), kind=ColumnKind.NUMBER),
    Column(key="issued", label=gettext_lazy("Issued"), kind=ColumnKind.TIME),
    Column(key="due", label=gettext_lazy("First deadline"), kind=ColumnKind.TIME),
    Column(key="delivery", label=gettext_lazy("Delivery")),
    Column(key="answer", label=gettext_lazy("Answer")),
)


def _filters(address: Address, form: NoticeFilterForm) -> Filters:
    words: list[FilterWord] = []
    for key, label in (("q", _("Search")), ("delivery", _("Delivery")), ("answered", _("Answer"))):
        value = address.get(key)
        if value:
            shown = _CHOSEN.get(value, value)
            words.append(FilterWord(label=label, value=shown, remove_url=address.without(key)))
    for key, label in (("organisation", _("Organisation")), ("round", _("Round"))):
        if address.get(key):
            words.append(FilterWord(label=label, value=address.get(key), remove_url=address.without(key)))
    return Filters(words=tuple(words), clear_url=address.path, form=form)


def _row(row: NoticeRow, *, with_owner: bool) -> Row:
    url = reverse("notices:notice", args=[row.id])
    answer = reply_chip(row.said) if row.said is not None else None
    cells = (
        Cell(value=number(row.year, row.number), url=url),
        *((name(row.name_en, row.name_zh),) if with_owner else ()),
        severity_chip(row.severity),
        row.items,
        row.issued_at,
        row.due_at,
        delivery_chip(row.delivery),
        answer,
    )
    return Row(key=str(row.id), cells=cells)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """List what owners said and the desk has not read, oldest first; or all."""
    actor = reader_of(request)
    address = Address.of(request)
    everything = address.get("all") == "1"
    page = list_answers(actor=actor, unread_only=not everything, cursor=address.get("cursor"))
    may_read = holds(actor, NoticePermission.READ_ANSWERS)
    unread = count_unread(actor=actor) if may_read else 0
    context = {
        "heading": Heading(
            title=ngettext("%(count)s answer to read", "%(count)s answers to read", unread)
            % {"count": thousands(unread)}
            if unread
            else _("Every answer has been read"),
            actions=(
                Action(
                    label=_("Only those to read") if everything else _("All answers"),
                    url=reverse("notices:answers") if everything else f"{reverse('notices:answers')}?all=1",
                ),
            ),
        ),
        "table": Table(
            id="answers",
            caption=_("Answers"),
            columns=(
                Column(key="at", label=_("When"), kind=ColumnKind.TIME),
                Column(key="organisation", label=_("Organisation")),
                Column(key="said", label=_("Said")),
                Column(key="comment", label=_("In their words")),
                Column(key="read", label=_("Read"), kind=ColumnKind.TIME),
            ),
            rows=tuple(_answer_row(row, may_read=may_read) for row in page.rows.items),
            pager=Pager.of(page.rows, address, page.total),
            desk=True,
            address=address,
            empty=Empty(
                title=_("Nothing to read."), text=_("Answers appear when an owner presses a button in a notice.")
            ),
        ),
    }
    return render(request, "notices/answers.html", context)


def _answer_row(row: AnswerRow, *, may_read: bool) -> Row:
    actions: tuple[Action, ...] = ()
    if may_read and row.read_at is None:
        actions = (
            Action(
                label=_("Mark as read"), url=reverse("notices:read-answer", args=[row.id]), method="post", small=True
            ),
        )
    return Row(
        key=str(row.id),
        cells=(
            row.at,
            Cell(
                value=name(row.name_en, row.name_zh),
                url=reverse("notices:notice", args=[row.notice_id]),
                note=number(row.year, row.number),
            ),
            Cell(value=reply_chip(row.said), note=said_in_a_line(row)),
            Cell(value=row.comment or None, note=f"{row.by} · {WAYS[row.way]}"),
            Cell(value=row.read_at, note=row.read_by),
        ),
        actions=actions,
    )


@require_POST
def read_answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take an answer off the list."""
    actor = reader_of(request)
    mark_read(actor=actor, answer_id=answer_id, now=timezone.now())
    return HttpResponseRedirect(reverse("notices:answers"))
