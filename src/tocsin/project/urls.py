"""Every address of Tocsin: each app's `web.urls`, found by being there, and the API."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from tocsin.project import api, reference

#: Pages for everyone, beside those that carry `login_not_required` themselves; all others ask who it is.
OPEN: Mapping[str, str] = {
    "notices:answer": "the link in a notice is its own key, and serves that notice alone",
    "web:language": "strangers read in their language too",
    "web:theme": "and in their light",
}


def _pages() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for app in apps.get_app_configs():
        if not app.name.startswith("tocsin."):
            continue
        for name in (f"{app.name}.web.urls", f"{app.name}.urls"):
            if name != __name__ and find_spec(name.rpartition(".")[0]) and find_spec(name):
                found.append(path("", include(import_module(name))))
                break
    return found


def _open(patterns: Iterable[URLPattern | URLResolver], namespace: str = "") -> None:
    """Let everyone in at the pages that `OPEN` names."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _open(pattern.url_patterns, pattern.namespace or namespace)
        elif f"{namespace}:{pattern.name}" in OPEN:
            login_not_required(pattern.callback)


urlpatterns = [
    *_pages(),
    path("api/", reference.operations, name="api-reference"),
    path(api.PATH, api.addresses(api.api)),
]
_open(urlpatterns)
