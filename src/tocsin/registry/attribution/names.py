"""Owners by name: a host exactly, a domain by label suffix, a URL by path prefix at a segment boundary.

Each distinct text is looked up once and shortened (by its first label, by its last segment) until it is known.

URLs: `http`, `https`, `ws` and `wss` on their default ports are one place, for what hangs at a path answers on all
of them; another scheme, or a port given, must be the same. So `https://example.com/app` covers
`http://example.com/app/login`, and neither `https://example.com/application` nor `https://example.com:8443/app`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from tocsin.registry.attribution.chains import Chains, Holdings, Ints, link

Shorten = Callable[[pl.Expr], pl.Expr]


def url_key(url: pl.Expr) -> pl.Expr:
    """Reduce a canonical URL to what decides its owner."""
    return url.str.replace(r"^(?:http|ws)s?://", "//").str.strip_chars_end("/")


def without_label(name: pl.Expr) -> pl.Expr:
    """Drop the first label; null when it is the only one."""
    return name.str.splitn(".", 2).struct.field("field_1")


def without_segment(url: pl.Expr) -> pl.Expr:
    """Drop the last path segment; null when none is left. A double slash counts as an empty segment."""
    return url.str.extract(r"^(.+)/[^/]*$")


@dataclass(frozen=True, kw_only=True)
class Names:
    """Finds host and domain assets from the column `host`."""

    chains: Chains
    #: `text`, `node`: what must match exactly, and what may match after shortening.
    hosts: pl.DataFrame
    domains: pl.DataFrame

    def nodes(self, events: pl.DataFrame) -> Ints:
        """Find the node of each event; -1 where no asset covers its name or it has none."""
        names = events.select(text="host")
        seen = names.unique().drop_nulls()
        exact = seen.join(self.hosts, on="text")
        others = seen.join(self.hosts, on="text", how="anti").with_columns(start="text")
        suffix = _climb(others, self.domains, without_label, nearest=True)
        return _spread(names, pl.concat([exact, suffix.select(text="start", node="node")]))


@dataclass(frozen=True, kw_only=True)
class Urls:
    """Finds URL assets from the column `url`."""

    chains: Chains
    #: `text`, `node`.
    urls: pl.DataFrame
    #: `place`: scheme class, host and port of every URL asset; a URL elsewhere needs no look at its path.
    places: pl.DataFrame

    def nodes(self, events: pl.DataFrame) -> Ints:
        """Find the node of each event; -1 where no asset covers its URL or it has none."""
        urls = events.select(text="url")
        seen = urls.unique().drop_nulls().select(start="text", text=url_key(pl.col("text")))
        here = seen.with_columns(place=_place(pl.col("text"))).join(self.places, on="place", how="semi").drop("place")
        found = _climb(here, self.urls, without_segment, nearest=True)
        return _spread(urls, found.select(text="start", node="node"))


def build_names(holdings: Holdings, hosts: pl.DataFrame, domains: pl.DataFrame) -> Names:
    """Index host and domain assets, each given as `key` (Int64) and `text` (canonical), each text once."""
    known = domains.select("text", "key")
    texts = pl.concat([hosts.select("text", "key"), known]).with_row_index("start").cast({"start": pl.Int64})
    of_hosts, of_domains = texts.head(hosts.height), texts.tail(domains.height)
    own = of_hosts.select(node="start", step=pl.lit(-1, pl.Int64), key="key")
    covering = _climb(texts.select("start", "text"), known, without_label, nearest=False)
    return Names(
        chains=link(holdings, pl.concat([own, covering.rename({"start": "node"})]), texts.height),
        hosts=of_hosts.select("text", node="start"),
        domains=of_domains.select("text", node="start"),
    )


def build_urls(holdings: Holdings, urls: pl.DataFrame) -> Urls:
    """Index URL assets, given as `key` (Int64) and `text` (as `url_key` makes it), each text once."""
    texts = urls.with_row_index("start").cast({"start": pl.Int64})
    covering = _climb(texts.select("start", "text"), urls.select("text", "key"), without_segment, nearest=False)
    return Urls(
        chains=link(holdings, covering.rename({"start": "node"}), texts.height),
        urls=texts.select("text", node="start"),
        places=urls.select(place=_place(pl.col("text"))).unique(),
    )


def _place(url: pl.Expr) -> pl.Expr:
    """Take scheme class, host and port of a URL key."""
    return url.str.extract(r"^([^/]*//[^/]+)")


def _climb(starts: pl.DataFrame, known: pl.DataFrame, shorten: Shorten, *, nearest: bool) -> pl.DataFrame:
    """Shorten texts step by step and note where they are known.

    Args:
        starts: `start` (any), `text`.
        known: `text` and one more column, the thing to find; each text once.
        shorten: the next text, null at the end.
        nearest: stop at the first hit of each start.

    Returns:
        `start`, `step` (Int64, how often it was shortened) and the thing found; any order.
    """
    (thing,) = set(known.columns) - {"text"}
    hits: list[pl.DataFrame] = []
    step = 0
    while starts.height or not hits:
        seen = starts.join(known, on="text", how="left")
        found = pl.col(thing).is_not_null()
        hits.append(seen.filter(found).select("start", pl.lit(step, pl.Int64).alias("step"), thing))
        if nearest:
            seen = seen.filter(~found)
        starts = seen.select("start", text=shorten(pl.col("text"))).drop_nulls("text")
        step += 1
    return pl.concat(hits)


def _spread(rows: pl.DataFrame, found: pl.DataFrame) -> Ints:
    """Give every row the node of its text, -1 for none."""
    joined = rows.join(found, on="text", how="left", maintain_order="left")
    return joined["node"].fill_null(-1).to_numpy()
