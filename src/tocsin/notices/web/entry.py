"""Who comes in at a page: signed in, else sent to sign in; what is not theirs is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from tocsin.accounts.middleware import actor_of
from tocsin.catalogue.queries import language_of
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed, NotFound
from tocsin.kernel.words import Language
from tocsin.web.paging import BadCursor

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def signed_in(page: Callable[Concatenate[HttpRequest, Actor, Arguments], HttpResponse]) -> View[Arguments]:
    """Give a page its actor."""

    @wraps(page)
    def enter(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        actor = actor_of(request)
        if actor is None:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        try:
            return page(request, actor, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.message) from error
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except BadCursor:
            return HttpResponseRedirect(request.path)

    return enter


def reader_language() -> Language:
    """Give the language that the page is read in."""
    return language_of(get_language() or "en")
