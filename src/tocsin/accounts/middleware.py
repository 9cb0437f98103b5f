"""Gives each request its actor, and the database the actor's scope, for one transaction a request."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tocsin.access.scope import acting
from tocsin.accounts import services
from tocsin.kernel.actor import Actor

SESSION_KEY = "person"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor` (null: nobody is signed in) and runs the page inside the actor's scope.

    Pages that set their own actor (the answer link, the API) do so inside; nested scopes give the outer one back.
    An answer of 400 or more rolls the transaction back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        request.person = None  # type: ignore[attr-defined]
        person_id = request.session.get(SESSION_KEY)
        known = (
            services.actor_for_session(person_id=person_id, address=address_of(request), now=timezone.now())
            if person_id
            else None
        )
        if known is None:
            return self.get_response(request)
        person, actor = known
        request.person, request.actor = person, actor  # type: ignore[attr-defined]
        if person.language and "tocsin-language" not in request.COOKIES:
            translation.activate(person.language)
            request.LANGUAGE_CODE = translation.get_language() or ""
        with acting(actor):
            response = self.get_response(request)
            if response.status_code >= 400:  # noqa: PLR2004
                transaction.set_rollback(True)
            elif getattr(response, "streaming", False) is False and hasattr(response, "render"):
                response = response.render()
            return response


def address_of(request: HttpRequest) -> str:
    """Give the address the request came from, as the server in front hands it over."""
    return str(request.META.get("REMOTE_ADDR", ""))


def actor_of(request: HttpRequest) -> Actor | None:
    """Give the request's actor, typed."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor
