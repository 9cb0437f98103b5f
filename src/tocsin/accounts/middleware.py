"""Gives each request its actor, and the database the actor's scope, for one transaction a request."""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from tocsin.access.scope import acting
from tocsin.accounts import services
from tocsin.accounts.actors import Known
from tocsin.accounts.callers import caller
from tocsin.kernel.actor import Actor

#: Session keys: who, and what tells that the password is still the same.
SESSION_KEY = "person"
SESSION_MARK = "mark"
#: Below it programs come by bearer token; everywhere else only sessions count.
PROGRAMS = "/api/"
_FAILED = 400
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ActorMiddleware:
    """Sets `request.actor` (null: nobody is known) and runs the page inside the actor's scope.

    * Every page is closed: whoever is unknown is sent to sign in, unless the view carries Django's
      `login_not_required`. An unknown request runs without a scope, in which the database shows no row.
    * The page is one transaction: an answer of 400 or more, an exception's included, rolls it back.
    * Whoever tries to get in is nobody yet, whoever they are elsewhere: that transaction would take back each counted
      try with the answer that refuses it, and a person who is signed in could guess at others without end.
    * A streamed answer (an export) is read after the page is over, so it gets a transaction of its own in the same
      scope; what it reads may be newer than what the page read, and it should write nothing.
    * Pages that set their own actor (the answer link) do so inside; nested scopes give the outer one back. If they
      stream, the stream opens its own `acting` too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Resolve, run, commit or roll back."""
        actor = self._resolve(request)
        if actor is None:
            return self.get_response(request)
        with acting(actor):
            response = self.get_response(request)
            if response.status_code >= _FAILED:
                transaction.set_rollback(True)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _within(actor, iter(response))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Send whoever is unknown to sign in, except at pages that are for everyone."""
        del args, kwargs
        if actor_of(request) is not None or not getattr(view, "login_required", True):
            return None
        where = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
        if "HX-Request" in request.headers:
            # htmx would put the sign-in page into a corner of this one.
            return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_URL})
        return HttpResponseRedirect(where)

    def _resolve(self, request: HttpRequest) -> Actor | None:
        """Find out who it is. A token that is not right is nobody, whatever session comes along with it."""
        known: Known | None = None
        actor: Actor | None = None
        now, address = timezone.now(), address_of(request)
        by_token = request.path.startswith(PROGRAMS) and (secret := _bearer(request)) is not None
        if by_token:
            assert secret is not None
            actor = services.actor_for_token(secret=secret, address=address, now=now)
        elif not _gets_in(request) and (person_id := request.session.get(SESSION_KEY)):
            mark = str(request.session.get(SESSION_MARK, ""))
            known = services.actor_for_session(person_id=person_id, mark=mark, address=address, now=now)
            actor = known.actor if known is not None else None
        request.actor, request.known, request.by_token = actor, known, by_token  # type: ignore[attr-defined]  # what we add to Django's request
        if known is not None and known.person.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(known.person.language)
            request.LANGUAGE_CODE = translation.get_language() or ""
        return actor


def _gets_in(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path_info == settings.LOGIN_URL


def _within(actor: Actor, content: Iterable[bytes]) -> Iterator[bytes]:
    with acting(actor):
        yield from content


def _bearer(request: HttpRequest) -> str | None:
    """Read a bearer token (RFC 6750, section 2.1); null where the request brings none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def address_of(request: HttpRequest) -> str:
    """Give the address the request came from; of a proxy's word as much as `TOCSIN_PROXIES` trusts."""
    return caller(
        peer=str(request.META.get("REMOTE_ADDR", "")),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.PROXIES,
    )


def actor_of(request: HttpRequest) -> Actor | None:
    """Give the request's actor; null where nobody is known."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


def known_of(request: HttpRequest) -> Known | None:
    """Give the person who is signed in with roles; null for programs and strangers."""
    known: Known | None = getattr(request, "known", None)
    return known
