"""Page of one notice: as it was sent, to whom, how it stands, what its owner said."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tocsin.access.permissions import holds
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.words import Language
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.details import Mail, NoticeInFull, SentEdition, get_notice
from tocsin.notices.rendering.envelope import document
from tocsin.notices.rules import ANSWER_LINK, MailState, written_number
from tocsin.notices.services.outbox import retry_mail
from tocsin.notices.web.entry import reader_of
from tocsin.notices.web.words import (
    LANGUAGES,
    ROLES,
    WAYS,
    finding_chip,
    mail_chip,
    name,
    number,
    place,
    said_in_a_line,
    why_chip,
)
from tocsin.web.components import (
    Action,
    Banner,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Definition,
    Definitions,
    Empty,
    Entry,
    Heading,
    Letter,
    Row,
    Table,
    Timeline,
    TlpChip,
    Tone,
    Who,
    severity_chip,
)
from tocsin.web.writing import thousands


@dataclass(frozen=True, kw_only=True)
class ShownLetter:
    """One edition on the page."""

    language: str
    spoken: str
    paper: Letter
    actions: tuple[Action, ...]


@require_safe
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice: as sent, to whom, how it stands, what its owner said."""
    actor = reader_of(request)
    found = get_notice(actor=actor, notice_id=notice_id)
    context = {
        "heading": _heading(actor, found),
        "notes": _notes(found),
        "items": _items(found),
        "letters": tuple(_letter(found, edition) for edition in found.editions),
        "definitions": _facts(found),
        "mails": _mails(actor, found),
        "answers": _answers(found),
    }
    return render(request, "notices/notice.html", context)


