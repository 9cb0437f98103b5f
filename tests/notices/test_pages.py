"""Pages of notices for the desk and for owners who sign in: what each sees, what each may do, what stays hidden."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client

from tests.factories.notices import finding, owner_with_contacts
from tests.factories.registry import organisation
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor
from tocsin.notices.models import Answer, Notice, OutgoingMail, Round
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.rounds import issue_round
from tocsin.registry.models import Organisation

SignIn = Callable[..., Client]


@dataclass(frozen=True)
class Province:
    clock: Actor
    hospital: Organisation
    school: Organisation
    hospital_notice: Notice
    school_notice: Notice


@pytest.fixture
def province(database: str, clock: Actor, now: datetime) -> Iterator[Province]:
    """Issue a notice each to a hospital and a school; stand two hours later."""
    with acting(clock):
        hospital = owner_with_contacts(("security", "en"), ("security", "zh-hans"), code="hospital", name_zh="人民医院")
        school = owner_with_contacts(code="school")
        for _ in range(3):
            finding(hospital)
        finding(school)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
        notices = [Notice.objects.get(organisation=one) for one in (hospital, school)]
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        yield Province(clock, hospital, school, notices[0], notices[1])
    connections["default"].close()


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def test_the_desk_lists_every_notice(province: Province, signed_in: SignIn) -> None:
    page = text(signed_in(Role.COORDINATOR), "/notices/")

    assert "2 notices" in page
    assert "Organisation hospital" in page
    assert "Organisation school" in page
    assert "in the outbox" in page


def test_an_owner_lists_its_own(province: Province, signed_in: SignIn) -> None:
    page = text(signed_in(Role.ORGANISATION_MEMBER, province.hospital.pk), "/notices/")

    assert "1 notice" in page
    assert "school" not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("q=hospital", {"hospital"}),
        ("q=人民", {"hospital"}),
        ("q=2026-0002", {"two"}),
        ("q=2", {"two"}),
        ("delivery=waiting", {"hospital", "school"}),
        ("delivery=failed", {"hospital"}),
        ("delivery=sent", set()),
        ("answered=yes", {"school"}),
        ("answered=no", {"hospital"}),
        ("organisation=999999", set()),
        ("round=999999", set()),
        ("delivery=nonsense", {"hospital", "school"}),
    ],
)
def test_filters_stand_in_the_address(
    province: Province, signed_in: SignIn, now: datetime, query: str, seen: set[str]
) -> None:
    with acting(province.clock):
        if "failed" in query:
            OutgoingMail.objects.filter(organisation_id=province.hospital.pk).update(state="failed")
        Answer.objects.create(
            notice=province.school_notice, at=now, said="received", by="x", way="link", finding_ids=[]
        )
        two = Notice.objects.get(number=2).organisation.code

    page = text(signed_in(Role.COORDINATOR), f"/notices/?{query}")

    wanted = {two if one == "two" else one for one in seen}
    assert {code for code in ("hospital", "school") if f"Organisation {code}" in page} == wanted


def test_a_notice_shows_what_was_sent_to_whom_and_how_it_stands(
    province: Province, signed_in: SignIn, now: datetime
) -> None:
    with acting(province.clock):
        first = Finding.objects.filter(organisation=province.hospital).order_by("id").first()
        assert first is not None
        Finding.objects.filter(pk=first.pk).update(coordinator="closed", closing="verified", closed_at=now)

    page = text(signed_in(Role.COORDINATOR), f"/notices/{province.hospital_notice.pk}/")

    assert "2 of 3 lines still open" in page
    assert "Fixed, verified" in page
    assert "security-en@hospital.example" in page
    assert "security-zh-hans@hospital.example" in page
    assert "3 machines offer Remote Desktop to the" in page
    assert "3 台主机的远程桌面服务暴露在互联网上" in page
    assert "Organisation school" not in page


def test_the_page_never_holds_the_reply_link(province: Province, signed_in: SignIn) -> None:
    for client in (signed_in(Role.AUDITOR), signed_in(Role.ORGANISATION_MEMBER, province.hospital.pk)):
        for path in ("", "mail/?lang=en"):
            page = text(client, f"/notices/{province.hospital_notice.pk}/{path}")

            assert "/answer/1." not in page
            assert "answer-link.invalid" not in page


def test_the_mail_is_shown_as_it_was_sent_and_can_do_nothing(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.ORGANISATION_MEMBER, province.hospital.pk)

    response = client.get(f"/notices/{province.hospital_notice.pk}/mail/?lang=zh-hans")

    page = response.content.decode()
    assert "3 台主机的远程桌面服务暴露在互联网上" in page
    assert '<html lang="zh-Hans">' in page
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"/notices/{province.hospital_notice.pk}/mail/?lang=fr").status_code == 404


def test_the_attached_table_can_be_had_again(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.ORGANISATION_MEMBER, province.hospital.pk)

    response = client.get(f"/notices/{province.hospital_notice.pk}/table.csv?lang=zh-hans")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert province.hospital_notice.reference in response["Content-Disposition"]
    assert len(rows) == 4


def alike(page: bytes, notice_id: int) -> str:
    """Take out of a page what differs each time: the form's token, and the address that was asked for."""
    without_token = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", page.decode())
    return without_token.replace(f"/notices/{notice_id}/", "/notices/N/")


