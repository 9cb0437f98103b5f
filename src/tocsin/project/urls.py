"""Every address of Tocsin: each app's `web.urls`, found by being there, and the API."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path


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


urlpatterns = _pages()
