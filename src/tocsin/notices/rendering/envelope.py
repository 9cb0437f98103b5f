"""A notice's mail as bytes (RFC 5322, MIME): the same each time, so that a repeat is a repeat and not a second mail."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderDefect, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from tocsin.catalogue.filling import clean
from tocsin.kernel.errors import Invalid
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.rules import ANSWER_LINK, House

#: BCP 47, as mail programs know it.
_TAGS = {Language.ENGLISH: "en", Language.CHINESE: "zh-Hans"}
#: Excel in China takes a CSV for GBK unless it begins so.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What a mail needs besides the edition."""

    message_id: str
    to_address: str
    #: May be empty; may hold anything.
    to_name: str
    #: When it was put into the outbox.
    date: datetime
    tlp: Tlp
    language: Language
    answer_url: str
    #: `2026-0417.csv`
    attachment: str


def message_id(*, reference: str, address: str, house: House) -> str:
    """Name a mail for ever: by its notice, and by whom it is for without naming them (RFC 5322, section 3.6.4)."""
    mark = hashlib.sha256(address.lower().encode()).hexdigest()[:16]
    return f"<notice.{reference}.{mark}@{house.sender.rpartition('@')[2]}>"


def compose(*, envelope: Envelope, house: House, subject: str, text: str, html: str, csv: str) -> bytes:
    """Write a mail: text and HTML as alternatives, the table attached. Lines end with CR LF.

    Raises:
        Invalid: the address cannot stand in a header.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(clean(house.name(envelope.language)), addr_spec=house.sender)
    mail["To"] = _address(envelope)
    mail["Reply-To"] = house.sender
    # A subject as long as RFC 5322 allows a line to be is folded by the policy; one with breaks would be refused.
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(envelope.date.astimezone(house.zone))
    mail["Message-ID"] = envelope.message_id
    # Holiday replies would go to the desk (RFC 3834, section 5).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-TLP"] = envelope.tlp.label
    encoding = "base64" if envelope.language is Language.CHINESE else "quoted-printable"
    mail.set_content(text.replace(ANSWER_LINK, envelope.answer_url), cte=encoding)
    body = html.replace(ANSWER_LINK, escape(envelope.answer_url))
    mail.add_alternative(document(body, title=subject, language=envelope.language), subtype="html", cte=encoding)
    mail.add_attachment(
        (_BYTE_ORDER_MARK + csv).encode(),
        maintype="text",
        subtype="csv",
        filename=envelope.attachment,
        params={"charset": "utf-8"},
    )
    # Set last: whatever begins with Content- moves into the first part as others are added.
    mail["Content-Language"] = _TAGS[envelope.language]
    _set_boundaries(mail, envelope.message_id)
    return mail.as_bytes()


def document(body: str, *, title: str, language: Language) -> str:
    """Put a body into a whole HTML document."""
    return (
        f'<!doctype html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        '<body bgcolor="#ffffff" text="#16202e" link="#1d4ed8">\n'
        f"{body}</body>\n</html>\n"
    )


def _address(envelope: Envelope) -> Address:
    try:
        return Address(clean(envelope.to_name), addr_spec=envelope.to_address)
    except (ValueError, IndexError, MessageError, HeaderDefect) as error:
        raise Invalid(
            f"'{clean(envelope.to_address)}' is no address that mail can go to. Correct the contact."
        ) from error


def _set_boundaries(mail: EmailMessage, name: str) -> None:
    """Give the parts boundaries made from the Message-ID instead of random ones."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    multiparts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(multiparts, 1):
        # No line of base64 or quoted-printable holds "=_" (RFC 2045, section 6.7).
        part.set_boundary(f"=_{digest}_{number}")
