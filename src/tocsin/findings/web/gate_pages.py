"""The gate: what waits for a person, rows to look at, and the page that says what a decision does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.access.permissions import holds, require
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.gate import HeldRow, decided_groups, held_group, held_groups
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.services import decide_group
from tocsin.findings.web.finding_pages import refusal_text
from tocsin.findings.web.forms import DecisionForm
from tocsin.findings.web.rows import sample_table
from tocsin.findings.web.words import DECISIONS, said, title
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.words import in_language
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Confirm,
    Crumb,
    Definition,
    Definitions,
    Empty,
    Heading,
    KeyHint,
    Row,
    Table,
    severity_chip,
    status_chip,
)
from tocsin.web.entry import reader_language, signed_in
from tocsin.web.writing import joined, thousands

_KEYS = {Decision.SEND: "s", Decision.HOLD: "h", Decision.DROP: "d"}


@require_safe
@signed_in
def gate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what waits, and what was decided lately."""
    now = timezone.now()
    waiting, decided = held_groups(actor=actor), decided_groups(actor=actor, now=now)
    decides = holds(actor, FindingPermission.DECIDE_AT_GATE)
    number = len(waiting)
    heading = Heading(
        title=ngettext("{count} group waits for you", "{count} groups wait for you", number).format(
            count=thousands(number)
        )
        if number
        else _("Nothing waits at the gate"),
        lead=_("New kinds of report and unusually large ones are held here, so that nobody gets a wrong letter."),
        actions=(Action(label=_("What is held, and when"), url=reverse("findings:policies"), kind="quiet"),),
    )
    keys = tuple((key.upper(), DECISIONS[decision]) for decision, key in _KEYS.items())
    page = {
        "heading": heading,
        "held": groups_table(waiting, decides=decides),
        "hint": KeyHint(text=_("Nothing here is sent until somebody decides."), keys=keys) if decides else "",
        "decided": _decided_table(decided, decides=decides) if decided else None,
    }
    return render(request, "findings/gate.html", page)


def groups_table(groups: tuple[HeldRow, ...], *, decides: bool) -> Table:
    """Show groups that wait, with the buttons that decide."""
    return Table(
        id="held",
        caption=_("Groups held at the gate"),
        desk=True,
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="why", label=_("Why held")),
            Column(key="rows", label=_("Rows"), kind=ColumnKind.NUMBER),
            Column(key="usual", label=_("Usual"), kind=ColumnKind.NUMBER),
            Column(key="owners", label=_("Owners it would reach")),
        ),
        rows=tuple(
            Row(
                key=str(group.id),
                label=title(group.problem),
                cells=(
                    Cell(
                        value=title(group.problem),
                        url=reverse("findings:group", args=[group.id]),
                        chips=(severity_chip(group.severity),) if group.severity is not None else (),
                        note=_("{type}, {source}").format(type=group.report_type, source=group.source),
                    ),
                    Cell(value=said(group.why), note=_looked(group)),
                    group.rows_today,
                    round(group.rows_usual) if group.rows_usual is not None else None,
                    reach(group),
                ),
                actions=_actions(group, (Decision.SEND, Decision.HOLD, Decision.DROP)) if decides else (),
            )
            for group in groups
        ),
        empty=Empty(
            title=_("Nothing waits at the gate."),
            text=_("What is new goes out by itself with the next round."),
            icon="circle-check",
        ),
    )


def _looked(group: HeldRow) -> str:
    """Say who looked and went on holding."""
    if group.decision is not None or not group.decided_by:
        return ""
    return _("held on by {who}: {reason}").format(who=group.decided_by, reason=group.reason or "–")


def reach(group: HeldRow) -> str:
    """Say whom a group would reach: "86 owners, 41 in education"."""
    if not group.owners:
        return _("nobody: no finding of it waits")
    text = ngettext("{count} owner", "{count} owners", group.owners).format(count=thousands(group.owners))
    parts = [text]
    if group.critical_owners:
        parts.append(
            ngettext("{count} critical", "{count} critical", group.critical_owners).format(
                count=thousands(group.critical_owners)
            )
        )
    elif len(group.sectors) > 1:
        most = group.sectors[0]
        name = in_language(reader_language(), en=most.name_en, zh=most.name_zh)
        parts.append(_("{count} in {sector}").format(count=thousands(most.owners), sector=name or most.code))
    return joined(parts, language=reader_language())


def _actions(group: HeldRow, decisions: tuple[Decision, ...]) -> tuple[Action, ...]:
    name = title(group.problem)
    return tuple(
        Action(
            label=DECISIONS[decision],
            url=reverse("findings:decide", args=[group.id, decision.value]),
            kind="quiet" if decision is Decision.DROP else "plain",
            key=_KEYS[decision],
            small=True,
            speech=_("{decision}: {problem}").format(decision=DECISIONS[decision], problem=name),
        )
        for decision in decisions
    )