@require_safe
def mail(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show the HTML of an edition, as it was sent."""
    edition = _edition(get_notice(actor=reader_of(request), notice_id=notice_id), request.GET.get("lang", ""))
    return as_mail(subject=edition.subject, html=edition.html, language=edition.language)


def _edition(found: NoticeInFull, language: str) -> SentEdition:
    edition = next((one for one in found.editions if one.language == language), None)
    if edition is None:
        raise NotFound
    return edition


@require_safe
def table(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Give the attached table, as it was sent."""
    actor = reader_of(request)
    found = get_notice(actor=actor, notice_id=notice_id)
    edition = _edition(found, request.GET.get("lang", ""))
    response = HttpResponse("\ufeff" + edition.csv, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{written_number(found.year, found.number)}.csv"'
    return response


def _heading(actor: Actor, found: NoticeInFull) -> Heading:
    open_items = sum(not item.status.closed for item in found.items)
    who = name(found.name_en, found.name_zh)
    title = (
        ngettext(
            "%(name)s: %(open)s of %(all)s line still open",
            "%(name)s: %(open)s of %(all)s lines still open",
            len(found.items),
        )
        if open_items
        else _("%(name)s: everything in this notice is closed")
    ) % {"name": who, "open": thousands(open_items), "all": thousands(len(found.items))}
    own = holds(actor, NoticePermission.ANSWER) and not actor.sees_everything
    desk = holds(actor, NoticePermission.ANSWER_ON_BEHALF)
    url = reverse("notices:answer-here", args=[found.id])
    primary = None
    if open_items and own:
        primary = Action(label=_("Answer"), url=url, icon="reply")
    elif open_items and desk:
        primary = Action(label=_("Enter an answer"), url=url, icon="phone")
    return Heading(
        title=title,
        kicker=number(found.year, found.number),
        crumbs=(Crumb(label=_("Notices"), url=reverse("notices:list")), Crumb(label=number(found.year, found.number))),
        facts=(TlpChip(tlp=found.tlp), severity_chip(max(item.severity for item in found.items))),
        primary=primary,
    )


def _notes(found: NoticeInFull) -> tuple[Banner, ...]:
    failed = [sent for sent in found.mails if sent.state is MailState.FAILED]
    if not failed:
        return ()
    return (
        Banner(
            title=ngettext(
                "%(count)s mail could not be delivered", "%(count)s mails could not be delivered", len(failed)
            )
            % {"count": len(failed)},
            text=_("Correct the contact, or the mail server, and send it again below."),
            tone=Tone.CRITICAL,
        ),
    )


def _items(found: NoticeInFull) -> Table:
    return Table(
        id="notice-items",
        caption=_("Lines of this notice, the worst first"),
        columns=(
            Column(key="where", label=_("Where"), kind=ColumnKind.CODE),
            Column(key="severity", label=_("Severity")),
            Column(key="now", label=_("Now")),
            Column(key="due", label=_("Due"), kind=ColumnKind.TIME),
            Column(key="seen", label=_("Last seen"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=str(item.finding_id),
                cells=(
                    Cell(
                        value=place(item.subject, item.subject_kind, item.address, item.port),
                        url=f"/findings/{item.public_id}/",
                        note=item.problem,
                    ),
                    (severity_chip(item.severity), why_chip(item.why)),
                    finding_chip(item.status),
                    item.due_now_at,
                    item.last_seen_at,
                ),
            )
            for item in found.items
        ),
    )


def _letter(found: NoticeInFull, edition: SentEdition) -> ShownLetter:
    return ShownLetter(
        language=edition.language,
        spoken=LANGUAGES[edition.language],
        paper=paper(
            number_=written_number(found.year, found.number, edition.language, settings.ENVIRONMENT.number_prefix_zh),
            subject=edition.subject,
            text=edition.text,
            language=edition.language,
            attachment=f"{written_number(found.year, found.number)}.csv",
        ),
        actions=(
            Action(
                label=_("As mail programs show it"),
                url=f"{reverse('notices:notice-mail', args=[found.id])}?lang={edition.language}",
                icon="mail",
            ),
            Action(
                label=_("The attached table"),
                url=f"{reverse('notices:notice-table', args=[found.id])}?lang={edition.language}",
                icon="download",
            ),
        ),
    )


def paper(*, number_: str, subject: str, text: str, language: Language, attachment: str) -> Letter:
    """Show the text of an edition; its reply link is left out, for it is the owner's alone."""
    return Letter(
        number=number_,
        subject=subject,
        body=text.replace(ANSWER_LINK, _("[reply link]")),
        language=language,
        attachments=(attachment,),
    )


def as_mail(*, subject: str, html: str, language: Language) -> HttpResponse:
    """Show the HTML of an edition as a mail program does: alone, with nothing of ours around it."""
    whole = document(html.replace(f'href="{ANSWER_LINK}"', ""), title=subject, language=language)
    # It is ours and escaped; still it needs no script, no style and no form, so it gets none.
    return HttpResponse(whole, headers={"Content-Security-Policy": "default-src 'none'; sandbox"})


def _facts(found: NoticeInFull) -> Definitions:
    return Definitions(
        items=(
            Definition(term=_("Organisation"), value=name(found.name_en, found.name_zh)),
            Definition(term=_("Issued"), value=found.issued_at),
            Definition(term=_("First deadline"), value=found.due_at),
            Definition(
                term=_("Reply link"),
                value=found.link_expires_at,
                why=_("Works until then. It stands only in the mail, so that nobody else answers for the owner."),
            ),
        )
    )


def _mails(actor: Actor, found: NoticeInFull) -> Table:
    may_retry = holds(actor, NoticePermission.ISSUE)
    return Table(
        id="notice-mails",
        caption=_("Mails of this notice"),
        columns=(Column(key="to", label=_("To")), Column(key="state", label=_("Delivery"))),
        rows=tuple(_mail(sent, may_retry=may_retry) for sent in found.mails),
        empty=Empty(title=_("No mail.")),
    )


def _mail(sent: Mail, *, may_retry: bool) -> Row:
    actions: tuple[Action, ...] = ()
    if may_retry and sent.state is not MailState.SENT:
        actions = (
            Action(label=_("Send again"), url=reverse("notices:retry-mail", args=[sent.id]), method="post", small=True),
        )
    return Row(
        key=str(sent.id),
        cells=(
            Cell(value=sent.address, note=f"{ROLES.get(sent.role, sent.role)} · {LANGUAGES[sent.language]}"),
            Cell(value=mail_chip(sent.state), note=sent.last_error or sent.sent_at),
        ),
        actions=actions,
    )


def _answers(found: NoticeInFull) -> Timeline:
    return Timeline(
        entries=tuple(
            Entry(
                at=answer.at,
                who=Who.OWNER,
                text=said_in_a_line(answer),
                note=f"{answer.by} · {WAYS[answer.way]}" + (f" · {answer.comment}" if answer.comment else ""),
            )
            for answer in found.answers
        ),
        nothing=_("Nothing yet."),
    )


@require_POST
def retry(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Send a mail again."""
    actor = reader_of(request)
    notice_id = retry_mail(actor=actor, mail_id=mail_id, now=timezone.now())
    messages.success(request, _("The mail is in the outbox again."))
    return HttpResponseRedirect(reverse("notices:notice", args=[notice_id]))
