"""What of a batch may be kept: drops and masks columns as the feed says, before anything else looks at them."""

from collections.abc import Mapping

import polars as pl

from tocsin.events.feeds import Feed, Treatment, masks, prose
from tocsin.events.feeds.never_kept import SENSITIVE
from tocsin.events.schemas import READ, Flag
from tocsin.formats.delimited import EXTRA, FLAGS


def withhold(read: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """READ -> the columns of the file that may be kept and have a value, and `_extra`; same rows, same order.

    In a ragged record the cells may stand under the wrong names. Where the file has columns that must not be kept as
    they are, every cell that may come from one of them is left out.
    """
    columns = [name for name in read.columns if name not in READ]
    treatments = feed.treatments(columns)
    unsure = _shifted(read, columns, treatments)
    kept = unsure.select(
        *(
            _treated(pl.col(name), treatment)
            for name, treatment in treatments.items()
            if treatment is not Treatment.DROP and unsure.get_column(name).null_count() < unsure.height
        ),
        EXTRA,
    )
    return _mask_proses(kept, [name for name in kept.columns if treatments.get(name) is not Treatment.PLAIN])


def _treated(column: pl.Expr, treatment: Treatment) -> pl.Expr:
    match treatment:
        case Treatment.MAIL:
            return masks.mask_mail(column)
        case Treatment.LINK:
            return masks.cut_link(column)
        case Treatment.REQUEST:
            return masks.cut_request(column)
        case _:
            return column


def _mask_proses(kept: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Mask free text; a column without a trace of a secret is left alone, for masking is dear."""
    suspects = kept.select(prose.has_secrets(pl.col(name)).any(ignore_nulls=True) for name in columns)
    dirty = [name for name, found in zip(columns, suspects.row(0), strict=True) if found]
    return kept.with_columns(_mask_prose(kept.get_column(name)) for name in dirty)


def _mask_prose(texts: pl.Series) -> pl.Series:
    """Mask each distinct text once; most that looked suspect have nothing to mask."""
    suspects = pl.DataFrame({"text": texts.drop_nulls().unique()}).filter(prose.has_secrets(pl.col("text")))
    masked = suspects.with_columns(prose.mask_prose(suspects.get_column("text")).alias("masked"))
    changed = masked.filter(pl.col("masked") != pl.col("text"))
    return texts if changed.is_empty() else texts.replace(changed.get_column("text"), changed.get_column("masked"))


def _shifted(read: pl.DataFrame, columns: list[str], treatments: Mapping[str, Treatment]) -> pl.DataFrame:
    """Empty the cells of ragged records into which a sensitive cell may have moved.

    A record that is too long has moved cells to the right: everything from the first sensitive column on. One that is
    too short has moved them to the left, by at most as many places as are empty at its end.
    """
    sensitive = [place for place, name in enumerate(columns) if treatments[name] in SENSITIVE]
    if not sensitive or not ((read.get_column(FLAGS) & Flag.RAGGED) != 0).any():
        return read
    last_filled = pl.max_horizontal(
        pl.when(pl.col(name).is_not_null()).then(place).otherwise(-1) for place, name in enumerate(columns)
    )
    is_ragged = (pl.col(FLAGS) & Flag.RAGGED) != 0
    missing = pl.when(pl.col(EXTRA).is_null()).then(len(columns) - 1 - last_filled).otherwise(0)
    first_unsure = pl.when(is_ragged).then(sensitive[0] - missing).otherwise(len(columns))
    marked = read.with_columns(first_unsure.alias("_unsure"))
    return marked.with_columns(
        *(pl.when(pl.col("_unsure") > place).then(pl.col(name)).alias(name) for place, name in enumerate(columns)),
        pl.lit(None, pl.String).alias(EXTRA),
    ).drop("_unsure")
