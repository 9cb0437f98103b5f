"""The owner's answer: by the link of a notice without a log-in, signed in, or entered at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tocsin.access.permissions import holds
from tocsin.access.scope import acting
from tocsin.accounts.actors import actor_of_link
from tocsin.accounts.middleware import address_of
from tocsin.catalogue.queries import language_of, words
from tocsin.findings.queries.calendar import calendar
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.notices.errors import AnswerIncomplete, LinkDead, TooManyAnswers
from tocsin.notices.links import read_token
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.details import Item, NoticeInFull, by_problem, get_notice
from tocsin.notices.queries.house import house
from tocsin.notices.rendering.library import constants, with_wrapped_commands
from tocsin.notices.rules import Reply, working_days_left, written_number
from tocsin.notices.services.answers import Said, answer_notice, answer_on_behalf
from tocsin.notices.web.entry import reader_language, reader_of
from tocsin.notices.web.forms import Choice, Details
from tocsin.notices.web.words import finding_chip, is_late, name, number, place, reply_chip, why_chip, written_day
from tocsin.web.components import Banner, Chip, Crumb, Heading, TlpChip, Tone, severity_chip
from tocsin.web.writing import moment, thousands


@dataclass(frozen=True, kw_only=True)
class Door:
    """By which way somebody comes to answer a notice."""

    actor: Actor
    #: Where the form goes, and where one comes back to.
    url: str
    #: Empty where there is no page above.
    back_url: str
    on_behalf: bool
    frame_template: str


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """One line with its check box."""

    finding_id: int
    where: str
    seen_at: datetime
    due_at: datetime | None
    chips: tuple[Chip, ...]
    #: Closed ones can't be ticked.
    open: bool
    ticked: bool


@dataclass(frozen=True, kw_only=True)
class ShownProblem:
    """One problem with its lines and words."""

    title: str
    severity: Chip
    means: SafeString
    steps: SafeString
    items: tuple[ShownItem, ...]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a notice's link read and answer that notice. Looking changes nothing: mail scanners look."""
    language = request.GET.get("lang", "")
    with translation.override(str(language_of(language)) if language else translation.get_language()):
        try:
            link = read_token(token, now=timezone.now())
            actor = actor_of_link(
                notice_id=link.notice_id, label=f"link of notice {link.notice_id}", address=address_of(request)
            )
            with acting(actor):
                notice = get_notice(actor=actor, notice_id=link.notice_id)
                reference = written_number(notice.year, notice.number)
                door = Door(
                    actor=replace(actor, label=f"Link of {reference}"),
                    url=f"{reverse('notices:answer', args=[token])}?lang={reader_language()}",
                    back_url="",
                    on_behalf=False,
                    frame_template="tocsin/bare.html",
                )
                return _answer(request, door, notice)
        except NotFound:
            # One answer for forged, expired and unknown: nothing is told to who guesses.
            return render(request, "notices/link_dead.html", _bare({"contact": house()}), status=LinkDead.status)


