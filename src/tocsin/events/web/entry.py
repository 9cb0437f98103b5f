"""Who comes in: reports hold the rows of many owners, so for whoever may not see all of them there is nothing here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from tocsin.access.permissions import holds
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.web.entry import View, signed_in

Arguments = ParamSpec("Arguments")


def at_the_desk(page: Callable[Concatenate[HttpRequest, Actor, Arguments], HttpResponse]) -> View[Arguments]:
    """Give a page its actor, who may see reports; for others the page is not there."""

    @wraps(page)
    def enter(request: HttpRequest, actor: Actor, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not holds(actor, EventPermission.SEE):
            raise NotFound
        return page(request, actor, *args, **kwargs)

    return signed_in(enter)
