"""The registry as attribution wants it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import polars as pl
from django.db import connections

from tocsin.access.scope import INGEST
from tocsin.findings.copying import rows
from tocsin.registry.attribution import Index, attribute, build_index

_TIME = pl.Datetime("us", "UTC")
_ASSETS = {
    "asset_id": pl.Int64,
    "organisation_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "valid_from": pl.String,
    "valid_until": pl.String,
}
_STATEMENT = """
COPY (SELECT id AS asset_id, organisation_id, kind, value,
             to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS valid_from,
             to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS valid_until
      FROM registry_asset WHERE state IN ('proven', 'entered') ORDER BY id)
TO STDOUT (FORMAT csv, HEADER)
"""
_ORGANISATIONS = """
COPY (SELECT id AS organisation_id, tier, critical FROM registry_organisation ORDER BY id)
TO STDOUT (FORMAT csv, HEADER)
"""


#: Changes with every row that is added, changed or removed: each version of a row has its own xmin.
_MARK = """
SELECT (SELECT count(*) || ':' || coalesce(sum(hashtextextended(xmin::text, id)), 0)
        FROM registry_asset WHERE state IN ('proven', 'entered'))
       || '/' ||
       (SELECT count(*) || ':' || coalesce(sum(hashtextextended(xmin::text, id)), 0) FROM registry_organisation)
"""


@dataclass(frozen=True, kw_only=True)
class RegistryIndex:
    """What attribution searches, and what grading and the reasons need beside it."""

    #: As `mark` gave it before the registry was read.
    mark: str
    index: Index
    #: asset_id, asset_value, asset_since.
    assets: pl.DataFrame
    #: organisation_id, tier, critical.
    organisations: pl.DataFrame
    #: Every moment at which an asset begins or ends, sorted.
    boundaries: pl.Series

    def attribute(self, events: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
        """NORMAL -> ATTRIBUTED and `moved`: whether the owner then is not the owner now.

        The second pass runs only when an asset began or ended between the oldest event and now.
        """
        then = attribute(events, self.index)
        oldest = events.get_column("observed_at").min()
        if oldest is None or not ((self.boundaries > oldest) & (self.boundaries <= now)).any():
            return then.with_columns(pl.lit(value=False).alias("moved"))
        today = attribute(events.with_columns(pl.lit(now).cast(_TIME).alias("observed_at")), self.index)
        return then.with_columns(
            (
                pl.col("organisation_id").is_not_null()
                & today.get_column("organisation_id").ne_missing(then.get_column("organisation_id"))
            ).alias("moved")
        )


def load() -> RegistryIndex:
    """Read the registry within the caller's ingest transaction and index it (about 1 s for 100,000 assets)."""
    # The mark first: what changes between the two is then noticed once too often, never too rarely.
    return _index(mark())


def mark() -> str:
    """Tell one state of the registry from another, within the caller's ingest transaction (20 ms for 100,000)."""
    with connections[INGEST].cursor() as cursor:
        cursor.execute(_MARK)
        return str(rows(cursor)[0][0])


# A worker that takes in file after file finds the registry as it was nearly every time.
@lru_cache(maxsize=1)
def _index(registry_mark: str) -> RegistryIndex:
    assets = pl.read_csv(_copy(_STATEMENT), schema=_ASSETS).with_columns(
        pl.col("valid_from", "valid_until").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
    )
    boundaries = pl.concat([assets.get_column("valid_from"), assets.get_column("valid_until")]).drop_nulls()
    return RegistryIndex(
        mark=registry_mark,
        index=build_index(assets),
        assets=assets.select(
            "asset_id", pl.col("value").alias("asset_value"), pl.col("valid_from").alias("asset_since")
        ),
        organisations=pl.read_csv(
            _copy(_ORGANISATIONS), schema={"organisation_id": pl.Int64, "tier": pl.Int16, "critical": pl.String}
        ).with_columns(pl.col("critical") == "t"),
        boundaries=boundaries.unique().sort(),
    )


def _copy(statement: str) -> bytes:
    with connections[INGEST].cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(copy)
