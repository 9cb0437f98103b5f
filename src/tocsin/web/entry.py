"""How a page of an app below accounts learns who asks, and in which language one reads."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from tocsin.kernel.actor import Actor
from tocsin.kernel.words import Language

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def signed_in(page: Callable[Concatenate[HttpRequest, Actor, Arguments], HttpResponse]) -> View[Arguments]:
    """Give a page its actor. Accounts let nobody unknown come so far; should one, it is sent to sign in.

    What a page raises (`NotFound`, `NotAllowed`, `BadCursor`) becomes an answer in `project/errors.py`.
    """

    @wraps(page)
    def enter(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        return page(request, actor, *args, **kwargs)

    return enter


def reader_language() -> Language:
    """Give the language that the page is read in."""
    return Language.CHINESE if (get_language() or "").startswith("zh") else Language.ENGLISH
