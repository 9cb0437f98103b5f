"""Sign in, sign out, who can do what."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocsin.access.permissions import Grant, Role, grants
from tocsin.accounts import services
from tocsin.accounts.actors import Known
from tocsin.accounts.errors import SignInFailed, TooManyTries
from tocsin.accounts.middleware import SESSION_KEY, SESSION_MARK, actor_of, address_of, known_of
from tocsin.accounts.web.forms import SignInForm
from tocsin.accounts.web.reasons import part, reason
from tocsin.accounts.web.words import ABOUT, ROLES
from tocsin.kernel.words import Language
from tocsin.web.components import (
    Banner,
    Cell,
    Chip,
    Column,
    ColumnKind,
    Definition,
    Definitions,
    Heading,
    Row,
    Table,
    Tone,
)
from tocsin.web.entry import reader_language
from tocsin.web.writing import joined


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in. Which of address and password was wrong is said to nobody."""
    goal = _goal(request)
    if request.method != "POST":
        if known_of(request) is not None:
            return HttpResponseRedirect(goal)
        return _form(request, SignInForm(), goal=goal)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _form(request, form, goal=goal, status=422)
    try:
        known = services.sign_in(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            address=address_of(request),
            now=timezone.now(),
        )
    except SignInFailed as error:
        note = Banner(
            title=_("That did not work."),
            text=_("E-mail address or password is wrong. Capitals count in the password."),
            tone=Tone.CRITICAL,
        )
        return _form(request, form, goal=goal, note=note, status=error.status)
    except TooManyTries as error:
        response = _form(request, form, goal=goal, note=_wait(error.wait_s), status=error.status)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    _begin_session(request, known)
    return HttpResponseRedirect(goal)


def _wait(wait_s: int) -> Banner:
    minutes = -(-wait_s // 60)
    text = ngettext(
        "Wait %(count)s minute, then try again. Who has forgotten the password asks an administrator.",
        "Wait %(count)s minutes, then try again. Who has forgotten the password asks an administrator.",
        minutes,
    )
    return Banner(title=_("Too many tries."), text=text % {"count": minutes}, tone=Tone.HIGH)


def _begin_session(request: HttpRequest, known: Known) -> None:
    """Give the session a new key, so that one planted before sign-in is worth nothing, and nothing of another's."""
    request.session.flush()
    request.session[SESSION_KEY] = known.person.pk
    request.session[SESSION_MARK] = known.person.get_session_auth_hash()
    rotate_token(request)


def _goal(request: HttpRequest) -> str:
    """Give where to go after sign-in: a page of ours, never another site."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if own and not wanted.startswith(reverse("accounts:sign-in")) else "/"


def _form(
    request: HttpRequest, form: SignInForm, *, goal: str, note: Banner | None = None, status: int = 200
) -> HttpResponse:
    heading = Heading(title=_("Sign in"), lead=_("For the desk, and for organisations in its care."))
    context = {"heading": heading, "form": form, "note": note, "next": goal}
    return render(request, "accounts/sign_in.html", context, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return HttpResponseRedirect(reverse("accounts:sign-in"))


@dataclass(frozen=True, kw_only=True)
class Part:
    """Hold what may be done with one part of Tocsin."""

    title: str
    table: Table


@require_safe
def who_can(request: HttpRequest) -> HttpResponse:
    """Show every permission, who holds it and why, as the code declares it, with one's own roles first."""
    actor = actor_of(request)
    assert actor is not None
    known = known_of(request)
    declared = sorted(grants(), key=lambda grant: str(grant.permission).partition(".")[0])
    parts = tuple(
        Part(title=part(name, chinese=_chinese()), table=_table(name, tuple(group)))
        for name, group in groupby(declared, key=lambda grant: str(grant.permission).partition(".")[0])
    )
    held = sum(str(grant.permission) in actor.permissions for grant in declared)
    heading = Heading(
        title=ngettext(
            "You may do %(held)s of %(all)s kind of thing",
            "You may do %(held)s of %(all)s kinds of things",
            len(declared),
        )
        % {"held": held, "all": len(declared)},
        lead=_(
            "Every permission, who holds it and why. The list is what the program itself asks; nothing else decides."
        ),
        facts=tuple(Chip(text=ROLES[role], tone=Tone.INFO) for role in (known.roles if known else ())),
    )
    roles = Definitions(items=tuple(Definition(term=ROLES[role], value=ABOUT[role]) for role in Role))
    return render(request, "accounts/who_can.html", {"heading": heading, "parts": parts, "roles": roles})


def _table(name: str, declared: tuple[Grant, ...]) -> Table:
    return Table(
        id=f"who-{name}",
        caption=part(name, chinese=_chinese()),
        columns=(
            Column(key="permission", label=_("Permission"), kind=ColumnKind.CODE),
            Column(key="roles", label=_("Held by")),
            Column(key="reason", label=_("Why")),
        ),
        rows=tuple(
            Row(
                key=str(grant.permission),
                cells=(
                    Cell(value=str(grant.permission)),
                    _held_by(grant),
                    reason(grant.reason, chinese=_chinese()),
                ),
            )
            for grant in declared
        ),
    )


def _held_by(grant: Grant) -> str:
    roles = [str(ROLES[role]) for role in Role if role in grant.roles]
    return joined(roles, language=reader_language()) if roles else _("the program alone")


def _chinese() -> bool:
    return reader_language() is Language.CHINESE
