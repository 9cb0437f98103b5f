"""The fictional province: how many, whose, and that nothing in it is real."""

import csv
import ipaddress
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from bench.province import cast
from bench.province.addresses import DOCUMENTATION_ASNS
from bench.province.constituency import Asset, Constituency, constituency
from tests.shared_data import shared

FOUR, SIX = ipaddress.IPv4Network("198.18.0.0/15"), ipaddress.IPv6Network("2001:db8::/32")
COLUMNS = {
    "organisations": "code,name_en,name_zh,sector,region,tier,critical,coordinator,sector_coordinator,language",
    "contacts": "organisation,role,name,email,phone,language",
    "assets": "organisation,kind,value,valid_from,valid_until,state,note",
    "regions": "code,parent,name_en,name_zh",
    "sectors": "code,name_en,name_zh",
    "coordinators": "code,parent,name_en,name_zh,region,sector",
}


@pytest.fixture(scope="module")
def people() -> Constituency:
    return constituency()


def _live(people: Constituency, kind: str) -> list[Asset]:
    return [one for one in people.assets if one.kind == kind and one.state in ("entered", "proven")]


def test_it_has_640_organisations_of_three_sectors_in_four_cities(people: Constituency) -> None:
    desks = Counter(one.coordinator for one in people.organisations)

    assert len(people.organisations) == len({one.code for one in people.organisations}) == 640
    assert (
        len({one.name_en for one in people.organisations}) == len({one.name_zh for one in people.organisations}) == 640
    )
    assert Counter(one.sector for one in people.organisations).keys() == {"health", "education", "utilities"}
    assert desks == {"desk-linjiang": 8} | dict.fromkeys(
        (f"desk-{c}" for c in ("linhai", "xialing", "yunting", "anpu")), 158
    )
    assert {one.tier for one in people.organisations} == {1, 2, 3}


def test_every_reference_leads_somewhere(people: Constituency) -> None:
    regions = {one.code for one in people.regions}
    desks = {one.code for one in people.coordinators}
    codes = {one.code for one in people.organisations}

    assert {one.region for one in people.organisations} <= regions
    assert {one.parent for one in people.regions} - {None} <= regions
    assert {one.coordinator for one in people.organisations} | {
        one.sector_coordinator for one in people.organisations
    } <= desks
    assert {one.parent for one in people.coordinators} - {None} <= desks
    assert {one.organisation for one in people.contacts} == codes
    assert {one.organisation for one in people.assets} == codes


def test_it_has_about_1_600_assets_in_documentation_space(people: Constituency) -> None:
    prefixes = [one.value for one in people.assets if one.kind == "prefix"]

    assert 1_500 <= len(people.assets) <= 1_700
    assert all(ipaddress.IPv4Network(one).subnet_of(FOUR) for one in prefixes if ":" not in one)
    assert all(ipaddress.IPv6Network(one).subnet_of(SIX) for one in prefixes if ":" in one)
    assert {int(one.value) for one in people.assets if one.kind == "asn"} <= set(DOCUMENTATION_ASNS)
    assert {one.state for one in people.assets} == {"entered", "proven", "claimed", "rejected"}


def test_no_two_organisations_own_the_same_at_the_same_time(people: Constituency) -> None:
    always = [one for kind in ("prefix", "domain", "host", "url", "asn") for one in _live(people, kind)]
    values = Counter((one.kind, one.value) for one in always)
    networks = sorted(ipaddress.IPv4Network(value) for kind, value in values if kind == "prefix" and ":" not in value)

    assert {key: count for key, count in values.items() if count > 1} == {("prefix", cast.MOVED_PREFIX): 2}
    assert not any(left.overlaps(right) for left, right in pairwise(networks))


def test_names_are_under_example_and_each_domain_is_its_organisations_alone(people: Constituency) -> None:
    domains = {one.value: one.organisation for one in _live(people, "domain")}

    assert all(one.email.endswith(".example") for one in people.contacts)
    assert all(one.domain.endswith(".example") for one in people.organisations)
    assert all(".example" in one.value for kind in ("domain", "host", "url") for one in _live(people, kind))
    for domain in domains:
        parents = {domain.split(".", cut)[-1] for cut in range(1, domain.count(".") + 1)}
        assert not parents & domains.keys()


def test_it_takes_no_name_of_a_real_organisation(people: Constituency) -> None:
    ours = {one.name_en.casefold() for one in people.organisations}
    real: set[str] = set()
    for path, column in (
        ("constituency/asn_orgs_ipv4_ranges.csv", "organisation"),
        ("constituency/asn_orgs_ipv6_ranges.csv", "organisation"),
        ("constituency/dotgov.current-full.csv", "Organization name"),
    ):
        with shared(path).open(encoding="utf-8", newline="") as file:
            real |= {row[column].casefold() for row in csv.DictReader(file)}

    assert len(real) > 100
    assert not ours & real


def test_it_writes_the_import_files_with_the_agreed_columns(people: Constituency, tmp_path: Path) -> None:
    people.write(tmp_path)

    for name, header in COLUMNS.items():
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert ",".join(rows[0]) == header
        assert len(rows) == 1 + len(getattr(people, name))


def test_the_cast_is_as_the_story_tells(people: Constituency) -> None:
    hospital = people.organisation(cast.HOSPITAL)
    office, sibling = people.organisation(cast.SILENT_OFFICE), people.organisation(cast.SIBLING)

    assert (hospital.name_en, hospital.name_zh) == ("Qinghe County Hospital", "清河县医院")
    assert (hospital.sector, hospital.critical, hospital.tier) == ("health", True, 2)
    assert (office.name_en, office.name_zh) == ("Education Bureau, Xialing", "夏陵教育局")
    assert (office.region, office.sector) == (sibling.region, sibling.sector)
    assert people.organisation(cast.WATER).domain == "baishan.example"
    assert Asset(
        organisation=cast.CLAIMANT, kind="prefix", value=cast.CLAIMED_PREFIX, state="claimed", note="no proof yet"
    ) in (people.assets)
