"""Pages of a round: what would go out, one letter of it, and the confirmation that sends it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.access.permissions import holds
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.notices.errors import NothingToTell, RoundChanged
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.rules import Letter as Draft
from tocsin.notices.rules import RoundMode, written_number
from tocsin.notices.services.rounds import RoundPreview, issue_round, preview_round
from tocsin.notices.web.entry import reader_of
from tocsin.notices.web.pages import as_mail, paper
from tocsin.notices.web.words import KEPT_BACK, LANGUAGES, MODES, name, number
from tocsin.web.components import (
    Action,
    Banner,
    Cell,
    Column,
    ColumnKind,
    Confirm,
    Crumb,
    Empty,
    Heading,
    Row,
    Table,
    Tone,
    severity_chip,
)
from tocsin.web.writing import thousands


def _mode(request: HttpRequest) -> RoundMode:
    """Read which round is asked for; anything unknown is today's."""
    asked = request.GET.get("mode", "")
    return RoundMode(asked) if asked in set(RoundMode) else RoundMode.AUTO


def _url(page: str, mode: RoundMode, *args: object) -> str:
    return f"{reverse(page, args=args)}?mode={mode}"


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a round would send, to whom, and what it keeps back."""
    actor = reader_of(request)
    mode = _mode(request)
    shown = preview_round(actor=actor, mode=mode, now=timezone.now())
    count = len(shown.letters)
    other = RoundMode.DIGEST if mode is RoundMode.AUTO else RoundMode.AUTO
    context = {
        "heading": Heading(
            title=_title(shown) if count else _("Nothing to send now"),
            kicker=MODES[mode],
            crumbs=(Crumb(label=_("Notices"), url=reverse("notices:list")), Crumb(label=MODES[mode])),
            primary=_send(actor, mode, count) if count else None,
            actions=(Action(label=MODES[other], url=_url("notices:round", other)),),
        ),
        "letters": _letters(shown),
        "kept_back": _kept_back(shown),
    }
    return render(request, "notices/round.html", context)


def _title(shown: RoundPreview) -> str:
    count = len(shown.letters)
    findings = ngettext("%(count)s finding", "%(count)s findings", shown.items) % {"count": thousands(shown.items)}
    title = ngettext(
        "%(count)s notice with %(findings)s would go out", "%(count)s notices with %(findings)s would go out", count
    )
    return title % {"count": thousands(count), "findings": findings}


def _send(actor: Actor, mode: RoundMode, count: int) -> Action:
    label = ngettext("Send the round: %(count)s notice", "Send the round: %(count)s notices", count)
    return Action(
        label=label % {"count": thousands(count)},
        url=_url("notices:round-confirm", mode),
        icon="send",
        disabled_because="" if holds(actor, NoticePermission.ISSUE) else _("Only a coordinator sends rounds."),
    )


def _letters(shown: RoundPreview) -> Table:
    return Table(
        id="round-letters",
        caption=_("Notices that would go out, the worst first"),
        columns=(
            Column(key="number", label=_("Notice")),
            Column(key="organisation", label=_("Organisation")),
            Column(key="severity", label=_("Severity")),
            Column(key="items", label=_("Findings"), kind=ColumnKind.NUMBER),
            Column(key="due", label=_("First deadline"), kind=ColumnKind.TIME),
            Column(key="to", label=_("Would be sent to")),
        ),
        rows=tuple(_letter_row(shown, letter) for letter in shown.letters),
        empty=Empty(
            title=_("There is no news for any owner."),
            text=_(
                "A round tells what is new, changed or back. Groups that wait at the gate must be sent there first."
            ),
        ),
    )


def _letter_row(shown: RoundPreview, letter: Draft) -> Row:
    languages = " · ".join(LANGUAGES[language] for language in letter.languages)
    return Row(
        key=str(letter.organisation_id),
        cells=(
            Cell(
                value=number(letter.year, letter.number),
                url=_url("notices:round-letter", shown.mode, letter.organisation_id),
            ),
            name(letter.name_en, letter.name_zh),
            severity_chip(letter.groups[0].severity),
            len(letter.lines),
            letter.due_at,
            Cell(value=", ".join(one.address for one in letter.recipients), note=languages),
        ),
    )


def _kept_back(shown: RoundPreview) -> Table:
    return Table(
        id="round-kept-back",
        caption=_("Findings with news that this round does not tell"),
        columns=(
            Column(key="organisation", label=_("Organisation")),
            Column(key="findings", label=_("Findings"), kind=ColumnKind.NUMBER),
            Column(key="why", label=_("Why")),
        ),
        rows=tuple(
            Row(
                key=f"{one.organisation_id}-{one.why}",
                cells=(name(one.name_en, one.name_zh), one.findings, str(KEPT_BACK[one.why])),
            )
            for one in shown.kept_back
        ),
    )


@require_safe
def letter(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Show one notice of a round as it would go out, in each language."""
    actor = reader_of(request)
    mode = _mode(request)
    shown = preview_round(actor=actor, mode=mode, now=timezone.now())
    draft = _draft(shown, organisation_id)
    editions = shown.editions(draft)
    context = {
        "heading": Heading(
            title=_("Preview: %(name)s") % {"name": name(draft.name_en, draft.name_zh)},
            kicker=number(draft.year, draft.number),
            lead=_("Nothing is sent yet. The number is the one that it would get now."),
            crumbs=(
                Crumb(label=_("Notices"), url=reverse("notices:list")),
                Crumb(label=MODES[mode], url=_url("notices:round", mode)),
                Crumb(label=name(draft.name_en, draft.name_zh)),
            ),
        ),
        "mails": tuple(
            Action(
                label=LANGUAGES[edition.language],
                url=f"{_url('notices:round-letter-mail', mode, organisation_id)}&lang={edition.language}",
                icon="mail",
            )
            for edition in editions
        ),
        "papers": tuple(
            paper(
                number_=written_number(
                    draft.year, draft.number, edition.language, settings.ENVIRONMENT.number_prefix_zh
                ),
                subject=edition.subject,
                text=edition.text,
                language=edition.language,
                attachment=f"{written_number(draft.year, draft.number)}.csv",
            )
            for edition in editions
        ),
    }
    return render(request, "notices/round_letter.html", context)


