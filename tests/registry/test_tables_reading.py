"""Import files as people save them, and every fault in them."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
import xlsxwriter

from tests.registry.tables import ASSETS, CONTACTS, FILES, ORGANISATIONS, REFERENCES
from tocsin.registry.tables import SCHEMAS, Sheet, read_tables, reading


def faults(files: dict[str, bytes]) -> list[tuple[str, int, str, str, str]]:
    return [(row.sheet, row.line, row.column, row.value, row.reason) for row in read_tables(files, REFERENCES).bad]


def fault(sheet: str, header: str, *rows: str) -> tuple[int, str, str, str]:
    """Read one file of that sheet and give its only fault."""
    (found,) = faults({f"{sheet}.csv": "\n".join([header, *rows]).encode()})
    return found[1:]


ORGANISATION_HEADER = ORGANISATIONS.splitlines()[0]
CONTACT_HEADER = CONTACTS.splitlines()[0]
ASSET_HEADER = ASSETS.splitlines()[0]


def test_it_reads_typed_tables_with_defaults() -> None:
    checked = read_tables(FILES, REFERENCES)

    assert checked.bad == []
    assert {sheet: dict(checked.tables.of(sheet).schema) for sheet in Sheet} == {
        sheet: {name: (kind() if isinstance(kind, type) else kind) for name, kind in schema.items()}
        for sheet, schema in SCHEMAS.items()
    }
    assert checked.tables.organisations.rows() == [
        ("h1", "County Hospital", "县医院", "health", "east", 1, True, "east-desk", "health-desk", "zh-hans"),
        ("u1", "West University", "", "education", "west", 2, False, "province", None, "en"),
    ]
    assert checked.tables.contacts.rows() == [
        ("h1", "security", "Li Lei", "soc@h1.example", "+86 10 8888 6666", "zh-hans"),
        ("u1", "abuse", "", "abuse@u1.example", "", "en"),
    ]
    assert checked.tables.assets.rows() == [
        ("h1", "prefix", "20.1.0.0/16", datetime(2026, 3, 1, tzinfo=UTC), None, "entered", "main site"),
        ("h1", "domain", "h1.example.org", None, None, "entered", ""),
        (
            *("u1", "asn", "AS3333", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
            *(datetime(2027, 1, 1, tzinfo=UTC), "proven", ""),
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_what_spreadsheet_programs_save(encoding: str, delimiter: str) -> None:
    files = {name: text.decode().replace(",", delimiter).encode(encoding) for name, text in FILES.items()}

    checked = read_tables(files, REFERENCES)

    assert checked.bad == []
    assert checked.tables.organisations["name_zh"].to_list() == ["县医院", ""]
    assert checked.tables.assets.height == 3


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"remove_timezone": True}) as workbook:
        dates = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            page = workbook.add_worksheet(title)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    page.write(line, column, cell, *([dates] if isinstance(cell, date) else []))
    return target.getvalue()


def test_it_reads_a_workbook_with_chinese_headings_numbers_and_dates() -> None:
    content = book(
        {
            "说明": [["读我"]],
            "单位": [
                ["代码", "中文名称", "行业", "地区", "协调机构", "等级", "关基"],
                [1001, "县医院", "health", "east", "province", 2, True],
            ],
            "联系人": [["单位代码", "角色", "邮箱", "电话"], [1001, "应急", "a@h.example", 13800000000]],
            "资产": [["单位代码", "类型", "资产", "生效日期"], [], [1001, "自治系统", 3333, date(2026, 3, 1)]],
        }
    )

    checked = read_tables({"import.xlsx": content}, REFERENCES, zone="Asia/Shanghai")

    assert checked.bad == []
    assert checked.tables.organisations.row(0)[:7] == ("1001", "", "县医院", "health", "east", 2, True)
    assert checked.tables.contacts.row(0) == ("1001", "emergency", "", "a@h.example", "13800000000", "zh-hans")
    assert checked.tables.assets.row(0)[:4] == ("1001", "asn", "AS3333", datetime(2026, 2, 28, 16, tzinfo=UTC))


def test_it_reads_a_zip_and_knows_a_table_by_its_columns() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number, content in enumerate(FILES.values()):
            archive.writestr(f"folder/{number}.csv", content)

    checked = read_tables({"all.zip": target.getvalue()}, REFERENCES)

    assert checked.bad == []
    assert [checked.tables.of(sheet).height for sheet in Sheet] == [0, 0, 0, 2, 2, 3]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",x,,health,east,,,province,,", "code", "", "empty"),
        ("a b,x,,health,east,,,province,,", "code", "a b", "A code is made of"),
        ("a,,,health,east,,,province,,", "name_en", "", "no name"),
        ("a,x,,mining,east,,,province,,", "sector", "mining", "known are education, health"),
        ("a,x,,health,north,,,province,,", "region", "north", "known are east, west"),
        ("a,x,,health,east,4,,province,,", "tier", "4", "known are 1, 2, 3"),
        ("a,x,,health,east,,maybe,province,,", "critical", "maybe", "known are true, false"),
        ("a,x,,health,east,,,nobody,,", "coordinator", "nobody", "Unknown code"),
        ("a,x,,health,east,,,province,nobody,", "sector_coordinator", "nobody", "Unknown code"),
        ("a,x,,health,east,,,province,,fr", "language", "fr", "known are en, zh-hans"),
        (f"a,{'x' * 301},,health,east,,,province,,", "name_en", "x" * 301, "longer than 300"),
        ("a,x\u202ey,,health,east,,,province,,", "name_en", "x\u202ey", "invisible"),
        ("a,x,,health,east,,,province,,,surplus", "", "surplus", "11 cells"),
    ],
)
def test_every_fault_of_an_organisation_has_line_column_and_reason(
    row: str, column: str, value: str, reason: str
) -> None:
    found = fault("organisations", ORGANISATION_HEADER, row)

    assert found[:3] == (2, column, value)
    assert reason in found[3]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("nobody,security,,a@b.example,,", "organisation", "nobody", "in the file or the registry"),
        ("old,boss,,a@b.example,,", "role", "boss", "known are security"),
        ("old,security,,,,", "email", "", "empty"),
        ("old,security,,a b@b.example,,", "email", "a b@b.example", "no e-mail address"),
        ("old,security,,a@b,,", "email", "a@b", "no e-mail address"),
        ('old,security,,"a@b.example\nBcc: x@y.example",,', "email", "a@b.example\nBcc: x@y.example", "no e-mail"),
    ],
)
def test_every_fault_of_a_contact_has_line_column_and_reason(row: str, column: str, value: str, reason: str) -> None:
    found = fault("contacts", CONTACT_HEADER, row)

    assert found[:3] == (2, column, value)
    assert reason in found[3]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("nobody,,20.0.0.0/16,,,,", "organisation", "nobody", "in the file or the registry"),
        ("old,person,20.0.0.0/16,,,,", "kind", "person", "known are prefix, asn"),
        ("old,,,,,,", "value", "", "empty"),
        ("old,,20.0.0.1/16,,,,", "value", "20.0.0.1/16", "the network is 20.0.0.0/16"),
        ("old,domain,co.uk,,,,", "value", "co.uk", "public suffix"),
        ("old,,20.0.0.0/16,yesterday,,,", "valid_from", "yesterday", "no date"),
        ("old,,20.0.0.0/16,2026-02-30,,,", "valid_from", "2026-02-30", "no date"),
        ("old,,20.0.0.0/16,2026-03-01,2026-03-01,,", "valid_until", "2026-03-01", "after valid_from"),
        ("old,,20.0.0.0/16,,,sure,", "state", "sure", "known are claimed, proven"),
    ],
)
def test_every_fault_of_an_asset_has_line_column_and_reason(row: str, column: str, value: str, reason: str) -> None:
    found = fault("assets", ASSET_HEADER, row)

    assert found[:3] == (2, column, value)
    assert reason in found[3]


def test_it_finds_every_fault_not_only_the_first_and_counts_physical_lines() -> None:
    content = (
        f'{ASSET_HEADER}\nold,,20.0.0.0/16,,,,"a note\nof two lines"\n\nnobody,,20.0.0.1/16,x,y,z,\nold,,com,,,,\n'
    )

    found = faults({"assets.csv": content.encode()})

    assert [(line, column) for _, line, column, _, _ in found] == [
        (5, "organisation"),
        (5, "state"),
        (5, "valid_from"),
        (5, "valid_until"),
        (5, "value"),
        (6, "value"),
    ]


@pytest.mark.parametrize(
    ("sheet", "header", "rows", "column"),
    [
        (
            "organisations",
            ORGANISATION_HEADER,
            ["a,x,,health,east,,,province,,", "a,y,,health,west,,,province,,"],
            "code",
        ),
        ("contacts", CONTACT_HEADER, ["old,abuse,,a@b.example,,", "old,Abuse,x,a@B.example,,"], "email"),
        ("assets", ASSET_HEADER, ["old,,20.0.0.0/16,,,,", "old,prefix,20.0.0.0/255.255.0.0,,,,x"], "value"),
    ],
)
def test_a_thing_given_twice_is_a_fault_of_the_second(sheet: str, header: str, rows: list[str], column: str) -> None:
    found = fault(sheet, header, *rows)

    assert found[:2] == (3, column)
    assert found[3] == "The same as in line 2."


def test_a_faulty_row_is_in_no_table_and_takes_what_hangs_on_it_along() -> None:
    files = FILES | {"organisations.csv": ORGANISATIONS.replace("health,east", "mining,east").encode()}

    checked = read_tables(files, REFERENCES)

    assert checked.tables.organisations["code"].to_list() == ["u1"]
    assert checked.tables.assets["organisation"].to_list() == ["u1"]
    assert [(row.sheet, row.line) for row in checked.bad] == [
        ("assets", 2),
        ("assets", 3),
        ("contacts", 2),
        ("organisations", 2),
    ]


def test_the_odd_is_taken_and_named() -> None:
    files = {"assets.csv": f"{ASSET_HEADER}\nold,,10.0.0.0/8,,,,\n".encode()}

    checked = read_tables(files, REFERENCES)

    assert checked.bad == []
    assert checked.tables.assets["value"].to_list() == ["10.0.0.0/8"]
    assert [(row.line, row.value) for row in checked.doubtful] == [(2, "10.0.0.0/8")]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"x.csv": b"one,two\n1,2\n"}, "none of the tables"),
        ({"assets.csv": b""}, "empty"),
        ({"assets.csv": b"organisation,note\nold,x\n"}, "column value is missing"),
        ({"assets.csv": b"organisation,value,valeu\n"}, "Unknown column"),
        ({"assets.csv": b"organisation,value,Value\n"}, "there twice"),
        ({"assets.csv": b"\xff\x00\x81"}, "neither UTF-8 nor GB18030"),
        ({"assets.csv": b"organisation,value\nold," + b"x" * 200_000}, "Line 2 cannot be read"),
        ({"assets.xlsx": b"PK no workbook"}, "workbook cannot be opened"),
        ({"all.zip": b"PK no zip"}, "zip cannot be opened"),
        ({"assets.csv": b"organisation,value\n", "b/assets.csv": b"organisation,value\n"}, "has this table already"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(files: dict[str, bytes], reason: str) -> None:
    (found,) = read_tables(files, REFERENCES).bad

    assert reason in found.reason


@pytest.mark.parametrize("name", ["all.zip", "book.xlsx"])
def test_a_zip_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 2**20)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets.csv", bytes(2 * 2**20))

    (found,) = read_tables({name: target.getvalue()}, REFERENCES).bad

    assert "unpacks to 2 MiB" in found.reason


REGIONS = "code,parent,name_en,name_zh\nwest,,West,西\nnorth,west,North,北\n"
DESKS = "code,parent,name_en,name_zh,region,sector\nnorth-desk,province,North desk,,north,\nwater-desk,,,水务,,water\n"


def test_one_set_of_files_brings_what_its_organisations_point_to() -> None:
    files = {
        "regions.csv": REGIONS.encode(),
        "sectors.csv": b"code,name_en\nwater,Water\n",
        "coordinators.csv": DESKS.encode(),
        "organisations.csv": b"code,name_en,sector,region,coordinator\nw1,Works,water,north,north-desk\n",
    }

    checked = read_tables(files, REFERENCES)

    assert checked.bad == []
    assert checked.tables.regions.rows() == [("west", None, "West", "西"), ("north", "west", "North", "北")]
    assert checked.tables.sectors.rows() == [("water", "Water", "")]
    assert checked.tables.coordinators.row(0) == ("north-desk", "province", "North desk", "", "north", None)
    assert checked.tables.organisations["region"].to_list() == ["north"]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "reason"),
    [
        ("regions", "north,nowhere,North,北", "parent", "known are east, north, west"),
        ("regions", "north,north,North,北", "parent", "stand above itself"),
        ("regions", "east,west,East,东", "parent", "stand above itself"),
        ("regions", "north,,,", "name_en", "no name"),
        ("regions", "n" * 33 + ",,North,", "code", "longer than 32"),
        ("coordinators", "desk,,Desk,,nowhere,", "region", "known are east, west"),
        ("coordinators", "desk,,Desk,,,mining", "sector", "known are education, health"),
    ],
)
def test_a_region_or_desk_with_a_fault_is_named(sheet: str, row: str, column: str, reason: str) -> None:
    header = "code,parent,name_en,name_zh" + (",region,sector" if sheet == "coordinators" else "")
    known = replace(REFERENCES, region_parents={"west": "east"})

    (found,) = read_tables({f"{sheet}.csv": f"{header}\n{row}\n".encode()}, known).bad

    assert (found.line, found.column) == (2, column)
    assert reason in found.reason


def test_it_remembers_which_columns_a_file_had() -> None:
    checked = read_tables({"assets.csv": b"organisation,value\nold,20.0.0.0/16\n"}, REFERENCES)

    assert checked.tables.given == {Sheet.ASSETS: frozenset({"organisation", "value"})}
    assert checked.tables.organisations.equals(pl.DataFrame(schema=SCHEMAS[Sheet.ORGANISATIONS]))
