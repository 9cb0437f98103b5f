"""Previews and issues rounds: each owner gets at most one notice, numbered without gaps, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.services import tell
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.notices.errors import NothingToTell, RoundChanged, StrangeFinding
from tocsin.notices.models import Notice, NoticeEdition, NoticeItem, OutgoingMail, RegisterYear, Round
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.drafts import Draft, KeptBack, draft_round
from tocsin.notices.queries.house import house
from tocsin.notices.rendering import Edition, Library, render
from tocsin.notices.rendering.envelope import message_id
from tocsin.notices.rules import Letter, RoundMode, register_year, written_number

#: Rows of one INSERT.
_BATCH = 5_000


@dataclass(frozen=True, kw_only=True)
class RoundPreview:
    """A round as it would go out now. Nothing is written."""

    mode: RoundMode
    letters: tuple[Letter, ...]
    kept_back: tuple[KeptBack, ...]
    items: int
    #: Give it to `issue_round` to send exactly this.
    mark: str

    def editions(self, letter: Letter) -> tuple[Edition, ...]:
        """Render one of its letters in every language that its recipients read: byte for byte what would be issued."""
        library, writer = Library(), house()
        return tuple(render(letter, language=language, house=writer, library=library) for language in letter.languages)


def preview_round(*, actor: Actor, mode: RoundMode, now: datetime) -> RoundPreview:
    """Show what a round would send now, to whom, and what it would keep back. Writes nothing.

    Raises:
        NotAllowed: the actor may not preview rounds.
    """
    require(actor, NoticePermission.PREVIEW)
    writer = house()
    year = register_year(now, writer.zone)
    after = RegisterYear.objects.visible_to(actor).filter(year=year).values_list("last", flat=True).first() or 0
    draft = draft_round(actor=actor, mode=mode, now=now, after_number=after, house=writer, lock=False)
    return RoundPreview(mode=mode, letters=draft.letters, kept_back=draft.kept_back, items=draft.items, mark=draft.mark)


def issue_round(*, actor: Actor, mode: RoundMode, now: datetime, seen: str | None = None) -> Round:
    """Issue one notice to each owner with news, start its clocks and put its mails into the outbox.

    The row of the year's register is the lock: a second round waits, then finds nothing left to tell.

    Args:
        seen: the mark of the preview that a person looked at; null: whatever is due now.

    Raises:
        NotAllowed: the actor may not issue notices.
        NothingToTell: there is nothing new, or nobody to write to.
        RoundChanged: since the preview something was added or taken away.
        StrangeFinding: a notice would have held somebody else's finding.
    """
    require(actor, NoticePermission.ISSUE)
    with transaction.atomic():
        writer = house()
        year = register_year(now, writer.zone)
        RegisterYear.objects.bulk_create([RegisterYear(year=year)], ignore_conflicts=True)
        register = RegisterYear.objects.visible_to(actor).select_for_update().get(year=year)
        draft = draft_round(actor=actor, mode=mode, now=now, after_number=register.last, house=writer, lock=True)
        if not draft.letters:
            raise NothingToTell
        if seen is not None and seen != draft.mark:
            raise RoundChanged
        register.last += len(draft.letters)
        register.save(update_fields=["last"])
        made = Round.objects.create(
            issued_at=now, issued_by=actor.label, mode=mode, notices=len(draft.letters), items=draft.items
        )
        notices = _write(draft, made, now)
        _refuse_strangers(actor, made)
        for notice, letter in zip(notices, draft.letters, strict=True):
            due = {line.finding_id: line.due_at for line in letter.lines}
            due_by = {line.finding_id: line.due_by for line in letter.lines if line.due_by is not None}
            tell(actor=actor, due=due, due_by=due_by, notice_id=notice.pk, now=now)
        record(
            actor=actor,
            action="notices.issue_round",
            target_kind="round",
            target_id=made.pk,
            at=now,
            after={
                "mode": str(mode),
                "notices": made.notices,
                "items": made.items,
                "first": notices[0].reference,
                "last": notices[-1].reference,
            },
        )
        later("notices.send_mail", round_id=made.pk)
    return made


def _write(draft: Draft, made: Round, now: datetime) -> Sequence[Notice]:
    """Insert notices, items, editions and mails; gives the notices in the order of the letters."""
    notices = Notice.objects.bulk_create(
        [
            Notice(
                year=letter.year,
                number=letter.number,
                round=made,
                organisation_id=letter.organisation_id,
                issued_at=now,
                due_at=letter.due_at,
                tlp=letter.tlp.value,
                link_expires_at=letter.link_expires_at,
            )
            for letter in draft.letters
        ],
        batch_size=_BATCH,
    )
    pairs = list(zip(notices, draft.letters, strict=True))
    NoticeItem.objects.bulk_create(
        [
            NoticeItem(
                notice=notice,
                finding_id=line.finding_id,
                why=line.why,
                severity=line.severity,
                due_at=line.due_at,
            )
            for notice, letter in pairs
            for line in letter.lines
        ],
        batch_size=_BATCH,
    )
    _write_mails(pairs, _write_editions(pairs), now)
    return notices


def _write_editions(pairs: Sequence[tuple[Notice, Letter]]) -> Sequence[NoticeEdition]:
    library, writer = Library(), house()
    rendered = [
        (notice, render(letter, language=language, house=writer, library=library))
        for notice, letter in pairs
        for language in letter.languages
    ]
    return NoticeEdition.objects.bulk_create(
        [
            NoticeEdition(
                notice=notice,
                language=edition.language,
                subject=edition.subject,
                text=edition.text,
                html=edition.html,
                csv=edition.csv,
            )
            for notice, edition in rendered
        ],
        batch_size=_BATCH,
    )


def _write_mails(pairs: Sequence[tuple[Notice, Letter]], editions: Sequence[NoticeEdition], now: datetime) -> None:
    by_place = {(edition.notice_id, edition.language): edition for edition in editions}
    writer = house()
    OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                edition=by_place[notice.pk, recipient.language],
                organisation_id=letter.organisation_id,
                to_role=recipient.role,
                to_address=recipient.address,
                to_name=recipient.name,
                message_id=message_id(
                    reference=written_number(letter.year, letter.number), address=recipient.address, house=writer
                ),
                queued_at=now,
                next_try_at=now,
            )
            for notice, letter in pairs
            for recipient in letter.recipients
        ],
        batch_size=_BATCH,
    )


def _refuse_strangers(actor: Actor, made: Round) -> None:
    """Look at what was written and refuse it all when any row is not its owner's.

    Everything before this was cut to owners already; a mistake there must not become a leak.
    """
    items = NoticeItem.objects.visible_to(actor).filter(notice__round=made)
    mails = OutgoingMail.objects.visible_to(actor).filter(edition__notice__round=made)
    if (
        items.exclude(finding__organisation_id=F("notice__organisation_id")).exists()
        or mails.exclude(organisation_id=F("edition__notice__organisation_id")).exists()
    ):
        raise StrangeFinding
