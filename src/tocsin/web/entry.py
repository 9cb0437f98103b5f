"""Who comes in at a page: signed in, else sent to sign in; what is not theirs is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed, NotFound
from tocsin.kernel.words import Language
from tocsin.web.paging import BadCursor

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def signed_in(page: Callable[Concatenate[HttpRequest, Actor, Arguments], HttpResponse]) -> View[Arguments]:
    """Give a page its actor, and turn what it may not show into 404 and 403."""

    @wraps(page)
    def enter(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        try:
            return page(request, actor, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.message) from error
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except BadCursor:
            # The list has changed under an old address: begin at its first page.
            return HttpResponseRedirect(request.path)

    return enter


def reader_language() -> Language:
    """Give the language that the page is read in."""
    return Language.CHINESE if (get_language() or "").startswith("zh") else Language.ENGLISH
