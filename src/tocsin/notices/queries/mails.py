"""A mail of the outbox as it goes out."""

from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.links import answer_url
from tocsin.notices.models import OutgoingMail
from tocsin.notices.queries.house import house
from tocsin.notices.rendering.envelope import Envelope, compose


def bytes_of(mail: OutgoingMail) -> bytes:
    """Write a mail of the outbox; the same bytes each time.

    Raises:
        Invalid: its address cannot stand in a header.
    """
    edition, notice = mail.edition, mail.edition.notice
    language = Language(edition.language)
    return compose(
        envelope=Envelope(
            message_id=mail.message_id,
            to_address=mail.to_address,
            to_name=mail.to_name or notice.organisation.name(language),
            date=mail.queued_at,
            tlp=Tlp.parse(notice.tlp),
            language=language,
            answer_url=answer_url(notice_id=notice.pk, expires_at=notice.link_expires_at, language=language),
            attachment=f"{notice.reference}.csv",
        ),
        house=house(),
        subject=edition.subject,
        text=edition.text,
        html=edition.html,
        csv=edition.csv,
    )
