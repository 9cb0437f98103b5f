"""Turns what went wrong into HTTP: a page for people, a problem (RFC 9457) for programs. Nothing else does."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI

from tocsin.accounts.middleware import PROGRAMS
from tocsin.kernel.errors import DomainError
from tocsin.web.paging import BadCursor
from tocsin.web.phrases import Phrase
from tocsin.web.problems import MEDIA_TYPE, answer_with_problems, problem

logger = logging.getLogger(__name__)

#: Names that RFC 9457 and `web.problems` keep for themselves.
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "errors"})
_SAYS: Mapping[int, Phrase] = {
    HTTPStatus.FORBIDDEN: _("You may not do this."),
    HTTPStatus.NOT_FOUND: _("There is nothing here that you may see."),
    HTTPStatus.CONFLICT: _("This can't be done as things stand."),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Something in what you sent is not acceptable."),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many tries."),
    HTTPStatus.SERVICE_UNAVAILABLE: _("A part that this needs does not answer."),
}


class DomainErrorPages:
    """Answers a page's domain error with a page of its status, and programs with problems in any case."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See to it that programs get problems."""
        response = self.get_response(request)
        if request.path.startswith(PROGRAMS) and response.status_code >= HTTPStatus.BAD_REQUEST:
            # An unknown address or method never reaches ninja; programs get no page for it.
            return response if _is_problem(response) else problem(request, status=response.status_code)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Make the page; whatever is no domain error goes its way and is seen."""
        if isinstance(error, BadCursor) and request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(request.path)
        if not isinstance(error, DomainError):
            return None
        says = _SAYS.get(error.status, _("This can't be done."))
        # What is not yours is not there: no message may tell the two apart.
        detail = "" if error.status == HTTPStatus.NOT_FOUND else error.message
        context = {"code": error.status, "says": says, "detail": detail}
        return render(request, "project/error.html", context, status=error.status)


def _is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)


def answer_with_domain_problems(api: NinjaAPI) -> None:
    """Make every error of the API a problem: ninja's, ours, and what nobody foresaw."""
    answer_with_problems(api)

    @api.exception_handler(DomainError)
    def domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        title = (type(error).__doc__ or "").strip().splitlines()[0]
        return problem(
            request,
            status=error.status,
            slug=error.slug,
            title=title,
            detail=error.message if error.message != title else "",
            fields=_extensions(error.fields),
        )

    @api.exception_handler(Exception)
    def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
        if settings.DEBUG:
            raise error
        logger.error("The API failed at %s", request.path, exc_info=error)
        detail = "Something broke on our side; it has been written down. What you sent was not saved."
        return problem(request, status=500, slug="our-fault", detail=detail)


def _extensions(fields: Mapping[str, object]) -> dict[str, object]:
    """Give an error's fields as extension members: names that are taken get an underscore, odd values become text."""
    return {
        f"{name}_" if name in _RESERVED else name: json.loads(json.dumps(value, cls=_Plain))
        for name, value in fields.items()
    }


class _Plain(DjangoJSONEncoder):
    def default(self, value: object) -> object:
        if isinstance(value, set | frozenset):
            return sorted(map(str, value))
        try:
            return super().default(value)
        except TypeError:
            return str(value)
