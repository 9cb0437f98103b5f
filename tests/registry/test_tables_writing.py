"""What is written comes back the same, and runs in no spreadsheet program."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.registry.tables import FILES, REFERENCES, tables
from tocsin.registry.tables import Sheet, Tables, difference, read_tables, to_csv, to_xlsx, to_zip
from tocsin.registry.tables.cells import escape, read_moment, unescape, written_moment

FORMULAS = ["=1+1", "+1", "-1", "@x", "＝1", "'=1+1", "''=1", "'tis", "''", "plain", "a=b"]
ZONES = ["UTC", "Asia/Shanghai", "America/New_York"]


def written(kind: str, held: Tables, zone: str) -> dict[str, bytes]:
    if kind == "csv":
        return {f"{sheet}.csv": to_csv(held.of(sheet), sheet, zone=zone) for sheet in Sheet}
    return {f"all.{kind}": {"zip": to_zip, "xlsx": to_xlsx}[kind](held, zone=zone)}


@pytest.mark.parametrize("kind", ["csv", "zip", "xlsx"])
@pytest.mark.parametrize("zone", ZONES)
def test_an_export_imports_back_to_the_same(kind: str, zone: str) -> None:
    held = read_tables(FILES, REFERENCES, zone="Asia/Shanghai").tables

    back = read_tables(written(kind, held, zone), REFERENCES, zone=zone)

    assert back.bad == []
    found = difference(held, back.tables)
    assert found.empty
    assert [part.missing.height for part in (found.organisations, found.contacts, found.assets)] == [0, 0, 0]


NOTES = st.text(st.sampled_from("=+-@＝'\"a,; \t\n医"), max_size=8).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(NOTES, min_size=1, max_size=6), st.sampled_from(["csv", "xlsx"]))
def test_any_note_comes_back(notes: list[str], kind: str) -> None:
    assets = [
        {"organisation": "old", "kind": "asn", "value": f"AS{3000 + number}", "state": "entered", "note": note}
        for number, note in enumerate(notes)
    ]

    back = read_tables(written(kind, tables(assets=assets), "UTC"), REFERENCES)

    assert back.bad == []
    assert back.tables.assets["note"].to_list() == notes


@given(st.text())
def test_an_escape_is_undone_by_its_reverse(text: str) -> None:
    cell = pl.DataFrame({"cell": [text]})

    escaped = cell.select(escape(pl.col("cell")))

    assert escaped.select(unescape(pl.col("cell")))["cell"].item() == text
    assert not escaped["cell"].item().startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("note", FORMULAS)
def test_no_csv_cell_is_a_formula(note: str) -> None:
    assets = [{"organisation": note, "kind": "asn", "value": note, "state": note, "note": note}]

    content = to_csv(tables(assets=assets).assets, Sheet.ASSETS).decode("utf-8-sig")

    cells = [cell.strip('"') for cell in content.splitlines()[1].split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]


def test_no_workbook_cell_is_a_formula_a_number_or_a_link() -> None:
    notes = [*FORMULAS, "https://example.org/", "12"]
    assets = [{"organisation": "old", "kind": "asn", "value": f"AS{n}", "note": note} for n, note in enumerate(notes)]

    content = to_xlsx(tables(assets=assets))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet3.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert "quotePrefix" in styles
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("assets").to_python()
    assert {type(cell) for row in rows for cell in row} == {str}


def test_the_same_tables_make_the_same_bytes() -> None:
    held = read_tables(FILES, REFERENCES).tables
    shuffled = Tables(organisations=held.organisations.reverse(), contacts=held.contacts, assets=held.assets.reverse())

    assert to_zip(held) == to_zip(shuffled)
    assert to_xlsx(held) == to_xlsx(shuffled)


@given(
    st.integers(0, 3 * 10**15).map(
        lambda microseconds: datetime(1992, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    ),
    st.sampled_from(ZONES),
    st.booleans(),
)
def test_a_time_comes_back(moment: datetime, zone: str, midnight: bool) -> None:
    if midnight:
        local = moment.astimezone(ZoneInfo(zone))
        moment = (local.replace(hour=0, minute=0, second=0, microsecond=0)).astimezone(UTC)
    frame = pl.DataFrame({"moment": [moment]}, schema={"moment": pl.Datetime("us", "UTC")})

    text = frame.select(written_moment(pl.col("moment"), zone))["moment"].item()

    assert read_moment(text, ZoneInfo(zone)) == moment
    assert len(text) == 10 or not midnight


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-03-01", -8),
        ("2026/3/1", -8),
        ("2026.03.01", -8),
        ("2026年3月1日", -8),
        ("2026-03-01 09:30", 1.5),
        ("2026-03-01T09:30:00+08:00", 1.5),
        ("2026-03-01T09:30:00Z", 9.5),
        ("2026-03-01 00:00:00", -8),
    ],
)
def test_it_reads_dates_as_people_write_them(text: str, hours: float) -> None:
    expected = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)

    assert read_moment(text, ZoneInfo("Asia/Shanghai")) == expected


@pytest.mark.parametrize("text", ["", "2026", "01.03.2026", "2026-13-01", "2026-03-01 25:00", "2026-03-01T00:00+99:00"])
def test_it_reads_nothing_else_as_a_date(text: str) -> None:
    assert read_moment(text, ZoneInfo("UTC")) is None
