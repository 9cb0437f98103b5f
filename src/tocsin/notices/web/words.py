"""The words of notices on pages."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tocsin.findings.rules import Status, label, translator
from tocsin.kernel.words import Language, in_language
from tocsin.notices.queries.drafts import KeptBackWhy
from tocsin.notices.queries.listing import AnswerRow, Delivery
from tocsin.notices.rules import MailState, Reply, RoundMode, Way, Why, written_number
from tocsin.notices.web.entry import reader_language
from tocsin.web.components import Chip, Tone, status_chip
from tocsin.web.phrases import Phrase
from tocsin.web.writing import day, thousands

REPLIES: Mapping[Reply, Phrase] = {
    Reply.RECEIVED: _("received"),
    Reply.IN_WORK: _("in work"),
    Reply.FIXED: _("fixed"),
    Reply.NOT_OURS: _("not theirs"),
    Reply.DISPUTED: _("disputed"),
}
_REPLY_TONES = {
    Reply.RECEIVED: Tone.INFO,
    Reply.IN_WORK: Tone.LOW,
    Reply.FIXED: Tone.GOOD,
    Reply.NOT_OURS: Tone.MEDIUM,
    Reply.DISPUTED: Tone.MEDIUM,
}
WAYS: Mapping[Way, Phrase] = {
    Way.LINK: _("by the link in the mail"),
    Way.SIGNED_IN: _("signed in"),
    Way.API: _("by the API"),
    Way.DESK: _("entered at the desk"),
}
WHYS: Mapping[Why, Phrase] = {
    Why.NEW: _("new"),
    Why.CHANGED: _("changed"),
    Why.RELAPSE: _("came back"),
    Why.STILL_THERE: _("still there"),
}
_WHY_TONES = {Why.NEW: Tone.INFO, Why.CHANGED: Tone.LOW, Why.RELAPSE: Tone.HIGH, Why.STILL_THERE: Tone.HIGH}
DELIVERIES: Mapping[Delivery, Phrase] = {
    Delivery.SENT: _("sent out"),
    Delivery.WAITING: _("in the outbox"),
    Delivery.FAILED: _("not delivered"),
}
_DELIVERY_TONES = {Delivery.SENT: Tone.GOOD, Delivery.WAITING: Tone.MEDIUM, Delivery.FAILED: Tone.CRITICAL}
_MAIL_STATES = {
    MailState.SENT: Delivery.SENT,
    MailState.WAITING: Delivery.WAITING,
    MailState.FAILED: Delivery.FAILED,
}
KEPT_BACK: Mapping[KeptBackWhy, Phrase] = {
    KeptBackWhy.NO_CONTACT: _("There is nobody to write to. Add a contact to the organisation."),
    KeptBackWhy.MARK: _("TLP:RED or no mark: it may not go to a shared mail box. Tell a named person."),
}
MODES: Mapping[RoundMode, Phrase] = {RoundMode.AUTO: _("Today's round"), RoundMode.DIGEST: _("Digest")}
ROLES: Mapping[str, Phrase] = {
    "security": _("security contact"),
    "abuse": _("abuse contact"),
    "emergency": _("emergency contact"),
    "management": _("management"),
}
LANGUAGES: Mapping[Language, str] = {Language.ENGLISH: "English", Language.CHINESE: "简体中文"}
_STATUS_TONES = {
    Status.STILL_THERE: Tone.HIGH,
    Status.DISPUTED: Tone.MEDIUM,
    Status.NOT_OURS_CLAIMED: Tone.MEDIUM,
    Status.IN_WORK: Tone.LOW,
    Status.FIX_CLAIMED: Tone.LOW,
    Status.VERIFYING: Tone.LOW,
    Status.VERIFIED: Tone.GOOD,
    Status.CONFIRMED: Tone.GOOD,
}


def reply_chip(reply: Reply) -> Chip:
    """Show what an owner said."""
    return status_chip(REPLIES[reply], _REPLY_TONES[reply])


def why_chip(why: Why) -> Chip:
    """Show why something is told."""
    return status_chip(WHYS[why], _WHY_TONES[why])


def delivery_chip(delivery: Delivery) -> Chip:
    """Show how a notice's mails stand."""
    return status_chip(DELIVERIES[delivery], _DELIVERY_TONES[delivery])


def mail_chip(state: MailState) -> Chip:
    """Show how one mail stands."""
    return delivery_chip(_MAIL_STATES[state])


def finding_chip(status: Status) -> Chip:
    """Show how a finding stands, in the reader's language."""
    text = translator(reader_language())(label(status))
    return status_chip(text, _STATUS_TONES.get(status, Tone.INFO))


def number(year: int, running: int) -> str:
    """Write a notice's number for the reader."""
    return written_number(year, running, reader_language(), settings.ENVIRONMENT.number_prefix_zh)


def name(name_en: str, name_zh: str) -> str:
    """Choose an organisation's name for the reader."""
    return in_language(reader_language(), en=name_en, zh=name_zh)


def place(subject: str, subject_kind: str, address: str | None, port: int | None) -> str:
    """Say where a finding is, with its port."""
    where = subject if subject_kind in {"host", "url", "domain"} else (address or subject)
    if port is None or subject_kind == "url":
        return where
    return f"[{where}]:{port}" if ":" in where else f"{where}:{port}"


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Tell whether a deadline has passed."""
    return due_at is not None and due_at < now


def said_in_a_line(answer: AnswerRow) -> str:
    """Say an answer in a line: what, about how many, until when."""
    counted = ngettext("%(said)s (%(count)s line)", "%(said)s (%(count)s lines)", answer.findings) % {
        "said": str(REPLIES[answer.said]),
        "count": thousands(answer.findings),
    }
    if answer.until is None:
        return counted
    return gettext("%(what)s, until %(day)s") % {"what": counted, "day": written_day(answer.until)}


def written_day(value: date) -> str:
    """Write a day for the reader."""
    return day(value, language=reader_language(), today=timezone.localdate())
