"""Gathers the events of a batch into one sighting an identity: what the fold reads."""

from collections.abc import Mapping, Sequence

import polars as pl

from tocsin.catalogue.rules import Problem
from tocsin.events.schemas import FIELD
from tocsin.findings.rules.severity import base_expression

#: What is carried from the newest event of each identity.
_CARRIED = (
    "identity",
    "organisation_id",
    "asset_id",
    "attributed_by",
    "problem",
    "subject_kind",
    "subject",
    "address",
    "port",
    "transport",
    "discriminator",
    "ptr",
)


def gather(events: pl.DataFrame, problems: Mapping[str, Problem]) -> pl.DataFrame:
    """IDENTIFIED -> one row an identity and owner: what was carried, first_at, last_at, count, row_severity, graded.

    Only rows with an owner and an identity; the newest event speaks, `row_severity` is the worst. Adds `kind`,
    `evidence` (JSON) and `base_severity` (Int16) as the problem declares them. Order: unspecified.
    """
    fields = (name for name in events.columns if name.startswith(FIELD))
    owned = events.select(*_CARRIED, "observed_at", "row_severity", *fields).filter(
        pl.col("organisation_id").is_not_null() & pl.col("identity").is_not_null()
    )
    sightings = _newest(owned)
    parts = [
        _as_declared(part, problems[str(code)])
        for (code,), part in sightings.partition_by("problem", as_dict=True).items()
    ]
    return pl.concat(parts) if parts else _as_declared(sightings, next(iter(problems.values())))


def _newest(owned: pl.DataFrame) -> pl.DataFrame:
    """Keep the newest event of each identity and owner; adds first_at, last_at, count and worst."""
    if _is_distinct(owned):
        return owned.with_columns(
            pl.col("observed_at").alias("first_at"),
            pl.col("observed_at").alias("last_at"),
            pl.lit(1, pl.Int32).alias("count"),
            pl.col("row_severity").alias("worst"),
        )
    groups = (
        owned.with_row_index("_index")
        .group_by("identity", "organisation_id")
        .agg(
            pl.col("observed_at").min().alias("first_at"),
            pl.col("observed_at").max().alias("last_at"),
            pl.len().cast(pl.Int32).alias("count"),
            pl.col("row_severity").max().alias("worst"),
            pl.col("_index").get(pl.col("observed_at").arg_max()).alias("_index"),
        )
    )
    newest = owned[groups.get_column("_index")]
    return pl.concat([newest, groups.select("first_at", "last_at", "count", "worst")], how="horizontal")


def _is_distinct(sightings: pl.DataFrame) -> bool:
    """Tell whether every row names a thing of its own, as in most reports; then there is nothing to gather."""
    return sightings.get_column("identity").n_unique() == sightings.height


def _as_declared(sightings: pl.DataFrame, problem: Problem) -> pl.DataFrame:
    """Add what the problem declares."""
    tags = pl.col("f_tag").str.to_lowercase() if "f_tag" in sightings.columns else pl.lit(None, pl.String)
    fields = [name for name in problem.evidence if f"f_{name}" in sightings.columns]
    evidence = (
        pl.struct(pl.col(f"f_{name}").alias(name) for name in fields).struct.json_encode() if fields else pl.lit("{}")
    )
    return (
        sightings.select(
            *_CARRIED,
            "first_at",
            "last_at",
            "count",
            pl.col("worst").cast(pl.Int16).alias("row_severity"),
            pl.lit(problem.kind.value).alias("kind"),
            evidence.alias("evidence"),
            tags.str.split(by=";").alias("tags"),
        )
        .with_columns(base_expression(problem.severity, problem.severity_by_tag).alias("base_severity"))
        .drop("tags")
    )


def merge(parts: Sequence[pl.DataFrame]) -> pl.DataFrame | None:
    """Gather the gathered: one row an identity and owner over all batches of a file; null without any batch."""
    if len(parts) < 2:
        return parts[0] if parts else None
    together = pl.concat(parts)
    if _is_distinct(together):
        return together
    return (
        together.sort("last_at", descending=True)
        .group_by("identity", "organisation_id", maintain_order=True)
        .agg(
            pl.col("first_at").min(),
            pl.col("last_at").max(),
            pl.col("count").sum(),
            pl.col("row_severity").max(),
            pl.exclude("first_at", "last_at", "count", "row_severity").first(),
        )
    )
