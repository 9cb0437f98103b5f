"""Comma-separated text with a header row: every cell as text, nothing lost, in bounded batches (RFC 4180)."""

from tocsin.formats.delimited.table import (
    EXTRA,
    FLAGS,
    LINE,
    RAGGED,
    REFUSED_SCHEMA,
    REPLACED_CHARACTERS,
    ROW,
    Batch,
    Table,
    open_table,
)

__all__ = [
    "EXTRA",
    "FLAGS",
    "LINE",
    "RAGGED",
    "REFUSED_SCHEMA",
    "REPLACED_CHARACTERS",
    "ROW",
    "Batch",
    "Table",
    "open_table",
]
