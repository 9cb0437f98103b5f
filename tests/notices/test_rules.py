"""Who gets a notice and in which language, how it is numbered, why and by when each finding is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.notices import DUE, HOUSE, MONDAY, letter, line, recipient
from tocsin.findings.rules import DeadlineRow, Machine, Owner, Unit
from tocsin.findings.rules.clocks import Deadline
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.rules import (
    PHRASES,
    ROLES,
    Recipient,
    Why,
    due_when_told,
    editions_needed,
    grouped,
    link_expiry,
    recipients,
    register_year,
    sendable_mark,
    subject_line,
    why_told,
    written_number,
)

EN, ZH = Language.ENGLISH, Language.CHINESE


def to(role: str, address: str, language: Language = EN) -> Recipient:
    return recipient(role=role, address=address, language=language)


@pytest.mark.parametrize(
    ("contacts", "chosen"),
    [
        ([], []),
        ([to("security", "s@x.example")], ["s@x.example"]),
        ([to("abuse", "a@x.example"), to("security", "s@x.example")], ["s@x.example"]),
        ([to("management", "m@x.example"), to("abuse", "a@x.example")], ["a@x.example"]),
        ([to("management", "m@x.example"), to("emergency", "e@x.example")], ["e@x.example"]),
        ([to("management", "m@x.example")], ["m@x.example"]),
        ([to("security", "b@x.example"), to("security", "a@x.example")], ["a@x.example", "b@x.example"]),
        ([to("security", "S@x.example"), to("security", "s@X.example")], ["S@x.example"]),
        ([to("press", "p@x.example")], []),
    ],
)
def test_the_first_role_that_anybody_holds_gets_it(contacts: list[Recipient], chosen: list[str]) -> None:
    assert [one.address for one in recipients(contacts)] == chosen


contacts_of_any_kind = st.lists(
    st.builds(
        Recipient,
        role=st.sampled_from([*ROLES, "press"]),
        address=st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "c@y.example"]),
        name=st.sampled_from(["", "Li"]),
        language=st.sampled_from(list(Language)),
    )
)


@given(contacts_of_any_kind)
def test_everybody_gets_it_once_and_the_order_of_entry_decides_nothing(contacts: list[Recipient]) -> None:
    chosen = recipients(contacts)

    assert len({one.address.lower() for one in chosen}) == len(chosen)
    assert recipients(list(reversed(contacts))) == chosen
    assert len({one.role for one in chosen}) <= 1
    assert bool(chosen) == any(one.role in ROLES for one in contacts)


@pytest.mark.parametrize(
    ("read", "own", "needed"),
    [
        ([EN], ZH, (EN,)),
        ([ZH, EN, ZH], EN, (EN, ZH)),
        ([ZH], ZH, (ZH,)),
        ([], ZH, (ZH,)),
        ([], EN, (EN,)),
    ],
)
def test_editions_are_those_that_somebody_reads(
    read: list[Language], own: Language, needed: tuple[Language, ...]
) -> None:
    chosen = [to("security", f"s{place}@x.example", language) for place, language in enumerate(read)]

    assert editions_needed(chosen, own) == needed


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (417, "2026-0417", "临网通〔2026〕417 号"),
        (1, "2026-0001", "临网通〔2026〕1 号"),
        (12345, "2026-12345", "临网通〔2026〕12345 号"),
    ],
)
def test_numbers_are_written_as_each_language_does(number: int, english: str, chinese: str) -> None:
    assert written_number(2026, number) == english
    assert written_number(2026, number, ZH, "临网通") == chinese


def test_the_register_s_year_follows_the_zone() -> None:
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert register_year(new_year, ZoneInfo("Asia/Shanghai")) == 2027
    assert register_year(new_year - timedelta(seconds=1), ZoneInfo("Asia/Shanghai")) == 2026
    assert register_year(new_year, UTC) == 2026


ROW = DeadlineRow(severity=Severity.HIGH, amount=5, unit=Unit.WORKING_DAYS)
EARLIER, LATER = MONDAY - timedelta(days=9), MONDAY - timedelta(days=2)


@pytest.mark.parametrize(
    ("told", "relapsed", "owner", "machine", "why"),
    [
        (None, None, Owner.SILENT, Machine.SEEN, Why.NEW),
        (None, LATER, Owner.SILENT, Machine.SEEN, Why.RELAPSE),
        (EARLIER, LATER, Owner.SILENT, Machine.SEEN, Why.RELAPSE),
        (LATER, EARLIER, Owner.SILENT, Machine.SEEN, Why.CHANGED),
        (LATER, None, Owner.CLAIMS_FIXED, Machine.SEEN, Why.STILL_THERE),
        (LATER, EARLIER, Owner.CLAIMS_FIXED, Machine.SEEN, Why.STILL_THERE),
        (LATER, None, Owner.CLAIMS_FIXED, Machine.UNSEEN, Why.CHANGED),
        (LATER, None, Owner.RECEIVED, Machine.SEEN, Why.CHANGED),
    ],
)
def test_why_a_finding_is_told(
    told: datetime | None, relapsed: datetime | None, owner: Owner, machine: Machine, why: Why
) -> None:
    assert why_told(told_at=told, relapsed_at=relapsed, owner=owner, machine=machine) is why


@pytest.mark.parametrize(
    ("running", "fresh", "due"),
    [
        (None, None, (None, None)),
        (DUE, None, (DUE, None)),
        (None, DUE, (DUE, ROW)),
        (EARLIER, DUE, (EARLIER, None)),
        (DUE, DUE, (DUE, None)),
        (DUE, LATER, (LATER, ROW)),
    ],
)
def test_a_running_clock_is_never_set_back(
    running: datetime | None, fresh: datetime | None, due: tuple[datetime | None, DeadlineRow | None]
) -> None:
    policy = Deadline(due_at=fresh, row=ROW) if fresh is not None else None

    assert due_when_told(running=running, fresh=policy) == due


def test_the_link_outlives_the_last_deadline() -> None:
    far = MONDAY + timedelta(days=60)

    assert link_expiry(issued_at=MONDAY, dues=[None]) == MONDAY + timedelta(days=31)
    assert link_expiry(issued_at=MONDAY, dues=[DUE, far]) == far + timedelta(days=14)


@pytest.mark.parametrize(
    ("mark", "tlp"),
    [
        ("clear", Tlp.CLEAR),
        ("amber", Tlp.AMBER),
        ("TLP:AMBER+STRICT", Tlp.AMBER_STRICT),
        ("red", None),
        ("", None),
        ("secret", None),
    ],
)
def test_nothing_unmarked_or_personal_goes_to_a_mail_box(mark: str, tlp: Tlp | None) -> None:
    assert sendable_mark(mark) is tlp


def test_the_worst_stands_first_and_the_whole_is_as_strict_as_its_strictest_part() -> None:
    of = letter(
        line(problem="open-snmp", severity=Severity.MEDIUM, tlp=Tlp.GREEN, due_at=DUE),
        line(problem="open-rdp", severity=Severity.HIGH, tlp=Tlp.AMBER_STRICT, due_at=DUE),
        line(problem="open-telnet", severity=Severity.HIGH, tlp=Tlp.GREEN, due_at=LATER),
        line(problem="open-mqtt", severity=Severity.HIGH, tlp=Tlp.GREEN, due_at=None),
    )

    assert [group.problem for group in of.groups] == ["open-telnet", "open-rdp", "open-mqtt", "open-snmp"]
    assert of.tlp is Tlp.AMBER_STRICT
    assert of.due_at == LATER


def test_lines_of_a_problem_stand_together_whatever_order_they_come_in() -> None:
    lines = [line(problem=code) for code in ("open-rdp", "open-smb", "open-rdp")]

    assert grouped(lines) == grouped(reversed(lines))
    assert [len(group.lines) for group in grouped(lines)] == [2, 1]


@pytest.mark.parametrize("language", list(Language))
def test_a_subject_stays_short_and_keeps_number_and_deadline(language: Language) -> None:
    subject = subject_line(letter(), what="x" * 400, language=language, house=HOUSE)

    assert len(subject) < 250
    assert "417" in subject
    assert "18:00" in subject


def test_both_languages_say_everything() -> None:
    english, chinese = (vars(PHRASES[language]) for language in (EN, ZH))

    for name, phrase in english.items():
        if isinstance(phrase, dict):
            assert phrase.keys() == chinese[name].keys(), name
        assert chinese[name] or not phrase, name
