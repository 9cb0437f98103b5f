"""The field's words that more than one part declares or reads."""

from enum import StrEnum


class Kind(StrEnum):
    """How a problem ends; declared by the catalogue (`docs/explanation/findings.md`)."""

    #: An exposed or weak service: covered silence can verify that it is gone.
    STATE = "state"
    #: A sinkhole hit, an attack, spam: goes quiet, is never called fixed by silence.
    OCCURRENCE = "occurrence"
    #: A leaked account, data or key: never ends by silence.
    DISCLOSURE = "disclosure"
    #: A special report: never ends by silence.
    ONE_OFF = "one_off"
    #: Seen and counted, never written about.
    INVENTORY = "inventory"


class SubjectKind(StrEnum):
    """What a problem sits on. Never a person."""

    ADDRESS = "address"
    HOST = "host"
    URL = "url"
    DOMAIN = "domain"
    ORGANISATION = "organisation"


class GateMode(StrEnum):
    """What happens to a new finding before its owner hears of it."""

    INVENTORY = "inventory"
    DIGEST = "digest"
    AUTO = "auto"
    HOLD = "hold"


class Language(StrEnum):
    """Languages that every word of Tocsin exists in."""

    ENGLISH = "en"
    CHINESE = "zh-hans"


def in_language(language: str, *, en: str, zh: str) -> str:
    """Give the one of two names that is in a language; the other where there is none."""
    return (zh or en) if language.startswith("zh") else (en or zh)
