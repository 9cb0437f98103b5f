"""The outbox: the same bytes each time, a file or a server, later and never told apart, nothing sent twice."""

import dataclasses
import email
import email.policy
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests.factories.notices import HOUSE, finding, owner_with_contacts
from tests.factories.registry import contact, organisation, person
from tests.fakes.mail_server import MailServer
from tests.notices.test_round import in_threads
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid, NotAllowed, NotFound
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.links import answer_url
from tocsin.notices.models import NoticeItem, OutgoingMail
from tocsin.notices.queries.mails import bytes_of
from tocsin.notices.rendering.envelope import Envelope, compose, message_id
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.outbox import Delivered, deliver, retry_mail
from tocsin.notices.services.rounds import issue_round


def envelope(**given: object) -> Envelope:
    values: dict[str, object] = {
        "message_id": "<notice.2026-0417.0123456789abcdef@cert.linjiang.example>",
        "to_address": "security@hospital.example",
        "to_name": "Hospital",
        "date": datetime.fromisoformat("2026-11-23T07:30:00+08:00"),
        "tlp": Tlp.AMBER,
        "language": Language.ENGLISH,
        "answer_url": "https://tocsin.example/answer/1.2.3.x/?lang=en",
        "attachment": "2026-0417.csv",
    }
    return Envelope(**{**values, **given})  # type: ignore[arg-type]  # fields come by name


def composed(**given: object) -> bytes:
    return compose(
        envelope=envelope(**given),
        house=HOUSE,
        subject="[TLP:AMBER] 2026-0417: x",
        text="see https://answer-link.invalid/\n",
        html='<p><a href="https://answer-link.invalid/">x</a></p>\n',
        csv="a,b\r\n",
    )


def parsed(mail: bytes) -> EmailMessage:
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_same_mail_is_the_same_bytes() -> None:
    assert composed() == composed()


@pytest.mark.parametrize("language", list(Language))
def test_a_mail_has_text_html_and_table(language: Language) -> None:
    message = parsed(composed(language=language))

    assert message.get_content_type() == "multipart/mixed"
    parts = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html", "text/csv"]
    (table,) = message.iter_attachments()
    assert table.get_filename() == "2026-0417.csv"
    assert table.get_payload(decode=True) == b"\xef\xbb\xbfa,b\r\n"


def test_the_link_stands_in_both_forms_and_nowhere_is_its_place_left() -> None:
    message = parsed(composed())

    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "https://tocsin.example/answer/1.2.3.x/?lang=en" in text.get_content()
    assert 'href="https://tocsin.example/answer/1.2.3.x/?lang=en"' in html.get_content()
    assert "answer-link.invalid" not in text.get_content() + html.get_content()


def test_headers_say_who_when_and_that_a_machine_wrote() -> None:
    message = parsed(composed())

    assert message["From"] == "Linjiang Province Cyber Emergency Centre <notices@cert.linjiang.example>"
    assert message["To"] == "Hospital <security@hospital.example>"
    assert message["Reply-To"] == "notices@cert.linjiang.example"
    assert message["Date"] == "Mon, 23 Nov 2026 07:30:00 +0800"
    assert message["Message-ID"] == "<notice.2026-0417.0123456789abcdef@cert.linjiang.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-TLP"] == "TLP:AMBER"
    assert message["Content-Language"] == "en"


