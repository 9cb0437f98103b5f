"""What pages and programs read of findings: cut to the reader, in a fixed number of queries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import registry
from tests.factories.findings import DAY, MONDAY, cover, days, finding, fold, sighting
from tocsin.access.scope import acting
from tocsin.findings.models import Finding, FindingChange, HeldGroup, Policy
from tocsin.findings.queries.counts import (
    by_place,
    median_survival,
    organisation_counts,
    overdue_by_harm,
    overview,
    trend,
)
from tocsin.findings.queries.details import get_finding
from tocsin.findings.queries.filters import FindingFilters, Group
from tocsin.findings.queries.gate import decided_groups, held_group, held_groups
from tocsin.findings.queries.listing import FindingSort, list_findings
from tocsin.findings.queries.policies import deadline_versions, deadlines_in_force, preview_deadlines
from tocsin.findings.queries.statuses import boxes, status_condition, status_of
from tocsin.findings.rules import (
    DEFAULT_DEADLINES,
    Action,
    DeadlineRow,
    Status,
    Unit,
    every_combination,
    standing,
)
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.services import act, change_deadlines, decide_group, export_findings
from tocsin.formats.spreadsheets import harmless
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Language
from tocsin.registry.models import Organisation

NOW = MONDAY


def ids(actor: Actor, sort: FindingSort = FindingSort.OLDEST, **filters: object) -> list[int]:
    with acting(actor):
        page = list_findings(actor=actor, filters=FindingFilters(**filters), sort=sort, now=NOW)  # type: ignore[arg-type]  # arguments come by name
    return [row.id for row in page.part.items]


@pytest.mark.parametrize("status", [status for status in Status if not status.closed])
def test_the_condition_of_a_status_is_that_of_the_table(status: Status) -> None:
    for sides in every_combination():
        if sides.closing is not None:
            continue
        words = (sides.kind, sides.machine, sides.owner, sides.coordinator, sides.telling)
        fits = any(all(word in held for word, held in zip(words, box, strict=True)) for box in boxes(status))
        assert fits == (standing(sides).status is status), sides


def test_statuses_are_few_boxes() -> None:
    assert sum(len(boxes(status)) for status in Status if not status.closed) < 60


def test_the_database_agrees_with_the_table(entered: Actor, hospital: Organisation) -> None:
    for sides in list(every_combination())[::7]:
        finding(
            hospital,
            kind=sides.kind,
            machine=sides.machine,
            owner=sides.owner,
            coordinator=sides.coordinator,
            closing=sides.closing,
            closed_at=NOW if sides.closing else None,
            telling=sides.telling,
        )
    rows = {row.pk: status_of(row) for row in Finding.objects.all()}

    for status in Status:
        found = set(Finding.objects.filter(status_condition([status])).values_list("pk", flat=True))
        assert found == {pk for pk, held in rows.items() if held is status}


@pytest.fixture
def several(hospital: Organisation, school: Organisation) -> dict[str, Finding]:
    with acting(system("test")):
        return {
            "late": finding(hospital, telling="told", due_at=NOW - DAY, subject="198.18.9.1", opened_at=NOW - 9 * DAY),
            "claimed": finding(
                hospital,
                telling="told",
                due_at=NOW - DAY,
                owner="claims_fixed",
                machine="untested",
                opened_at=NOW - 8 * DAY,
            ),
            "host": finding(
                school,
                subject="www.school.example",
                subject_kind="host",
                problem="compromised-website",
                severity=4,
                source="other",
                opened_at=NOW - 7 * DAY,
            ),
            "held": finding(school, coordinator="held", gate="hold", opened_at=NOW - 6 * DAY),
            "fixed": finding(
                school, coordinator="closed", closing="verified", closed_at=NOW - 2 * DAY, opened_at=NOW - 5 * DAY
            ),
        }


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["late", "claimed", "host"]),
        ({"group": Group.ALL}, ["late", "claimed", "host", "held", "fixed"]),
        ({"group": Group.CLOSED}, ["fixed"]),
        ({"overdue": True}, ["late"]),
        ({"status": Status.FIX_CLAIMED}, ["claimed"]),
        ({"status": Status.WAITING_AT_GATE}, ["held"]),
        ({"status": Status.VERIFIED}, ["fixed"]),
        ({"severity": Severity.CRITICAL}, ["host"]),
        ({"search": "198.18.9.1"}, ["late"]),
        ({"search": "198.18.9.0/24"}, ["late"]),
        ({"search": "School.Example"}, ["host"]),
        ({"search": "nothing like it"}, []),
        ({"problem": "compromised-website"}, ["host"]),
        ({"source": "other"}, ["host"]),
        ({"sector": "education"}, ["host"]),
        ({"region": "LJ", "group": Group.CLOSED}, ["fixed"]),
        ({"region": "XX"}, []),
        ({"gate": GateMode.HOLD, "group": Group.ALL}, ["held"]),
    ],
)
def test_filters_keep_what_they_say(
    several: dict[str, Finding], clock: Actor, filters: dict[str, object], names: list[str]
) -> None:
    assert ids(clock, **filters) == [several[name].pk for name in names]


def test_a_public_id_is_found_with_and_without_its_episode(several: dict[str, Finding], clock: Actor) -> None:
    mine = several["late"]

    assert ids(clock, search=mine.public_id.upper()) == ids(clock, search=mine.identity.hex) == [mine.pk]
    assert ids(clock, search=f"{mine.identity.hex}-2") == []


@pytest.mark.parametrize("sort", list(FindingSort))
def test_a_list_is_walked_without_loss(several: dict[str, Finding], clock: Actor, sort: FindingSort) -> None:
    whole = ids(clock, sort=sort, group=Group.ALL)
    walked: list[int] = []
    cursor = ""
    with acting(clock):
        while True:
            page = list_findings(
                actor=clock, filters=FindingFilters(group=Group.ALL), sort=sort, now=NOW, cursor=cursor, size=2
            )
            walked += [row.id for row in page.part.items]
            if page.part.next is None:
                break
            cursor = page.part.next

    assert walked == whole
    assert sorted(walked) == sorted(row.pk for row in several.values())


def test_an_owner_lists_its_own_and_a_program_may_not_ask_for_more(
    several: dict[str, Finding], nurse: Actor, school: Organisation
) -> None:
    assert ids(nurse, group=Group.ALL) == [several["late"].pk, several["claimed"].pk]
    assert ids(nurse, organisation_id=school.pk) == []


def queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        action()
    return len(caught)


def test_pages_ask_a_fixed_number_of_queries(entered: Actor, hospital: Organisation) -> None:
    first = finding(hospital)
    counts = []
    for more in (0, 30):
        for _ in range(more):
            finding(hospital, telling="told", due_at=NOW - DAY)
            FindingChange.objects.create(
                finding=first,
                organisation_id=hospital.pk,
                at=NOW,
                side="machine",
                action="sighted",
                actor_kind="system",
                actor_label="x",
            )
        counts.append(
            (
                queries(lambda: list_findings(actor=entered, filters=FindingFilters(), now=NOW)),
                queries(lambda: get_finding(actor=entered, public_id=first.public_id, now=NOW)),
                queries(lambda: overview(actor=entered, now=NOW)),
                queries(lambda: by_place(actor=entered, now=NOW)),
                queries(lambda: trend(actor=entered, now=NOW, days=14)),
                queries(lambda: organisation_counts(actor=entered, organisation_ids=[hospital.pk], now=NOW)),
            )
        )

    assert counts[0] == counts[1]


def test_one_finding_says_why(hospital: Organisation, desk: Actor) -> None:
    fold(sighting(hospital, "198.18.3.4", ptr="rdp.elsewhere.example", asset_since=datetime(2026, 3, 1, tzinfo=UTC)))
    with acting(desk):
        row = Finding.objects.get()
        found = get_finding(actor=desk, public_id=row.public_id, now=NOW)

    assert (found.row.status, found.attributed_by, found.asset_value) == (Status.NEW, "prefix", "198.18.0.0/15")
    assert (found.ptr, found.evidence, found.row.name_en) == (
        "rdp.elsewhere.example",
        {"version": "10"},
        "Organisation hospital",
    )
    assert [said.text() for said in found.why_severity] == ["high: the problem"]
    assert found.why_deadline is not None
    assert found.why_deadline.text() == "high: 5 working days"
    assert Action.MARK_FALSE_POSITIVE in found.actions


def test_the_looks_so_far_are_the_desks_to_see(hospital: Organisation, desk: Actor, nurse: Actor) -> None:
    fold(sighting(hospital, at=datetime(2026, 11, 1, 5, tzinfo=UTC)))
    cover(*days("2026-11-01", 3))

    with acting(desk):
        public_id = Finding.objects.get().public_id
        found = get_finding(actor=desk, public_id=public_id, now=NOW)
    with acting(nurse):
        theirs = get_finding(actor=nurse, public_id=public_id, now=NOW)

    assert found.looks is not None
    assert (found.looks.covered, found.looks.needed, found.looks.all_looked) == (2, 3, True)
    assert [held.day for held in found.covered] == [date(2026, 11, 3), date(2026, 11, 2), date(2026, 11, 1)]
    assert (theirs.looks, theirs.covered, theirs.episodes) == (None, (), ())
    assert set(theirs.actions) >= {Action.ANSWER_FIXED}
    assert not {Action.MARK_FALSE_POSITIVE, Action.HAND_OVER} & set(theirs.actions)


def test_what_is_anothers_is_not_there(several: dict[str, Finding], teacher: Actor) -> None:
    for public_id in (several["late"].public_id, "0" * 32 + "-1", "x", "0" * 32 + "-99999999"):
        with acting(teacher), pytest.raises(NotFound):
            get_finding(actor=teacher, public_id=public_id, now=NOW)


def test_an_owner_reads_no_line_of_the_desk(several: dict[str, Finding], desk: Actor, nurse: Actor) -> None:
    mine = several["late"]
    with acting(desk):
        act(actor=desk, finding_id=mine.pk, action=Action.HAND_OVER, reason="It is the school's.", until=None, now=NOW)
        theirs = get_finding(actor=desk, public_id=mine.public_id, now=NOW)
    with acting(nurse):
        own = get_finding(actor=nurse, public_id=mine.public_id, now=NOW)

    assert [line.reason for line in own.timeline] == ["owner_changed"]
    assert len(theirs.timeline) == 2


def test_the_desk_sees_the_other_episodes(hospital: Organisation, school: Organisation, desk: Actor) -> None:
    seen = sighting(hospital, "198.18.3.4")
    fold(seen)
    with acting(desk):
        first = Finding.objects.get()
        act(actor=desk, finding_id=first.pk, action=Action.HAND_OVER, reason="Given back.", until=None, now=NOW)
    fold({**seen, "organisation_id": school.pk, "last_at": NOW + DAY}, now=NOW + DAY)

    with acting(desk):
        first = Finding.objects.get(episode=1)
        found = get_finding(actor=desk, public_id=first.public_id, now=NOW)

    assert [(other.episode, other.organisation_id) for other in found.episodes] == [(2, school.pk)]


@pytest.fixture
def group(hospital: Organisation, school: Organisation) -> HeldGroup:
    with acting(system("test")):
        made = HeldGroup.objects.create(
            source="shadowserver",
            report_type="scan_rdp",
            report_id=1,
            problem="open-rdp",
            why="unusual_size",
            rows_today=1204,
            rows_usual=197.0,
            held_at=NOW,
        )
        for _ in range(30):
            finding(hospital, coordinator="held", held_group=made)
        finding(school, coordinator="held", held_group=made, severity=4)
        return made


def test_a_group_says_whom_it_would_reach(group: HeldGroup, auditor: Actor) -> None:
    with acting(auditor):
        (row,) = held_groups(actor=auditor)

    assert (row.findings, row.owners, row.severity) == (31, 2, Severity.CRITICAL)
    assert [(one.code, one.owners) for one in row.sectors] == [("education", 1), ("health", 1)]
    assert row.why.text() == "6.1 times its usual size"


def test_the_sample_holds_a_row_of_every_owner(group: HeldGroup, desk: Actor, school: Organisation) -> None:
    with acting(desk):
        found = held_group(actor=desk, group_id=group.pk, now=NOW)

    assert len(found.sample) == 20
    assert found.sample[0].organisation_id == school.pk
    assert len({row.id for row in found.sample}) == 20


def test_decided_groups_are_listed_apart(group: HeldGroup, desk: Actor) -> None:
    with acting(desk):
        decide_group(actor=desk, group_id=group.pk, decision=Decision.SEND, reason="", now=NOW)

        assert held_groups(actor=desk) == ()
        assert [row.decision for row in decided_groups(actor=desk, now=NOW)] == ["sent"]


def test_owners_see_no_gate(group: HeldGroup, nurse: Actor) -> None:
    with acting(nurse), pytest.raises(NotAllowed):
        held_groups(actor=nurse)


def test_the_overview_counts(several: dict[str, Finding], clock: Actor) -> None:
    with acting(clock):
        found = overview(actor=clock, now=NOW)

    assert (found.open, found.overdue, found.verified, found.claimed) == (3, 1, 1, 1)
    assert found.by_severity == {Severity.HIGH: 2, Severity.CRITICAL: 1}
    assert found.open_week_ago == 2
    # One of five was fixed, after three days: too few for a median.
    assert found.median_days_to_fix is None


@pytest.mark.parametrize(
    ("groups", "median"),
    [
        ([], None),
        ([(3, 1, 1)], 3),
        ([(3, 1, 1), (9, 0, 1)], 3),
        ([(9, 0, 3), (3, 1, 1)], None),
        # Leaving uncounted shortens the risk set: half of those who stayed were fixed on day 5.
        ([(1, 0, 6), (5, 1, 2)], 5),
        ([(1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1)], 2),
    ],
)
def test_the_median_counts_open_ones_as_not_yet_fixed(groups: list[tuple[int, int, int]], median: int | None) -> None:
    assert median_survival(groups) == median


@given(st.lists(st.integers(0, 400), min_size=1))
def test_without_open_ones_it_is_the_plain_median(lasted: list[int]) -> None:
    groups = [(day, lasted.count(day), lasted.count(day)) for day in set(lasted)]

    assert median_survival(groups) == sorted(lasted)[(len(lasted) - 1) // 2]


def test_the_trend_follows_the_days(several: dict[str, Finding], clock: Actor) -> None:
    with acting(clock):
        found = trend(actor=clock, now=NOW, days=10)

    assert [day.opened for day in found] == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert [day.open for day in found] == [1, 2, 3, 4, 5, 5, 5, 4, 4, 4]


def test_late_ones_are_listed_by_harm_an_entry_an_owner_and_problem(
    several: dict[str, Finding], hospital: Organisation, clock: Actor
) -> None:
    with acting(system("test")):
        water = registry.organisation("water", critical=True)
        finding(hospital, telling="told", due_at=NOW - 3 * DAY, owner="disputes")
        worst = finding(water, telling="told", due_at=NOW - timedelta(hours=30))
        FindingChange.objects.create(
            finding=worst,
            organisation_id=water.pk,
            at=NOW,
            side="owner",
            action="answer_received",
            actor_kind="link",
            actor_label="x",
        )
    with acting(clock):
        found = overdue_by_harm(actor=clock, now=NOW)

    assert [(late.row.organisation_id, late.days_late, late.together) for late in found] == [
        (water.pk, 1, 1),
        (hospital.pk, 3, 2),
    ]
    assert (found[0].said, found[0].row.critical) == ("answer_received", True)


def test_counts_by_organisation_are_cut_to_the_reader(
    several: dict[str, Finding], hospital: Organisation, school: Organisation, nurse: Actor
) -> None:
    with acting(nurse):
        found = organisation_counts(actor=nurse, organisation_ids=[hospital.pk, school.pk], now=NOW)

    assert {key: (row.open, row.overdue, row.worst) for key, row in found.items()} == {
        hospital.pk: (2, 1, Severity.HIGH)
    }


def test_places_are_counted(several: dict[str, Finding], clock: Actor) -> None:
    with acting(clock):
        found = by_place(actor=clock, now=NOW)

    assert [(place.sector, place.region, place.open, place.overdue) for place in found] == [
        ("education", "LJ", 1, 0),
        ("health", "LJ", 2, 1),
    ]


def test_the_export_is_marked_and_opens_in_a_spreadsheet(several: dict[str, Finding], nurse: Actor) -> None:
    with acting(system("test")):
        Finding.objects.filter(pk=several["claimed"].pk).update(subject="=cmd|' /C calc'!A0", tlp="amber+strict")
    with acting(nurse):
        text = "".join(
            export_findings(
                actor=nurse,
                filters=FindingFilters(),
                sort=FindingSort.OLDEST,
                language=Language.ENGLISH,
                now=NOW,
            )
        )

    lines = text.splitlines()
    assert text.startswith("\ufeffTLP:AMBER+STRICT\r\nid,severity,")
    assert len(lines) == 4
    assert "'=cmd|' /C calc'!A0" in text
    assert several["host"].public_id not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless("198.18.0.1") == "198.18.0.1"


ROWS = (DeadlineRow(severity=Severity.HIGH, amount=2, unit=Unit.HOURS),)


def change(
    actor: Actor,
    seen: int = 0,
    rows: tuple[DeadlineRow, ...] = ROWS,
    source: str = "Decree 7",
    effective_at: datetime = NOW,
) -> int:
    with acting(actor):
        return change_deadlines(
            actor=actor,
            rows=rows,
            source=source,
            checked_on=None,
            effective_at=effective_at,
            seen_version=seen,
            now=NOW,
        )


def test_deadlines_are_versions(database: str, desk: Actor) -> None:
    assert change(desk) == 1

    with acting(desk):
        found = deadline_versions(actor=desk)
        assert [version.version for version in found] == [1, 0]
        assert found[0].rows == [
            {"severity": "high", "tier": None, "critical": False, "amount": 2, "unit": "hours"},
        ]
        assert Policy.objects.count() == 1


def test_a_version_entered_later_withdraws_what_was_scheduled_before_it(database: str, desk: Actor) -> None:
    withdrawn = (DeadlineRow(severity=Severity.HIGH, amount=3, unit=Unit.HOURS),)
    change(desk, rows=withdrawn, effective_at=NOW + 10 * DAY)

    change(desk, seen=1, rows=ROWS)

    with acting(desk):
        assert deadlines_in_force(actor=desk, now=NOW + 11 * DAY) == ROWS


def test_two_who_change_them_at_once_are_told(database: str, desk: Actor) -> None:
    change(desk)

    with pytest.raises(Conflict):
        change(desk)


@pytest.mark.parametrize("given", [{"rows": ()}, {"source": " "}, {"rows": ROWS * 2}])
def test_a_table_that_makes_no_sense_is_refused(database: str, desk: Actor, given: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        change(desk, **given)  # type: ignore[arg-type]  # arguments come by name


def test_an_analyst_changes_no_deadlines(database: str, analyst: Actor) -> None:
    with pytest.raises(NotAllowed):
        change(analyst)


def test_a_preview_says_what_would_change_and_for_how_many(several: dict[str, Finding], desk: Actor) -> None:
    with acting(desk):
        rows = [row for row in DEFAULT_DEADLINES.rows if row.severity is not Severity.HIGH] + list(ROWS)
        (hospital, school) = preview_deadlines(actor=desk, rows=rows, now=NOW)

    assert (hospital.severity, hospital.tier, hospital.waiting, hospital.running) == (Severity.HIGH, 2, 0, 2)
    assert (school.tier, school.waiting) == (3, 1)
    assert school.after == ROWS[0]
