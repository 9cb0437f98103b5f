"""What the page says to the reader: banners, toasts, empty states."""

from dataclasses import dataclass
from typing import ClassVar

from tocsin.web.components.actions import Action
from tocsin.web.components.chips import Tone
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Banner:
    """Say what concerns the whole page, in the flow, until it is no longer so."""

    template: ClassVar[str] = "tocsin/c/banner.html"
    title: Phrase
    text: Phrase = ""
    tone: Tone = Tone.LOW
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Toast:
    """Say that something was done. It stays until it is put away: nothing moves without being asked."""

    template: ClassVar[str] = "tocsin/c/toast.html"
    text: Phrase
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, kw_only=True)
class KeyHint:
    """Say which keys a desk table answers to, in the note of its panel; hidden where there is no keyboard."""

    template: ClassVar[str] = "tocsin/c/key_hint.html"
    text: Phrase = ""
    #: (key, what it does): `(("S", _("send")),)`. J and K are named by themselves.
    keys: tuple[tuple[str, Phrase], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Empty:
    """Stand where nothing is: say why, and the next step."""

    template: ClassVar[str] = "tocsin/c/empty.html"
    title: Phrase
    text: Phrase = ""
    icon: str = "inbox"
    action: Action | None = None
