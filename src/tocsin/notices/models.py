"""Rounds, notices with their editions and items, answers, and the outbox."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tocsin.access.querysets import DeskOnly, Visible
from tocsin.findings.models import Finding
from tocsin.notices.rules.register import written_number
from tocsin.notices.rules.words import MailState, Reply
from tocsin.registry.models import Organisation


class Round(models.Model):
    """One run of notices: at most one notice an owner."""

    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=200)
    #: `rules.RoundMode`: which gate modes it told.
    mode = models.CharField(max_length=8)
    notices = models.IntegerField()
    items = models.IntegerField()

    objects = DeskOnly["Round"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.issued_at:%Y-%m-%d}"


class RegisterYear(models.Model):
    """The running number of one year's register. Its row is the lock under which numbers are taken: no gaps."""

    year = models.PositiveSmallIntegerField(unique=True)
    #: The number taken last; 0 before the first.
    last = models.PositiveIntegerField(default=0)

    objects = DeskOnly["RegisterYear"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(last__gte=0), name="register_counts_up"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class NoticeRows(Visible["Notice"]):
    """Notices; a link sees its own."""

    notice_path = "id"


class Notice(models.Model):
    """What one owner is told in one round. Immutable once issued."""

    #: The register's year and running number: 2026-0417.
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notice_set")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notices")
    issued_at = models.DateTimeField()
    #: The earliest deadline among its items.
    due_at = models.DateTimeField(null=True)
    #: The strictest among its items.
    tlp = models.CharField(max_length=16)
    #: The reply link works until then.
    link_expires_at = models.DateTimeField()

    objects = NoticeRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-id"], name="notice_by_owner"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["year", "number"], name="notice_number_once"),
            models.UniqueConstraint(fields=["round", "organisation"], name="notice_once_a_round"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Give the number as the register writes it: 2026-0417."""
        return written_number(self.year, self.number)


class OfNotice(Visible["NoticeItem"]):
    """Items belong to the notice's owner."""

    organisation_path = "notice__organisation_id"
    notice_path = "notice_id"


class NoticeItem(models.Model):
    """One finding that a notice tells."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="items")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="notice_items")
    #: `rules.Why`
    why = models.CharField(max_length=16)
    severity = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)

    objects = OfNotice.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-severity", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "finding"], name="notice_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.finding_id}"


class EditionRows(Visible["NoticeEdition"]):
    """Editions belong to the notice's owner."""

    organisation_path = "notice__organisation_id"
    notice_path = "notice_id"


class NoticeEdition(models.Model):
    """A notice in one language, as issued; `rules.ANSWER_LINK` stands for the reply link until a mail is made."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="editions")
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    #: What stands in the mail's body element.
    html = models.TextField()
    csv = models.TextField()

    objects = EditionRows.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "language"], name="edition_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class OutgoingMail(models.Model):
    """One mail to one address: the outbox. Its Message-ID never changes, however often it is tried."""

    edition = models.ForeignKey(NoticeEdition, on_delete=models.PROTECT, related_name="mails")
    organisation_id = models.BigIntegerField()
    to_role = models.CharField(max_length=16)
    to_address = models.EmailField(max_length=254)
    message_id = models.CharField(max_length=200, unique=True)
    to_name = models.CharField(max_length=200, blank=True)
    #: `rules.MailState`
    state = models.CharField(max_length=8, default=MailState.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    #: Its Date header too, so it never moves.
    queued_at = models.DateTimeField()
    #: When somebody last had it tried anew; the days until it is given up count from then. Null: from `queued_at`.
    begun_anew_at = models.DateTimeField(null=True)
    #: Not tried before then.
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = Visible["OutgoingMail"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"], name="mail_waiting", condition=models.Q(state=MailState.WAITING.value)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[word.value for word in MailState]), name="mail_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class AnswerRows(Visible["Answer"]):
    """Answers belong to the notice's owner."""

    organisation_path = "notice__organisation_id"
    notice_path = "notice_id"


class Answer(models.Model):
    """What an owner said to a notice, once."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    #: `rules.Reply`
    said = models.CharField(max_length=16)
    until = models.DateField(null=True)
    comment = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    #: `rules.Way`: by the link in the mail, signed in, by the API, or entered at the desk.
    way = models.CharField(max_length=16)
    #: The findings that it speaks of.
    finding_ids = ArrayField(models.BigIntegerField())
    #: Those that could not take it (a finding closed meanwhile), id as text -> the reason.
    refused = models.JSONField(default=dict)
    #: Made with the form: a form sent twice is one answer. Null: came another way.
    submission = models.UUIDField(null=True)
    #: When the desk looked at it; null while it is to be read.
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=200, blank=True)

    objects = AnswerRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "submission"], name="answer_once"),
            models.CheckConstraint(
                condition=models.Q(said__in=[word.value for word in Reply]), name="answer_said_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-id"], name="answer_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.said}"