@pytest.mark.parametrize("path", ["", "answer/", "mail/?lang=en", "table.csv?lang=en"])
def test_what_is_not_theirs_is_not_there(province: Province, signed_in: SignIn, path: str) -> None:
    client = signed_in(Role.ORGANISATION_MANAGER, province.hospital.pk)

    strange = client.get(f"/notices/{province.school_notice.pk}/{path}")
    absent = client.get(f"/notices/987654/{path}")

    assert strange.status_code == absent.status_code == 404
    assert alike(strange.content, province.school_notice.pk) == alike(absent.content, 987654)


@pytest.mark.parametrize("path", ["/notices/round/", "/notices/round/confirm/"])
@pytest.mark.parametrize("role", [Role.ORGANISATION_MEMBER, Role.ORGANISATION_MANAGER])
def test_owners_see_no_round(province: Province, signed_in: SignIn, role: Role, path: str) -> None:
    text(signed_in(role, province.hospital.pk), path, status=403)


def test_who_is_not_signed_in_is_sent_to_sign_in(province: Province, client: Client) -> None:
    response = client.get("/notices/?q=x")

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=%2Fnotices%2F%3Fq%3Dx"


def test_an_owner_answers_signed_in(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.ORGANISATION_MEMBER, province.hospital.pk)
    path = f"/notices/{province.hospital_notice.pk}/answer/"
    assert "3 machines offer" in text(client, path)
    with acting(province.clock):
        ids = [str(one.pk) for one in Finding.objects.filter(organisation=province.hospital)]

    response = client.post(
        path, {"answer": "fixed", "findings": ids, "submission": "8e7c6ad0-6d3a-4b3c-9a51-6b6f1f5d7a11"}
    )

    assert response.status_code == 302
    assert "We have noted 3 lines as fixed" in text(client, response["Location"])
    with acting(province.clock):
        answer = Answer.objects.get()
        assert (answer.way, answer.by) == ("signed_in", "Li Wen")
        owners = Finding.objects.filter(organisation=province.hospital).values_list("owner", flat=True)
        assert set(owners) == {"claims_fixed"}


def test_the_desk_enters_what_an_owner_said_and_names_who(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.ANALYST)
    path = f"/notices/{province.school_notice.pk}/answer/"
    with acting(province.clock):
        ids = [str(one.pk) for one in Finding.objects.filter(organisation=province.school)]
    fields = {"answer": "fixed", "findings": ids, "submission": "8e7c6ad0-6d3a-4b3c-9a51-6b6f1f5d7a11"}

    asked = client.post(path, fields)
    unnamed = client.post(path, {**fields, "asked": "1", "said_by": " "})
    named = client.post(path, {**fields, "asked": "1", "said_by": "Ms Wang, by telephone"})

    assert 'name="said_by"' in asked.content.decode()
    assert "Say who told you so" in unnamed.content.decode()
    assert named.status_code == 302
    with acting(province.clock):
        answer = Answer.objects.get()
        assert (answer.way, answer.by) == ("desk", "Ms Wang, by telephone (via Li Wen)")


def test_an_auditor_enters_nothing(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.AUDITOR)

    text(client, f"/notices/{province.school_notice.pk}/answer/", status=404)
    assert "Enter an answer" not in text(client, f"/notices/{province.school_notice.pk}/")


def test_answers_are_read_oldest_first_and_marked_once(province: Province, signed_in: SignIn, now: datetime) -> None:
    with acting(province.clock):
        for notice, said in ((province.hospital_notice, "not_ours"), (province.school_notice, "disputed")):
            Answer.objects.create(
                notice=notice, at=now, said=said, by="x", way="link", finding_ids=[1], comment=f"because {said}"
            )
        first = Answer.objects.earliest("id")
    client = signed_in(Role.ANALYST)

    page = text(client, "/notices/answers/")
    response = client.post(f"/notices/answers/{first.pk}/read/")
    again = client.post(f"/notices/answers/{first.pk}/read/")
    after = text(client, "/notices/answers/")

    assert "2 answers to read" in page
    assert page.index("because not_ours") < page.index("because disputed")
    assert response.status_code == again.status_code == 302
    assert "1 answer to read" in after
    assert "because not_ours" not in after
    assert "because not_ours" in text(client, "/notices/answers/?all=1")


