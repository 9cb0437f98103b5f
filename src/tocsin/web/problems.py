"""Errors of the API as problem details (RFC 9457). Domain errors become problems in `project/api.py`, by these."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

MEDIA_TYPE = "application/problem+json"
#: RFC 9457, section 4.2.1: the status says it all.
NO_TYPE = "about:blank"
_RESERVED = frozenset({"type", "title", "status", "detail", "instance"})


class Fault(Schema):
    """Name one part of the request that is not acceptable, by JSON pointer (RFC 6901) under its place."""

    #: `#/body/name`, `#/query/cursor`.
    pointer: str
    detail: str


class Problem(Schema):
    """Describe a failed request. Declared as the answer of each operation's error codes."""

    type: str = NO_TYPE
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    #: Only with 422.
    errors: list[Fault] | None = None


def problem(
    request: HttpRequest,
    *,
    status: int,
    title: str = "",
    detail: str = "",
    slug: str = "",
    errors: Sequence[Fault] = (),
    fields: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Make the answer.

    Args:
        request: whose path becomes `instance`; without its query, which may hold what was searched for.
        status: of HTTP.
        title: the same for every occurrence of the type; the words of the status when empty.
        detail: of this occurrence, and the way out.
        slug: the stable name of the fault, the end of the `type`.
        errors: the faulty parts of the request.
        fields: extension members (RFC 9457, section 3.2); the five reserved names and `errors` are refused.

    Raises:
        ValueError: an extension member has a reserved name.
    """
    extensions = dict(fields or {})
    if clash := (_RESERVED | {"errors"}) & extensions.keys():
        raise ValueError(f"A problem's field may not be called {', '.join(sorted(clash))}: RFC 9457 uses the name.")
    body: dict[str, object] = {
        "type": f"urn:tocsin:problem:{slug}" if slug else NO_TYPE,
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "instance": request.path,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [fault.model_dump() for fault in errors]
    return JsonResponse({**body, **extensions}, status=status, content_type=MEDIA_TYPE)


def answer_with_problems(api: NinjaAPI) -> None:
    """Make ninja's own errors problems too: bad input, no or a wrong token, not found, too many requests."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [Fault(pointer=_pointer(fault["loc"]), detail=str(fault["msg"])) for fault in error.errors]
        detail = "The request has parts that are not acceptable; `errors` names them."
        return problem(request, status=422, slug="invalid", detail=detail, errors=faults)

    @api.exception_handler(AuthenticationError)
    def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        del error
        detail = "Send a token as `Authorization: Bearer TOKEN`."
        response = problem(request, status=401, slug="no-token", detail=detail)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def nothing(request: HttpRequest, error: Http404) -> HttpResponse:
        del error
        return problem(request, status=404, slug="not-found", detail="There is nothing here that you may see.")

    @api.exception_handler(Throttled)
    def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = problem(request, status=429, slug="too-many", detail="Too many requests; wait, then go on.")
        if error.wait is not None:
            response.headers["Retry-After"] = str(int(error.wait) + 1)
        return response

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, status=error.status_code, detail=error.message)


def _pointer(place: Sequence[Any]) -> str:
    """Spell pydantic's place as a pointer; ninja puts the name of the argument second, which callers don't know."""
    parts = [str(part) for part in place]
    known = parts[:1] + parts[2:] if len(parts) > 2 and parts[0] == "body" else parts
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in known)
