"""Words with a shape and a colour: severity, status, mode, TLP."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web.phrases import Phrase


class Tone(StrEnum):
    """What a colour means. Each has a shape of its own, so that colour never speaks alone."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    GOOD = "good"

    @property
    def shape(self) -> str:
        """Name the mark: diamond, triangle, square, else round."""
        return {"critical": "diamond", "high": "triangle", "medium": "square"}.get(self.value, "round")


@dataclass(frozen=True, kw_only=True)
class Chip:
    """Show a word of state, with the mark and colour of its tone."""

    template: ClassVar[str] = "tocsin/c/chip.html"
    text: Phrase
    tone: Tone = Tone.INFO
    #: A lucide icon instead of the mark, for chips that say how, not how bad.
    icon: str = ""
    outlined: bool = False


@dataclass(frozen=True, kw_only=True)
class TlpChip:
    """Show a TLP 2.0 label in its official colours on black (FIRST, TLP 2.0)."""

    template: ClassVar[str] = "tocsin/c/tlp.html"
    tlp: Tlp

    @property
    def colour(self) -> str:
        """Name the class of the colour; AMBER+STRICT is written in amber."""
        return self.tlp.name.lower().removesuffix("_strict")


_SEVERITIES: dict[Severity, tuple[Phrase, Tone]] = {
    Severity.CRITICAL: (_("critical"), Tone.CRITICAL),
    Severity.HIGH: (_("high"), Tone.HIGH),
    Severity.MEDIUM: (_("medium"), Tone.MEDIUM),
    Severity.LOW: (_("low"), Tone.LOW),
    Severity.INFO: (_("info"), Tone.INFO),
}


def severity_chip(severity: Severity) -> Chip:
    """Make the chip of a severity: diamond, triangle, square or round, its word and its colour."""
    text, tone = _SEVERITIES[severity]
    return Chip(text=text, tone=tone)


def status_chip(text: Phrase, tone: Tone = Tone.INFO) -> Chip:
    """Make the chip of a state whose words the caller knows ("on time", "relapse")."""
    return Chip(text=text, tone=tone)


class Mode(StrEnum):
    """How something is handled: the gate of a problem, the strength of a coverage."""

    INVENTORY = "inventory"
    DIGEST = "digest"
    AUTO = "auto"
    HOLD = "hold"
    FULL = "full"
    WEAK = "weak"
    NONE = "none"


_MODES: dict[Mode, tuple[Phrase, str]] = {
    Mode.INVENTORY: (_("inventory"), "archive"),
    Mode.DIGEST: (_("digest"), "newspaper"),
    Mode.AUTO: (_("sent at once"), "send"),
    Mode.HOLD: (_("held"), "hand"),
    Mode.FULL: (_("full coverage"), "circle-dot"),
    Mode.WEAK: (_("weak coverage"), "circle-dashed"),
    Mode.NONE: (_("no coverage"), "circle-slash"),
}


def mode_chip(mode: Mode) -> Chip:
    """Make the outlined chip of a mode: an icon and a word, no colour, for a mode is neither good nor bad."""
    text, icon = _MODES[mode]
    return Chip(text=text, icon=icon, outlined=True)
