"""What the operations of notices take and give."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Field

from tocsin.notices.queries.listing import Answered, Delivery
from tocsin.notices.rules import MailState, Reply, RoundMode, Way, Why
from tocsin.web.schemas import Input, Paging, Schema, Text

#: Of a row.
Id = Annotated[int, Field(ge=1, lt=2**63)]


class NoticeOut(Schema):
    """One notice in a list."""

    id: int
    #: `2026-0417`
    reference: str
    organisation_id: int
    organisation_en: str
    organisation_zh: str
    issued_at: datetime
    #: The earliest deadline; null where the policy sets none.
    due_at: datetime | None
    #: `TLP:AMBER`
    tlp: str
    #: info | low | medium | high | critical: the worst of its findings.
    severity: str
    findings: int
    mails: int
    delivery: Delivery
    #: Null while nobody has answered.
    answered_at: datetime | None
    said: Reply | None


class NoticeQuery(Paging):
    """What a list of notices is cut down to."""

    #: Part of a name, or a number such as 2026-0417.
    search: Text = ""
    organisation_id: Id | None = None
    round_id: Id | None = None
    delivery: Delivery | None = None
    answered: Answered | None = None


class ItemOut(Schema):
    """One finding that a notice tells."""

    finding_id: int
    public_id: str
    problem: str
    subject: str
    subject_kind: str
    address: str | None
    port: int | None
    transport: str
    why: Why
    #: As told.
    severity: str
    due_at: datetime | None
    #: As it stands now.
    status: str
    due_now_at: datetime | None
    last_seen_at: datetime


class EditionOut(Schema):
    """A notice in one language, as it was issued; the reply link stands in the mail alone."""

    language: str
    subject: str
    text: str
    html: str
    csv: str


class MailOut(Schema):
    """One mail of a notice."""

    id: int
    language: str
    role: str
    address: str
    state: MailState
    attempts: int
    #: Empty: none.
    last_error: str
    sent_at: datetime | None
    next_try_at: datetime


class AnswerOut(Schema):
    """What an owner said."""

    id: int
    notice_id: int
    reference: str
    organisation_id: int
    organisation_en: str
    organisation_zh: str
    at: datetime
    said: Reply
    #: Null unless `said` is `in_work`.
    until: date | None
    comment: str
    by: str
    way: Way
    findings: int
    #: How many could not take it.
    refused: int
    read_at: datetime | None
    read_by: str


class NoticeDetail(Schema):
    """One notice with everything that hangs on it."""

    id: int
    round_id: int
    reference: str
    organisation_id: int
    organisation_en: str
    organisation_zh: str
    issued_at: datetime
    due_at: datetime | None
    link_expires_at: datetime
    tlp: str
    items: list[ItemOut]
    editions: list[EditionOut]
    mails: list[MailOut]
    answers: list[AnswerOut]


class RecipientOut(Schema):
    """One address that a notice would go to."""

    role: str
    address: str
    language: str


class LetterOut(Schema):
    """A notice that would go out."""

    organisation_id: int
    organisation_en: str
    organisation_zh: str
    #: The number that it would get now.
    reference: str
    severity: str
    findings: list[int]
    due_at: datetime | None
    tlp: str
    recipients: list[RecipientOut]


class KeptBackOut(Schema):
    """Findings with news that a round cannot tell."""

    organisation_id: int
    organisation_en: str
    organisation_zh: str
    findings: int
    #: no_contact | mark
    why: str


class PreviewOut(Schema):
    """A round as it would go out now."""

    mode: RoundMode
    #: Send it with the round to issue exactly this.
    mark: str
    findings: int
    letters: list[LetterOut]
    kept_back: list[KeptBackOut]


class PreviewedEdition(Schema):
    """A letter of a preview, in one language."""

    language: str
    subject: str
    text: str
    html: str
    csv: str


class RoundIn(Input):
    """Which round to issue."""

    mode: RoundMode
    #: As a preview gave it; without it whatever is due now is told.
    mark: str | None = None


class RoundOut(Schema):
    """A round that was issued."""

    id: int
    mode: RoundMode
    issued_at: datetime
    issued_by: str
    notices: int
    findings: int


class AnswerIn(Input):
    """What an owner says to a notice."""

    said: Reply
    findings: Annotated[list[Id], Field(min_length=1, max_length=10_000)]
    #: Needed with `in_work`.
    until: date | None = None
    #: Needed with `not_ours` and `disputed`.
    comment: Annotated[str, Field(max_length=4_000)] = ""
    #: Any UUID of your own: the same again is the same answer.
    submission: UUID | None = None


class AnswerOnBehalfIn(AnswerIn):
    """What an owner told the desk."""

    #: Who said so, and how.
    said_by: Annotated[str, Field(min_length=1, max_length=150)]


class RefusedOut(Schema):
    """A finding that could not take an answer."""

    finding_id: int
    why: str


class AnswerTakenOut(Schema):
    """What came of an answer."""

    id: int
    said: Reply
    changed: list[int]
    refused: list[RefusedOut]
    #: It had been sent before; nothing was changed again.
    repeated: bool


class AnswerQuery(Paging):
    """What a list of answers is cut down to."""

    #: Only those that the desk has not read, oldest first.
    unread: bool = False
    notice_id: Id | None = None