@pytest.mark.parametrize(
    "name",
    [
        "Hospital\r\nBcc: all@victim.example",
        "Hospital\nSubject: forged\n\nbody",
        'Hospital" <evil@victim.example>, "x',
        "Hospital\u2028Bcc: all@victim.example",
        "医院\r\nX-Evil: 1",
    ],
)
def test_a_name_adds_no_header_and_no_recipient(name: str) -> None:
    message = parsed(composed(to_name=name))

    assert set(message.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "X-TLP",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert [address.addr_spec for address in message["To"].addresses] == ["security@hospital.example"]


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@x.example\r\nBcc: b@y.example", "a@x.example, b@y.example", "<a@x>"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="is no address"):
        composed(to_address=address)


def test_lines_keep_within_what_servers_pass_on() -> None:
    assert max(len(line) for line in composed(to_name="医" * 200).split(b"\r\n")) <= 998


def test_a_message_id_names_notice_and_recipient_and_no_person() -> None:
    one = message_id(reference="2026-0417", address="Li@Hospital.example", house=HOUSE)

    assert one == message_id(reference="2026-0417", address="li@hospital.example", house=HOUSE)
    assert one != message_id(reference="2026-0417", address="wang@hospital.example", house=HOUSE)
    assert one != message_id(reference="2026-0418", address="li@hospital.example", house=HOUSE)
    assert one.startswith("<notice.2026-0417.")
    assert one.endswith("@cert.linjiang.example>")
    assert "li" not in one.split(".")[2]


@pytest.fixture
def issued(database: str, clock: Actor, now: datetime) -> Iterator[Actor]:
    """Issue a round with two mails, in English and Chinese, and commit it."""
    with acting(clock):
        owner = owner_with_contacts(("security", "en"), ("security", "zh-hans"), code="hospital")
        for _ in range(3):
            finding(owner)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
    yield clock
    connections["default"].close()


def hand_over(actor: Actor, now: datetime, *, round_id: int | None = None) -> Delivered:
    """Hand over what is due, all of it at one moment."""
    return deliver(actor=actor, clock=lambda: now, round_id=round_id)


def mails(actor: Actor) -> list[OutgoingMail]:
    with acting(actor):
        return list(OutgoingMail.objects.select_related("edition__notice__organisation").order_by("to_address"))


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(settings.OUTBOX_FOLDER).iterdir()}


def test_by_default_mails_become_files(issued: Actor, now: datetime) -> None:
    delivered = hand_over(issued, now)

    english, chinese = mails(issued)
    assert delivered == Delivered(sent=2, failed=0, delayed=0)
    assert english.state == chinese.state == "sent"
    assert english.sent_at == now
    assert sorted(files()) == sorted(f"{mail.message_id.strip('<>').split('@')[0]}.eml" for mail in (english, chinese))


@pytest.mark.parametrize("place", [0, 1])
def test_a_file_read_back_holds_exactly_the_items(issued: Actor, now: datetime, place: int) -> None:
    hand_over(issued, now)
    mail = mails(issued)[place]

    message = parsed(files()[f"{mail.message_id.strip('<>').split('@')[0]}.eml"])

    (table,) = message.iter_attachments()
    content = table.get_payload(decode=True)
    assert isinstance(content, bytes)
    rows = content.decode("utf-8-sig").splitlines()[1:]
    with acting(issued):
        told = {item.finding.public_id for item in NoticeItem.objects.select_related("finding")}
    assert {row.rsplit(",", 1)[1] for row in rows} == told
    assert len([part for part in message.walk() if not part.is_multipart()]) == 3
    assert message["Subject"] == mail.edition.subject
    text = message.get_body(("plain",))
    assert text is not None
    notice = mail.edition.notice
    url = answer_url(notice_id=notice.pk, expires_at=notice.link_expires_at, language=Language(mail.edition.language))
    assert url in text.get_content()


def test_a_repeat_writes_the_same_files_and_leaves_no_draft(issued: Actor, now: datetime) -> None:
    hand_over(issued, now)
    before = files()
    with acting(issued):
        OutgoingMail.objects.update(state="waiting")

    hand_over(issued, now + timedelta(hours=1))

    assert files() == before


def test_what_is_sent_is_not_sent_again(issued: Actor, now: datetime) -> None:
    hand_over(issued, now)

    assert hand_over(issued, now + timedelta(days=1)) == Delivered(sent=0, failed=0, delayed=0)


