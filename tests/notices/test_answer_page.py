"""The owner's page behind the link: shows that notice alone, changes nothing by being looked at, takes answers once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.factories import registry
from tests.factories.notices import finding, owner_with_contacts
from tocsin.access.scope import INGEST, acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import Finding, FindingChange, Sighting
from tocsin.findings.services import Reattributed, reattribute
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.words import Language
from tocsin.notices.links import answer_url, token_of
from tocsin.notices.models import Answer, Notice
from tocsin.notices.rules import Reply, RoundMode
from tocsin.notices.services.answers import MOST_BY_LINK, Said, answer_on_behalf
from tocsin.notices.services.rounds import issue_round


@dataclass(frozen=True)
class Issued:
    clock: Actor
    #: Path and query of the hospital's link.
    path: str
    notice: Notice
    mine: list[Finding]
    strange: Finding
    strange_notice: Notice


@pytest.fixture
def issued(database: str, clock: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issued]:
    """Issue a notice of three findings to a hospital, and one to a school, and stand at that moment."""
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, phone="0500-0000-0000", name_en="CERT"))
    with acting(clock):
        hospital = owner_with_contacts(("security", "en"), ("security", "zh-hans"), code="hospital", name_zh="人民医院")
        school = owner_with_contacts(code="school")
        mine = [finding(hospital), finding(hospital), finding(hospital, problem="open-smb", port=445)]
        strange = finding(school)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
        notice = Notice.objects.get(organisation=hospital)
        strange_notice = Notice.objects.get(organisation=school)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        yield Issued(clock, path_of(notice), notice, mine, strange, strange_notice)
    connections["default"].close()


def path_of(notice: Notice, language: Language = Language.ENGLISH) -> str:
    parts = urlsplit(answer_url(notice_id=notice.pk, expires_at=notice.link_expires_at, language=language))
    return f"{parts.path}?{parts.query}"


def form_of(client: Client, path: str) -> dict[str, str]:
    """Open the page as a browser does and give its hidden fields."""
    page = client.get(path).content.decode()
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def answer(client: Client, issued: Issued, said: str, findings: list[Finding] | None = None, **more: str):
    fields = {**form_of(client, issued.path), "answer": said, **more}
    chosen = [str(one.pk) for one in (issued.mine if findings is None else findings)]
    return client.post(issued.path, {**fields, "findings": chosen})


def fresh(issued: Issued, one: Finding) -> Finding:
    with acting(issued.clock):
        return Finding.objects.get(pk=one.pk)


def answers(issued: Issued) -> list[Answer]:
    with acting(issued.clock):
        return list(Answer.objects.order_by("id"))


def counts() -> dict[str, int]:
    """Count the rows of every table, and the sum of their versions: an update changes it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM "{table}"')
            found[table] = cursor.fetchone()
        return found


def test_it_shows_the_notice_and_nothing_else(issued: Issued, client: Client) -> None:
    response = client.get(issued.path)

    page = response.content.decode()
    assert response.status_code == 200
    for one in issued.mine:
        assert one.subject in page
    assert issued.strange.subject not in page
    assert "Organisation school" not in page
    assert "2026-0001" in page or "2026-0002" in page
    assert "TLP:AMBER" in page
    assert "Mon 30 Nov 18:00" in page
    assert "5 working days left" in page
    assert "0500-0000-0000" in page
    assert response["Cache-Control"] == "no-store, private"


def test_when_a_thing_is_another_s_the_link_shows_and_answers_nothing_of_theirs(issued: Issued, client: Client) -> None:
    moved, *kept = issued.mine
    at = issued.notice.issued_at + timedelta(hours=1)
    with acting(issued.clock):
        registry.asset(issued.strange.organisation, f"{moved.subject}/32")
        for one in kept:
            registry.asset(issued.notice.organisation, f"{one.subject}/32")
    with acting(system("registry"), using=INGEST) as actor:
        done = reattribute(actor=actor, organisation_ids=[issued.notice.organisation_id], now=at)
    with acting(issued.clock):
        theirs = Finding.objects.get(identity=moved.identity, episode=2)
        Sighting.objects.filter(finding=theirs).update(last_seen_at=at + timedelta(days=400))
        Finding.objects.filter(pk=theirs.pk).update(evidence={"version": "of the school"})

    page = client.get(issued.path).content.decode()
    answered = answer(client, issued, "fixed", [theirs])

    assert done == Reattributed(moved=1, ended=0)
    assert page.count(moved.subject) == 1
    for word in (f'value="{theirs.pk}"', "school", "2027", "2028"):
        assert word not in page
    assert answered.status_code == 404
    assert fresh(issued, theirs).owner == "silent"
    assert fresh(issued, moved).closing == "handed_over"


def test_it_speaks_the_language_of_the_edition(issued: Issued, client: Client) -> None:
    page = client.get(path_of(issued.notice, Language.CHINESE)).content.decode()

    assert '<html lang="zh-hans"' in page
    assert "人民医院" in page
    assert "11 月 30 日 18:00" in page
    assert "lang=en" in page


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(issued: Issued, client: Client, method: str) -> None:
    before = counts()

    for _ in range(3):
        getattr(client, method)(issued.path)

    assert counts() == before


