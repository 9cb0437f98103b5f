"""What one app adds to another's page, found by being there: functions in `<app>/web/panels.py`.

The page of an organisation (registry) asks for these, and knows nothing of who answers:

* `organisation_panels(actor: Actor, organisation_id: int) -> Sequence[Panel]`: panels on the page of one organisation.
* `organisation_columns(actor: Actor, organisation_ids: Sequence[int]) -> Sequence[ExtraColumn]`: columns of the list.

Each is cut to its actor by its own queries, and asks a fixed number of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps

from tocsin.web.components import Column
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Stand on a page of another app."""

    title: Phrase
    #: Components, drawn under each other.
    content: tuple[object, ...]
    note: object = ""
    #: Place among the others; leave gaps of ten.
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class ExtraColumn:
    """Stand in a table of another app."""

    column: Column
    #: Row id -> cell; a row without one shows a dash.
    cells: Mapping[int, object]
    order: int = 50


@cache
def _modules() -> tuple[ModuleType, ...]:
    """Import the `web/panels.py` of every installed app that has one."""
    names = [f"{config.name}.web.panels" for config in apps.get_app_configs() if config.name != "tocsin.web"]
    return tuple(import_module(name) for name in names if find_spec(name.rsplit(".", 1)[0]) and find_spec(name))


def _asked(name: str) -> Iterator[Callable[..., Any]]:
    return (getattr(module, name) for module in _modules() if hasattr(module, name))


def panels(name: str, *arguments: object) -> tuple[Panel, ...]:
    """Ask every app for its panels on a page."""
    found: list[Panel] = [panel for ask in _asked(name) for panel in ask(*arguments)]
    return tuple(sorted(found, key=lambda panel: panel.order))


def columns(name: str, *arguments: object) -> tuple[ExtraColumn, ...]:
    """Ask every app for its columns of a table."""
    found: list[ExtraColumn] = [column for ask in _asked(name) for column in ask(*arguments)]
    return tuple(sorted(found, key=lambda column: column.order))
