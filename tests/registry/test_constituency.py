"""A constituency of 10,000 organisations from public lists: imported, exported, imported again without a difference."""

import json
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


@pytest.fixture(scope="module")
def made() -> tuple[Tables, References]:
    tables, references, refused = constituency(shared("constituency"), 10_000)
    assert refused == []
    return tables, references


def test_it_has_10000_organisations_with_invented_contacts_alone(made: tuple[Tables, References]) -> None:
    tables, _ = made

    assert tables.organisations.height == 10_000
    assert tables.organisations["code"].n_unique() == 10_000
    assert tables.contacts["email"].str.ends_with(".example").all()
    assert set(tables.assets["organisation"]) == set(tables.organisations["code"])


def test_its_files_import_without_a_fault_and_to_the_same(made: tuple[Tables, References], tmp_path: Path) -> None:
    tables, references = made

    write(tables, references, tmp_path)
    files = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    checked = read_tables(files, references)
    found = difference(tables, checked.tables)

    assert checked.bad == []
    assert found.empty, found.organisations.fields
    named = json.loads((tmp_path / "references.json").read_text("utf-8"))
    assert set(tables.organisations["region"]) <= set(named["regions"])


@pytest.mark.parametrize("form", [to_zip, to_xlsx])
def test_exported_and_imported_again_there_is_no_difference(
    made: tuple[Tables, References], form: Callable[[Tables], bytes]
) -> None:
    tables, references = made
    name = "all.zip" if form is to_zip else "all.xlsx"

    again = read_tables({name: form(tables)}, references)

    assert again.bad == []
    found = difference(tables, again.tables)
    assert found.empty
    assert found.assets.unchanged == tables.assets.height
    assert [part.missing.height for part in (found.organisations, found.contacts, found.assets)] == [0, 0, 0]


def test_its_owners_are_found(made: tuple[Tables, References]) -> None:
    tables, _ = made
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
