"""The index of who holds what, built once per change of the registry, and the conflicts in it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tocsin.kernel.errors import Invalid
from tocsin.registry.attribution.addresses import Addresses, build_addresses
from tocsin.registry.attribution.chains import ALWAYS, OPEN, Chains, Holdings, Ints, link
from tocsin.registry.attribution.names import Names, Urls, build_names, build_urls, url_key

#: From the most to the least specific; a position here is the code of a kind.
KINDS = ("url", "host", "domain", "prefix", "asn")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Finds AS number assets from the column `asn`."""

    chains: Chains
    #: Sorted; the position is the node.
    numbers: Ints

    def nodes(self, events: pl.DataFrame) -> Ints:
        """Find the node of each event; -1 where its AS number is nobody's or it has none."""
        asn = events["asn"].fill_null(-1).cast(pl.Int64).to_numpy()
        if not len(self.numbers):
            return np.full(len(asn), -1, np.int64)
        place = np.minimum(np.searchsorted(self.numbers, asn), len(self.numbers) - 1)
        return np.where(self.numbers[place] == asn, place, -1)


@dataclass(frozen=True, kw_only=True)
class Index:
    """Everything that `attribute` needs to know of the registry."""

    holdings: Holdings
    urls: Urls
    names: Names
    addresses: Addresses
    numbers: Numbers


def build_index(assets: pl.DataFrame) -> Index:
    """Index the assets that attribute (the caller leaves out claimed and rejected ones). Cost: sorts and joins.

    Args:
        assets: `asset_id`, `organisation_id` (integers), `kind`, `value` (String, canonical), `valid_from`
            (inclusive, null = always), `valid_until` (exclusive, null = open); any order.

    Raises:
        Invalid: a kind is unknown, or a prefix or AS number is not canonical.
    """
    keyed = _keyed(assets)
    holdings = Holdings(
        asset_id=keyed["asset_id"].to_numpy(),
        organisation_id=keyed["organisation_id"].to_numpy(),
        kind=keyed["code"].to_numpy(),
        key=keyed["key"].to_numpy(),
        valid_from=keyed["from"].to_numpy(),
        valid_until=keyed["until"].to_numpy(),
    )
    distinct = keyed.select("kind", "key", "text").unique("key")
    of = {kind: distinct.filter(pl.col("kind") == kind) for kind in KINDS}
    try:
        addresses = build_addresses(holdings, of["prefix"])
        numbers = of["asn"].select("key", number=pl.col("text").cast(pl.Int64)).sort("number")
    except (ValueError, pl.exceptions.InvalidOperationError) as error:
        raise Invalid(f"An asset is not in canonical form: {error}.") from error
    steps = numbers.with_row_index("node").select(
        pl.col("node").cast(pl.Int64), pl.lit(0, pl.Int64).alias("step"), "key"
    )
    return Index(
        holdings=holdings,
        urls=build_urls(holdings, of["url"]),
        names=build_names(holdings, of["host"], of["domain"]),
        addresses=addresses,
        numbers=Numbers(chains=link(holdings, steps, numbers.height), numbers=numbers["number"].to_numpy()),
    )


def conflicts(assets: pl.DataFrame) -> pl.DataFrame:
    """Pair the assets of different owners that are equally specific at the same time.

    Args:
        assets: as for `build_index`.

    Returns:
        `asset_id`, `organisation_id`, `value` and the same with `other_` (asset_id < other_asset_id), `kind`,
        `overlap_from` (null = always), `overlap_until` (null = open); ordered by asset_id, other_asset_id.
    """
    keyed = _keyed(assets).filter(pl.col("from") < pl.col("until"))
    contested = keyed.filter(pl.col("organisation_id").n_unique().over("key") > 1)
    pairs = contested.join(contested, on="key", suffix="_other").filter(
        pl.col("asset_id") < pl.col("asset_id_other"),
        pl.col("organisation_id") != pl.col("organisation_id_other"),
        pl.col("from") < pl.col("until_other"),
        pl.col("from_other") < pl.col("until"),
    )
    begin = pl.max_horizontal("from", "from_other")
    end = pl.min_horizontal("until", "until_other")
    moment = pl.Datetime("us", "UTC")
    return pairs.select(
        "asset_id",
        "organisation_id",
        "kind",
        "value",
        other_asset_id="asset_id_other",
        other_organisation_id="organisation_id_other",
        other_value="value_other",
        overlap_from=pl.when(begin != ALWAYS).then(begin).cast(moment),
        overlap_until=pl.when(end != OPEN).then(end).cast(moment),
    ).sort("asset_id", "other_asset_id")


def _keyed(assets: pl.DataFrame) -> pl.DataFrame:
    """Add `code` (position in KINDS), `text` (what decides), `key` (same = equally specific), `from` and `until`."""
    unknown = assets.filter(~pl.col("kind").is_in(KINDS))
    if unknown.height:
        raise Invalid(f"Asset {unknown['asset_id'][0]} is of an unknown kind '{unknown['kind'][0]}'.")
    kind, value = pl.col("kind"), pl.col("value")
    moments = pl.col("valid_from", "valid_until").cast(pl.Datetime("us", "UTC")).to_physical()
    return (
        assets.with_columns(pl.col("asset_id", "organisation_id").cast(pl.Int64), moments)
        .with_columns(
            pl.col("valid_from").fill_null(ALWAYS).alias("from"),
            pl.col("valid_until").fill_null(OPEN).alias("until"),
            code=kind.replace_strict({kind: code for code, kind in enumerate(KINDS)}, return_dtype=pl.Int64),
            text=pl.when(kind == "url")
            .then(url_key(value))
            .when(kind == "asn")
            .then(value.str.strip_prefix("AS"))
            .otherwise(value),
        )
        .with_columns(key=pl.struct("code", "text").rank("dense").cast(pl.Int64))
    )
