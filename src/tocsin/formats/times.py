"""Times in columns: the spellings of ISO 8601 that reports use, for a whole column at once."""

import polars as pl

_USUAL = "%Y-%m-%d %H:%M:%S"
_ISO = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?$"


def read_times(texts: pl.Series) -> pl.Series:
    """Read a String column of times as Datetime (microseconds, UTC); null where there is none.

    A time without a zone is UTC. A date alone is no time: it would be read as midnight.
    """
    times = texts.str.to_datetime(_USUAL, time_unit="us", strict=False)
    if times.null_count() > texts.null_count():
        times = times.fill_null(_read_each(texts.set(times.is_not_null(), None)))
    return times.dt.replace_time_zone("UTC")


def _read_each(texts: pl.Series) -> pl.Series:
    """Read the less usual spellings, each distinct one once; in UTC, without a zone."""
    distinct = texts.drop_nulls().unique()
    parts = pl.DataFrame({"p": distinct.str.extract_groups(_ISO)})
    day, minutes, seconds, fraction, zone = (pl.col("p").struct.field(str(place)) for place in range(1, 6))
    spelt = pl.concat_str(
        day,
        pl.lit("T"),
        minutes,
        seconds.fill_null(":00"),
        pl.lit("."),
        (fraction.fill_null("") + pl.lit("000000")).str.slice(0, 6),
        pl.when(zone.is_null() | zone.str.contains(r"(?i)^(?:z|utc)$"))
        .then(pl.lit("+0000"))
        .otherwise(zone.str.replace(":", "", literal=True)),
    )
    read = parts.select(spelt.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%z", time_unit="us", strict=False)).to_series()
    return texts.replace_strict(distinct, read.dt.replace_time_zone(None), default=None, return_dtype=pl.Datetime("us"))
