"""The story: each fact of story.json is really in the files, each act speaks of something its owner was told of."""

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from bench.province import cast
from bench.province.constituency import constituency
from bench.province.history import Delivery, History

MONDAY = date(2026, 11, 23)
Sights = dict[tuple[str, str], dict[str, list[dict[str, str]]]]


@pytest.fixture(scope="module")
def sights(written: History) -> Sights:
    """Index all rows: (report type, address) -> day of the file -> its rows there."""
    found: Sights = defaultdict(lambda: defaultdict(list))
    for one in written.deliveries:
        if one.repeats:
            continue
        with (written.out / one.path).open(encoding="utf-8", newline="") as file:
            for row in list(csv.DictReader(file))[: one.rows - one.broken]:
                found[one.report_type, row.get("ip") or row["src_ip"]][one.day].append(row)
    return found


@pytest.fixture(scope="module")
def facts(written: History) -> dict[str, Any]:
    story: dict[str, Any] = json.loads((written.out / "story.json").read_text(encoding="utf-8"))
    return story


def _days(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [str(start + timedelta(days=number)) for number in range((end - start).days + 1)]


def _delivery(written: History, path: str) -> Delivery:
    return next(one for one in written.deliveries if one.path == path)


@pytest.mark.parametrize(
    "name",
    ["hospital", "wrong_owner", "moved", "silent_office", "sibling", "claimed", "by_asn", "dispute", "shared_hosting"],
)
def test_a_scene_is_seen_daily_from_its_first_to_its_last_day(facts: dict[str, Any], sights: Sights, name: str) -> None:
    fact = facts["facts"][name]

    for address in fact.get("addresses", [fact["address"]]):
        seen = sorted(sights[fact["report_type"], address])
        assert seen == _days(fact["first_seen"], fact["last_seen"])
        assert {row["port"] for day in seen for row in sights[fact["report_type"], address][day]} == {str(fact["port"])}


def test_the_hospital_says_fixed_on_a_friday_and_is_still_seen_for_days(facts: dict[str, Any], sights: Sights) -> None:
    hospital = facts["facts"]["hospital"]
    claim, second = (date.fromisoformat(day) for day in hospital["claims_fixed"])

    assert hospital["addresses"] == ["198.18.40.17", "198.18.40.52"]
    assert claim.isoweekday() == 5
    for address in hospital["addresses"]:
        seen = sights["scan_rdp", address]
        assert set(hospital["still_seen_after_first_claim"]) <= seen.keys()
        assert max(seen) == str(second) == hospital["last_seen"]
    assert second < date.fromisoformat(hospital["gone_from"]) <= MONDAY - timedelta(days=3)


def test_the_hospitals_reverse_dns_name_is_under_the_water_companys_domain(
    facts: dict[str, Any], sights: Sights
) -> None:
    fact = facts["facts"]["misleading_name"]
    names = {
        (row["hostname"], row["hostname_source"])
        for rows in sights["scan_rdp", fact["address"]].values()
        for row in rows
    }

    assert names == {("rdp.baishan.example", "ptr")}
    assert constituency().organisation(fact["not"]).domain == "baishan.example"


def test_the_universitys_two_families_go_quiet_and_nobody_says_fixed(
    facts: dict[str, Any], sights: Sights, written: History
) -> None:
    families = facts["facts"]["university"]["families"]

    assert len(families) == 2
    for family, fact in families.items():
        seen = sights["event4_sinkhole_http", fact["address"]]
        assert {row["infection"] for rows in seen.values() for row in rows} == {family}
        assert max(seen) == fact["last_seen"]
        assert date.fromisoformat(fact["last_seen"]) + timedelta(days=14) < MONDAY
    assert {act.what for act in written.acts if act.organisation == cast.UNIVERSITY} == {"received"}


def test_the_relapse_is_back_within_90_days_after_a_claim(
    facts: dict[str, Any], sights: Sights, written: History
) -> None:
    fact = facts["facts"]["relapse"]
    seen = sorted(sights["scan_mongodb", fact["address"]])
    claim = next(act for act in written.acts if act.address == fact["address"] and act.what == "fixed")

    assert seen == [*_days(fact["first_seen"], fact["last_seen"]), *_days(fact["back"], str(MONDAY))]
    assert claim.day == fact["last_seen"]
    assert (date.fromisoformat(fact["back"]) - date.fromisoformat(fact["gone_from"])).days < 90


def test_the_silent_office_never_answers_and_its_sibling_has_something_of_its_own(
    facts: dict[str, Any], written: History
) -> None:
    silent = facts["facts"]["silent_office"]

    assert not [act for act in written.acts if act.organisation == silent["organisation"]]
    assert silent["last_seen"] == str(MONDAY)
    assert facts["facts"]["sibling"]["organisation"] == silent["sibling"] != silent["organisation"]


def test_the_hosted_school_is_named_while_the_address_is_the_universitys(facts: dict[str, Any], sights: Sights) -> None:
    fact = facts["facts"]["shared_hosting"]
    rows = [row for day in sights["compromised_website", fact["address"]].values() for row in day]

    assert {row["http_host"] for row in rows} == {fact["host"]}
    assert fact["host"].endswith(f".{constituency().organisation(fact['organisation']).domain}")
    assert fact["address_owner"] == cast.UNIVERSITY
    assert str(MONDAY) in sights["compromised_website", fact["address"]]


def test_the_wrong_owner_refuses_before_the_desk_corrects_within_three_days(
    facts: dict[str, Any], written: History
) -> None:
    fact = facts["facts"]["wrong_owner"]
    acts = [
        (act.day, act.what, act.organisation or act.to_organisation) for act in written.acts if act.story == "wrong"
    ]

    assert acts[:2] == [
        (fact["not_ours"], "not_ours", cast.WRONG_OWNER),
        (fact["corrected"], "correct_owner", cast.RIGHT_OWNER),
    ]
    assert (date.fromisoformat(fact["corrected"]) - date.fromisoformat(fact["not_ours"])).days == 3
    assert acts[-1] == (fact["last_seen"], "fixed", cast.RIGHT_OWNER)


def test_the_odd_files_are_odd_as_declared(facts: dict[str, Any], written: History) -> None:
    odd = facts["facts"]
    ragged = (written.out / odd["ragged"]["path"]).read_text(encoding="utf-8").splitlines()
    widths = {
        line: len(next(csv.reader([ragged[int(line) - 1]]))) - len(ragged[0].split(","))
        for line in odd["ragged"]["lines"]
    }
    broken = (written.out / odd["broken"]["path"]).read_text(encoding="utf-8")

    assert widths == odd["ragged"]["lines"]
    assert broken.count('"') % 2 == 1
    assert broken.splitlines()[odd["broken"]["line"] - 1].count('"') % 2 == 1
    assert broken.count("\n") == odd["broken"]["line"]
    assert (written.out / odd["header_only"]["path"]).read_text(encoding="utf-8").count("\n") == 1
    assert (written.out / odd["twice"]["path"]).read_bytes() == (written.out / odd["twice"]["again"]).read_bytes()
    assert _delivery(written, odd["twice"]["again"]).day == odd["twice"]["second"] > odd["twice"]["first"]
    assert _delivery(written, facts["monday"]["unknown_type"]["path"]).day == str(MONDAY)


def test_the_counts_are_those_of_the_files(facts: dict[str, Any], written: History) -> None:
    once = [one for one in written.deliveries if not one.repeats]

    assert facts["counts"]["files"] == len(written.deliveries) == len(list(written.out.glob("[sl]*/**/*.csv")))
    assert facts["counts"]["rows"] == sum(one.rows for one in once)
    assert facts["monday"]["rows"] == sum(one.rows for one in once if one.day == str(MONDAY))
    assert facts["monday"]["flood"]["times"] == 6


def test_every_word_that_must_never_be_kept_is_in_some_file(facts: dict[str, Any], written: History) -> None:
    missing = set(facts["never_kept"])
    for one in written.deliveries:
        text = (written.out / one.path).read_text(encoding="utf-8")
        missing -= {word for word in missing if word in text}

    assert not missing


def test_every_answer_comes_after_a_sight_that_its_owner_can_have_been_told_of(
    written: History, sights: Sights
) -> None:
    assert len(written.acts) > 300
    for act in written.acts:
        if act.actor == "owner":
            seen = sights[str(act.report_type), str(act.address)]
            assert any(day < act.day for day in seen), act
            assert {row.get("port") or row["dst_port"] for rows in seen.values() for row in rows} == {str(act.port)}, (
                act
            )


def test_acts_are_in_order_and_of_the_agreed_kinds(written: History) -> None:
    kinds = {(act.actor, act.what) for act in written.acts}

    assert [act.day for act in written.acts] == sorted(act.day for act in written.acts)
    assert kinds == {
        *(("owner", what) for what in ("received", "in_work", "fixed", "not_ours", "dispute")),
        *(("coordinator", what) for what in ("correct_owner", "release", "drop", "confirm")),
    }
    assert all(act.until and act.until > act.day for act in written.acts if act.what == "in_work")