def test_every_line_is_ticked_until_its_finding_is_closed(issued: Issued, client: Client, now: datetime) -> None:
    with acting(issued.clock):
        Finding.objects.filter(pk=issued.mine[0].pk).update(coordinator="closed", closing="verified", closed_at=now)

    page = client.get(issued.path).content.decode()

    boxes = re.findall(r'<input type="checkbox" name="findings" value="(\d+)"[^>]*?(checked|disabled)', page)
    assert dict(boxes) == {
        str(issued.mine[0].pk): "disabled",
        str(issued.mine[1].pk): "checked",
        str(issued.mine[2].pk): "checked",
    }


@pytest.mark.parametrize(
    ("said", "more", "owner"),
    [
        ("received", {}, "received"),
        ("fixed", {}, "claims_fixed"),
        ("in_work", {"asked": "1", "until": "2026-11-27", "comment": ""}, "in_work"),
        ("not_ours", {"asked": "1", "comment": "It belongs to the county."}, "not_ours"),
        ("disputed", {"asked": "1", "comment": "That port is a honeypot."}, "disputes"),
    ],
)
def test_an_answer_is_recorded_and_followed(
    issued: Issued, client: Client, said: str, more: dict[str, str], owner: str
) -> None:
    response = answer(client, issued, said, issued.mine[:2], **more)

    assert response.status_code == 302
    assert [fresh(issued, one).owner for one in issued.mine] == [owner, owner, "silent"]
    (recorded,) = answers(issued)
    assert (recorded.said, recorded.way, recorded.comment) == (said, "link", more.get("comment", ""))
    assert recorded.finding_ids == [one.pk for one in issued.mine[:2]]
    assert recorded.by == f"Link of {issued.notice.reference}"
    with acting(issued.clock):
        lines = FindingChange.objects.filter(side="owner")
        assert {line.finding_id for line in lines} == {one.pk for one in issued.mine[:2]}
        assert {(line.actor_kind, line.notice_id) for line in lines} == {("link", issued.notice.pk)}
        assert AuditEntry.objects.filter(action="notices.answer").count() == 1


def test_in_work_holds_until_the_office_closes_that_day(issued: Issued, client: Client) -> None:
    answer(client, issued, "in_work", asked="1", until="2026-11-27")

    assert fresh(issued, issued.mine[0]).owner_until == datetime.fromisoformat("2026-11-27T18:00:00+08:00")
    assert str(answers(issued)[0].until) == "2026-11-27"


@pytest.mark.parametrize("said", ["in_work", "not_ours", "disputed"])
def test_what_an_answer_needs_is_asked_for_on_a_page_of_its_own(issued: Issued, client: Client, said: str) -> None:
    before = counts()

    response = answer(client, issued, said)

    page = response.content.decode()
    assert response.status_code == 200
    assert counts() == before
    assert 'name="until"' in page if said == "in_work" else 'name="comment"' in page
    assert page.count('name="findings"') == 3


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("in_work", {"asked": "1", "until": ""}),
        ("in_work", {"asked": "1", "until": "soon"}),
        ("in_work", {"asked": "1", "until": "2026-11-22"}),
        ("in_work", {"asked": "1", "until": "2031-01-01"}),
        ("not_ours", {"asked": "1", "comment": "   "}),
        ("disputed", {"asked": "1", "comment": ""}),
        ("disputed", {"asked": "1", "comment": "a\x00b"}),
    ],
)
def test_an_incomplete_answer_says_what_is_missing_and_changes_nothing(
    issued: Issued, client: Client, said: str, more: dict[str, str]
) -> None:
    before = counts()

    response = answer(client, issued, said, **more)

    assert response.status_code == 422
    assert 'class="error"' in response.content.decode()
    assert counts() == before


def test_nothing_ticked_is_said(issued: Issued, client: Client) -> None:
    response = answer(client, issued, "fixed", [])

    assert "Tick at least one line" in response.content.decode()
    assert answers(issued) == []


def test_the_page_after_says_what_happens_next(issued: Issued, client: Client) -> None:
    response = answer(client, issued, "fixed", issued.mine[:1])

    page = client.get(response["Location"]).content.decode()

    assert "We have noted 1 line as fixed" in page
    assert "complete reports in a row" in page


def test_a_form_sent_twice_is_one_answer(issued: Issued, client: Client) -> None:
    fields = {**form_of(client, issued.path), "answer": "fixed", "findings": [str(one.pk) for one in issued.mine]}

    first, second = client.post(issued.path, fields), client.post(issued.path, fields)

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(answers(issued)) == 1
    with acting(issued.clock):
        assert FindingChange.objects.filter(side="owner").count() == 3


def test_a_later_answer_is_another_one(issued: Issued, client: Client) -> None:
    answer(client, issued, "received")
    answer(client, issued, "fixed")

    assert [one.said for one in answers(issued)] == ["received", "fixed"]
    assert fresh(issued, issued.mine[0]).owner == "claims_fixed"
    assert "You answered on Mon 23 Nov 09:30: fixed" in client.get(issued.path).content.decode()


