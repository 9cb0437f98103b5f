"""Walks the whole site as somebody, by its links, its addresses and its API, and reads everything that comes back."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.isolation.world import SYSTEM
from tocsin.access.scope import acting
from tocsin.project.api import PATH, api

#: Pages of the design system read no table, and there are many.
_SKIPPED = ("/design/", "/static/")
_CONVERTERS = re.compile(r"<(?:(?P<kind>[^>:]+):)?(?P<name>[^>]+)>")


@dataclass(frozen=True)
class Seen:
    """One answer."""

    method: str
    url: str
    status: int
    text: str


class _Links(HTMLParser):
    """Collects where a page leads by GET: links, forms, pictures, parts that htmx fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.found += [held[name] for name in ("href", "src", "hx-get", "data-hx-get") if name in held]
        if tag == "form" and held.get("method", "get").lower() == "get" and "action" in held:
            self.found.append(held["action"])


@dataclass
class Walker:
    """Somebody who walks."""

    client: Client
    most: int = 400
    seen: dict[str, Seen] = field(default_factory=dict)

    def get(self, url: str) -> Seen:
        """Open an address and read all of it, packed files too."""
        return self._ask("GET", url)

    def post(self, url: str, fields: Mapping[str, str]) -> Seen:
        """Send a form."""
        return self._ask("POST", url, fields)

    def _ask(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> Seen:
        response = self.client.generic(
            method,
            url,
            urlencode(fields or {}) if method != "GET" else "",
            content_type="application/x-www-form-urlencoded",
        )
        content = b"".join(response) if response.streaming else response.content
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values())
        found = Seen(method, url, response.status_code, "\n".join((headers, cookies, *unpacked(content))))
        response.close()
        return found

    def crawl(self, *starts: str) -> list[Seen]:
        """Follow every link from the starts, once each."""
        waiting = deque(starts)
        while waiting and len(self.seen) < self.most:
            url = waiting.popleft()
            if url in self.seen or url.startswith(_SKIPPED):
                continue
            found = self.seen[url] = self.get(url)
            waiting.extend(self._next(found))
        return list(self.seen.values())

    @staticmethod
    def _next(found: Seen) -> Iterator[str]:
        links = _Links(found.text).found if "text/html" in found.text[:2000].lower() else []
        links += re.findall(r"^Location: (\S+)", found.text, re.MULTILINE)
        for link in links:
            target = urlsplit(urljoin(found.url, link))
            if not target.netloc or target.netloc == "localhost":
                yield target.path + (f"?{target.query}" if target.query else "")


def unpacked(content: bytes) -> Iterator[str]:
    """Give bytes as text; what is packed (zip, xlsx) member by member, and escapes of HTML and JSON undone."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name
                yield from unpacked(packed.read(name))
        return
    text = content.decode("utf-8", "replace")
    yield text
    if "\\u" in text:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


# Every address of the site, with ids put in


def addresses(pool: "Ids") -> Iterator[str]:
    """Give every address that the URL configuration knows, with every id of the pool that fits its arguments."""
    for route in sorted(set(_routes(get_resolver()))):
        yield from _filled(f"/{route}", pool)


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for part in resolver.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from _routes(part, route)
        elif isinstance(part, URLPattern) and not route.startswith(("api/v", "design/")):
            yield route


def _filled(route: str, pool: "Ids") -> Iterator[str]:
    match = _CONVERTERS.search(route)
    if match is None:
        yield route
        return
    for value in pool.values(match["name"], match["kind"] or "str"):
        yield from _filled(route[: match.start()] + quote(value, safe="") + route[match.end() :], pool)


@dataclass
class Ids:
    """Ids of rows that one side has and the other must not see, by the name of the argument that takes them."""

    organisation_id: int
    #: Arguments that are no id of a row: words, tokens of links, forms of files.
    words: Mapping[str, tuple[str, ...]]
    #: Names of arguments that nothing was found for; the walk has to be taught them.
    unknown: set[str] = field(default_factory=set)

    def values(self, name: str, kind: str) -> tuple[str, ...]:
        """Give what fits an argument."""
        if name in self.words:
            return self.words[name]
        if kind != "int" or not name.endswith("_id"):
            self.unknown.add(name)
            return ()
        found = tuple(str(pk) for pk in self._rows(name.removesuffix("_id")))
        if not found:
            self.unknown.add(name)
        return found

    def _rows(self, name: str) -> Iterable[Any]:
        model = next((model for model in _models() if _called(model) == name), None)
        if model is None:
            return ()
        with acting(SYSTEM):
            rows = model._default_manager.all()
            path = _owner_path(model)
            if path is not None:
                rows = rows.filter(**{path: self.organisation_id})
            return list(rows.values_list("pk", flat=True)[:3])


def _models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith(("tocsin.", "procrastinate.")))


def _owner_path(model: type[models.Model]) -> str | None:
    """Find the way from a model to its owner: its own, or through what it belongs to; null where it has none."""
    if _called(model) == "organisation":
        return "pk"
    if any(field.name in {"organisation", "organisation_id"} for field in model._meta.get_fields()):
        return "organisation_id"
    for part in model._meta.get_fields():
        if isinstance(part, models.ForeignKey) and part.name in {"notice", "finding", "edition"}:
            further = _owner_path(part.related_model)
            return f"{part.name}__{further}" if further is not None else None
    return None


_OTHER_NAMES = {
    "outgoing_mail": "mail",
    "held_group": "group",
    "procrastinate_job": "job",
    "api_token": "token",
    "quarantined_row": "row",
}


def _called(model: type[models.Model]) -> str:
    """Spell a model's name as arguments do."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()
    return _OTHER_NAMES.get(name, name)


# Every operation of the API


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Give each operation as (method, path, its description)."""
    schema = api.get_openapi_schema(path_prefix=f"/{PATH}")
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, told


def calls(pool: Ids) -> Iterator[tuple[str, str]]:
    """Give calls as (method, url): each operation with each fitting id, in its path and as a filter."""
    for method, path, told in operations():
        arguments = told.get("parameters", ())
        queries = [argument["name"] for argument in arguments if argument["in"] == "query"]
        filters = {
            name: pool.values(name, "int")[0] for name in queries if name.endswith("_id") and pool.values(name, "int")
        }
        for filled in _api_paths(path, pool):
            for query in ({}, filters) if filters else ({},):
                url = f"{filled}?{urlencode(query)}" if query else filled
                yield method, url


def _api_paths(path: str, pool: Ids) -> Iterator[str]:
    match = re.search(r"\{([^}]+)\}", path)
    if match is None:
        yield path
        return
    name = match[1]
    for value in pool.values(name, "int" if name.endswith("_id") and name not in pool.words else "str"):
        yield from _api_paths(path[: match.start()] + quote(value, safe="") + path[match.end() :], pool)
