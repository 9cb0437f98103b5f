"""The fold on a database: what one more report does to what is known, whichever role of ingest writes."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import pytest
from django.db import connections
from django.forms import model_to_dict

from tests.factories.findings import DAY, MONDAY, address, fold, sighting
from tocsin.access.scope import INGEST, acting
from tocsin.findings.models import Finding, FindingChange, HeldGroup, Sighting, Succession
from tocsin.findings.rules import GateDecision, Why
from tocsin.findings.services import SIGHTINGS, FoldReport, Gated, drop_empty_groups, fold_report, hold_group
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Conflict, NotAllowed
from tocsin.kernel.words import GateMode
from tocsin.registry.models import Organisation

BOUND = "tocsin_test_bound_ingest"


@pytest.fixture(params=["copies", "inserts"])
def ingest(request: pytest.FixtureRequest, database: str) -> Iterator[str]:
    """Write as the role that may COPY past row-level policies, and as one that may not (a server of one's own)."""
    settings = connections[INGEST].settings_dict
    role = settings["USER"]
    if request.param == "inserts":
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BOUND])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {BOUND} LOGIN IN ROLE tocsin_ingest")
        connections[INGEST].close()
        settings["USER"] = BOUND
    yield request.param
    connections[INGEST].close()
    settings["USER"] = role


def only(actor: Actor) -> Finding:
    with acting(actor):
        return Finding.objects.get()


def lines(actor: Actor) -> list[tuple[str, str, str, str]]:
    with acting(actor):
        return list(FindingChange.objects.order_by("id").values_list("action", "before", "after", "reason"))


def close(actor: Actor, **fields: object) -> None:
    with acting(actor):
        Finding.objects.update(coordinator="closed", **fields)


def test_the_roles_differ_in_what_binds_them(ingest: str) -> None:
    with acting(system("ingest"), using=INGEST), connections[INGEST].cursor() as cursor:
        cursor.execute("SELECT row_security_active('findings_finding')")
        assert cursor.fetchone() == (ingest == "inserts",)


def test_a_first_sight_opens_a_finding(ingest: str, hospital: Organisation, clock: Actor) -> None:
    seen = sighting(hospital, transport="tcp", row_severity=4)

    folded = fold(seen)

    found = only(clock)
    assert (folded.new, folded.known) == (1, 0)
    assert (found.organisation_id, found.episode, found.machine, found.telling) == (hospital.pk, 1, "seen", "untold")
    assert (found.evidence, found.row_severity, found.discriminator, found.ptr) == ({"version": "10"}, 4, "", "")
    with acting(clock):
        assert Sighting.objects.values_list("source", "count", "last_seen_at").get() == ("shadowserver", 1, MONDAY)


def test_seen_again_counts_and_says_nothing(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))

    folded = fold(sighting(hospital, where, MONDAY + DAY, count=3), now=MONDAY + DAY)

    assert (folded.new, folded.known) == (0, 1)
    assert lines(clock) == []
    with acting(clock):
        assert Sighting.objects.values_list("count", "last_seen_at").get() == (4, MONDAY + DAY)


def test_a_second_source_meets_in_the_same_finding(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))

    fold(sighting(hospital, where, MONDAY + DAY), source="inspection", now=MONDAY + DAY)

    with acting(clock):
        assert Finding.objects.count() == 1
        assert set(Sighting.objects.values_list("source", flat=True)) == {"shadowserver", "inspection"}


def test_gone_and_seen_within_ninety_days_is_a_relapse(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))
    close(
        clock,
        closing="verified",
        closed_at=MONDAY,
        last_verdict_at=MONDAY,
        machine="unseen",
        owner="claims_fixed",
        telling="told",
        due_at=MONDAY,
        watched_from=MONDAY - DAY,
    )

    folded = fold(sighting(hospital, where, MONDAY + 30 * DAY), now=MONDAY + 31 * DAY)

    found = only(clock)
    assert (folded.relapsed, folded.new, found.episode, found.relapses) == (1, 0, 1, 1)
    assert (found.machine, found.owner, found.coordinator, found.telling) == ("seen", "silent", "open", "untold")
    assert (found.closing, found.closed_at, found.due_at, found.watched_from) == (None, None, None, None)
    assert lines(clock) == [("relapse", "verified", "open", "")]


def test_gone_and_seen_much_later_is_a_new_episode(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))
    close(clock, closing="verified", closed_at=MONDAY, last_verdict_at=MONDAY)

    folded = fold(sighting(hospital, where, MONDAY + 91 * DAY), now=MONDAY + 91 * DAY)

    with acting(clock):
        first, second = Finding.objects.order_by("episode")
        assert (folded.new, first.is_newest, second.is_newest, second.episode) == (1, False, True, 2)
        assert (first.closing, second.closing) == ("verified", None)
        assert Succession.objects.get().later_id == second.pk
        assert Sighting.objects.get(finding=first).last_seen_at == MONDAY


def test_a_false_positive_absorbs(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))
    close(clock, closing="false_positive", closed_at=MONDAY, expires_at=MONDAY + 365 * DAY)

    fold(sighting(hospital, where, MONDAY + DAY), now=MONDAY + DAY)

    assert only(clock).closing == "false_positive"
    with acting(clock):
        assert Sighting.objects.get().last_seen_at == MONDAY + DAY