def test_owners_mark_nothing_as_read(province: Province, signed_in: SignIn, now: datetime) -> None:
    with acting(province.clock):
        answer = Answer.objects.create(
            notice=province.hospital_notice, at=now, said="received", by="x", way="link", finding_ids=[1]
        )

    response = signed_in(Role.ORGANISATION_MANAGER, province.hospital.pk).post(f"/notices/answers/{answer.pk}/read/")

    assert response.status_code == 403


def test_a_failed_mail_is_said_at_the_top_and_sent_again(province: Province, signed_in: SignIn) -> None:
    with acting(province.clock):
        mail = OutgoingMail.objects.filter(organisation_id=province.school.pk).get()
        OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", last_error="550 No such mailbox")
    client = signed_in(Role.COORDINATOR)

    page = text(client, f"/notices/{province.school_notice.pk}/")
    response = client.post(f"/notices/mails/{mail.pk}/retry/")

    assert "1 mail could not be delivered" in page
    assert "550 No such mailbox" in page
    assert response["Location"] == f"/notices/{province.school_notice.pk}/"
    with acting(province.clock):
        assert OutgoingMail.objects.get(pk=mail.pk).state == "waiting"


@pytest.fixture
def due(province: Province) -> Province:
    """Add news for both owners, and for one without contacts."""
    with acting(province.clock):
        finding(province.hospital, problem="open-smb", port=445)
        finding(province.school)
        finding(organisation("nobody"))
    return province


def test_a_round_is_shown_before_it_is_sent(due: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.COORDINATOR)

    page = text(client, "/notices/round/")
    letter = text(client, f"/notices/round/letter/{due.hospital.pk}/")

    assert "2 notices with 2 findings would go out" in page
    assert "Send the round: 2 notices" in page
    assert "security-en@hospital.example" in page
    assert "Organisation nobody" in page
    assert "There is nobody to write to" in page
    assert "2026-0003" in page + letter
    assert "Nothing is sent yet" in letter
    with acting(due.clock):
        assert Notice.objects.count() == 2


def test_a_round_is_sent_after_a_second_look(due: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.COORDINATOR)
    confirmation = text(client, "/notices/round/confirm/")
    mark = confirmation.split('name="mark" value="')[1].split('"')[0]

    response = client.post("/notices/round/confirm/", {"mark": mark})

    assert "2 mails" not in confirmation
    assert "3 mails go into the outbox" in confirmation
    assert "1 finding is kept back" in confirmation
    with acting(due.clock):
        made = Round.objects.latest("id")
        assert (made.notices, made.issued_by) == (2, "Li Wen")
    assert response["Location"] == f"/notices/?round={made.pk}"
    assert "2 notices are on their way" in text(client, response["Location"])


@pytest.mark.parametrize("mark", ["", "0" * 32])
def test_a_round_that_was_not_looked_at_is_not_sent(due: Province, signed_in: SignIn, mark: str) -> None:
    response = signed_in(Role.COORDINATOR).post("/notices/round/confirm/", {"mark": mark})

    assert "Nothing was sent" in response.content.decode()
    with acting(due.clock):
        assert Notice.objects.count() == 2


def test_an_analyst_looks_and_does_not_send(due: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.ANALYST)
    mark = text(client, "/notices/round/confirm/").split('name="mark" value="')[1].split('"')[0]

    assert "Only a coordinator sends rounds" in text(client, "/notices/round/")
    assert client.post("/notices/round/confirm/", {"mark": mark}).status_code == 403
    with acting(due.clock):
        assert Notice.objects.count() == 2


def test_a_round_without_news_says_so(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.COORDINATOR)

    assert "Nothing to send now" in text(client, "/notices/round/")
    assert client.get("/notices/round/confirm/")["Location"] == "/notices/round/?mode=auto"
    text(client, f"/notices/round/letter/{province.hospital.pk}/", status=404)


def test_pages_turn_and_a_stale_cursor_begins_anew(province: Province, signed_in: SignIn) -> None:
    client = signed_in(Role.COORDINATOR)

    assert client.get("/notices/?cursor=forged")["Location"] == "/notices/"


@pytest.mark.parametrize(
    "path", ["/notices/", "/notices/{}/", "/notices/{}/answer/", "/notices/round/", "/notices/answers/?all=1"]
)
def test_every_page_speaks_chinese(due: Province, signed_in: SignIn, path: str) -> None:
    page = text(signed_in(Role.COORDINATOR, language="zh-hans"), path.format(due.hospital_notice.pk))

    assert '<html lang="zh-hans"' in page
    assert "人民医院" in page or "round" in path or "answers" in path
