"""Who at an organisation gets its notice, and in which languages it must be written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.kernel.words import Language

#: The first role that anybody holds gets the notice.
ROLES = ("security", "abuse", "emergency", "management")


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One address that a notice goes to."""

    role: str
    address: str
    name: str
    language: Language


def recipients(contacts: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Choose among an organisation's contacts: all of the first role in `ROLES` that anybody holds, each address once.

    Addresses that differ in case only are one; of two the first by address and name stays. Ordered by address.
    Empty: there is nobody to write to.
    """
    known = sorted(
        contacts, key=lambda contact: (contact.address.lower(), contact.address, contact.name, contact.language)
    )
    for role in ROLES:
        once: dict[str, Recipient] = {}
        for contact in known:
            if contact.role == role:
                once.setdefault(contact.address.lower(), contact)
        if once:
            return tuple(once.values())
    return ()


def editions_needed(chosen: Sequence[Recipient], organisation_language: Language) -> tuple[Language, ...]:
    """Give the languages that the recipients read; without recipients the organisation's own. Ordered as `Language`."""
    read = {recipient.language for recipient in chosen} or {organisation_language}
    return tuple(language for language in Language if language in read)
