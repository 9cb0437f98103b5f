"""Covered silence on a database: what it ends, and everything that it must not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.findings import cover, days, finding, fold, sighting
from tocsin.access.scope import INGEST, acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import Coverage, Finding, FindingChange, Sighting
from tocsin.findings.rules import CoverageWhy, Strength
from tocsin.findings.services import Silenced, apply_silence, record_coverage
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Organisation

#: Sunday, 05:12: within the first day that reports cover.
SEEN = datetime(2026, 11, 1, 5, 12, tzinfo=UTC)
NOTHING = Silenced(unseen=0, verified=0, quiet=0)


def at(day: str, hour: int = 6) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour)


def run(now: datetime) -> Silenced:
    with acting(system("ingest"), using=INGEST) as actor:
        return apply_silence(actor=actor, now=now)


def make(organisation: Organisation, /, **given: object) -> Finding:
    with acting(system("test")):
        return finding(organisation, **{"first_seen_at": SEEN, "telling": "told", **given})  # type: ignore[arg-type]  # arguments come by name


def again(row: Finding) -> Finding:
    with acting(system("test")):
        return Finding.objects.get(pk=row.pk)


def test_three_full_looks_verify_a_state(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-11-01", 4))

    done = run(at("2026-11-05"))

    after = again(gone)
    assert done == Silenced(unseen=1, verified=1, quiet=0)
    assert (after.machine, after.coordinator, after.closing) == ("unseen", "closed", "verified")
    # The end of the window that was looked at, not when we read it.
    assert after.closed_at == after.last_verdict_at == at("2026-11-05", 0)


def test_it_stands_on_the_timeline_with_how_many_looks(hospital: Organisation) -> None:
    make(hospital)
    cover(*days("2026-11-02", 3))

    run(at("2026-11-05"))

    with acting(system("test")):
        told = list(FindingChange.objects.order_by("id").values_list("action", "before", "after", "reason"))
        entry = AuditEntry.objects.get(action="findings.apply_silence")
    assert told == [("looked_unseen", "seen", "unseen", ""), ("verify", "open", "verified", "looks:3")]
    assert entry.after == {"unseen": 1, "verified": 1, "quiet": 0}


def test_two_looks_only_say_unseen(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-11-02", 2))

    assert run(at("2026-11-04")) == Silenced(unseen=1, verified=0, quiet=0)
    assert run(at("2026-11-04", 7)) == NOTHING

    assert (again(gone).machine, again(gone).closing) == ("unseen", None)


def test_the_third_look_verifies_what_was_unseen_before(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-11-02", 2))
    run(at("2026-11-04"))
    cover(*days("2026-11-04", 1))

    assert run(at("2026-11-05")) == Silenced(unseen=0, verified=1, quiet=0)
    assert again(gone).closing == "verified"


@pytest.mark.parametrize(
    ("strength", "why"),
    [
        (Strength.WEAK, CoverageWhy.SHORT),
        (Strength.WEAK, CoverageWhy.HEADER_ONLY),
        (Strength.NONE, CoverageWhy.MISSING),
    ],
)
def test_short_empty_and_missing_reports_never_close(
    hospital: Organisation, strength: Strength, why: CoverageWhy
) -> None:
    there = make(hospital)
    cover(*days("2026-11-02", 20), strength=strength, why=why)

    assert run(at("2026-11-25")) == NOTHING
    assert again(there).machine == "seen"


def test_short_days_between_count_nothing_and_break_nothing(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-11-02", 2))
    cover(*days("2026-11-04", 2), strength=Strength.WEAK, why=CoverageWhy.SHORT)
    run(at("2026-11-06"))
    assert again(gone).closing is None

    cover(*days("2026-11-06", 1))
    run(at("2026-11-07"))

    assert again(gone).closing == "verified"


def test_the_day_it_was_seen_on_is_no_look_without_it(hospital: Organisation) -> None:
    there = make(hospital, last_seen_at=at("2026-11-04", 5))
    cover(*days("2026-11-01", 4))

    assert run(at("2026-11-05")) == NOTHING
    assert again(there).machine == "seen"


def test_a_day_that_is_not_over_is_no_look(hospital: Organisation) -> None:
    make(hospital)
    cover(*days("2026-11-02", 1))

    assert run(at("2026-11-02", 12)) == NOTHING


def test_another_types_looks_say_nothing(hospital: Organisation) -> None:
    make(hospital)
    cover(*days("2026-11-02", 9), report_type="scan6_rdp", problems=["open-rdp"])
    cover(*days("2026-11-02", 9), report_type="scan_smb", problems=["open-smb"])

    assert run(at("2026-11-12")) == NOTHING


def test_another_sources_looks_say_nothing(hospital: Organisation) -> None:
    make(hospital)
    cover(*days("2026-11-02", 9), source="somebody")

    assert run(at("2026-11-12")) == NOTHING


def test_every_source_that_saw_it_must_have_looked(hospital: Organisation) -> None:
    gone = make(hospital)
    with acting(system("test")):
        Sighting.objects.create(finding=gone, source="probe", last_seen_at=SEEN, report_id=2)
    cover(*days("2026-11-02", 5))

    assert run(at("2026-11-07")) == NOTHING

    cover(*days("2026-11-06", 1), source="probe", report_type="inspection")
    assert run(at("2026-11-07")) == Silenced(unseen=1, verified=1, quiet=0)


def test_a_type_of_the_same_source_that_shows_it_too_must_have_come(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-10-28", 5), report_type="scan_rdpeudp")
    cover(*days("2026-11-02", 5))

    assert run(at("2026-11-07")) == NOTHING
    cover(*days("2026-11-02", 5), report_type="scan_rdpeudp", strength=Strength.WEAK, why=CoverageWhy.SHORT)
    assert run(at("2026-11-07")) == NOTHING

    cover(*days("2026-11-02", 5), report_type="scan_rdpeudp")
    run(at("2026-11-07"))
    assert again(gone).closing == "verified"


def test_a_type_that_mostly_does_not_come_hides_nothing(hospital: Organisation) -> None:
    gone = make(hospital)
    cover(*days("2026-11-02", 3))
    cover(*days("2026-11-02", 3), report_type="rare", strength=Strength.NONE, why=CoverageWhy.MISSING, usual=0)

    run(at("2026-11-05"))

    assert again(gone).closing == "verified"


def test_after_a_claim_two_looks_after_it_suffice(hospital: Organisation) -> None:
    said_at = at("2026-11-10", 2)
    claimed = make(
        hospital,
        owner="claims_fixed",
        machine="untested",
        owner_said_at=said_at,
        watched_from=said_at,
        last_seen_at=at("2026-11-09", 5),
    )
    # The tenth began before the claim.
    cover(*days("2026-11-10", 2))
    run(at("2026-11-12"))
    assert (again(claimed).machine, again(claimed).closing) == ("unseen", None)

    cover(*days("2026-11-12", 1))
    run(at("2026-11-13"))

    assert again(claimed).closing == "verified"


def test_an_occurrence_goes_quiet_after_its_days_and_is_not_called_fixed(hospital: Organisation) -> None:
    hit = make(hospital, kind="occurrence", problem="malware-infection", report_type="event4_sinkhole_http")
    facts = {"report_type": "event4_sinkhole_http", "problems": ["malware-infection"]}
    cover(*days("2026-11-02", 13), **facts)  # type: ignore[arg-type]  # arguments come by name
    run(at("2026-11-15"))
    assert (again(hit).machine, again(hit).closing) == ("unseen", None)

    cover(*days("2026-11-15", 1), **facts)  # type: ignore[arg-type]  # arguments come by name
    run(at("2026-11-16"))

    after = again(hit)
    assert (after.closing, after.closed_at) == ("quiet", at("2026-11-16", 0))
    with acting(system("test")):
        assert FindingChange.objects.get(action="go_quiet").reason == "quiet:14:14"


def test_quiet_days_that_nobody_watched_are_not_quiet(hospital: Organisation) -> None:
    hit = make(hospital, kind="occurrence", problem="malware-infection", report_type="event4_sinkhole_http")
    cover(*days("2026-11-14", 6), report_type="event4_sinkhole_http", problems=["malware-infection"])

    run(at("2026-11-20"))

    assert again(hit).closing is None


@pytest.mark.parametrize("kind", ["disclosure", "one_off"])
def test_what_silence_cannot_end_is_left_alone(hospital: Organisation, kind: str) -> None:
    leak = make(hospital, kind=kind)
    cover(*days("2026-11-02", 40))

    assert run(at("2026-12-12")) == NOTHING
    assert again(leak).machine == "seen"


def test_what_waits_at_the_gate_may_vanish_too(hospital: Organisation) -> None:
    held = make(hospital, coordinator="held", telling="untold")
    cover(*days("2026-11-02", 3))

    run(at("2026-11-05"))

    assert again(held).closing == "verified"


def test_a_closing_is_left_as_it_is(hospital: Organisation) -> None:
    false = make(hospital, coordinator="closed", closing="false_positive", closed_at=SEEN)
    cover(*days("2026-11-02", 9))

    assert run(at("2026-11-12")) == NOTHING
    assert again(false).closing == "false_positive"


def test_a_reopened_finding_is_watched_from_then_on(hospital: Organisation) -> None:
    opened = make(hospital, machine="untested", watched_from=at("2026-11-10", 9))
    cover(*days("2026-11-02", 9))

    assert run(at("2026-11-11")) == NOTHING
    assert again(opened).machine == "untested"


def test_seen_after_it_closed_is_a_relapse_from_the_looks_end(hospital: Organisation) -> None:
    seen = sighting(hospital, at=SEEN)
    fold(seen, now=at("2026-11-01", 12))
    cover(*days("2026-11-02", 3))
    run(at("2026-11-05", 6))

    # Seen after the last window ended and before we read it.
    fold({**seen, "last_at": at("2026-11-05", 3)}, now=at("2026-11-05", 12))

    with acting(system("test")):
        found = Finding.objects.get()
        assert (found.relapses, found.coordinator, found.machine) == (1, "open", "seen")


def test_writing_the_same_coverage_again_changes_nothing(database: str) -> None:
    cover(*days("2026-11-02", 2))
    cover(*days("2026-11-02", 2), strength=Strength.WEAK, why=CoverageWhy.SHORT)

    with acting(system("test")):
        assert set(Coverage.objects.values_list("strength", flat=True)) == {"weak"}
        assert Coverage.objects.count() == 2


def test_only_the_clock_and_ingest_watch(database: str, desk: Actor) -> None:
    with pytest.raises(NotAllowed), acting(desk, using=INGEST):
        apply_silence(actor=desk, now=SEEN)
    with pytest.raises(NotAllowed), acting(desk, using=INGEST):
        record_coverage(actor=desk, source="s", day=SEEN.date(), rows=[], now=SEEN)


def test_owners_see_no_coverage(hospital: Organisation, nurse: Actor) -> None:
    cover(*days("2026-11-02", 2))

    with acting(nurse):
        assert not Coverage.objects.exists()
