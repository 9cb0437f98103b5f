"""Writes an import into the registry set-wise: rows go to a temporary table, one statement a table does the rest.

COPY refuses tables with row-level security, a temporary one has none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import polars as pl
from django.db import connection

from tocsin.registry.services.pinyin import sort_key
from tocsin.registry.tables import Difference, Sheet, SheetDifference

_TYPES = {pl.String: "text", pl.Int64: "bigint", pl.Int16: "smallint", pl.Boolean: "boolean"}

#: By sheet: what to insert, as columns of the table -> expressions over `i`, the incoming row, and the joins.
_COLUMNS: Mapping[Sheet, tuple[str, Mapping[str, str], str]] = {
    Sheet.REGIONS: ("registry_region", {"code": "i.code", "name_en": "i.name_en", "name_zh": "i.name_zh"}, ""),
    Sheet.SECTORS: ("registry_sector", {"code": "i.code", "name_en": "i.name_en", "name_zh": "i.name_zh"}, ""),
    Sheet.COORDINATORS: (
        "registry_coordinator",
        {
            "code": "i.code",
            "name_en": "i.name_en",
            "name_zh": "i.name_zh",
            "region_id": "r.id",
            "sector_id": "s.id",
        },
        "LEFT JOIN registry_region r ON r.code = i.region LEFT JOIN registry_sector s ON s.code = i.sector",
    ),
    Sheet.ORGANISATIONS: (
        "registry_organisation",
        {
            **{name: f"i.{name}" for name in ("code", "name_en", "name_zh", "sort_zh", "tier", "critical", "language")},
            "sector_id": "s.id",
            "region_id": "r.id",
            "coordinator_id": "c.id",
            "sector_coordinator_id": "d.id",
        },
        (
            "JOIN registry_sector s ON s.code = i.sector JOIN registry_region r ON r.code = i.region"
            " JOIN registry_coordinator c ON c.code = i.coordinator"
            " LEFT JOIN registry_coordinator d ON d.code = i.sector_coordinator"
        ),
    ),
    Sheet.CONTACTS: (
        "registry_contact",
        {"organisation_id": "o.id", **{name: f"i.{name}" for name in ("role", "name", "email", "phone", "language")}},
        "JOIN registry_organisation o ON o.code = i.organisation",
    ),
    Sheet.ASSETS: (
        "registry_asset",
        {
            "organisation_id": "o.id",
            **{name: f"i.{name}" for name in ("kind", "value", "valid_from", "valid_until", "state", "note")},
        },
        "JOIN registry_organisation o ON o.code = i.organisation",
    ),
}
_WITH_TIME = frozenset({Sheet.ORGANISATIONS, Sheet.ASSETS})
_WITH_PARENT = frozenset({Sheet.REGIONS, Sheet.COORDINATORS})


def write_difference(found: Difference, *, now: datetime) -> None:
    """Add what is new and change what is different, table by table, each after what it points to."""
    for part in found.parts:
        if part.added.is_empty() and part.changed.is_empty():
            continue
        added, changed = _ready(part, part.added), _ready(part, part.changed)
        table, columns, joins = _COLUMNS[part.sheet]
        if part.sheet in _WITH_TIME:
            columns = {**columns, "created_at": "i.created_at"}
            added = added.with_columns(pl.lit(now).alias("created_at"))
        _insert(added, table, columns, joins)
        _update(changed, table, {name: text for name, text in columns.items() if name != "created_at"}, joins)
        if part.sheet in _WITH_PARENT:
            # After all are there: a file may name a child before its parent.
            _set_parents(pl.concat([frame.select("code", "parent") for frame in (added, changed)]), table)


def end_missing(found: Difference, *, now: datetime) -> None:
    """Take contacts away and end assets that the files lack; those not yet begun go altogether.

    Organisations stay: findings and notices speak of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_contact WHERE id = ANY(%s)", [found.contacts.missing["id"].to_list()])
        assets = missing_assets(found, now=now)
        cursor.execute(
            "DELETE FROM registry_asset WHERE id = ANY(%s) AND valid_from >= %s", [assets["id"].to_list(), now]
        )
        cursor.execute("UPDATE registry_asset SET valid_until = %s WHERE id = ANY(%s)", [now, assets["id"].to_list()])


def missing_assets(found: Difference, *, now: datetime) -> pl.DataFrame:
    """Give the assets that the files lack and that have not ended by themselves."""
    open_still = pl.col("valid_until").is_null() | (pl.col("valid_until") > now)
    return found.assets.missing.filter(open_still)


def _ready(part: SheetDifference, rows: pl.DataFrame) -> pl.DataFrame:
    """Add what is stored beside what the file says."""
    if part.sheet is not Sheet.ORGANISATIONS:
        return rows
    keys = [sort_key(chinese, english) for chinese, english in rows.select("name_zh", "name_en").iter_rows()]
    return rows.with_columns(pl.Series("sort_zh", keys, dtype=pl.String))


def _insert(rows: pl.DataFrame, table: str, columns: Mapping[str, str], joins: str) -> None:
    if rows.is_empty():
        return
    with _incoming(rows) as incoming, connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608  (all parts are constants of this module)
            f" SELECT {', '.join(columns.values())} FROM {incoming} i {joins}"
        )
        _all(cursor.rowcount, rows)


def _update(rows: pl.DataFrame, table: str, columns: Mapping[str, str], joins: str) -> None:
    if rows.is_empty():
        return
    with _incoming(rows) as incoming, connection.cursor() as cursor:
        values = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
        changes = ", ".join(f"{name} = new.{name}" for name in columns)
        cursor.execute(
            f"UPDATE {table} t SET {changes}"  # noqa: S608  (all parts are constants of this module)
            f" FROM (SELECT i.id, {values} FROM {incoming} i {joins}) new WHERE t.id = new.id"
        )
        _all(cursor.rowcount, rows)


def _set_parents(rows: pl.DataFrame, table: str) -> None:
    with _incoming(rows) as incoming, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET parent_id = p.id"  # noqa: S608  (all parts are constants of this module)
            f" FROM {incoming} i LEFT JOIN {table} p ON p.code = i.parent WHERE t.code = i.code"
        )


def _all(written: int, rows: pl.DataFrame) -> None:
    """Make sure that every row went in: one that met no partner in a join would vanish silently."""
    if written != rows.height:
        raise RuntimeError(f"{written} of {rows.height} rows were written; the rest points to rows out of sight.")


@contextmanager
def _incoming(rows: pl.DataFrame) -> Iterator[str]:
    """Put rows into a temporary table for the length of the block; yields its name."""
    name = "registry_incoming"
    columns = ", ".join(f"{column} {_type(dtype)}" for column, dtype in rows.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
            # Null is written as nothing, an empty text as a pair of quotes: both sides agree on that.
            copy.write(rows.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6fZ"))
        cursor.execute(f"ANALYZE {name}")
        yield name
        cursor.execute(f"DROP TABLE {name}")


def _type(dtype: pl.DataType) -> str:
    return next((name for kind, name in _TYPES.items() if dtype == kind), "timestamptz")
