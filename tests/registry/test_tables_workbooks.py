"""A workbook may be as large as a province's; one that says it is larger is refused, and never ends the process."""

import io
import zipfile

import pytest
import xlsxwriter

from tests.registry.tables import REFERENCES
from tocsin.registry.tables import extent, read_tables, workbook
from tocsin.registry.tables.extent import TooFar, refuse_far_sheets
from tocsin.registry.tables.workbook import Unreadable, open_workbook

HEADER = ["organisation", "value"]


def book(*cells: tuple[int, int, object], title: str = "assets", formatted: bool = False) -> bytes:
    """Write a workbook with a header and these cells, by row and column from 0."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        page = made.add_worksheet(title)
        page.write_row(0, 0, HEADER)
        for row, column, value in cells:
            page.write(row, column, value)
        if formatted:
            page.write_blank(1_048_575, 16_383, None, made.add_format({"bold": True}))
    return target.getvalue()


def rewritten(content: bytes, **changes: tuple[bytes, bytes]) -> bytes:
    """Replace something in one part, named by the end of its name without `.xml`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            for name, (before, after) in changes.items():
                if entry.filename.endswith(f"{name}.xml"):
                    assert before in part
                    part = part.replace(before, after)
            new.writestr(entry.filename, part)
    return target.getvalue()


def reason(content: bytes, name: str = "import.xlsx") -> str:
    (found,) = read_tables({name: content}, REFERENCES).bad
    return found.reason


FAR = book((1_048_575, 16_383, "far"))


def test_a_value_in_the_last_corner_is_refused_by_the_sheets_name() -> None:
    assert len(FAR) < 10_000

    said = reason(FAR)

    assert said.startswith("The sheet 'assets' reaches to row 1,048,576 and column 16,384: 17,179,869,184 cells")
    assert "at most 2,000,000 are read" in said


def test_what_the_sheet_says_of_itself_is_not_believed() -> None:
    lying = rewritten(FAR, sheet1=(b'<dimension ref="A1:XFD1048576"/>', b'<dimension ref="A1:B2"/>'))

    assert "The sheet 'assets' reaches" in reason(lying)


def test_cells_without_a_reference_are_counted_on() -> None:
    nameless = rewritten(
        book((1, 0, 1), (2, 0, 2)),
        sheet1=(b'<row r="3" spans="1:2"><c r="A3">', b'<row r="1048575"/><row><c/><c/><c>'),
    )

    with zipfile.ZipFile(io.BytesIO(nameless)) as archive, pytest.raises(TooFar, match="row 1,048,576 and column 3:"):
        refuse_far_sheets(archive)


def test_formatting_far_away_is_no_fault() -> None:
    checked = read_tables({"import.xlsx": book((1, 0, "old"), (1, 1, "AS3333"), formatted=True)}, REFERENCES)

    assert checked.bad == []
    assert checked.tables.assets["value"].to_list() == ["AS3333"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet', "declares a document type"),
        (b"</worksheet>", b"", "is no XML"),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(before: bytes, after: bytes, said: str) -> None:
    odd = rewritten(book((1, 0, "old")), sheet1=(before, after))

    assert f"The sheet 'assets' {said}" in reason(odd)


def test_the_limit_is_the_last_number_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = book((1, 0, "old"), (1, 1, "AS3333"))

    monkeypatch.setattr(extent, "MOST_CELLS", 4)
    assert read_tables({"import.xlsx": content}, REFERENCES).bad == []
    monkeypatch.setattr(extent, "MOST_CELLS", 3)
    assert "at most 3 are read" in reason(content)


def test_a_reader_that_aborts_ends_its_own_process_alone() -> None:
    with pytest.raises(Unreadable, match="more memory to read"):
        open_workbook(FAR)


def test_another_format_that_unpacks_to_everything_is_refused_too() -> None:
    row = '<table:table-row table:number-rows-repeated="6000">'
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    sheet = f'<table:table table:name="assets">{row}{cell}<text:p>x</text:p></table:table-cell></table:table-row>'
    names = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{sheet}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )

    assert "more memory to read" in reason(target.getvalue(), "import.ods")


def test_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_TIME_S", 0.001)

    assert "longer than 0.001 s" in reason(book())
