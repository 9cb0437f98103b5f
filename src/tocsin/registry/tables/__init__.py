"""Import and export of the registry as tables that people edit: read, checked, compared, written. Pure."""

from tocsin.registry.tables.cells import escaped, read_moment
from tocsin.registry.tables.checking import Checked, read_tables
from tocsin.registry.tables.difference import Difference, SheetDifference, difference
from tocsin.registry.tables.layout import (
    KEYS,
    LENGTHS,
    MOMENT,
    REFERENCE_SHEETS,
    SCHEMAS,
    BadRow,
    References,
    Sheet,
    Tables,
)
from tocsin.registry.tables.single import canonical_email, plain_code, plain_text
from tocsin.registry.tables.writing import to_csv, to_xlsx, to_zip

__all__ = [
    "KEYS",
    "LENGTHS",
    "MOMENT",
    "REFERENCE_SHEETS",
    "SCHEMAS",
    "BadRow",
    "Checked",
    "Difference",
    "References",
    "Sheet",
    "SheetDifference",
    "Tables",
    "canonical_email",
    "difference",
    "escaped",
    "plain_code",
    "plain_text",
    "read_moment",
    "read_tables",
    "to_csv",
    "to_xlsx",
    "to_zip",
]
