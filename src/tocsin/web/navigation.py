"""What an app declares in its own `web/navigation.py` to appear in the frame. Found by being there, registered nowhere.

An app's module may have any of these names:

* `NAVIGATION: tuple[NavEntry, ...]`: lines in the rail.
* `HOME: str`: the URL name behind the brand; one app has it.
* `SEARCH: str`: the URL name that takes `?q=`; one app has it, else there is no search box.
* `PERSON: Callable[[HttpRequest], Person | None]`: who is signed in; one app (accounts) has it.
* `SIGN_IN: str`: the URL name of the sign-in page.
* `DUTY: Callable[[Actor], Duty | None]`: who is on duty; the first wins.

Callables run on every page: one cheap query each, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tocsin.kernel.actor import Actor
from tocsin.web.phrases import Phrase


class Group(IntEnum):
    """Which block of the rail; a line stands between blocks."""

    WORK = 1
    DATA = 2
    HOUSE = 3


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """Declare a line of the rail."""

    label: Phrase
    #: Name of a URL without arguments, as `findings:list`.
    url_name: str
    group: Group
    #: Place in the group; leave gaps of ten.
    order: int
    #: Shown only to an actor who holds it; empty: to everyone signed in.
    permission: str = ""
    #: How many things wait behind it; null shows nothing.
    count: Callable[[Actor], int | None] | None = None


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """Hold a line of the rail for one request."""

    label: Phrase
    url: str
    count: int | None
    current: bool
    group: Group


@dataclass(frozen=True, kw_only=True)
class Person:
    """Say who is signed in."""

    name: str
    role: Phrase = ""
    #: The page of one's own account.
    url: str = ""
    #: Takes a POST.
    sign_out_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Say who is on duty."""

    name: str
