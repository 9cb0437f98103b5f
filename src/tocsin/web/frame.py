"""The context processor that fills the frame: rail, top bar, who is signed in, theme, messages."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from types import ModuleType

from django.apps import apps
from django.contrib.messages import get_messages
from django.contrib.messages.constants import ERROR, INFO, SUCCESS, WARNING
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tocsin.kernel.actor import ALL_PERMISSIONS, Actor
from tocsin.web.components import Banner, Toast, Tone
from tocsin.web.navigation import Duty, NavEntry, NavItem, Person

THEME_COOKIE = "tocsin-theme"
THEMES = frozenset({"light", "dark"})
_TONES = {INFO: Tone.LOW, SUCCESS: Tone.GOOD, WARNING: Tone.HIGH, ERROR: Tone.CRITICAL}


@cache
def declarations() -> tuple[ModuleType, ...]:
    """Import the `web/navigation.py` of every installed app that has one."""
    found = []
    for config in apps.get_app_configs():
        if config.name == "tocsin.web" or find_spec(f"{config.name}.web") is None:
            continue
        name = f"{config.name}.web.navigation"
        if find_spec(name) is not None:
            found.append(import_module(name))
    return tuple(found)


def _declared(name: str) -> Iterator[object]:
    return (getattr(module, name) for module in declarations() if hasattr(module, name))


def _url(name: str) -> str:
    """Give the address of a URL name, or nothing: an app may be declared and not mounted."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Frame:
    """Answer what the frame asks, each only when a template asks it: a bare page pays for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._actor: Actor | None = getattr(request, "actor", None)
        self._notes: tuple[Banner | Toast, ...] | None = None

    @property
    def here(self) -> str:
        """Give the address to come back to after language or theme was chosen."""
        return self._request.get_full_path() if self._request.method in {"GET", "HEAD"} else self._request.path

    @property
    def groups(self) -> tuple[tuple[NavItem, ...], ...]:
        """Give the rail in blocks, cut to what the actor may do."""
        actor = self._actor
        if actor is None:
            return ()
        shown = [entry for entry in self._entries() if self._may(actor, entry)]
        urls = {entry.url_name: _url(entry.url_name) for entry in shown}
        current = self._current(tuple(urls.values()))
        items = [
            NavItem(
                label=entry.label,
                url=urls[entry.url_name],
                count=entry.count(actor) if entry.count is not None else None,
                current=urls[entry.url_name] == current,
                group=entry.group,
            )
            for entry in sorted(shown, key=lambda entry: (entry.group, entry.order))
            if urls[entry.url_name]
        ]
        return tuple(tuple(block) for _, block in groupby(items, key=lambda item: item.group))

    def _entries(self) -> Iterator[NavEntry]:
        for declared in _declared("NAVIGATION"):
            assert isinstance(declared, tuple)
            yield from declared

    @staticmethod
    def _may(actor: Actor, entry: NavEntry) -> bool:
        return (
            not entry.permission or ALL_PERMISSIONS in actor.permissions or str(entry.permission) in actor.permissions
        )

    def _current(self, urls: tuple[str, ...]) -> str:
        """Find the line this page lies under: the longest address that begins this one; `/` only itself."""
        path = self._request.path
        return max(
            (url for url in urls if url and (path == url or (url != "/" and path.startswith(url)))), key=len, default=""
        )

    @property
    def home_url(self) -> str:
        """Give the address behind the brand."""
        return next((_url(str(name)) for name in _declared("HOME")), "") or "/"

    @property
    def search_url(self) -> str:
        """Give where a search goes; empty: there is none, or nobody is signed in."""
        return next((_url(str(name)) for name in _declared("SEARCH")), "") if self._actor is not None else ""

    @property
    def search_text(self) -> str:
        """Give what was searched for, on the page of results."""
        return self._request.GET.get("q", "") if self._request.path == self.search_url else ""

    @property
    def sign_in_url(self) -> str:
        """Give the address of the sign-in page."""
        return next((_url(str(name)) for name in _declared("SIGN_IN")), "")

    @property
    def person(self) -> Person | None:
        """Say who is signed in, as accounts tells it; else by the actor's label."""
        for ask in _declared("PERSON"):
            person = _call(ask, self._request)
            assert person is None or isinstance(person, Person)
            return person
        return Person(name=self._actor.label) if self._actor is not None else None

    @property
    def duty(self) -> Duty | None:
        """Say who is on duty."""
        if self._actor is None:
            return None
        return next((duty for ask in _declared("DUTY") if isinstance(duty := _call(ask, self._actor), Duty)), None)

    def _messages(self) -> tuple[Banner | Toast, ...]:
        """Read Django's messages once; what went well becomes a toast, what did not a banner."""
        if self._notes is None:
            self._notes = tuple(
                Toast(text=message.message, tone=_TONES.get(message.level, Tone.LOW))
                if message.level < WARNING
                else Banner(title=message.message, tone=_TONES.get(message.level, Tone.CRITICAL))
                for message in get_messages(self._request)
            )
        return self._notes

    @property
    def banners(self) -> tuple[Banner, ...]:
        """Give the messages that must be read."""
        return tuple(note for note in self._messages() if isinstance(note, Banner))

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """Give the messages that may be put away."""
        return tuple(note for note in self._messages() if isinstance(note, Toast))


def _call(ask: object, argument: object) -> object:
    assert callable(ask)
    function: Callable[[object], object] = ask
    return function(argument)


def theme_of(request: HttpRequest) -> str:
    """Read the explicit choice of light or dark from its cookie; empty follows the system."""
    name = request.COOKIES.get(THEME_COOKIE, "")
    return name if name in THEMES else ""


def frame(request: HttpRequest) -> dict[str, object]:
    """Give templates `frame` and `theme`. Goes into the context processors of the settings."""
    return {"frame": Frame(request), "theme": theme_of(request)}