def test_a_process_that_dies_after_writing_sends_the_same_again(issued: Actor, now: datetime) -> None:
    with patch.object(OutgoingMail, "save", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        hand_over(issued, now)
    (written,) = files().items()

    hand_over(issued, now + timedelta(minutes=1))

    assert files()[written[0]] == written[1]
    assert len(files()) == 2


def test_a_disk_that_is_full_leaves_no_half_file(issued: Actor, now: datetime) -> None:
    with (
        patch("tocsin.notices.services.outbox.os.fsync", side_effect=OSError(28, "No space left")),
        pytest.raises(OSError, match="No space left"),
    ):
        hand_over(issued, now)

    assert files() == {}
    assert [mail.state for mail in mails(issued)] == ["waiting", "waiting"]


def test_a_mail_that_another_process_holds_is_left_to_it(issued: Actor, now: datetime) -> None:
    results = in_threads(lambda: hand_over(issued, now), 2)

    assert all(isinstance(result, Delivered) for result in results), results
    assert sum(result.sent for result in results if isinstance(result, Delivered)) == 2


def test_only_one_round_is_sent_when_asked(issued: Actor, now: datetime) -> None:
    assert hand_over(issued, now, round_id=999).sent == 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as running:
        environment = dataclasses.replace(settings.ENVIRONMENT, mail=running.url)
        monkeypatch.setattr(settings, "ENVIRONMENT", environment)
        yield running


def test_mails_go_to_the_server_over_one_connection_as_they_are(
    issued: Actor, now: datetime, server: MailServer
) -> None:
    delivered = hand_over(issued, now)

    assert delivered.sent == 2
    assert server.connections == 1
    with acting(issued):
        expected = {mail.to_address: bytes_of(mail) for mail in mails(issued)}
    assert {mail.recipients[0]: mail.content for mail in server.mails} == expected


def test_a_server_that_says_later_is_asked_again_later_and_longer(
    issued: Actor, now: datetime, server: MailServer
) -> None:
    server.answer("recipient", "451 4.7.1 Greylisted")
    waits = []
    at = now
    for _ in range(4):
        assert hand_over(issued, at).delayed == 2
        mail = mails(issued)[0]
        waits.append(mail.next_try_at - at)
        assert hand_over(issued, mail.next_try_at - timedelta(seconds=1)).delayed == 0
        at = mail.next_try_at
    server.answer("recipient", "")

    assert hand_over(issued, at).sent == 2
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]


def test_a_server_that_says_never_fails_that_mail_only(issued: Actor, now: datetime, server: MailServer) -> None:
    refused, taken = mails(issued)
    server.refuse_recipient(refused.to_address, "550 5.1.1 No such mailbox")

    delivered = hand_over(issued, now)

    refused, taken = mails(issued)
    assert delivered == Delivered(sent=1, failed=1, delayed=0)
    assert (refused.state, refused.last_error) == ("failed", "550 5.1.1 No such mailbox")
    assert taken.state == "sent"
    with acting(issued):
        assert AuditEntry.objects.get(action="notices.mail_failed").reason == "550 5.1.1 No such mailbox"


def test_after_five_days_a_mail_is_given_up(issued: Actor, now: datetime, server: MailServer) -> None:
    server.answer("recipient", "451 4.7.1 Greylisted")
    at = now
    for _ in range(60):
        hand_over(issued, at)
        mail = mails(issued)[0]
        if mail.state == "failed":
            break
        at = mail.next_try_at

    assert mail.state == "failed"
    assert timedelta(days=4) < at - now <= timedelta(days=5)


def test_a_mail_given_up_and_tried_anew_has_all_its_days_again(
    issued: Actor, now: datetime, server: MailServer, desk: Actor
) -> None:
    server.answer("recipient", "451 4.7.1 Greylisted")
    with acting(issued):
        OutgoingMail.objects.update(state="failed", attempts=40)
    mail, anew = mails(issued)[0], now + timedelta(days=6)

    with acting(desk):
        retry_mail(actor=desk, mail_id=mail.pk, now=anew)
    hand_over(issued, anew)

    again = mails(issued)[0]
    assert (again.state, again.attempts, again.queued_at) == ("waiting", 1, mail.queued_at)


