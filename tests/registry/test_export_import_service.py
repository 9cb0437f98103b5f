"""What the database gives out comes back the same: any registry, and one of 10,000 organisations."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from bench.constituency import constituency, write
from tests.factories import registry as make
from tests.registry.tables import tables as made
from tests.shared_data import shared
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Asset, Contact, Organisation
from tocsin.registry.services import export_registry, import_registry
from tocsin.registry.tables import KEYS, Sheet, Tables, to_csv, to_xlsx, to_zip

ZONE = "Asia/Shanghai"
FORMS: dict[str, Callable[[Tables], dict[str, bytes]]] = {
    "csv": lambda tables: {f"{sheet}.csv": to_csv(tables.of(sheet), sheet, zone=ZONE) for sheet in Sheet},
    "zip": lambda tables: {"all.zip": to_zip(tables, zone=ZONE)},
    "xlsx": lambda tables: {"all.xlsx": to_xlsx(tables, zone=ZONE)},
}


@pytest.fixture(autouse=True)
def scope(database: str) -> Iterator[None]:
    with acting(system("test")):
        yield


def again(tables: Tables, form: str, now: datetime) -> tuple[int, int]:
    """Import an export; give what it changed and what it lacked."""
    outcome = import_registry(actor=system("test"), files=FORMS[form](tables), apply=True, now=now)
    assert outcome.bad == ()
    return outcome.changes, sum(part.missing.height for part in outcome.difference.parts)


#: What spreadsheets, CSV and comparison could trip over; no control characters, which an import refuses.
TEXT = st.text(st.sampled_from("a县=+-@'\", ;\tÉ\n0"), max_size=6).map(lambda text: text.replace("\t", "").strip())
NAMES = TEXT.filter(bool)
MOMENTS = st.none() | st.integers(0, 10**15).map(
    lambda part: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(microseconds=part)
)
VALUES = st.sampled_from(
    [
        ("asn", "AS3333"),
        ("prefix", "198.18.0.0/24"),
        ("prefix", "2001:db8::/48"),
        ("domain", "a.example"),
        ("host", "www.a.example"),
        ("url", "https://a.example/~x/"),
    ]
)
ASSETS = st.lists(
    st.tuples(
        VALUES, MOMENTS, st.integers(1, 10**9), st.sampled_from(["claimed", "proven", "entered", "rejected"]), TEXT
    ),
    max_size=5,
    unique_by=lambda row: (row[0], row[1]),
)
CONTACTS = st.lists(
    st.tuples(st.sampled_from(["security", "abuse"]), st.sampled_from(["a@b.example", "A+c@b.example"]), NAMES, TEXT),
    max_size=3,
    unique_by=lambda row: row[:2],
)


@st.composite
def registries(draw: st.DrawFn) -> Tables:
    """Draw a registry: a tree of regions and desks, organisations with contacts and assets."""
    regions = [f"r{place}" for place in range(draw(st.integers(1, 3)))]
    parents = [draw(st.sampled_from([None, *regions[:place]])) for place in range(len(regions))]
    named = [
        {"code": code, "parent": above, "name_en": draw(TEXT), "name_zh": draw(NAMES)}
        for code, above in zip(regions, parents, strict=True)
    ]
    desks = [
        row | {"region": draw(st.sampled_from([None, *regions])), "sector": draw(st.sampled_from([None, "s"]))}
        for row in named
    ]
    organisations: list[dict[str, object]] = []
    contacts: list[dict[str, object]] = []
    assets: list[dict[str, object]] = []
    for place in range(draw(st.integers(0, 3))):
        code = f"o{place}"
        organisations.append(
            {
                "code": code,
                "name_en": draw(NAMES),
                "name_zh": draw(TEXT),
                "sector": "s",
                "region": draw(st.sampled_from(regions)),
                "tier": draw(st.integers(1, 3)),
                "critical": draw(st.booleans()),
                "coordinator": draw(st.sampled_from(regions)),
                "sector_coordinator": draw(st.sampled_from([None, *regions])),
                "language": draw(st.sampled_from(["en", "zh-hans"])),
            }
        )
        contacts += [
            {"organisation": code, "role": role, "email": email, "name": name, "phone": phone, "language": "en"}
            for role, email, name, phone in draw(CONTACTS)
        ]
        assets += [
            {
                "organisation": code,
                "kind": kind,
                "value": value,
                "valid_from": since,
                "valid_until": since and since + timedelta(seconds=lasts_s),
                "state": state,
                "note": note,
            }
            for (kind, value), since, lasts_s, state, note in draw(ASSETS)
        ]
    sectors: list[dict[str, object]] = [{"code": "s", "name_en": "S", "name_zh": ""}]
    return made(
        regions=named,
        sectors=sectors,
        coordinators=desks,
        organisations=organisations,
        contacts=contacts,
        assets=assets,
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registries(), st.sampled_from(sorted(FORMS)))
def test_any_registry_comes_back_the_same(registry: Tables, form: str) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    with transaction.atomic():
        first = import_registry(actor=system("test"), files=FORMS[form](registry), apply=True, now=moment)
        exported = export_registry(actor=system("test"), now=moment)
        second = again(exported, form, moment)
        transaction.set_rollback(True)

    assert first.bad == ()
    assert second == (0, 0)
    for sheet in Sheet:
        kept = exported.of(sheet).drop("id").sort(*KEYS[sheet])
        assert_frame_equal(kept, registry.of(sheet).sort(*KEYS[sheet]))


def test_who_sees_less_exports_less(now: datetime) -> None:
    mine, other = make.organisation("mine"), make.organisation("other")
    for owner in (mine, other):
        make.asset(owner)
        make.contact(owner)
    member = make.person(Role.ORGANISATION_MEMBER, organisation=mine)

    with acting(member):
        tables = export_registry(actor=member, now=now)

    assert tables.organisations["code"].to_list() == ["mine"]
    assert set(tables.assets["organisation"]) == set(tables.contacts["organisation"]) == {"mine"}


def test_an_export_is_kept_in_the_trail_with_its_size(now: datetime) -> None:
    make.asset(make.organisation("one"))

    export_registry(actor=system("exporter"), now=now)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_label) == ("registry.export", "exporter")
    assert entry.after is not None
    assert entry.after["assets"] == 1


def test_a_link_may_not_export(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        export_registry(actor=make.person(Role.LINK), now=now)


@pytest.mark.slow
def test_ten_thousand_organisations_come_back_without_a_difference(
    now: datetime, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("constituency")
    write(constituency(shared("constituency"), 10_000)[0], folder)
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}

    started = time.perf_counter()
    outcome = import_registry(actor=system("test"), files=files, apply=True, now=now)
    took_s = time.perf_counter() - started

    assert outcome.bad == ()
    assert Organisation.objects.count() == 10_000
    assert Asset.objects.count() == outcome.difference.assets.added.height > 20_000
    assert Contact.objects.count() == 20_000
    exported = export_registry(actor=system("test"), now=now)
    assert [again(exported, form, now) for form in FORMS] == [(0, 0)] * len(FORMS)
    with capsys.disabled():
        print(f"\n{Asset.objects.count():,} assets of 10,000 organisations imported in {took_s:.1f} s")