def _decided_table(groups: tuple[HeldRow, ...], *, decides: bool) -> Table:
    """Show what was decided lately; what nobody was told yet can be taken back."""
    words = {"sent": _("sent"), "dropped": _("dropped")}
    back = {"sent": (Decision.HOLD, Decision.DROP), "dropped": (Decision.SEND,)}
    return Table(
        id="decided",
        caption=_("Decided in the last seven days"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="decision", label=_("Decision")),
            Column(key="by", label=_("By")),
            Column(key="at", label=_("When"), kind=ColumnKind.TIME),
        ),
        rows=tuple(
            Row(
                key=str(group.id),
                cells=(
                    Cell(
                        value=title(group.problem),
                        url=reverse("findings:group", args=[group.id]),
                        note=_("{type}, {source}").format(type=group.report_type, source=group.source),
                    ),
                    Cell(value=status_chip(words[group.decision or "sent"]), note=group.reason),
                    group.decided_by,
                    group.decided_at,
                ),
                actions=_actions(group, back[group.decision or "sent"]) if decides and group.findings else (),
            )
            for group in groups
        ),
    )


@require_safe
@signed_in
def group(request: HttpRequest, actor: Actor, group_id: int) -> HttpResponse:
    """Show one group with twenty of its findings."""
    found = held_group(actor=actor, group_id=group_id, now=timezone.now())
    row = found.group
    decides = holds(actor, FindingPermission.DECIDE_AT_GATE) and row.decision is None
    buttons = _actions(row, (Decision.HOLD, Decision.DROP)) if decides else ()
    send = Action(label=DECISIONS[Decision.SEND], url=reverse("findings:decide", args=[row.id, "send"]))
    heading = Heading(
        crumbs=(Crumb(label=_("Gate"), url=reverse("findings:gate")), Crumb(label=row.report_type)),
        title=title(row.problem),
        facts=(*((severity_chip(row.severity),) if row.severity is not None else ()), said(row.why)),
        lead=reach(row),
        actions=buttons,
        primary=send if decides else None,
    )
    language = reader_language()
    facts = Definitions(
        items=(
            Definition(term=_("Report"), value=row.report_type, why=row.source),
            Definition(term=_("Held"), value=row.held_at, why=said(row.why)),
            Definition(term=_("Rows"), value=row.rows_today, why=_usual(row)),
            Definition(term=_("Findings that wait"), value=row.findings),
            *(
                Definition(
                    term=in_language(language, en=one.name_en, zh=one.name_zh),
                    value=one.owners,
                    why=ngettext("owner", "owners", one.owners),
                )
                for one in row.sectors
            ),
            *((Definition(term=_("Looked at by"), value=row.decided_by, why=row.reason),) if row.decided_by else ()),
        )
    )
    sample = sample_table(found.sample)
    return render(request, "findings/group.html", {"heading": heading, "facts": facts, "sample": sample})


def _usual(row: HeldRow) -> str:
    if row.rows_usual is None:
        return _("no history")
    return _("usually {count}").format(count=thousands(round(row.rows_usual)))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: HttpRequest, actor: Actor, group_id: int, word: str) -> HttpResponse:
    """Say what a decision does and to how many, then take it."""
    require(actor, FindingPermission.DECIDE_AT_GATE)
    if word not in set(Decision):
        raise NotFound
    decision = Decision(word)
    row = held_group(actor=actor, group_id=group_id, now=timezone.now()).group
    form = DecisionForm(request.POST or None, needed=decision is Decision.DROP)
    if request.method == "POST" and form.is_valid():
        try:
            done = decide_group(
                actor=actor,
                group_id=group_id,
                decision=decision,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except ActionNotAllowed as error:
            form.add_error("reason", refusal_text(error))
        else:
            messages.success(request, _outcome(decision, done.findings))
            return HttpResponseRedirect(reverse("findings:gate"))
    confirm = Confirm(
        title=DECISIONS[decision],
        consequences=consequences(decision, row),
        action=Action(
            label=DECISIONS[decision],
            url=request.path,
            method="post",
            kind="danger" if decision is Decision.DROP else "primary",
        ),
        cancel_url=reverse("findings:gate"),
        chips=(severity_chip(row.severity),) if row.severity is not None else (),
        form=form,
    )
    heading = Heading(
        crumbs=(
            Crumb(label=_("Gate"), url=reverse("findings:gate")),
            Crumb(label=row.report_type, url=reverse("findings:group", args=[row.id])),
            Crumb(label=DECISIONS[decision]),
        ),
        title=title(row.problem),
        lead=said(row.why),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "findings/act.html", {"heading": heading, "confirm": confirm}, status=status)


def consequences(decision: Decision, row: HeldRow) -> tuple[str, ...]:
    """Say what a decision does and to how many."""
    findings = ngettext("{count} finding", "{count} findings", row.findings).format(count=thousands(row.findings))
    values = {"findings": findings, "owners": reach(row)}
    if decision is Decision.SEND:
        return (
            _("The next round tells {owners} about {findings}.").format(**values),
            _("Until then it can be taken back here."),
        )
    if decision is Decision.DROP:
        return (
            _("{findings} stay recorded and counted; nobody is told.").format(**values),
            _("They can still be sent from here for seven days."),
        )
    return (
        _("{findings} go on waiting; nobody is told.").format(**values),
        _("The list says that you have looked."),
    )


def _outcome(decision: Decision, count: int) -> str:
    forms = {
        Decision.SEND: ngettext(
            "{count} finding goes out with the next round.", "{count} findings go out with the next round.", count
        ),
        Decision.DROP: ngettext(
            "{count} finding is recorded and not told.", "{count} findings are recorded and not told.", count
        ),
        Decision.HOLD: _("It goes on waiting."),
    }
    return forms[decision].format(count=thousands(count))