def test_a_closing_that_ran_out_opens_and_is_seen(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))
    close(clock, closing="risk_accepted", closed_at=MONDAY, expires_at=MONDAY + DAY, machine="unseen", telling="told")

    fold(sighting(hospital, where, MONDAY + 2 * DAY), now=MONDAY + 2 * DAY)

    found = only(clock)
    assert (found.coordinator, found.closing, found.machine, found.telling) == ("open", None, "seen", "untold")
    assert lines(clock) == [("expire", "risk_accepted", "open", ""), ("sighted", "unseen", "seen", "")]


def test_a_late_file_never_reverses_a_verdict(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where))
    close(clock, closing="verified", closed_at=MONDAY + 4 * DAY, last_verdict_at=MONDAY + 4 * DAY, machine="unseen")

    folded = fold(sighting(hospital, where, MONDAY + 2 * DAY), now=MONDAY + 5 * DAY)

    assert (folded.late, folded.relapsed, only(clock).closing) == (1, 0, "verified")


@pytest.mark.parametrize(("seen_at", "machine", "telling"), [(-1, "untested", "told"), (1, "seen", "untold")])
def test_only_what_was_seen_after_a_claim_contradicts_it(
    ingest: str, hospital: Organisation, clock: Actor, seen_at: int, machine: str, telling: str
) -> None:
    where = address()
    fold(sighting(hospital, where))
    said_at = MONDAY + 3 * DAY
    with acting(clock):
        Finding.objects.update(
            owner="claims_fixed", machine="untested", owner_said_at=said_at, watched_from=said_at, telling="told"
        )

    fold(sighting(hospital, where, said_at + timedelta(hours=seen_at)), now=MONDAY + 4 * DAY)

    found = only(clock)
    assert (found.machine, found.owner, found.telling) == (machine, "claims_fixed", telling)


def test_a_sighting_that_names_another_changes_nothing_but_the_last_sight(
    ingest: str, hospital: Organisation, school: Organisation, clock: Actor, teacher: Actor
) -> None:
    where = address()
    fold(sighting(hospital, where))
    before = only(clock)

    folded = fold(
        sighting(school, where, MONDAY + DAY, attributed_by="domain", severity=4, evidence='{"version": "11"}'),
        now=MONDAY + DAY,
    )

    assert (folded.contested, folded.new) == (1, 0)
    assert model_to_dict(only(clock)) == model_to_dict(before)
    assert lines(clock) == []
    with acting(clock):
        assert Sighting.objects.get().last_seen_at == MONDAY + DAY
    with acting(teacher):
        assert Finding.objects.count() == 0


def test_worse_is_news_and_better_is_not(ingest: str, hospital: Organisation, clock: Actor) -> None:
    where = address()
    fold(sighting(hospital, where, severity=2))
    with acting(clock):
        Finding.objects.update(telling="told")

    fold(sighting(hospital, where, MONDAY + DAY, severity=4), now=MONDAY + DAY)
    fold(sighting(hospital, where, MONDAY + 2 * DAY, severity=1), now=MONDAY + 2 * DAY)

    found = only(clock)
    assert (found.severity, found.telling) == (4, "untold")
    assert lines(clock) == [("sighted", "seen", "seen", "worse:medium:critical")]


def test_what_the_gate_holds_lies_in_its_group(ingest: str, hospital: Organisation, clock: Actor) -> None:
    decision = GateDecision(mode=GateMode.HOLD, why=Why.UNUSUAL_SIZE, rows_today=600, rows_usual=100.0)
    report = FoldReport(id=7, source="shadowserver", report_type="scan_rdp", tlp="amber")
    with acting(system("ingest"), using=INGEST) as actor:
        held = hold_group(actor=actor, report=report, problem="open-rdp", decision=decision, now=MONDAY)
        hold_group(actor=actor, report=report, problem="open-smb", decision=decision, now=MONDAY)

    fold(sighting(hospital), gates={"open-rdp": Gated(mode=GateMode.HOLD, group_id=held)}, report_id=7)
    with acting(system("ingest"), using=INGEST) as actor:
        drop_empty_groups(actor=actor, report_id=7)

    found = only(clock)
    assert (found.coordinator, found.held_group_id, found.gate) == ("held", held, "hold")
    with acting(clock):
        assert [group.pk for group in HeldGroup.objects.all()] == [held]


def test_inventory_is_recorded_and_never_told(ingest: str, hospital: Organisation, clock: Actor) -> None:
    fold(sighting(hospital, kind="inventory", problem="http-proxy-seen", port=8080))

    assert (only(clock).telling, only(clock).coordinator) == ("inventory", "open")


def test_an_owner_that_was_removed_meanwhile_takes_nothing_in(hospital: Organisation, clock: Actor) -> None:
    seen = sighting(hospital)
    with acting(clock):
        hospital.delete()

    with pytest.raises(Conflict):
        fold(seen)


def test_only_ingest_folds(hospital: Organisation, desk: Actor) -> None:
    with pytest.raises(NotAllowed), acting(desk, using=INGEST):
        fold_report(
            actor=desk,
            sightings=pl.DataFrame(schema=SIGHTINGS),
            report=FoldReport(id=1, source="s", report_type="t", tlp="amber"),
            gates={},
            now=MONDAY,
        )
