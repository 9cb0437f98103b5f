"""A round: one notice an owner, each with its own findings and nobody else's, numbered without gaps, issued once."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.notices import MONDAY, finding, owner_with_contacts
from tests.factories.registry import organisation, person
from tests.meanwhile import PATIENCE_S, meanwhile
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import CalendarDay, Finding, FindingChange, Policy
from tocsin.findings.queries.details import get_finding
from tocsin.findings.rules import Action, DeadlineRow, Unit, as_cells
from tocsin.findings.services import act
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed
from tocsin.kernel.severity import Severity
from tocsin.notices.errors import NothingToTell, RoundChanged, StrangeFinding
from tocsin.notices.models import Answer, Notice, NoticeEdition, NoticeItem, OutgoingMail, RegisterYear, Round
from tocsin.notices.queries.drafts import KeptBackWhy
from tocsin.notices.rules import RoundMode
from tocsin.notices.services import rounds
from tocsin.notices.services.rounds import issue_round, preview_round

AUTO, DIGEST = RoundMode.AUTO, RoundMode.DIGEST


def all_notices() -> Sequence[Notice]:
    return list(Notice.objects.order_by("number"))


def test_each_owner_gets_one_notice_with_all_its_news(entered: Actor, now: datetime) -> None:
    hospital, school = owner_with_contacts(), owner_with_contacts()
    first, second, third = finding(hospital), finding(hospital, problem="open-smb"), finding(school)

    made = issue_round(actor=entered, mode=AUTO, now=now)

    told = {notice.organisation_id: set(notice.items.values_list("finding_id", flat=True)) for notice in all_notices()}
    assert told == {hospital.pk: {first.pk, second.pk}, school.pk: {third.pk}}
    assert (made.notices, made.items) == (2, 3)


def test_findings_are_told_and_their_clocks_run(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts(tier=3))

    issue_round(actor=entered, mode=AUTO, now=now)

    mine.refresh_from_db()
    item = NoticeItem.objects.get()
    assert mine.telling == "told"
    # High, tier 3: five working days, until the office closes on Monday.
    assert mine.due_at == datetime.fromisoformat("2026-11-30T18:00:00+08:00")
    assert item.due_at == mine.due_at == item.notice.due_at
    assert FindingChange.objects.get(action="tell").notice_id == item.notice_id


def test_holidays_and_the_newest_policy_move_the_deadline(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts())
    CalendarDay.objects.create(day="2026-11-24", is_working=False)
    row = {"severity": "high", "tier": None, "critical": False, "amount": 1, "unit": "working_days"}
    for version, amount, effective in ((1, 9, now), (2, 1, now), (3, 7, now + timedelta(days=1))):
        Policy.objects.create(
            subject="deadline",
            version=version,
            effective_at=effective,
            rows=[{**row, "amount": amount}],
            source="test",
            made_by="test",
        )

    issue_round(actor=entered, mode=AUTO, now=now)

    mine.refresh_from_db()
    assert mine.due_at == datetime.fromisoformat("2026-11-25T18:00:00+08:00")


def hours(amount: int, severity: Severity = Severity.HIGH) -> DeadlineRow:
    return DeadlineRow(severity=severity, amount=amount, unit=Unit.HOURS)


def change_policy(now: datetime, *rows: DeadlineRow) -> None:
    Policy.objects.create(
        subject="deadline", version=1, effective_at=now, rows=as_cells(rows), source="Decree 7", made_by="test"
    )


def why_due(actor: Actor, row: Finding, now: datetime) -> str | None:
    found = get_finding(actor=actor, public_id=row.public_id, now=now)
    return found.why_deadline.text() if found.why_deadline is not None else None


def test_a_later_policy_changes_neither_a_deadline_nor_its_reason(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts(tier=3))
    issue_round(actor=entered, mode=AUTO, now=now)

    change_policy(now, hours(2))

    assert why_due(entered, mine, now) == "high: 5 working days"


def test_what_shortens_a_deadline_becomes_its_reason(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts(tier=3))
    issue_round(actor=entered, mode=AUTO, now=now)
    change_policy(now, hours(2, Severity.CRITICAL))
    Finding.objects.update(telling="untold", severity=Severity.CRITICAL)

    issue_round(actor=entered, mode=AUTO, now=now)

    mine.refresh_from_db()
    assert (mine.due_at, why_due(entered, mine, now)) == (now + timedelta(hours=2), "critical: 2 hours")


def test_what_would_lengthen_a_deadline_is_no_reason(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts(tier=3))
    issue_round(actor=entered, mode=AUTO, now=now)
    change_policy(now, hours(5000))
    Finding.objects.update(telling="untold")

    issue_round(actor=entered, mode=AUTO, now=now)

    assert why_due(entered, mine, now) == "high: 5 working days"


def test_what_waits_to_be_told_shows_the_policy_of_today(entered: Actor, now: datetime) -> None:
    mine = finding(owner_with_contacts(tier=3))

    change_policy(now, hours(2))

    assert why_due(entered, mine, now) == "high: 2 hours"


def test_a_second_round_has_nothing_to_tell(entered: Actor, now: datetime) -> None:
    finding(owner_with_contacts())
    issue_round(actor=entered, mode=AUTO, now=now)

    with pytest.raises(NothingToTell), transaction.atomic():
        issue_round(actor=entered, mode=AUTO, now=now)

    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "given_",
    [
        {"telling": "told"},
        {"telling": "inventory", "kind": "inventory"},
        {"coordinator": "held", "gate": "hold"},
        {"coordinator": "closed", "closing": "false_positive", "closed_at": MONDAY},
        {"gate": "digest"},
    ],
)
def test_what_is_told_held_closed_or_for_the_digest_is_left_out(
    entered: Actor, now: datetime, given_: dict[str, object]
) -> None:
    finding(owner_with_contacts(), **given_)

    with pytest.raises(NothingToTell):
        issue_round(actor=entered, mode=AUTO, now=now)


def test_the_digest_tells_what_waits_for_it_and_only_that(entered: Actor, now: datetime) -> None:
    owner = owner_with_contacts()
    waiting, _ = finding(owner, gate="digest"), finding(owner)

    issue_round(actor=entered, mode=DIGEST, now=now)

    assert list(NoticeItem.objects.values_list("finding_id", flat=True)) == [waiting.pk]


def test_what_a_person_sent_at_the_gate_goes_out(entered: Actor, now: datetime) -> None:
    finding(owner_with_contacts(), gate="hold", coordinator="open", telling="untold")

    assert issue_round(actor=entered, mode=AUTO, now=now).items == 1


def test_news_of_what_was_told_before_says_so(entered: Actor, now: datetime) -> None:
    owner = owner_with_contacts()
    back, worse, there = finding(owner), finding(owner), finding(owner)
    issue_round(actor=entered, mode=AUTO, now=now)
    before = {one.pk: Finding.objects.get(pk=one.pk).due_at for one in (worse, there)}
    later = now + timedelta(days=3)
    Finding.objects.update(telling="untold")
    Finding.objects.filter(pk=back.pk).update(due_at=None, relapses=1)
    Finding.objects.filter(pk=there.pk).update(owner="claims_fixed")
    FindingChange.objects.create(
        finding=back,
        organisation_id=owner.pk,
        at=later,
        side="coordinator",
        action="relapse",
        actor_kind="system",
        actor_label="ingest",
    )

    issue_round(actor=entered, mode=AUTO, now=later + timedelta(hours=1))

    newest = Notice.objects.latest("id")
    assert dict(newest.items.values_list("finding_id", "why")) == {
        back.pk: "relapse",
        worse.pk: "changed",
        there.pk: "still_there",
    }
    after = dict(newest.items.values_list("finding_id", "due_at"))
    assert after[worse.pk] == before[worse.pk]
    assert after[there.pk] == before[there.pk]
    assert after[back.pk] == datetime.fromisoformat("2026-12-03T18:00:00+08:00")


def test_every_contact_of_the_first_role_gets_a_mail_in_its_language(entered: Actor, now: datetime) -> None:
    owner = owner_with_contacts(("security", "en"), ("security", "zh-hans"), ("management", "en"), code="hospital")
    finding(owner)

    issue_round(actor=entered, mode=AUTO, now=now)

    mails = {mail.to_address: mail.edition.language for mail in OutgoingMail.objects.all()}
    assert mails == {"security-en@hospital.example": "en", "security-zh-hans@hospital.example": "zh-hans"}
    assert NoticeEdition.objects.count() == 2
    assert len({mail.message_id for mail in OutgoingMail.objects.all()}) == 2
    assert all(mail.message_id.startswith("<notice.2026-0001.") for mail in OutgoingMail.objects.all())


def test_an_owner_without_contacts_is_shown_and_not_issued(entered: Actor, now: datetime) -> None:
    reached, unreached = owner_with_contacts(), organisation()
    finding(reached)
    waiting = finding(unreached)
    finding(reached, tlp="red")

    preview = preview_round(actor=entered, mode=AUTO, now=now)
    issue_round(actor=entered, mode=AUTO, now=now)

    assert {(one.organisation_id, one.why, one.findings) for one in preview.kept_back} == {
        (unreached.pk, KeptBackWhy.NO_CONTACT, 1),
        (reached.pk, KeptBackWhy.MARK, 1),
    }
    waiting.refresh_from_db()
    assert waiting.telling == "untold"
    assert [notice.organisation_id for notice in all_notices()] == [reached.pk]


def test_the_preview_is_what_is_issued_and_writes_nothing(entered: Actor, now: datetime) -> None:
    owner = owner_with_contacts(("security", "en"), ("security", "zh-hans"))
    finding(owner)
    finding(owner, problem="open-smb")

    preview = preview_round(actor=entered, mode=AUTO, now=now)
    (letter,) = preview.letters
    shown = preview.editions(letter)
    untouched = (Round.objects.count(), Notice.objects.count(), RegisterYear.objects.count())
    issue_round(actor=entered, mode=AUTO, now=now, seen=preview.mark)

    assert untouched == (0, 0, 0)
    issued = {edition.language: edition for edition in NoticeEdition.objects.all()}
    assert {edition.language: edition.subject for edition in shown} == {
        language: edition.subject for language, edition in issued.items()
    }
    for edition in shown:
        assert issued[edition.language].text == edition.text
        assert issued[edition.language].html == edition.html
        assert issued[edition.language].csv == edition.csv


def test_a_round_that_changed_since_the_preview_is_not_sent(entered: Actor, now: datetime) -> None:
    owner = owner_with_contacts()
    finding(owner)
    preview = preview_round(actor=entered, mode=AUTO, now=now)
    finding(owner)

    with pytest.raises(RoundChanged):
        issue_round(actor=entered, mode=AUTO, now=now, seen=preview.mark)


def test_the_trail_has_one_entry(entered: Actor, now: datetime) -> None:
    finding(owner_with_contacts())
    before = AuditEntry.objects.count()

    made = issue_round(actor=entered, mode=AUTO, now=now)

    entries = list(AuditEntry.objects.order_by("id"))[before:]
    assert [entry.action for entry in entries if entry.action.startswith("notices.")] == ["notices.issue_round"]
    assert entries[-1].target_id == str(made.pk)
    assert entries[-1].after == {
        "mode": "auto",
        "notices": 1,
        "items": 1,
        "first": "2026-0001",
        "last": "2026-0001",
    }


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.ORGANISATION_MANAGER, Role.LINK])
def test_only_who_leads_the_desk_sends(entered: Actor, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        issue_round(actor=person(role), mode=AUTO, now=now)


@pytest.mark.parametrize("role", [Role.ORGANISATION_MANAGER, Role.LINK])
def test_owners_preview_nothing(entered: Actor, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        preview_round(actor=person(role), mode=AUTO, now=now)


def test_a_stranger_s_finding_stops_everything(entered: Actor, now: datetime) -> None:
    mine, other = owner_with_contacts(), owner_with_contacts()
    finding(mine)
    strange = finding(other)
    write = rounds._write

    def mixing_up(draft: object, made: Round, at: datetime) -> Sequence[Notice]:
        notices = write(draft, made, at)  # type: ignore[arg-type]  # hands on what it is handed
        wrong = next(notice for notice in notices if notice.organisation_id == mine.pk)
        NoticeItem.objects.create(notice=wrong, finding=strange, why="new", severity=3)
        return notices

    with patch.object(rounds, "_write", mixing_up), pytest.raises(StrangeFinding), transaction.atomic():
        issue_round(actor=entered, mode=AUTO, now=now)

    assert Notice.objects.count() == 0


@given(
    kinds=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["open-rdp", "open-smb", "malware-infection"]),
            st.sampled_from(["auto", "digest", "hold"]),
            st.sampled_from(["untold", "told"]),
        ),
        max_size=14,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_ever_gets_a_row_of_somebody_else(database: str, kinds: list[tuple[int, str, str, str]]) -> None:
    clock = system("clock")
    with acting(clock):
        owners = [owner_with_contacts(("security", "en"), ("security", "zh-hans")) for _ in range(3)]
        own: dict[int, list[Finding]] = {owner.pk: [] for owner in owners}
        for who, problem, gate, telling in kinds:
            own[owners[who].pk].append(finding(owners[who], problem=problem, gate=gate, telling=telling))
        for mode in RoundMode:
            try:
                issue_round(actor=clock, mode=mode, now=MONDAY)
            except NothingToTell:
                continue

        for edition in NoticeEdition.objects.select_related("notice"):
            holder = edition.notice.organisation_id
            if holder not in own:
                continue
            whole = edition.text + edition.html + edition.csv
            for organisation_id, theirs in own.items():
                for one in theirs:
                    if organisation_id != holder:
                        assert one.public_id not in whole
                        assert f">{one.subject}<" not in whole
                        assert f",{one.subject}," not in whole
        told = set(NoticeItem.objects.filter(finding__organisation_id__in=own).values_list("finding_id", flat=True))
        assert told == {one.pk for theirs in own.values() for one in theirs if one.telling == "untold"}
        for mail in OutgoingMail.objects.filter(organisation_id__in=own).select_related(
            "edition__notice__organisation"
        ):
            assert mail.to_address.endswith(f"@{mail.edition.notice.organisation.code}.example")


def in_threads(work: Callable[[], object], count: int) -> list[object]:
    """Run the same work at the same moment on connections of their own; an error is a result."""
    gate = threading.Barrier(count)

    def one() -> object:
        try:
            gate.wait(timeout=30)
            return work()
        except Exception as error:  # noqa: BLE001  (the error is what is looked at)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [done.result(timeout=60) for done in [pool.submit(one) for _ in range(count)]]


def test_two_rounds_at_once_issue_once_and_leave_no_gap(database: str, now: datetime, clock: Actor) -> None:
    with acting(clock):
        for _ in range(5):
            finding(owner_with_contacts())

    def issue() -> Round:
        with acting(clock):
            return issue_round(actor=clock, mode=AUTO, now=now)

    results = in_threads(issue, 2)

    assert sorted(type(result).__name__ for result in results) == ["NothingToTell", "Round"]
    with acting(clock):
        assert [notice.number for notice in all_notices()] == [1, 2, 3, 4, 5]
        assert RegisterYear.objects.get().last == 5


def test_a_finding_that_a_round_tells_is_closed_after_it(
    database: str, now: datetime, clock: Actor, desk: Actor
) -> None:
    with acting(clock):
        mine = finding(owner_with_contacts())
    real, begun = rounds._write, []

    def close() -> None:
        with acting(desk):
            act(
                actor=desk,
                finding_id=mine.pk,
                action=Action.MARK_FALSE_POSITIVE,
                reason="A honeypot.",
                until=None,
                now=now,
            )

    def interrupted(*given: Any) -> Sequence[Notice]:
        begun.append(meanwhile(close))
        return real(*given)

    with patch.object(rounds, "_write", interrupted), acting(clock):
        issue_round(actor=clock, mode=AUTO, now=now)

    begun[0].result(PATIENCE_S)
    with acting(clock):
        assert Finding.objects.values_list("telling", "closing").get() == ("told", "false_positive")


def test_rounds_of_two_modes_at_once_share_the_numbers_without_a_gap(
    database: str, now: datetime, clock: Actor
) -> None:
    with acting(clock):
        for _ in range(3):
            owner = owner_with_contacts()
            finding(owner)
            finding(owner, gate="digest")
    modes = iter(RoundMode)
    turn = threading.Lock()

    def issue() -> Round:
        with turn:
            mode = next(modes)
        with acting(clock):
            return issue_round(actor=clock, mode=mode, now=now)

    results = in_threads(issue, 2)

    assert all(isinstance(result, Round) for result in results), results
    with acting(clock):
        assert [notice.number for notice in all_notices()] == [1, 2, 3, 4, 5, 6]


def test_a_round_that_fails_takes_no_number(database: str, now: datetime, clock: Actor) -> None:
    with acting(clock):
        finding(owner_with_contacts())
    with (
        patch.object(rounds, "tell", side_effect=RuntimeError("power cut")),
        pytest.raises(RuntimeError),
        acting(clock),
    ):
        issue_round(actor=clock, mode=AUTO, now=now)

    with acting(clock):
        issue_round(actor=clock, mode=AUTO, now=now)

        assert [notice.number for notice in all_notices()] == [1]


def test_numbers_begin_anew_each_year(entered: Actor) -> None:
    owner = owner_with_contacts()
    new_year = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
    for at in (new_year - timedelta(seconds=1), new_year):
        finding(owner)
        issue_round(actor=entered, mode=AUTO, now=at)

    assert [notice.reference for notice in Notice.objects.order_by("year")] == ["2026-0001", "2027-0001"]


@pytest.mark.parametrize("model", [Round, Notice, NoticeItem, NoticeEdition, OutgoingMail, Answer, RegisterYear])
def test_the_database_lets_nobody_change_or_remove_what_was_issued(
    entered: Actor, now: datetime, model: type[Notice]
) -> None:
    finding(owner_with_contacts())
    issue_round(actor=entered, mode=AUTO, now=now)
    table = model._meta.db_table
    changeable = {
        "notices_outgoingmail": {"state", "attempts", "last_error", "next_try_at", "sent_at", "begun_anew_at"},
        "notices_answer": {"read_at", "read_by"},
        "notices_registeryear": {"last"},
    }.get(table, set())

    for column in [field.column for field in model._meta.concrete_fields]:
        if column not in changeable:
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                execute(f"UPDATE {table} SET {column} = {column}")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(f"DELETE FROM {table}")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_row_security_alone_shows_an_owner_its_own_and_nobody_else_s(
    database: str, now: datetime, clock: Actor
) -> None:
    with acting(clock):
        mine, other = owner_with_contacts(), owner_with_contacts()
        finding(mine)
        finding(other)
        issue_round(actor=clock, mode=AUTO, now=now)

    with acting(person(Role.ORGANISATION_MEMBER, organisation=mine)):
        # No cut in Python: the database alone.
        assert {notice.organisation_id for notice in Notice.objects.all()} == {mine.pk}
        assert {item.finding.organisation_id for item in NoticeItem.objects.all()} == {mine.pk}
        assert {edition.notice.organisation_id for edition in NoticeEdition.objects.all()} == {mine.pk}
        assert {mail.organisation_id for mail in OutgoingMail.objects.all()} == {mine.pk}
        assert Round.objects.count() == RegisterYear.objects.count() == 0


def queries_of_a_round(clock: Actor, owners: int, each: int) -> tuple[int, float]:
    for _ in range(owners):
        owner = owner_with_contacts()
        for _ in range(each):
            finding(owner)
    started = time.monotonic()
    with CaptureQueriesContext(connection) as caught:
        issue_round(actor=clock, mode=AUTO, now=MONDAY)
    return len(caught), time.monotonic() - started


def test_a_bigger_round_costs_no_more_queries(entered: Actor) -> None:
    with patch.object(rounds, "tell"):
        small, _ = queries_of_a_round(entered, 2, 1)
        big, _ = queries_of_a_round(entered, 12, 3)

    assert big == small
