"""Counts the rows that are nobody's, by network and country."""

from collections.abc import Sequence

import polars as pl

#: A network here is a /16 (IPv4) or a /32 (IPv6): enough to see whose they may be, too coarse to point at a machine.
_V4 = r"^(\d+\.\d+)\."
_V6 = r"^([0-9a-f]{1,4}:[0-9a-f]{0,4})"


def strangers(events: pl.DataFrame) -> pl.DataFrame:
    """IDENTIFIED with `moved` Boolean -> asn, network, country, why, rows; one row a group.

    `why` is `conflict` (two owners equally specific), `moved` (its owner then is not its owner today) or `none`.
    """
    nobody = events.select("address", "asn", "country", "conflict", "moved", "organisation_id").filter(
        pl.col("organisation_id").is_null() | pl.col("moved")
    )
    address = pl.col("address")
    return (
        nobody.with_columns(
            pl.when(pl.col("conflict"))
            .then(pl.lit("conflict"))
            .when(pl.col("moved"))
            .then(pl.lit("moved"))
            .otherwise(pl.lit("none"))
            .alias("why"),
            pl.coalesce(
                address.str.extract(_V4) + pl.lit(".0.0/16"),
                address.str.extract(_V6).str.strip_chars_end(":") + pl.lit("::/32"),
                pl.lit(""),
            ).alias("network"),
            pl.col("country").fill_null(""),
        )
        .group_by("asn", "network", "country", "why")
        .agg(pl.len().cast(pl.Int32).alias("rows"))
    )


def count_together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame | None:
    """Add up the counts of all batches of a file; null without any batch."""
    if not parts:
        return None
    return pl.concat(parts).group_by("asn", "network", "country", "why").agg(pl.col("rows").sum())
