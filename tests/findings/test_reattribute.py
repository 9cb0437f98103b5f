"""When assets change: findings end for who lost them and begin for who has them now."""

from datetime import timedelta

import pytest
from django.db import connections

from tests.factories import registry
from tests.factories.findings import DAY, MONDAY, finding, fold, sighting
from tocsin.access.scope import INGEST, acting
from tocsin.audit.models import AuditEntry
from tocsin.findings import tasks
from tocsin.findings.models import Finding, FindingChange, Sighting, Succession
from tocsin.findings.services import Reattributed, reattribute
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.services import move_asset

NOW = MONDAY
NOTHING = Reattributed(moved=0, ended=0)


def run(*owners: Organisation, everyone: bool = False) -> Reattributed:
    ids = None if everyone else [owner.pk for owner in owners]
    with acting(system("registry"), using=INGEST) as actor:
        return reattribute(actor=actor, organisation_ids=ids, now=NOW)


def own(owner: Organisation, value: str, kind: str = "", **given: object) -> Asset:
    with acting(system("test")):
        return registry.asset(owner, value, kind, **given)


def make(organisation: Organisation, /, **given: object) -> Finding:
    with acting(system("test")):
        return finding(organisation, **given)  # type: ignore[arg-type]  # fields come by name


def episodes() -> list[Finding]:
    with acting(system("test")):
        return list(Finding.objects.order_by("episode"))


def test_what_is_still_theirs_stays(hospital: Organisation) -> None:
    own(hospital, "198.18.0.0/15")
    make(hospital)

    assert run(hospital) == NOTHING
    assert episodes()[0].closing is None


def test_another_owner_gets_a_clean_episode(hospital: Organisation, school: Organisation) -> None:
    own(hospital, "198.18.0.0/15")
    own(school, "198.18.77.0/24")
    make(
        hospital,
        subject="198.18.77.9",
        telling="told",
        due_at=NOW + DAY,
        owner="claims_fixed",
        machine="untested",
        relapses=2,
        evidence={"version": "10"},
        ptr="rdp.hospital.example",
    )

    assert run(hospital) == Reattributed(moved=1, ended=0)

    old, new = episodes()
    assert (old.coordinator, old.closing, old.closed_at, old.is_newest) == ("closed", "handed_over", NOW, False)
    assert (new.organisation_id, new.episode, new.is_newest, new.closing) == (school.pk, 2, True, None)
    assert (new.owner, new.telling, new.due_at, new.relapses) == ("silent", "untold", None, 0)
    assert (new.attributed_by, new.asset_value, new.evidence) == ("prefix", "198.18.77.0/24", {"version": "10"})
    assert new.identity == old.identity
    with acting(system("test")):
        assert Succession.objects.values_list("earlier_id", "later_id").get() == (old.pk, new.pk)
        assert Sighting.objects.filter(finding=new).count() == 1
        assert AuditEntry.objects.get(action="findings.reattribute").after == {"moved": 1, "ended": 0}


def test_a_thing_that_changes_hands_waits_for_the_next_sighting(hospital: Organisation, school: Organisation) -> None:
    own(hospital, "198.18.77.0/24", valid_until=NOW - DAY)
    own(school, "198.18.77.0/24", valid_from=NOW - DAY)
    seen = sighting(
        hospital, "198.18.77.9", NOW - 2 * DAY, evidence='{"banner": "hospital"}', asset_value="198.18.77.0/24"
    )
    fold(seen, now=NOW - 2 * DAY)

    assert run(hospital) == Reattributed(moved=0, ended=1)

    assert [(row.organisation_id, row.closing, row.is_newest) for row in episodes()] == [
        (hospital.pk, "handed_over", True)
    ]
    later = {"organisation_id": school.pk, "first_at": NOW, "last_at": NOW, "evidence": '{"banner": "school"}'}
    fold({**seen, **later}, now=NOW)

    old, new = episodes()
    assert (new.organisation_id, new.episode, new.first_seen_at) == (school.pk, 2, NOW)
    assert new.evidence == {"banner": "school"}
    with acting(system("test")):
        assert Succession.objects.values_list("earlier_id", "later_id").get() == (old.pk, new.pk)


def test_what_was_seen_since_it_changed_hands_is_the_new_owners_and_nothing_before(
    hospital: Organisation, school: Organisation
) -> None:
    own(hospital, "198.18.77.0/24", valid_until=NOW - 2 * DAY)
    own(school, "198.18.77.0/24", valid_from=NOW - 2 * DAY)
    old = make(
        hospital,
        subject="198.18.77.9",
        first_seen_at=NOW - 9 * DAY,
        last_seen_at=NOW - DAY,
        evidence={"banner": "hospital"},
        ptr="rdp.hospital.example",
    )
    with acting(system("test")):
        Sighting.objects.create(finding=old, source="feed", last_seen_at=NOW - 5 * DAY, count=3, report_id=2)

    assert run(hospital) == Reattributed(moved=1, ended=0)

    new = episodes()[1]
    assert (new.organisation_id, new.first_seen_at, new.evidence, new.ptr) == (school.pk, NOW - DAY, {}, "")
    with acting(system("test")):
        sights = list(Sighting.objects.filter(finding=new).values_list("source", "last_seen_at"))
    assert sights == [("shadowserver", NOW - DAY)]