@require_safe
def letter_mail(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Show the HTML of one notice of a round as it would go out."""
    shown = preview_round(actor=reader_of(request), mode=_mode(request), now=timezone.now())
    wanted = request.GET.get("lang", "")
    editions = shown.editions(_draft(shown, organisation_id))
    edition = next((one for one in editions if one.language == wanted), None)
    if edition is None:
        raise NotFound
    return as_mail(subject=edition.subject, html=edition.html, language=edition.language)


def _draft(shown: RoundPreview, organisation_id: int) -> Draft:
    draft = next((one for one in shown.letters if one.organisation_id == organisation_id), None)
    if draft is None:
        raise NotFound
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask once more, then send exactly what was shown."""
    actor = reader_of(request)
    mode, now = _mode(request), timezone.now()
    fault = None
    if request.method == "POST":
        try:
            made = issue_round(actor=actor, mode=mode, now=now, seen=request.POST.get("mark", ""))
        except (NothingToTell, RoundChanged):
            fault = Banner(
                title=_("The round has changed since you looked. Nothing was sent."),
                text=_("These are the numbers now. Look at them, then send."),
                tone=Tone.HIGH,
            )
        else:
            sent = ngettext("%(count)s notice is on its way.", "%(count)s notices are on their way.", made.notices)
            messages.success(request, sent % {"count": thousands(made.notices)})
            return HttpResponseRedirect(f"{reverse('notices:list')}?round={made.pk}")
    shown = preview_round(actor=actor, mode=mode, now=now)
    if not shown.letters:
        return HttpResponseRedirect(_url("notices:round", mode))
    context = {
        "heading": Heading(
            title=_title(shown),
            crumbs=(
                Crumb(label=_("Notices"), url=reverse("notices:list")),
                Crumb(label=MODES[mode], url=_url("notices:round", mode)),
                Crumb(label=_("Confirm")),
            ),
        ),
        "fault": fault,
        "confirm": _confirm(shown, actor),
    }
    return render(request, "notices/round_confirm.html", context)


def _confirm(shown: RoundPreview, actor: Actor) -> Confirm:
    count = len(shown.letters)
    mails = sum(len(one.recipients) for one in shown.letters)
    first = shown.letters[0]
    consequences = [
        ngettext("%(count)s mail goes into the outbox.", "%(count)s mails go into the outbox.", mails)
        % {"count": thousands(mails)},
        _("Numbers from %(first)s on are used up; a notice that is issued can't be changed or taken back.")
        % {"first": number(first.year, first.number)},
        ngettext("The clock of %(count)s finding starts.", "The clocks of %(count)s findings start.", shown.items)
        % {"count": thousands(shown.items)},
    ]
    if shown.kept_back:
        left = sum(one.findings for one in shown.kept_back)
        consequences.append(
            ngettext("%(count)s finding is kept back.", "%(count)s findings are kept back.", left)
            % {"count": thousands(left)}
        )
    send = _send(actor, shown.mode, count)
    return Confirm(
        title=send.label,
        consequences=tuple(consequences),
        action=Action(label=send.label, url=send.url, method="post", kind="primary", name="mark", value=shown.mark),
        cancel_url=_url("notices:round", shown.mode),
    )
