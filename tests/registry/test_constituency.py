"""A constituency of 10,000 organisations from public lists: imported, exported, imported again without a difference."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from bench.constituency import constituency, write
from tests.registry.frames import day, event_frame
from tests.registry.reference import Event
from tests.shared_data import shared
from tocsin.registry.attribution import attribute, build_index, conflicts
from tocsin.registry.tables import References, Tables, difference, read_tables, to_xlsx, to_zip

#: A registry that knows nothing yet.
EMPTY = References(sectors=frozenset(), regions=frozenset(), coordinators=frozenset())


@pytest.fixture(scope="module")
def made() -> Tables:
    tables, refused = constituency(shared("constituency"), 10_000)
    assert refused == []
    return tables


def test_it_has_10000_organisations_with_invented_contacts_alone(made: Tables) -> None:
    tables = made

    assert tables.organisations.height == 10_000
    assert tables.organisations["code"].n_unique() == 10_000
    assert tables.contacts["email"].str.ends_with(".example").all()
    assert set(tables.assets["organisation"]) == set(tables.organisations["code"])


def test_its_files_import_without_a_fault_and_to_the_same(made: Tables, tmp_path: Path) -> None:
    tables = made

    write(tables, tmp_path)
    files = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    checked = read_tables(files, EMPTY)
    found = difference(tables, checked.tables)

    assert checked.bad == []
    assert found.empty, found.organisations.fields


@pytest.mark.parametrize("form", [to_zip, to_xlsx])
def test_exported_and_imported_again_there_is_no_difference(made: Tables, form: Callable[[Tables], bytes]) -> None:
    tables = made
    name = "all.zip" if form is to_zip else "all.xlsx"

    again = read_tables({name: form(tables)}, EMPTY)

    assert again.bad == []
    found = difference(tables, again.tables)
    assert found.empty
    assert found.assets.unchanged == tables.assets.height
    assert [part.missing.height for part in found.parts] == [0] * 6


def test_its_owners_are_found(made: Tables) -> None:
    tables = made
    codes = tables.organisations["code"].to_list()
    assets = tables.assets.with_row_index("asset_id").with_columns(
        organisation_id=pl.col("organisation").replace_strict(dict(zip(codes, range(len(codes)), strict=True)))
    )

    events = [
        Event(observed_at=day(1), address="133.43.1.2"),
        Event(observed_at=day(1), host="www.abbevillecitymarshal.gov"),
    ]
    found = attribute(event_frame(events), build_index(assets))

    assert [codes[number] for number in found["organisation_id"]] == ["as10014", "gov-abbevillecitymarshal"]
    assert conflicts(assets).height == 0