def test_what_a_third_owner_had_then_is_not_given_to_whoever_is_left(
    hospital: Organisation, school: Organisation
) -> None:
    own(hospital, "198.18.77.9/32", valid_until=NOW - timedelta(hours=1))
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9", first_seen_at=NOW - DAY)

    assert run(hospital) == Reattributed(moved=0, ended=1)


def test_a_correction_gives_the_right_owner_all_that_was_seen(hospital: Organisation, school: Organisation) -> None:
    asset = own(hospital, "198.18.77.0/24", valid_from=NOW - 30 * DAY)
    old = make(hospital, subject="198.18.77.9", first_seen_at=NOW - 9 * DAY, evidence={"version": "10"})
    with acting(system("test")) as actor:
        Sighting.objects.create(finding=old, source="feed", last_seen_at=NOW - DAY, count=3, report_id=2)
        move_asset(actor=actor, asset_id=asset.pk, to_organisation_id=school.pk, at=None, reason="A slip.", now=NOW)

    assert run(hospital) == Reattributed(moved=1, ended=0)

    new = episodes()[1]
    assert (new.organisation_id, new.first_seen_at, new.evidence) == (school.pk, NOW - 9 * DAY, {"version": "10"})
    with acting(system("test")):
        assert Sighting.objects.filter(finding=new).count() == 2


def test_neither_owner_learns_of_the_other(
    hospital: Organisation, school: Organisation, nurse: Actor, teacher: Actor
) -> None:
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9")
    run(hospital)

    for actor in (nurse, teacher):
        with acting(actor):
            assert Finding.objects.count() == 1
            assert not Succession.objects.exists()
            assert school.code not in str(list(FindingChange.objects.values()))
            assert hospital.code not in str(list(FindingChange.objects.values()))
    with acting(nurse):
        assert FindingChange.objects.get().reason == "owner_changed"


def test_what_is_nobodys_any_more_ends(hospital: Organisation) -> None:
    own(hospital, "198.18.0.0/15", valid_until=NOW - DAY)
    make(hospital)

    assert run(hospital) == Reattributed(moved=0, ended=1)
    assert [(row.closing, row.is_newest) for row in episodes()] == [("handed_over", True)]


def test_a_conflict_moves_nothing(hospital: Organisation, school: Organisation) -> None:
    own(hospital, "198.18.77.0/24")
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9")

    assert run(hospital) == NOTHING


@pytest.mark.parametrize(
    ("given", "kept", "lost"),
    [
        ({"attributed_by": "domain", "asset_value": "h.example"}, ("h.example", "domain"), True),
        (
            {"attributed_by": "domain", "asset_value": "h.example", "subject": "www.h.example", "subject_kind": "host"},
            ("h.example", "domain"),
            True,
        ),
        (
            {
                "attributed_by": "host",
                "asset_value": "www.h.example",
                "subject": "https://www.h.example/a",
                "subject_kind": "url",
            },
            ("www.h.example", "host"),
            True,
        ),
        ({"attributed_by": "asn", "asset_value": "AS64500"}, ("AS64500", "asn"), True),
        ({"subject": "2001:db8:7::1"}, ("2001:db8::/32", "prefix"), True),
    ],
)
def test_every_way_of_owning_is_asked_again(
    hospital: Organisation, given: dict[str, object], kept: tuple[str, str], lost: bool
) -> None:
    asset = own(hospital, kept[0], kept[1])
    make(hospital, **given)
    assert run(hospital) == NOTHING

    with acting(system("test")):
        asset.state = "claimed"
        asset.save(update_fields=["state"])

    assert run(hospital) == Reattributed(moved=0, ended=int(lost))


def test_severity_moves_with_whose_it_is(hospital: Organisation, database: str) -> None:
    with acting(system("test")):
        water = registry.organisation("water", critical=True)
    own(water, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9", severity=2)

    run(hospital)

    assert [row.severity for row in episodes()] == [2, 3]


def test_what_waits_at_the_gate_goes_on_waiting(hospital: Organisation, school: Organisation) -> None:
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9", coordinator="held")

    run(hospital)

    assert [row.coordinator for row in episodes()] == ["closed", "held"]


def test_it_is_safe_to_run_twice_and_for_everyone(hospital: Organisation, school: Organisation) -> None:
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9")
    run(everyone=True)

    assert run(everyone=True) == NOTHING
    assert len(episodes()) == 2


def test_the_task_does_it(hospital: Organisation, school: Organisation) -> None:
    own(school, "198.18.77.0/24")
    make(hospital, subject="198.18.77.9")

    tasks.reattribute(organisation_ids=[hospital.pk])

    assert len(episodes()) == 2


def test_the_clock_asks_when_a_date_has_passed(hospital: Organisation) -> None:
    own(hospital, "198.18.0.0/15", valid_until=NOW - timedelta(minutes=20))

    tasks.clock(timestamp=int(NOW.timestamp()))
    tasks.clock(timestamp=int(NOW.timestamp()))

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'findings.reattribute'")
        assert cursor.fetchone() == (1,)


def test_only_the_clock_moves_findings(hospital: Organisation, desk: Actor) -> None:
    with pytest.raises(NotAllowed), acting(desk, using=INGEST):
        reattribute(actor=desk, organisation_ids=None, now=NOW)
