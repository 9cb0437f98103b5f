"""Assembles the API: each app's `api.router`, found by being there, under one frame, at `/api/v1/`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Router
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from tocsin import __version__
from tocsin.accounts.middleware import actor_of
from tocsin.kernel.actor import Actor
from tocsin.project.errors import answer_with_domain_problems
from tocsin.web.problems import MEDIA_TYPE, Problem

PATH = "api/v1/"
_ABOUT = """\
Every list, file and act of the pages, for programs.

Send a token as `Authorization: Bearer TOKEN`; `tocsin token add` makes one. A browser session works as well, with its
CSRF token. What is not yours does not exist: 404. Errors are problem details (RFC 9457). Lists are cut by cursor:
follow `next` until it is null. Times are RFC 3339 in UTC.
"""


class Token(HttpBearer):
    """A program by its token; `accounts.middleware` has resolved it, for the scope has to stand first."""

    openapi_name = "token"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Give the actor."""
        del token
        return actor_of(request) if getattr(request, "by_token", False) else None


class Session(APIKeyCookie):
    """A person in a browser: the session cookie, and the CSRF token for what changes something."""

    param_name = "sessionid"
    openapi_name = "session"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Look who it is first, so that a stranger gets a 401 and not a word about CSRF."""
        actor = actor_of(request)
        if actor is None or getattr(request, "by_token", False):
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, "The CSRF token is missing or wrong; send it as X-CSRFToken.")
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Unused: `__call__` decides."""
        del key
        return actor_of(request)


class Api(NinjaAPI):
    """Ninja's API with our names and our errors."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation `<app>_<function>`: stable names for generated clients."""
        function = operation.view_func
        return f"{function.__module__.split('.')[1]}_{function.__name__}"

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Describe the API; of every operation it is said that its errors are problems."""
        description = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components = description["components"]
        components["schemas"] = {**components.get("schemas", {}), **schema.pop("$defs", {}), "Problem": schema}
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components["responses"] = {"Problem": {"description": "What is the matter (RFC 9457).", "content": content}}
        for path in description["paths"].values():
            for operation in path.values():
                operation["responses"].setdefault("default", {"$ref": "#/components/responses/Problem"})
        return description


def routers() -> Iterator[tuple[str, Router]]:
    """Find each app's router, with the app's name for a tag."""
    for config in apps.get_app_configs():
        name = f"{config.name}.api"
        if config.name.startswith("tocsin.") and config.name != "tocsin.project" and find_spec(name) is not None:
            yield config.label, import_module(name).router


def assemble() -> Api:
    """Put the API together."""
    made = Api(
        title="Tocsin",
        version=__version__,
        description=_ABOUT,
        auth=[Token(), Session()],
        docs_url=None,
        urls_namespace="api",
        openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
    )
    answer_with_domain_problems(made)
    for label, router in routers():
        made.add_router("", router, tags=router.tags or [label])
    return made


def addresses(assembled: NinjaAPI) -> tuple[list[URLPattern | URLResolver], str, str]:
    """Give what `path()` takes; open to strangers as pages go, for each operation asks who it is by itself."""
    patterns, app_name, namespace = assembled.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            login_not_required(pattern.callback)
    return patterns, app_name, namespace


api = assemble()
