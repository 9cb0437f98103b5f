"""Rules and clocks: the deadlines in force with their history, the preview of a change, and the gate by problem."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.access.permissions import holds, require
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.policies import (
    DeadlineEffect,
    Version,
    deadline_versions,
    deadlines_in_force,
    gate_rows,
    preview_deadlines,
)
from tocsin.findings.rules.clocks import DeadlineRow, deciding_row
from tocsin.findings.rules.tables import deadline_rows
from tocsin.findings.services import change_deadlines, set_gate_mode
from tocsin.findings.web.forms import DeadlinesForm, GateModeForm, case_name, cases
from tocsin.findings.web.words import deadline_text, of_rules, title
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.registry.rules import TIERS
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Diff,
    DiffRow,
    Empty,
    Heading,
    Row,
    Table,
    severity_chip,
)
from tocsin.web.entry import signed_in
from tocsin.web.writing import thousands


@require_safe
@signed_in
def policies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the rules in force and how they came to be."""
    now = timezone.now()
    versions = deadline_versions(actor=actor)
    rows = deadlines_in_force(actor=actor, now=now)
    changes = holds(actor, FindingPermission.CHANGE_POLICIES)
    in_force = next(version for version in versions if version.effective_at is None or version.effective_at <= now)
    set_gate = Action(label=_("Set the gate of a problem"), url=reverse("findings:change-gate"))
    page = {
        "heading": Heading(
            title=_("Rules and clocks"),
            lead=_("Deadlines in force: version {version}, from {source}.").format(
                version=in_force.version, source=in_force.source
            ),
            actions=(set_gate,) if changes else (),
            primary=Action(label=_("Change the deadlines"), url=reverse("findings:change-deadlines"))
            if changes
            else None,
        ),
        "deadlines": _deadlines_table(rows),
        "versions": _versions_table(versions),
        "gate": _gate_table(actor),
    }
    return render(request, "findings/policies.html", page)


def _deadlines_table(rows: Sequence[DeadlineRow]) -> Table:
    return Table(
        id="deadlines",
        caption=_("Deadlines by severity and tier"),
        columns=(
            Column(key="severity", label=_("Severity")),
            Column(key="critical", label=_("Critical infrastructure")),
            *(Column(key=f"tier{tier}", label=_("Tier {tier}").format(tier=tier)) for tier in TIERS),
        ),
        rows=tuple(
            Row(
                key=severity.word,
                cells=(
                    severity_chip(severity),
                    # The least important tier: what critical infrastructure gets in any case.
                    deadline_text(deciding_row(rows, severity, TIERS[-1], critical=True)),
                    *(deadline_text(deciding_row(rows, severity, tier, critical=False)) for tier in TIERS),
                ),
            )
            for severity in reversed(Severity)
        ),
    )


def _versions_table(versions: tuple[Version, ...]) -> Table:
    return Table(
        id="versions",
        caption=_("Versions of the deadlines"),
        columns=(
            Column(key="version", label=_("Version"), kind=ColumnKind.NUMBER),
            Column(key="from", label=_("In force from"), kind=ColumnKind.TIME),
            Column(key="source", label=_("Where they come from")),
            Column(key="checked", label=_("Checked on")),
            Column(key="by", label=_("By")),
        ),
        rows=tuple(
            Row(
                key=str(version.version),
                cells=(
                    version.version,
                    version.effective_at,
                    Cell(value=version.source, note=_spelled(version)),
                    version.checked_on,
                    version.made_by,
                ),
            )
            for version in versions
        ),
    )


def _spelled(version: Version) -> str:
    """Say how many rows a version has."""
    return ngettext("{count} row", "{count} rows", len(version.rows)).format(count=len(version.rows))


