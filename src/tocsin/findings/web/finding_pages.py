"""The page of one finding, and the page that takes an action on it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalogue.fields import written
from tocsin.catalogue.queries import words
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.queries.details import FindingInFull, get_finding
from tocsin.findings.rules import ACTIONS, Action, By, Due, translator
from tocsin.findings.services import act, answer
from tocsin.findings.web.case import facts, history, looked_at, sides, whose
from tocsin.findings.web.forms import ActForm
from tocsin.findings.web.list_pages import organisation_url
from tocsin.findings.web.words import CONSEQUENCES, GRAVE, of_rules, place, relapse_chip, title
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.web.components import Action as Button
from tocsin.web.components import Confirm, Crumb, Heading, Legend, Link, TlpChip, severity_chip
from tocsin.web.entry import reader_language, signed_in

#: What the desk most likely does next, where it is its turn; the first that may follow stands out.
_LIKELY = (
    Action.CONFIRM_CLOSED,
    Action.CONFIRM_NOT_OURS,
    Action.GRANT_TIME,
    Action.ACCEPT_RISK,
    Action.REFUSE,
    Action.SEND,
)


@require_safe
@signed_in
def one(request: HttpRequest, actor: Actor, public_id: str) -> HttpResponse:
    """Show one finding."""
    now = timezone.now()
    found = get_finding(actor=actor, public_id=public_id, now=now)
    desk = actor.scope.everything
    said = words(found.row.problem, reader_language())
    values = fields_of(found)
    page: dict[str, object] = {
        "heading": _heading(found, desk=desk),
        "sides": sides(found, desk=desk, now=now),
        "timeline": history(found, desk=desk),
        "legend": Legend(),
        "whose": whose(found, desk=desk),
        "facts": facts(found),
        "looks": looked_at(found),
        "steps": SafeString(said.html("steps", **values)),
        "means": SafeString(said.html("means", **values)),
        "check": SafeString(said.html("check", **values)),
        "answers": _buttons(found, By.OWNER),
        "decisions": _buttons(found, By.COORDINATOR),
        "desk": desk,
    }
    return render(request, "findings/finding.html", page)


def fields_of(found: FindingInFull) -> dict[str, str | int | None]:
    """Give the values that the words of a problem may use."""
    row = found.row
    return {
        **{field: written(field, value) for field, value in found.evidence.items()},
        "address": row.address,
        "port": row.port,
        "transport": row.transport or None,
        "host": row.subject if row.subject_kind in {"host", "domain"} else None,
        "url": row.subject if row.subject_kind == "url" else None,
    }


def _heading(found: FindingInFull, *, desk: bool) -> Heading:
    row = found.row
    number = _("Finding {id}, episode {episode}").format(id=row.public_id[:8], episode=row.public_id.rpartition("-")[2])
    owner = Link(label=row.organisation(reader_language()), url=organisation_url(row.organisation_id))
    same = urlencode({"group": "all", "q": row.address or row.subject})
    likely = [action for action in _LIKELY if action in found.actions] if desk and found.due in _OURS else []
    return Heading(
        crumbs=(Crumb(label=_("Findings"), url=reverse("findings:list")), Crumb(label=number)),
        title=title(row.problem),
        facts=(
            severity_chip(row.severity),
            *((relapse_chip(row.relapses),) if row.relapses else ()),
            Link(label=place(row), url=f"{reverse('findings:list')}?{same}", code=True),
            owner,
            TlpChip(tlp=found.tlp),
        ),
        primary=_button(found, likely[0]) if likely else _first_answer(found, desk=desk),
    )


_OURS = frozenset({Due.ANALYST, Due.GATE})


def _first_answer(found: FindingInFull, *, desk: bool) -> Button | None:
    """Give the answer that an owner is asked for."""
    if desk or found.due is not Due.OWNER_ANSWER or Action.ANSWER_FIXED not in found.actions:
        return None
    return _button(found, Action.ANSWER_FIXED)


def _button(found: FindingInFull, action: Action) -> Button:
    return Button(
        label=of_rules(action),
        url=reverse("findings:act", args=[found.row.public_id, action.value]),
        kind="danger" if action in GRAVE else "plain",
    )


def _buttons(found: FindingInFull, by: By) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=of_rules(action),
            url=reverse("findings:act", args=[found.row.public_id, action.value]),
            small=True,
        )
        for action in found.actions
        if ACTIONS[action].by is by
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act_on(request: HttpRequest, actor: Actor, public_id: str, word: str) -> HttpResponse:
    """Say what an action does, ask for what it needs, then take it."""
    now = timezone.now()
    found = get_finding(actor=actor, public_id=public_id, now=now)
    action = Action(word) if word in set(Action) else None
    if action is None or action not in CONSEQUENCES:
        raise NotFound
    back = reverse("findings:finding", args=[public_id])
    form = ActForm(request.POST or None, action=action)
    if request.method == "POST" and form.is_valid():
        refused = _take(actor, found, action, form)
        if refused is None:
            messages.success(request, _("Done: {action}.").format(action=of_rules(action)))
            return HttpResponseRedirect(back)
        form.add_error(None, refused)
    confirm = Confirm(
        title=of_rules(action),
        consequences=CONSEQUENCES[action],
        action=Button(
            label=of_rules(action), url=request.path, method="post", kind="danger" if action in GRAVE else "primary"
        ),
        cancel_url=back,
        chips=(severity_chip(found.row.severity),),
        form=form,
    )
    heading = Heading(
        crumbs=(
            Crumb(label=_("Findings"), url=reverse("findings:list")),
            Crumb(label=place(found.row), url=back),
            Crumb(label=of_rules(action)),
        ),
        title=title(found.row.problem),
        facts=(Link(label=place(found.row), url=back, code=True), found.row.organisation(reader_language())),
    )
    status = 200 if request.method != "POST" else 422
    return render(request, "findings/act.html", {"heading": heading, "confirm": confirm}, status=status)


def _take(actor: Actor, found: FindingInFull, action: Action, form: ActForm) -> str | None:
    """Take an action; gives why it is refused, in the reader's language, or nothing."""
    now, reason, until = timezone.now(), form.cleaned_data["reason"], form.moment()
    try:
        if ACTIONS[action].by is By.COORDINATOR:
            act(actor=actor, finding_id=found.row.id, action=action, reason=reason, until=until, now=now)
            return None
        taken = answer(
            actor=actor,
            finding_ids=[found.row.id],
            action=action,
            until=until,
            reason=reason,
            notice_id=None,
            now=now,
        )
    except ActionNotAllowed as error:
        return refusal_text(error)
    return taken.refused.get(found.row.id)


def refusal_text(error: ActionNotAllowed) -> str:
    """Say why the rules refuse, and the way out."""
    say = translator(reader_language())
    return " ".join(say(part).format(**error.values) for part in (error.why, error.way_out))
