"""What pages read: found by every name, cut to the actor, in a number of queries that does not grow."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import registry as make
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed, NotFound
from tocsin.kernel.words import Language
from tocsin.registry import services
from tocsin.registry.queries.conflicts import list_conflicts
from tocsin.registry.queries.imports import list_imports
from tocsin.registry.queries.organisation import list_assets, one_asset, one_contact, one_organisation
from tocsin.registry.queries.organisations import OrganisationFilters, OrganisationSort, list_organisations
from tocsin.registry.queries.places import places
from tocsin.registry.rules import AssetKind, Standing, standing

DESK = make.person(Role.ANALYST)
MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def scope(database: str) -> Iterator[None]:
    with acting(system("test")):
        yield


def codes(actor: Actor = DESK, *, sort: OrganisationSort = OrganisationSort.CODE, **filters: object) -> list[str]:
    page = list_organisations(actor=actor, filters=OrganisationFilters(**filters), sort=sort)  # type: ignore[arg-type]  # fields come by name
    assert page.total.value == len(page.part.items)
    return [item.name.code for item in page.part.items]


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        call()
    return len(caught)


@pytest.mark.parametrize(
    "search",
    [
        "county hosp",
        "人民医院",
        "QH-HOSP",
        "198.18.1.7",
        "198.18.1.0/24",
        "www.qinghe.example",
        "https://x.example/a/b",
    ],
)
def test_an_organisation_is_found_by_names_code_and_what_it_owns(search: str) -> None:
    hospital = make.organisation("qh-hospital", name_en="Qinghe County Hospital", name_zh="清河县人民医院")
    make.asset(hospital, "198.18.0.0/16")
    make.asset(hospital, "qinghe.example")
    make.asset(hospital, "https://x.example/a")
    make.asset(make.organisation("other", name_en="University"), "198.19.0.0/16")

    assert codes(search=search) == ["qh-hospital"]


def test_a_search_takes_nothing_for_a_wildcard() -> None:
    make.organisation("one")

    assert codes(search="%") == codes(search="_") == codes(search="nothing such") == []


def test_filters_cut_the_list_and_a_region_holds_those_within() -> None:
    province, city = make.region("province"), make.region("city")
    city.parent = province
    city.save()
    make.organisation("a", region=city, tier=1, critical=True)
    make.organisation("b", region=province, sector=make.sector("education"))
    make.organisation("c", region=make.region("elsewhere"), tier=1)

    assert codes(region="province") == ["a", "b"]
    assert codes(region="city") == ["a"]
    assert codes(region="nowhere") == []
    assert codes(sector="education") == ["b"]
    assert codes(tier=1) == ["a", "c"]
    assert codes(tier=1, critical=False) == ["c"]


def test_names_sort_by_the_language_of_the_reader() -> None:
    for code, english, chinese, pinyin in (
        ("1", "beta", "安", "an"),
        ("2", "Alpha", "总", "zong"),
        ("3", "", "博", "bo"),
    ):
        make.organisation(code, name_en=english, name_zh=chinese, sort_zh=pinyin)

    def sorted_by(language: Language, sort: OrganisationSort) -> list[str]:
        page = list_organisations(actor=DESK, filters=OrganisationFilters(), sort=sort, language=language)
        return [item.name.code for item in page.part.items]

    assert sorted_by(Language.ENGLISH, OrganisationSort.NAME) == ["2", "1", "3"]
    assert sorted_by(Language.CHINESE, OrganisationSort.NAME) == ["1", "3", "2"]
    assert sorted_by(Language.CHINESE, OrganisationSort.NAME_DOWN) == ["2", "3", "1"]


@pytest.mark.parametrize("sort", list(OrganisationSort))
def test_page_by_page_everything_comes_once(sort: OrganisationSort) -> None:
    made = {make.organisation(tier=1 + number % 3, name_en=f"Name {number % 4}").code for number in range(11)}
    cursor, seen = "", []

    for _ in range(6):
        page = list_organisations(actor=DESK, filters=OrganisationFilters(), sort=sort, cursor=cursor, size=3).part
        seen += [item.name.code for item in page.items]
        cursor = page.next or ""
        if not cursor:
            break

    assert len(seen) == 11
    assert set(seen) == made


def test_the_list_takes_the_same_queries_however_long() -> None:
    make.organisation()
    few = queries(lambda: codes(search="org", region="LJ"))
    for _ in range(5):
        make.organisation(sector=make.sector("education"), region=make.region("LJ"))

    assert queries(lambda: codes(search="org", region="LJ")) == few == 5


def test_one_sees_only_ones_own() -> None:
    mine, other = make.organisation("mine"), make.organisation("other")
    theirs, asset, contact = make.asset(other), make.asset(mine), make.contact(other)
    member = make.person(Role.ORGANISATION_MEMBER, organisation=mine)
    moment = make.ENTERED_AT

    with acting(member):
        assert codes(member) == codes(member, search="198.18.0.0") + codes(member, search="mine") == ["mine"]
        assert one_organisation(actor=member, organisation_id=mine.pk, now=moment).changes == ()
        assert one_asset(actor=member, asset_id=asset.pk, now=moment).value == asset.value
        assert list_assets(actor=member, organisation_id=other.pk, now=moment).part.items == ()
        for look in (
            lambda: one_organisation(actor=member, organisation_id=other.pk, now=moment),
            lambda: one_asset(actor=member, asset_id=theirs.pk, now=moment),
            lambda: one_contact(actor=member, contact_id=contact.pk),
        ):
            with pytest.raises(NotFound):
                look()
        for refused in (lambda: list_conflicts(actor=member), lambda: list_imports(actor=member)):
            with pytest.raises(NotAllowed):
                refused()


def test_what_others_own_finds_nobody_of_theirs() -> None:
    mine = make.organisation("mine")
    make.asset(make.organisation("other"), "198.18.0.0/16")
    member = make.person(Role.ORGANISATION_MEMBER, organisation=mine)

    # Without the database's help: the query itself must be cut.
    assert codes(member, search="198.18.1.7") == []


def test_one_organisation_tells_both_lines_contacts_and_changes() -> None:
    top, desk, health = make.coordinator("top"), make.coordinator("desk"), make.coordinator("health")
    desk.parent = top
    desk.save()
    owner = make.organisation("h1", coordinator=desk, sector_coordinator=health)
    make.contact(owner)
    services.add_asset(
        actor=DESK,
        organisation_id=owner.pk,
        kind=None,
        value="h1.example",
        state="entered",  # type: ignore[arg-type]  # a word of the enum
        valid_from=None,
        valid_until=None,
        note="",
        now=JUNE,
    )

    found = one_organisation(actor=DESK, organisation_id=owner.pk, now=JUNE)

    assert [node.code for node in found.coordinators] == ["desk", "top"]
    assert [node.code for node in found.sector_coordinators] == ["health"]
    assert [contact.role for contact in found.contacts] == ["security"]
    assert found.counting == {AssetKind.DOMAIN: 1}
    assert [(change.action, change.at) for change in found.changes] == [("registry.add_asset", JUNE)]


def test_one_organisation_takes_the_same_queries_whatever_it_has() -> None:
    owner = make.organisation()

    def page() -> None:
        one_organisation(actor=DESK, organisation_id=owner.pk, now=JUNE)
        list_assets(actor=DESK, organisation_id=owner.pk, now=JUNE)

    bare = queries(page)
    for number in range(5):
        make.asset(owner)
        make.contact(owner)
        make.coordinator(f"desk-{number}")

    assert queries(page) == bare == 9


@pytest.mark.parametrize(
    ("state", "valid_from", "valid_until", "expected"),
    [
        ("entered", None, None, Standing.COUNTS),
        ("proven", MARCH, JUNE + timedelta(seconds=1), Standing.COUNTS),
        ("entered", JUNE, None, Standing.COUNTS),
        ("entered", JUNE + timedelta(seconds=1), None, Standing.NOT_YET),
        ("entered", MARCH, JUNE, Standing.ENDED),
        ("claimed", None, None, Standing.CLAIMED),
        ("rejected", None, None, Standing.REJECTED),
    ],
)
def test_an_asset_says_what_it_counts_for_and_the_list_agrees(
    state: str, valid_from: datetime | None, valid_until: datetime | None, expected: Standing
) -> None:
    owner = make.organisation()
    made = make.asset(owner, state=state, valid_from=valid_from, valid_until=valid_until)

    assert standing(state=state, valid_from=valid_from, valid_until=valid_until, now=JUNE) == expected
    assert one_asset(actor=DESK, asset_id=made.pk, now=JUNE).standing == expected
    counting = list_assets(actor=DESK, organisation_id=owner.pk, now=JUNE, in_force=True).part.items
    assert bool(counting) == (expected is Standing.COUNTS)


def test_conflicts_are_listed_page_by_page_with_both_owners() -> None:
    one, two = make.organisation("one"), make.organisation("two")
    for number in range(3):
        make.asset(one, f"198.18.{number}.0/24", valid_from=MARCH)
        make.asset(two, f"198.18.{number}.0/24", valid_until=JUNE)
    make.asset(one, "198.18.9.0/24", state="claimed")
    make.asset(two, "198.18.9.0/24")

    first = list_conflicts(actor=DESK, size=2)
    rest = list_conflicts(actor=DESK, size=2, cursor=first.part.next or "")
    back = list_conflicts(actor=DESK, size=2, cursor=rest.part.previous or "")

    assert (first.total.value, len(first.part.items), len(rest.part.items)) == (3, 2, 1)
    row = first.part.items[0]
    assert (row.one.name.code, row.other.name.code, row.one.value) == ("one", "two", "198.18.0.0/24")
    assert (row.overlap_from, row.overlap_until) == (MARCH, JUNE)
    assert back.part.items == first.part.items
    assert rest.part.next is None


def test_an_import_is_told_with_its_files_and_counts(now: datetime) -> None:
    files = {"sectors.csv": b"code,name_en\nhealth,Health\neducation,Education\n"}
    services.import_registry(actor=system("importer"), files=files, apply=True, now=now)
    services.export_registry(actor=system("exporter"), now=now)

    (told,) = list_imports(actor=DESK).items

    assert (told.at, told.who, told.files, told.total("added")) == (now, "importer", ("sectors.csv",), 2)


def test_places_stand_below_their_parents() -> None:
    top, below = make.region("z"), make.region("a")
    below.parent = top
    below.save()
    make.region("m")

    assert [(node.code, node.depth) for node in places(actor=DESK).regions] == [("m", 0), ("z", 0), ("a", 1)]