def test_a_link_floods_nothing(issued: Issued, client: Client, now: datetime) -> None:
    """The last try comes an hour after the first answer."""
    statuses = [answer(client, issued, "received").status_code for _ in range(MOST_BY_LINK + 1)]
    before = counts()
    refused = answer(client, issued, "received")

    assert statuses == [302] * MOST_BY_LINK + [429]
    assert "Too many answers within an hour" in refused.content.decode()
    assert "in 60 minutes" in refused.content.decode()
    assert counts() == before
    assert len(answers(issued)) == MOST_BY_LINK
    with time_machine.travel(now + timedelta(hours=3, seconds=1), tick=False):
        assert answer(client, issued, "received").status_code == 302


def test_the_refusal_speaks_the_readers_language(
    issued: Issued, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.notices.services.answers.MOST_BY_LINK", 1)
    chinese = replace(issued, path=path_of(issued.notice, Language.CHINESE))
    answer(client, chinese, "received")

    page = answer(client, chinese, "received").content.decode()

    assert "<h1>一小时内答复次数过多</h1>" in page
    assert "0500-0000-0000" in page


def test_a_form_sent_again_after_the_last_is_still_the_same_answer(
    issued: Issued, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.notices.services.answers.MOST_BY_LINK", 1)
    submission = form_of(client, issued.path)["submission"]
    first = answer(client, issued, "received", submission=submission)

    again = answer(client, issued, "received", submission=submission)

    assert again.headers["Location"] == first.headers["Location"]


def test_the_desk_goes_on_where_the_link_has_had_its_share(
    issued: Issued, client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr("tocsin.notices.services.answers.MOST_BY_LINK", 1)
    answer(client, issued, "received")
    said = Said(reply=Reply.RECEIVED, finding_ids=[issued.mine[0].pk])

    with acting(issued.clock):
        taken = answer_on_behalf(actor=system("desk"), notice_id=issued.notice.pk, said=said, said_by="Dr Wei", now=now)

    assert not taken.repeated


def test_findings_of_others_cannot_be_named(issued: Issued, client: Client) -> None:
    before = counts()

    for chosen in ([issued.strange], [issued.mine[0], issued.strange]):
        assert answer(client, issued, "fixed", chosen).status_code == 404

    assert counts() == before
    assert fresh(issued, issued.strange).owner == "silent"


def test_another_notice_of_the_same_owner_is_not_served(
    issued: Issued, client: Client, clock: Actor, now: datetime
) -> None:
    with acting(clock):
        later = finding(issued.notice.organisation)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now + timedelta(hours=1))

    assert later.subject not in client.get(issued.path).content.decode()
    assert answer(client, issued, "fixed", [later]).status_code == 404


def test_without_the_token_of_the_form_nothing_is_taken(issued: Issued, client: Client) -> None:
    response = client.post(issued.path, {"answer": "fixed", "findings": [str(issued.mine[0].pk)]})

    assert response.status_code == 403
    assert answers(issued) == []


@pytest.mark.parametrize("fault", ["forged", "expired", "other_version", "nonsense"])
def test_a_link_that_does_not_work_reveals_nothing(issued: Issued, client: Client, now: datetime, fault: str) -> None:
    good = token_of(notice_id=issued.notice.pk, expires_at=issued.notice.link_expires_at)
    token = {
        "forged": good.replace(f".{issued.notice.pk}.", f".{issued.strange_notice.pk}.", 1),
        "expired": token_of(notice_id=issued.notice.pk, expires_at=now),
        "other_version": "2" + good[1:],
        "nonsense": "x",
    }[fault]
    pages = []
    for method in (client.get, client.post):
        if method == client.post:
            form = {"csrfmiddlewaretoken": form_of(client, issued.path)["csrfmiddlewaretoken"], "answer": "fixed"}
            response = method(f"/answer/{token}/?lang=en", form)
        else:
            response = method(f"/answer/{token}/?lang=en")
        assert response.status_code == 404
        pages.append(response.content.decode())

    for page in pages:
        assert "This link does not work" in page
        assert "newest mail" in page
        assert settings.ENVIRONMENT.sender in page
        for secret in ("hospital", "school", issued.mine[0].subject, issued.strange.subject, issued.notice.reference):
            assert secret not in page
    assert answers(issued) == []


def test_the_link_dies_on_its_day(issued: Issued, client: Client) -> None:
    with time_machine.travel(issued.notice.link_expires_at, tick=False):
        assert client.get(issued.path).status_code == 404


def test_an_answer_of_another_notice_is_not_shown(issued: Issued, client: Client) -> None:
    theirs = replace(issued, path=path_of(issued.strange_notice), mine=[issued.strange])
    response = answer(client, theirs, "fixed")
    answer_id = response["Location"].rpartition("=")[2]

    assert client.get(f"{issued.path}&answer={answer_id}").status_code == 404


def test_the_link_opens_no_other_page(issued: Issued, client: Client) -> None:
    client.get(issued.path)

    for path in ("/notices/", f"/notices/{issued.notice.pk}/", "/notices/round/", "/notices/answers/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/")
