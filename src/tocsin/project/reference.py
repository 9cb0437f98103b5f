"""The page that lists every operation of the API, made from its own description: no script, no CDN."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tocsin.project.api import api
from tocsin.web.components import Action, Cell, Column, ColumnKind, Heading, Row, Table


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation as its description tells it."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    #: Names of arguments in the query; those that need not be given carry a question mark.
    arguments: tuple[str, ...]
    body: str


def described(schema: Mapping[str, Any]) -> Iterator[Operation]:
    """Read the operations out of an OpenAPI description."""
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            yield Operation(
                id=told["operationId"],
                method=method.upper(),
                path=path,
                tag=next(iter(told.get("tags", ())), ""),
                summary=told.get("summary", ""),
                description=told.get("description", "").partition("\n\n")[0],
                arguments=tuple(
                    argument["name"] + ("" if argument.get("required") else "?")
                    for argument in told.get("parameters", ())
                    if argument["in"] == "query"
                ),
                body=", ".join(told.get("requestBody", {}).get("content", {})),
            )


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Show every operation with its arguments, part by part."""
    found = sorted(described(api.get_openapi_schema()), key=lambda told: (told.tag, told.path, told.method))
    heading = Heading(
        title=ngettext("%(count)s operation for programs", "%(count)s operations for programs", len(found))
        % {"count": len(found)},
        lead=_("Send a token as “Authorization: Bearer …”; an administrator makes one with “tocsin token add”."),
        actions=(Action(label=_("OpenAPI description"), url=reverse("api:openapi-json"), icon="braces"),),
    )
    parts = tuple((tag, _table(tag, tuple(group))) for tag, group in groupby(found, key=lambda told: told.tag))
    return render(request, "project/reference.html", {"heading": heading, "parts": parts})


def _table(tag: str, found: tuple[Operation, ...]) -> Table:
    return Table(
        id=f"operations-{tag}",
        caption=tag,
        columns=(
            Column(key="method", label=_("Method"), kind=ColumnKind.CODE),
            Column(key="path", label=_("Path"), kind=ColumnKind.CODE),
            Column(key="arguments", label=_("Arguments"), kind=ColumnKind.CODE),
            Column(key="does", label=_("What it does")),
        ),
        rows=tuple(
            Row(
                key=told.id,
                label=told.id,
                cells=(
                    told.method,
                    Cell(value=told.path),
                    ", ".join((*told.arguments, *((told.body,) if told.body else ()))) or None,
                    Cell(value=told.summary, note=told.description),
                ),
            )
            for told in found
        ),
    )
