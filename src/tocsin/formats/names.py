"""Hosts and URLs in columns: text to the canonical spelling of `kernel.subjects`, each distinct value once."""

from collections.abc import Callable

import polars as pl

from tocsin.kernel.errors import Invalid
from tocsin.kernel.subjects import canonical_host, canonical_url


def read_hosts(texts: pl.Series) -> pl.Series:
    """Spell a String column of hosts; a port behind the name is cut off; null where there is no host."""
    bare = texts.str.strip_chars().str.replace(r"^(\[[^\]]*\]|[^:\[\]]*):\d{1,5}$", "$1")
    return _each_distinct(bare, canonical_host)


def read_urls(texts: pl.Series) -> pl.Series:
    """Spell a String column of URLs, without user, default port, query and fragment; null where there is none."""
    return _each_distinct(texts.str.strip_chars(), canonical_url)


def hosts_of_urls(urls: pl.Series) -> pl.Series:
    """Take the hosts out of canonical URLs."""
    return urls.str.extract(r"^[a-z]+://(\[[^\]]*\]|[^/:]+)").str.strip_chars("[]")


def _each_distinct(texts: pl.Series, spell: Callable[[str], str]) -> pl.Series:
    """Spell every distinct value once and hand the results back to the rows."""
    distinct = texts.drop_nulls().unique()
    if distinct.is_empty():
        return pl.Series(texts.name, [None] * len(texts), pl.String)
    spelt = pl.Series([_spell_or_none(text, spell) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, spelt, default=None, return_dtype=pl.String)


def _spell_or_none(text: str, spell: Callable[[str], str]) -> str | None:
    try:
        return spell(text)
    except Invalid:
        return None
