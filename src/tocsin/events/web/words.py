"""How states of reports, sources and rows read, and which chip each gets."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.catalogue.queries import words as words_of
from tocsin.events.queries.first_rows import Became
from tocsin.events.queries.strangers import By, WhyNobody
from tocsin.events.rules import Timeliness
from tocsin.events.schemas import Flag
from tocsin.findings.rules import ReportCoverage, Said, translator
from tocsin.kernel.words import GateMode, in_language
from tocsin.web import writing
from tocsin.web.components import Chip, Mode, Tone, mode_chip
from tocsin.web.entry import reader_language
from tocsin.web.phrases import Phrase

_TIMELINESS: Mapping[Timeliness, Chip] = {
    Timeliness.ON_TIME: Chip(text=_("on time"), tone=Tone.GOOD),
    Timeliness.SILENT: Chip(text=_("silent"), tone=Tone.HIGH),
    Timeliness.NEVER: Chip(text=_("never sent"), tone=Tone.INFO),
    Timeliness.NO_RHYTHM: Chip(text=_("no rhythm"), tone=Tone.INFO),
}
COVERAGE_MODES: Mapping[str, Phrase] = {
    "full": _("Everything, every time"),
    "delta": _("Changes from Monday to Saturday, everything on Sunday"),
    "none": _("Nothing: its silence proves nothing"),
}
GATES: Mapping[GateMode, Phrase] = {
    GateMode.AUTO: _("as the problem says"),
    GateMode.DIGEST: _("in the digest at most"),
    GateMode.HOLD: _("held for a person"),
    GateMode.INVENTORY: _("never told: inventory"),
}
#: The Admiralty scale (NATO AJP-2.1).
RELIABILITY: Mapping[str, Phrase] = {
    "A": _("A, reliable"),
    "B": _("B, usually reliable"),
    "C": _("C, fairly reliable"),
    "D": _("D, not usually reliable"),
    "E": _("E, unreliable"),
    "F": _("F, cannot be judged"),
}
STATES: Mapping[str, Chip] = {
    "waiting": Chip(text=pgettext_lazy("a row in quarantine", "waits"), tone=Tone.MEDIUM),
    "taken_in": Chip(text=pgettext_lazy("a row in quarantine", "taken in"), tone=Tone.GOOD),
    "expired": Chip(text=pgettext_lazy("a row in quarantine", "expired"), tone=Tone.INFO),
}
BECAME: Mapping[Became, Phrase] = {
    Became.FINDING: _("finding"),
    Became.LISTED: _("archived only: its owner has changed since, or it names nothing that a finding could sit on"),
    Became.CONFLICT: _("two owners, equally near: none was chosen"),
    Became.NOBODY: _("without a constituent"),
}
WHY_NOBODY: Mapping[WhyNobody, Phrase] = {
    WhyNobody.NONE: _("no owner registered"),
    WhyNobody.CONFLICT: _("two owners"),
    WhyNobody.MOVED: _("owner changed since"),
}
BY: Mapping[By, Phrase] = {By.ASN: _("AS number"), By.NETWORK: _("Network"), By.COUNTRY: _("Country")}
DECISIONS: Mapping[str | None, Phrase] = {
    "sent": pgettext_lazy("a held group", "sent"),
    "dropped": pgettext_lazy("a held group", "dropped"),
    None: pgettext_lazy("a held group", "waits"),
}
FLAGS: Mapping[Flag, Phrase] = {
    Flag.RAGGED: _("more or fewer cells than the header"),
    Flag.UNKNOWN_TYPE: _("unknown type"),
    Flag.NO_ADDRESS: _("no address"),
    Flag.REPLACED_CHARACTERS: _("unreadable characters"),
    Flag.FUTURE_TIME: _("time in the future"),
    Flag.UNKNOWN_COLUMN: _("unknown columns"),
    Flag.UNUSABLE_NAME: _("unusable name"),
}
ATTRIBUTED: Mapping[str, Phrase] = {
    "url": _("by URL"),
    "host": _("by host"),
    "domain": _("by domain"),
    "prefix": _("by network"),
    "asn": _("by AS number"),
}


def timeliness_chip(state: Timeliness) -> Chip:
    """Give the chip of a source's rhythm."""
    return _TIMELINESS[state]


def coverage_chip(coverage: ReportCoverage) -> Chip:
    """Give the chip of what a report covers."""
    return mode_chip(Mode(coverage.strength.value))


def gate_chip(mode: GateMode) -> Chip:
    """Give the chip of what the gate said."""
    return mode_chip(Mode(mode.value))


def say(sentence: Said) -> str:
    """Say a rule's reason in the reader's language."""
    return sentence.text(translator(reader_language()))


def problem_title(code: str) -> str:
    """Name a problem in the reader's language."""
    return words_of(code, reader_language()).title


def owner_name(name_en: str, name_zh: str) -> str:
    """Give an owner's name in the reader's language; the other where there is none."""
    return in_language(reader_language(), en=name_en, zh=name_zh)


def day_of(source: str, day: date) -> str:
    """Say whose report of which day it is."""
    return gettext("{source}, for {day}").format(source=source, day=day_text(day))


def day_text(day: date) -> str:
    """Write a day within a sentence."""
    return writing.day(day, language=reader_language(), today=timezone.localdate())
