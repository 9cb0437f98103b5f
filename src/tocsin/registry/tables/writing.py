"""Tables out: CSV, a zip of CSV, or a workbook, so that nothing runs and our own reader takes the same back."""

import io
import zipfile
from datetime import UTC, datetime

import polars as pl
import xlsxwriter

from tocsin.registry.tables.cells import DANGEROUS, LOOKS_ESCAPED, escape, written_moment
from tocsin.registry.tables.layout import KEYS, MOMENT, SCHEMAS, Sheet, Tables

#: The earliest that a zip can say; fixed, so that the same tables make the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_csv(table: pl.DataFrame, sheet: Sheet, *, zone: str = "UTC") -> bytes:
    """Write one table as UTF-8 CSV with a mark (Excel reads it as GB18030 without), sorted by its key."""
    rows = _written(table, sheet, zone).with_columns(escape(pl.all()))
    return rows.write_csv(include_bom=True, line_terminator="\r\n", null_value="").encode()


def to_zip(tables: Tables, *, zone: str = "UTC") -> bytes:
    """Write all tables as a zip of CSV files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in Sheet:
            entry = zipfile.ZipInfo(f"{sheet}.csv", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, to_csv(tables.of(sheet), sheet, zone=zone))
    return target.getvalue()


def to_xlsx(tables: Tables, *, zone: str = "UTC") -> bytes:
    """Write all tables as a workbook, every cell as text.

    A text that a program could run when a person edits its cell is marked as quoted (`quotePrefix`, the apostrophe of
    Excel that nobody sees), so it needs no visible escape.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime(*_EPOCH, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        quoted = book.add_format({"quote_prefix": True})
        for sheet in Sheet:
            page = book.add_worksheet(str(sheet))
            rows = _written(tables.of(sheet), sheet, zone)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, rows.columns, bold)
            for column, name in enumerate(rows.columns):
                for line, text in enumerate(rows[name], start=1):
                    if not text:
                        continue
                    if LOOKS_ESCAPED.match(text):
                        page.write_string(line, column, f"'{text}")
                    else:
                        page.write_string(line, column, text, quoted if DANGEROUS.match(text) else None)
    return target.getvalue()


def _written(table: pl.DataFrame, sheet: Sheet, zone: str) -> pl.DataFrame:
    """Turn a table into text, sorted by its key."""
    columns = []
    for name, dtype in SCHEMAS[sheet].items():
        column = pl.col(name)
        columns.append(written_moment(column, zone) if dtype == MOMENT else column.cast(pl.String))
    ordered = table.sort(*KEYS[sheet], nulls_last=False)
    texts = ordered.select(column.alias(name) for name, column in zip(SCHEMAS[sheet], columns, strict=True))
    # Empty text as nothing: else CSV shows it as a pair of quotes.
    return texts.select(pl.when(pl.all() != "").then(pl.all()))