@require_http_methods(["GET", "HEAD", "POST"])
def by_hand(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Let an owner who is signed in answer, or the desk enter what an owner said."""
    actor = reader_of(request)
    own = holds(actor, NoticePermission.ANSWER) and not actor.sees_everything
    if not own and not holds(actor, NoticePermission.ANSWER_ON_BEHALF):
        raise NotFound
    door = Door(
        actor=actor,
        url=reverse("notices:answer-here", args=[notice_id]),
        back_url=reverse("notices:notice", args=[notice_id]),
        on_behalf=not own,
        frame_template="tocsin/frame.html",
    )
    return _answer(request, door, get_notice(actor=actor, notice_id=notice_id))


def _answer(request: HttpRequest, door: Door, notice: NoticeInFull) -> HttpResponse:
    if request.method == "POST":
        return _take(request, door, notice)
    if request.GET.get("answer", ""):
        return _done(request, door, notice, request.GET["answer"])
    return _form(request, door, notice)


def _take(request: HttpRequest, door: Door, notice: NoticeInFull) -> HttpResponse:
    """Take an answer in, or ask for what it needs."""
    choice = Choice(request.POST, known=tuple(item.finding_id for item in notice.items))
    if not choice.is_valid():
        if "findings" in choice.errors and request.POST.getlist("findings"):
            raise NotFound
        return _form(request, door, notice, fault=_("Tick at least one line, then press what is so."))
    reply = Reply(choice.cleaned_data["answer"])
    filled = "asked" in request.POST
    details = Details(request.POST if filled else None, reply=reply, on_behalf=door.on_behalf)
    if (not filled and details.asks) or (filled and not details.is_valid()):
        return _ask(request, door, notice, choice, details, reply)
    given: Mapping[str, object] = details.cleaned_data if filled else {}
    said = Said(
        reply=reply,
        finding_ids=choice.cleaned_data["findings"],
        until=given.get("until"),  # type: ignore[arg-type]  # the form's field gives a date or null
        comment=str(given.get("comment") or ""),
    )
    submission, now = choice.cleaned_data["submission"], timezone.now()
    try:
        if door.on_behalf:
            taken = answer_on_behalf(
                actor=door.actor,
                notice_id=notice.id,
                said=said,
                said_by=str(given["said_by"]),
                submission=submission,
                now=now,
            )
        else:
            taken = answer_notice(actor=door.actor, notice_id=notice.id, said=said, submission=submission, now=now)
    except AnswerIncomplete as error:
        for field in error.fields:
            details.add_error(field if field in details.fields else None, _("The day must lie ahead, within a year."))
        return _ask(request, door, notice, choice, details, reply)
    except TooManyAnswers as error:
        later: dict[str, object] = {"minutes": error.minutes, "expires_at": notice.link_expires_at}
        return _page(request, "notices/answer_later.html", door, notice, later, error.status)
    joint = "&" if "?" in door.url else "?"
    return HttpResponseRedirect(f"{door.url}{joint}answer={taken.answer_id}")


def _form(request: HttpRequest, door: Door, notice: NoticeInFull, fault: str = "") -> HttpResponse:
    problems = _problems(notice, _ticked(request, notice))
    context = {
        "heading": _heading(door, notice),
        "deadline": _deadline(door.actor, notice),
        "fault": Banner(title=fault, tone=Tone.CRITICAL) if fault else None,
        "earlier": _earlier(notice),
        "problems": problems,
        "any_open": any(item.open for problem in problems for item in problem.items),
        "submission": uuid4(),
        "expires_at": notice.link_expires_at,
    }
    return _page(request, "notices/answer.html", door, notice, context, status=422 if fault else 200)


def _ask(
    request: HttpRequest, door: Door, notice: NoticeInFull, choice: Choice, details: Details, reply: Reply
) -> HttpResponse:
    ids = choice.cleaned_data["findings"]
    chosen = [item for item in notice.items if item.finding_id in set(ids)]
    context = {
        "heading": Heading(
            title=_ASKED[reply](), kicker=number(notice.year, notice.number), crumbs=_crumbs(door, notice)
        ),
        "chosen": [place(item.subject, item.subject_kind, item.address, item.port) for item in chosen],
        "finding_ids": ids,
        "details": details,
        "reply": reply,
        "submission": choice.cleaned_data["submission"],
    }
    return _page(request, "notices/answer_ask.html", door, notice, context, status=422 if details.errors else 200)


_ASKED = {
    Reply.RECEIVED: lambda: _("Enter: they have received it"),
    Reply.IN_WORK: lambda: _("You are working on it: until when?"),
    Reply.FIXED: lambda: _("Enter: it is fixed"),
    Reply.NOT_OURS: lambda: _("It is not yours: tell us more"),
    Reply.DISPUTED: lambda: _("Something is not right: tell us what"),
}


def _done(request: HttpRequest, door: Door, notice: NoticeInFull, answer_id: str) -> HttpResponse:
    """Say what happens next."""
    answer = next((answer for answer in notice.answers if str(answer.id) == answer_id), None)
    if answer is None:
        raise Http404
    count = answer.findings - answer.refused
    titles = {
        Reply.RECEIVED: _("Thank you. We know that you have it."),
        Reply.IN_WORK: _("Thank you. We know that you are working on it until %(day)s.")
        % {"day": written_day(answer.until) if answer.until is not None else ""},
        Reply.FIXED: ngettext(
            "Thank you. We have noted %(count)s line as fixed, and look again.",
            "Thank you. We have noted %(count)s lines as fixed, and look again.",
            count,
        )
        % {"count": thousands(count)},
        Reply.NOT_OURS: _("Thank you. One of our analysts checks whose it is."),
        Reply.DISPUTED: _("Thank you. One of our analysts reads what you wrote."),
    }
    context = {
        "heading": Heading(
            title=titles[answer.said], kicker=number(notice.year, notice.number), crumbs=_crumbs(door, notice)
        ),
        "reply": answer.said,
        "refused": answer.refused,
        "due": notice.due_at,
        "verifications": _verifications(notice) if answer.said is Reply.FIXED else (),
        "expires_at": notice.link_expires_at,
    }
    return _page(request, "notices/answer_done.html", door, notice, context)


def _page(
    request: HttpRequest,
    template: str,
    door: Door,
    notice: NoticeInFull,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    shared: dict[str, object] = {
        "door": door,
        "mark": TlpChip(tlp=notice.tlp),
        "contact": house(),
        "sender_name": house().name(reader_language()),
        "frame_template": door.frame_template,
        "other_languages": _other_languages(door),
    }
    whole = {**shared, **context}
    return render(request, template, whole if door.back_url else _bare(whole), status=status)


def _bare(context: dict[str, object]) -> dict[str, object]:
    """Take the frame away: the holder of a link has no menu, and its language stands in the address."""
    return {
        "frame_template": "tocsin/bare.html",
        "sender_name": house().name(reader_language()),
        **context,
        "frame": None,
    }


def _other_languages(door: Door) -> list[tuple[str, str, str]]:
    path = door.url.partition("?")[0]
    names = dict(settings.LANGUAGES)
    return [(f"{path}?lang={code}", code, said) for code, said in names.items() if code != reader_language()]


def _crumbs(door: Door, notice: NoticeInFull) -> tuple[Crumb, ...]:
    if not door.back_url:
        return ()
    return (
        Crumb(label=_("Notices"), url=reverse("notices:list")),
        Crumb(label=number(notice.year, notice.number), url=door.back_url),
        Crumb(label=_("Answer")),
    )


def _heading(door: Door, notice: NoticeInFull) -> Heading:
    problems = by_problem(notice.items)
    language = reader_language()
    if len(problems) == 1:
        code, items = next(iter(problems.items()))
        title = words(code, language).plural(len(items))
    else:
        title = ngettext(
            "%(count)s security problem on systems of yours",
            "%(count)s security problems on systems of yours",
            len(problems),
        ) % {"count": len(problems)}
    if door.on_behalf:
        title = _("Enter an answer: %(what)s") % {"what": title}
    return Heading(
        title=title,
        kicker=_("Security notice %(number)s to %(name)s")
        % {"number": number(notice.year, notice.number), "name": name(notice.name_en, notice.name_zh)},
        crumbs=_crumbs(door, notice),
    )


def _deadline(actor: Actor, notice: NoticeInFull) -> Mapping[str, str]:
    """Say by when, and how long that still is; what is closed has no deadline any more."""
    open_items = [item for item in notice.items if not item.status.closed]
    if not open_items:
        return {"kind": "done", "due": _("Nothing in this notice is open any more."), "left": ""}
    due = min((item.due_now_at for item in open_items if item.due_now_at is not None), default=None)
    if due is None:
        return {}
    now, zone = timezone.now(), house().zone
    said = moment(due, language=reader_language(), zone=zone, now=now)
    if is_late(due, now):
        return {"kind": "late", "due": _("It was due by %(due)s") % {"due": said}, "left": _("overdue")}
    left = working_days_left(calendar(actor=actor, zone=zone), now=now, due_at=due)
    return {
        "kind": "",
        "due": _("Please fix this by %(due)s") % {"due": said},
        "left": ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
        if left
        else _("today"),
    }


def _earlier(notice: NoticeInFull) -> Banner | None:
    if not notice.answers:
        return None
    newest = notice.answers[0]
    said = moment(newest.at, language=reader_language(), zone=house().zone, now=timezone.now())
    return Banner(
        title=_("You answered on %(when)s: %(said)s") % {"when": said, "said": str(reply_chip(newest.said).text)},
        text=_("You can answer again; the newest answer counts."),
    )


def _ticked(request: HttpRequest, notice: NoticeInFull) -> set[str]:
    if request.method == "POST":
        return set(request.POST.getlist("findings"))
    return {str(item.finding_id) for item in notice.items if not item.status.closed}


def _problems(notice: NoticeInFull, ticked: set[str]) -> tuple[ShownProblem, ...]:
    language = reader_language()
    shown = []
    for code, items in by_problem(notice.items).items():
        said, fixed = words(code, language), constants(code)
        shown.append(
            ShownProblem(
                title=said.plural(len(items)),
                severity=severity_chip(max(item.severity for item in items)),
                # Rendered from our own catalogue, without the event's values.
                means=SafeString(with_wrapped_commands(said.html("means", **fixed))),
                steps=SafeString(with_wrapped_commands(said.html("steps", **fixed))),
                items=tuple(_item(item, str(item.finding_id) in ticked) for item in items),
            )
        )
    return tuple(shown)


def _item(item: Item, ticked: bool) -> ShownItem:
    # Why it was told then is no news once it is over, and "still there" beside "fixed" would be a riddle.
    is_news = item.why != "new" and not item.status.closed
    chips = (why_chip(item.why), finding_chip(item.status)) if is_news else (finding_chip(item.status),)
    return ShownItem(
        finding_id=item.finding_id,
        where=place(item.subject, item.subject_kind, item.address, item.port),
        seen_at=item.last_seen_at,
        due_at=item.due_now_at,
        chips=chips,
        open=not item.status.closed,
        ticked=ticked and not item.status.closed,
    )


def _verifications(notice: NoticeInFull) -> tuple[SafeString, ...]:
    language = reader_language()
    return tuple(
        SafeString(with_wrapped_commands(words(code, language).html("verification", **constants(code))))
        for code in by_problem(notice.items)
    )