def test_each_mail_is_sent_when_it_is_sent(issued: Actor, now: datetime) -> None:
    moments = itertools.count()

    deliver(actor=issued, clock=lambda: now + timedelta(minutes=next(moments)))

    sent = sorted(mail.sent_at for mail in mails(issued) if mail.sent_at is not None)
    assert sent == [now + timedelta(minutes=1), now + timedelta(minutes=2)]


def test_a_server_that_takes_nothing_from_us_fails_no_mail(issued: Actor, now: datetime, server: MailServer) -> None:
    server.answer("sender", "530 5.7.0 Authentication required")

    delivered = hand_over(issued, now)

    assert "Authentication required" in delivered.away
    assert {mail.state for mail in mails(issued)} == {"waiting"}


def test_a_server_that_is_away_ends_the_batch_and_loses_nothing(
    issued: Actor, now: datetime, server: MailServer
) -> None:
    server.answer("recipient", "421 4.3.2 Shutting down")

    delivered = hand_over(issued, now)

    assert "Shutting down" in delivered.away
    assert sorted(mail.attempts for mail in mails(issued)) == [0, 1]
    assert {mail.state for mail in mails(issued)} == {"waiting"}


def test_a_setting_that_can_t_be_meant_is_said_on_the_mail(
    issued: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = dataclasses.replace(settings.ENVIRONMENT, mail="smtp://user:secret@mail.example")
    monkeypatch.setattr(settings, "ENVIRONMENT", environment)

    hand_over(issued, now)

    reasons = [mail.last_error for mail in mails(issued) if mail.last_error]
    assert reasons == ["The password in TOCSIN_MAIL would travel unencrypted. Write smtp+starttls:// or smtps://."]


def test_an_address_that_cannot_stand_in_a_header_fails_alone(database: str, clock: Actor, now: datetime) -> None:
    with acting(clock):
        owner = organisation()
        contact(owner, "security", "not an address")
        contact(owner, "security", "fine@x.example")
        finding(owner)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)

    assert hand_over(clock, now) == Delivered(sent=1, failed=1, delayed=0)


def test_a_failed_mail_is_tried_again_when_asked(issued: Actor, now: datetime, server: MailServer, desk: Actor) -> None:
    server.answer("recipient", "550 5.7.1 We do not know you")
    hand_over(issued, now)
    server.answer("recipient", "")
    failed = mails(issued)[0]

    with acting(desk):
        retry_mail(actor=desk, mail_id=failed.pk, now=now)

    assert hand_over(issued, now).sent == 1
    assert mails(issued)[0].state == "sent"
    with acting(issued):
        assert AuditEntry.objects.filter(action="notices.retry_mail", target_id=str(failed.pk)).count() == 1


def test_a_sent_mail_is_not_tried_again(issued: Actor, now: datetime, desk: Actor) -> None:
    hand_over(issued, now)

    with acting(desk), pytest.raises(NotFound):
        retry_mail(actor=desk, mail_id=mails(issued)[0].pk, now=now)


def test_only_the_clock_and_administrators_empty_the_outbox(issued: Actor, now: datetime, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        hand_over(desk, now)
    with acting(desk), pytest.raises(NotAllowed):
        retry_mail(actor=person(Role.AUDITOR), mail_id=1, now=now)


def test_the_job_of_a_round_is_part_of_its_transaction(database: str, clock: Actor, now: datetime) -> None:
    def jobs() -> list[tuple[str, object]]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT task_name, args FROM procrastinate_jobs")
            return cursor.fetchall()

    with acting(clock):
        finding(owner_with_contacts())
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
        transaction.set_rollback(True)
    undone = jobs()
    with acting(clock):
        finding(owner_with_contacts())
        made = issue_round(actor=clock, mode=RoundMode.AUTO, now=now)

    assert undone == []
    assert [name for name, _ in jobs()] == ["notices.send_mail"]
    assert f'"round_id": {made.pk}' in str(jobs()[0][1]).replace("'", '"')
