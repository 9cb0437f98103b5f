"""A report that names another owner gives no finding away: the registry is asked, and decides."""

import itertools
import json
from datetime import timedelta
from typing import Any

from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import registry
from tests.factories.findings import DAY, MONDAY, fold, sighting
from tocsin.access.scope import INGEST, acting
from tocsin.findings.models import Finding, FindingChange, Sighting
from tocsin.findings.services import Reattributed, reattribute
from tocsin.kernel.actor import Actor, system
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.services import move_asset

NOW = MONDAY + DAY
SYSTEM = system("test")
#: Networks of 65,536 addresses that no other example has.
NETWORKS = itertools.count(1)


def own(owner: Organisation, value: str, kind: str = "") -> Asset:
    with acting(SYSTEM):
        return registry.asset(owner, value, kind)


def asked() -> list[list[int] | None]:
    """Give whose findings the registry is asked about."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT args -> 'organisation_ids' FROM procrastinate_jobs WHERE task_name = 'findings.reattribute'"
            " AND queueing_lock IS NOT NULL ORDER BY id"
        )
        return [_read(row[0]) for row in cursor.fetchall()]


def _read(value: Any) -> list[int] | None:
    return json.loads(value) if isinstance(value, str) else value


def decide(*owners: Organisation) -> Reattributed:
    with acting(system("registry"), using=INGEST) as actor:
        return reattribute(actor=actor, organisation_ids=[owner.pk for owner in owners], now=NOW)


def owners() -> list[tuple[str, str | None]]:
    with acting(SYSTEM):
        found = Finding.objects.select_related("organisation").order_by("id")
        return [(row.organisation.code, row.closing) for row in found]


def test_a_row_whose_names_disagree_takes_nothing_from_anybody(hospital: Organisation, school: Organisation) -> None:
    own(hospital, "198.18.7.0/24")
    own(school, "school.example", "domain")
    fold(sighting(hospital, "198.18.7.9", asset_value="198.18.7.0/24"))

    folded = fold(
        sighting(school, "198.18.7.9", NOW, attributed_by="domain", asset_value="school.example"), now=NOW, report_id=2
    )

    assert (folded.contested, folded.new, asked()) == (1, 0, [[hospital.pk]])
    assert decide(hospital) == Reattributed(moved=0, ended=0)
    assert owners() == [("hospital", None)]
    with acting(SYSTEM):
        assert FindingChange.objects.count() == 0


def test_a_report_that_knows_of_a_move_first_has_the_registry_hand_it_over(
    hospital: Organisation, school: Organisation
) -> None:
    asset = own(hospital, "198.18.7.0/24")
    fold(sighting(hospital, "198.18.7.9", asset_value="198.18.7.0/24"))
    with acting(SYSTEM):
        move_asset(
            actor=SYSTEM, asset_id=asset.pk, to_organisation_id=school.pk, at=None, reason="Entered wrongly.", now=NOW
        )

    folded = fold(sighting(school, "198.18.7.9", NOW, asset_value="198.18.7.0/24"), now=NOW, report_id=2)

    assert (folded.contested, owners()) == (1, [("hospital", None)])
    assert decide(hospital) == Reattributed(moved=1, ended=0)
    assert owners() == [("hospital", "handed_over"), ("school", None)]
    with acting(SYSTEM):
        # What the report saw is not lost to the new owner.
        assert Sighting.objects.get(finding__organisation=school).last_seen_at == NOW


def test_a_thing_seen_elsewhere_says_nothing_of_the_one_here(hospital: Organisation, school: Organisation) -> None:
    url = "http://cdn.example/login"
    here = {"subject_kind": "url", "address": "198.18.7.9", "asset_value": "198.18.7.0/24"}
    fold(sighting(hospital, url, **here))

    folded = fold(sighting(school, url, NOW, **{**here, "address": "198.18.8.9"}), now=NOW, report_id=2)

    assert (folded.contested, folded.new, owners()) == (1, 0, [("hospital", None)])
    with acting(SYSTEM):
        assert Sighting.objects.get().last_seen_at == MONDAY


def test_many_holders_are_asked_about_at_once(clock: Actor, school: Organisation) -> None:
    with acting(clock):
        holders = [registry.organisation(f"holder-{number}") for number in range(21)]
    first = [sighting(holder, f"198.18.9.{number + 1}") for number, holder in enumerate(holders)]
    fold(*first)

    fold(*({**row, "organisation_id": school.pk, "last_at": NOW} for row in first), now=NOW, report_id=2)

    assert asked() == [None]


@settings(max_examples=12, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.tuples(st.integers(16, 31), st.integers(17, 32)).filter(lambda pair: pair[0] < pair[1]))
def test_nothing_attributed_by_a_wider_network_takes_over(
    hospital: Organisation, school: Organisation, lengths: tuple[int, int]
) -> None:
    wide, narrow = lengths
    start = f"10.{next(NETWORKS)}.0.0"
    own(school, f"{start}/{wide}")
    own(hospital, f"{start}/{narrow}")
    seen = sighting(hospital, start, asset_value=f"{start}/{narrow}")
    fold(seen)

    fold(sighting(school, start, NOW, asset_value=f"{start}/{wide}"), now=NOW, report_id=2)
    decide(hospital)

    with acting(SYSTEM):
        found = Finding.objects.filter(identity=seen["identity"]).values_list("organisation_id", "closing")
        assert list(found) == [(hospital.pk, None)]
