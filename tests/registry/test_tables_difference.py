"""What an import would change."""

import polars as pl

from tests.registry.frames import day
from tests.registry.tables import FILES, REFERENCES, tables
from tocsin.registry.tables import Sheet, Tables, difference, read_tables

ASSET = {"organisation": "a", "kind": "asn", "value": "AS3333", "state": "entered", "note": ""}


def test_the_same_again_changes_nothing() -> None:
    held = read_tables(FILES, REFERENCES).tables

    found = difference(held, held)

    assert found.empty
    assert (found.organisations.unchanged, found.contacts.unchanged, found.assets.unchanged) == (2, 2, 3)


def test_into_an_empty_registry_everything_is_added() -> None:
    found = difference(tables(), read_tables(FILES, REFERENCES).tables)

    assert not found.empty
    assert found.assets.added.height == 3
    assert found.assets.missing.is_empty()


def test_a_change_names_the_fields_old_and_new_and_keeps_the_id() -> None:
    held = read_tables(FILES, REFERENCES).tables
    current = Tables(
        organisations=held.organisations.with_columns(id=pl.Series([7, 8])), contacts=held.contacts, assets=held.assets
    )
    files = FILES | {"organisations.csv": FILES["organisations.csv"].replace(b",east,1,yes", b",west,2,yes")}

    found = difference(current, read_tables(files, REFERENCES).tables).organisations

    assert found.fields.rows() == [("h1", "region", "east", "west"), ("h1", "tier", "1", "2")]
    assert found.changed.select("id", "code", "region", "tier", "name_en").rows() == [
        (7, "h1", "west", 2, "County Hospital")
    ]
    assert found.unchanged == 1


def test_what_a_file_does_not_mention_is_missing_and_not_removed() -> None:
    current = tables(assets=[ASSET, ASSET | {"value": "AS3334"}])

    found = difference(current, tables(assets=[ASSET])).assets

    assert found.missing["value"].to_list() == ["AS3334"]
    assert found.changed.is_empty()
    assert found.added.is_empty()


def test_a_table_that_is_not_given_is_left_alone() -> None:
    current = tables(assets=[ASSET])
    incoming = read_tables({"contacts.csv": FILES["contacts.csv"].replace(b"h1", b"old")}, REFERENCES).tables

    found = difference(current, incoming)

    assert found.assets.missing.is_empty()
    assert found.assets.unchanged == 0


def test_a_column_that_is_not_given_is_left_alone() -> None:
    current = tables(assets=[ASSET | {"organisation": "old", "note": "kept", "state": "proven"}])
    incoming = read_tables({"assets.csv": b"organisation,value,note\nold,AS3333,new\n"}, REFERENCES).tables

    found = difference(current, incoming).assets

    assert found.fields["field"].to_list() == ["note"]
    assert found.changed.row(0, named=True)["state"] == "proven"
    assert found.changed.row(0, named=True)["note"] == "new"


def test_a_corrected_beginning_is_a_change_of_the_same_asset() -> None:
    current = tables(assets=[ASSET | {"valid_from": day(1)}])

    found = difference(current, tables(assets=[ASSET | {"valid_from": day(2)}])).assets

    assert found.fields["field"].to_list() == ["valid_from"]
    assert found.added.is_empty()
    assert found.missing.is_empty()


def test_a_second_time_of_the_same_asset_is_added() -> None:
    first = ASSET | {"valid_from": day(1), "valid_until": day(2)}

    found = difference(tables(assets=[first]), tables(assets=[first, ASSET | {"valid_from": day(3)}])).assets

    assert found.added["valid_from"].to_list() == [day(3)]
    assert found.unchanged == 1


def test_all_sheets_have_the_columns_of_their_table() -> None:
    found = difference(tables(), tables())

    assert {part.sheet: part.added.columns for part in found.parts} == {
        sheet: tables().of(sheet).columns for sheet in Sheet
    }
