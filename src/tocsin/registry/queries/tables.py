"""The registry as tables, read set-wise: for export, and to compare an import with."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Model, QuerySet

from tocsin.kernel.actor import Actor
from tocsin.registry.models import Asset, Contact, Coordinator, Organisation, Region, Sector
from tocsin.registry.tables import SCHEMAS, References, Sheet, Tables

#: Where a column's value stands, when not in the field of its name.
_PATHS: Mapping[Sheet, Mapping[str, str]] = {
    Sheet.REGIONS: {"parent": "parent__code"},
    Sheet.SECTORS: {},
    Sheet.COORDINATORS: {"parent": "parent__code", "region": "region__code", "sector": "sector__code"},
    Sheet.ORGANISATIONS: {
        "sector": "sector__code",
        "region": "region__code",
        "coordinator": "coordinator__code",
        "sector_coordinator": "sector_coordinator__code",
    },
    Sheet.CONTACTS: {"organisation": "organisation__code"},
    Sheet.ASSETS: {"organisation": "organisation__code"},
}

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def registry_tables(*, actor: Actor) -> Tables:
    """Read all that the actor may see, six queries; each table with a column `id` (Int64) in front."""
    rows: Mapping[Sheet, QuerySet[Any]] = {
        Sheet.REGIONS: Region.objects.visible_to(actor),
        Sheet.SECTORS: Sector.objects.visible_to(actor),
        Sheet.COORDINATORS: Coordinator.objects.visible_to(actor),
        Sheet.ORGANISATIONS: Organisation.objects.visible_to(actor),
        Sheet.CONTACTS: Contact.objects.visible_to(actor),
        Sheet.ASSETS: Asset.objects.visible_to(actor),
    }
    read = {sheet: read_frame(rows[sheet], {"id": pl.Int64, **SCHEMAS[sheet]}, paths=_PATHS[sheet]) for sheet in Sheet}
    return Tables(
        regions=read[Sheet.REGIONS],
        sectors=read[Sheet.SECTORS],
        coordinators=read[Sheet.COORDINATORS],
        organisations=read[Sheet.ORGANISATIONS],
        contacts=read[Sheet.CONTACTS],
        assets=read[Sheet.ASSETS],
    )


def references(held: Tables) -> References:
    """Say what an import may point to."""
    return References(
        sectors=frozenset(held.sectors["code"]),
        regions=frozenset(held.regions["code"]),
        coordinators=frozenset(held.coordinators["code"]),
        region_parents=_parents(held.regions),
        coordinator_parents=_parents(held.coordinators),
        organisations=dict(held.organisations.select("code", "language").iter_rows()),
    )


def _parents(table: pl.DataFrame) -> dict[str, str]:
    return dict(table.select("code", "parent").drop_nulls().iter_rows())


def read_frame(rows: QuerySet[Model], schema: Schema, *, paths: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Read columns of a queryset by COPY: 60,000 rows in a fifth of a second, where objects take two.

    Args:
        rows: already cut to its actor; in any order.
        schema: columns to read; Int, String, Boolean and Datetime (UTC).
        paths: where a column's value stands, when not in the field of its name.
    """
    where = paths or {}
    chosen = rows.order_by().values_list(*(F(where.get(name, name)) for name in schema))
    try:
        statement, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=dict(schema))
    with (
        connections[rows.db].cursor() as cursor,
        # The driver's own cursor: Django's debugging one takes no parameters here.
        cursor.cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", parameters) as copy,
    ):
        content = b"".join(copy)
    # The cells that Polars reads otherwise than PostgreSQL writes them.
    odd = (pl.Boolean, pl.Datetime)
    written = {name: pl.String if _is_any(dtype, odd) else dtype for name, dtype in schema.items()}
    frame = pl.read_csv(content, has_header=False, schema=written, raise_if_empty=False)
    return frame.with_columns(
        pl.col(name) == "t"
        if _is_any(dtype, (pl.Boolean,))
        else pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us", time_zone="UTC")
        for name, dtype in schema.items()
        if _is_any(dtype, odd)
    )


def _is_any(dtype: pl.DataType | type[pl.DataType], kinds: tuple[type[pl.DataType], ...]) -> bool:
    return any(dtype == kind for kind in kinds)