def _gate_table(actor: Actor) -> Table:
    return Table(
        id="gate-modes",
        caption=_("What the gate does, where the desk has set it"),
        columns=(
            Column(key="problem", label=_("Problem")),
            Column(key="source", label=_("Source")),
            Column(key="mode", label=_("New findings")),
            Column(key="reason", label=_("Reason")),
        ),
        rows=tuple(
            Row(
                key=f"{row.problem}-{row.source}",
                cells=(title(row.problem), row.source or _("every source"), of_rules(row.mode), row.reason),
            )
            for row in gate_rows(actor=actor)
        ),
        empty=Empty(
            title=_("The catalogue decides."),
            text=_("Each problem says itself what happens to new findings; the desk has set nothing else."),
            icon="book-open",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the deadlines: fill in, see what would change, then do it."""
    require(actor, FindingPermission.CHANGE_POLICIES)
    now = timezone.now()
    newest = deadline_versions(actor=actor)[0]
    form = DeadlinesForm(request.POST or None, initial=DeadlinesForm.initial_of(deadline_rows(newest.rows)))
    effects: tuple[DeadlineEffect, ...] | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            effects = preview_deadlines(actor=actor, rows=form.rows(), now=now)
            status = 200
            if "apply" in request.POST:
                refused = _apply(actor, form, seen=request.POST.get("seen", ""))
                if refused is None:
                    messages.success(request, _("The new deadlines are in force."))
                    return HttpResponseRedirect(reverse("findings:policies"))
                form.add_error(None, refused)
                status = 422
    page = {
        "heading": Heading(
            crumbs=(Crumb(label=_("Rules and clocks"), url=reverse("findings:policies")), Crumb(label=_("Deadlines"))),
            title=_("Change the deadlines"),
            lead=_("A new version begins now. Clocks that run keep their deadline."),
        ),
        "form": form,
        "rows": _form_rows(form),
        "labels": [_label(tier, critical) for severity, tier, critical in cases() if severity is Severity.CRITICAL],
        "diff": _diff(effects) if effects is not None else None,
        "seen": newest.version,
    }
    return render(request, "findings/deadlines.html", page, status=status)


def _apply(actor: Actor, form: DeadlinesForm, *, seen: str) -> str | None:
    now = timezone.now()
    try:
        change_deadlines(
            actor=actor,
            rows=form.rows(),
            source=form.cleaned_data["source"],
            checked_on=form.cleaned_data["checked_on"],
            effective_at=now,
            seen_version=int(seen) if seen.isdecimal() else -1,
            now=now,
        )
    except (Conflict, Invalid) as error:
        return error.message
    return None


def _form_rows(form: DeadlinesForm) -> list[Mapping[str, object]]:
    """Give the fields of the table: a row a severity, a pair of fields a case."""
    rows: dict[Severity, list[Mapping[str, object]]] = {}
    for severity, tier, critical in cases():
        name = case_name(severity, tier, critical)
        rows.setdefault(severity, []).append(
            {"label": _label(tier, critical), "amount": form[f"{name}_amount"], "unit": form[f"{name}_unit"]}
        )
    return [{"chip": severity_chip(severity), "cases": found} for severity, found in rows.items()]


def _label(tier: int | None, critical: bool) -> str:
    """Name a column: whom a deadline is for."""
    if critical:
        return _("critical infrastructure")
    return _("tier {tier}").format(tier=tier) if tier is not None else _("everyone else")


def _diff(effects: tuple[DeadlineEffect, ...]) -> Diff:
    return Diff(
        caption=_("What would change") if effects else _("Nothing changes for what is open now"),
        rows=tuple(
            DiffRow(label=_case(effect), before=deadline_text(effect.before), after=deadline_text(effect.after))
            for effect in effects
        ),
    )


def _case(effect: DeadlineEffect) -> str:
    values = {
        "severity": of_severity(effect.severity),
        "tier": effect.tier,
        "waiting": thousands(effect.waiting),
        "running": thousands(effect.running),
    }
    if effect.critical:
        return _(
            "{severity}, critical infrastructure, tier {tier}: {waiting} wait for their clock, {running} keep theirs"
        ).format(**values)
    return _("{severity}, tier {tier}: {waiting} wait for their clock, {running} keep theirs").format(**values)


def of_severity(severity: Severity) -> str:
    """Say a severity in the reader's language."""
    return str(severity_chip(severity).text)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_gate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set what the gate does with a problem."""
    require(actor, FindingPermission.CHANGE_POLICIES)
    form = GateModeForm(request.POST or None, initial={"problem": request.GET.get("problem", "")})
    if request.method == "POST" and form.is_valid():
        mode = form.cleaned_data["mode"]
        try:
            set_gate_mode(
                actor=actor,
                problem=form.cleaned_data["problem"],
                source=form.cleaned_data["source"],
                mode=GateMode(mode) if mode else None,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except (Conflict, Invalid) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The gate is set; it decides so from the next report on."))
            return HttpResponseRedirect(reverse("findings:policies"))
    page = {
        "heading": Heading(
            crumbs=(Crumb(label=_("Rules and clocks"), url=reverse("findings:policies")), Crumb(label=_("Gate"))),
            title=_("Set the gate of a problem"),
            lead=_("Reports that come from now on follow it; what is held already goes on waiting."),
        ),
        "form": form,
        "back": reverse("findings:policies"),
    }
    return render(request, "findings/form.html", page, status=422 if request.method == "POST" else 200)
