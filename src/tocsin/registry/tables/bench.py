"""One sheet under examination: the ways in which a column can be read and be wrong, set-wise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.kernel.errors import Invalid
from tocsin.registry.rules import AssetKind, canonical_asset, doubts
from tocsin.registry.tables.cells import read_moment
from tocsin.registry.tables.layout import MOMENT, SCHEMAS, BadRow, Sheet
from tocsin.registry.tables.reading import Raw

Words = Mapping[str, str]

#: How many of the known codes a reason lists.
_SHOWN = 10


@dataclass
class Bench:
    """A sheet under examination: faults are noted, the frame keeps their rows until the end.

    A column that has been read keeps its own text in `<column>:written`, to be shown where it is at fault.
    """

    raw: Raw
    frame: pl.DataFrame
    bad: list[BadRow] = field(default_factory=list)

    def refuse(self, column: str, mask: pl.Expr, reason: str | pl.Expr) -> None:
        """Record the rows of `mask` as faulty in `column`."""
        shown = pl.col(f"{column}:written" if f"{column}:written" in self.frame.columns else column)
        why = pl.lit(reason) if isinstance(reason, str) else reason
        found = self.frame.filter(mask).select("_line", shown.cast(pl.String).fill_null(""), why.alias(":why"))
        self.bad += [self.raw.fault(line, column, value, why) for line, value, why in found.iter_rows()]

    def words(self, column: str, words: Words, default: str | None) -> None:
        """Read a column of fixed words, whatever their case; empty means the default."""
        written = pl.col(column)
        # Plain texts: Polars makes a type of its own of the members of an enum.
        plain = {str(word): str(meant) for word, meant in words.items()}
        self.frame = self.frame.with_columns(
            written.alias(f"{column}:written"),
            written.str.to_lowercase().replace_strict(plain, default=None, return_dtype=pl.String).alias(column),
        )
        known = ", ".join(dict.fromkeys(plain.values()))
        missing = pl.col(f"{column}:written").is_not_null() & pl.col(column).is_null()
        self.refuse(column, missing, f"Unknown word; known are {known}.")
        if default is not None:
            self.frame = self.frame.with_columns(pl.col(column).fill_null(str(default)))

    def codes(self, column: str, known: Collection[str]) -> None:
        """Refuse codes that point to nothing."""
        listed = ", ".join(sorted(known)[:_SHOWN]) + (", ..." if len(known) > _SHOWN else "")
        self.refuse(column, ~pl.col(column).is_in(list(known)), f"Unknown code; known are {listed or 'none'}.")

    def tree(self, known: Collection[str], parents: Words) -> None:
        """Refuse a `parent` that points to nothing, or back to where it comes from (`parents`: those held now)."""
        self.codes("parent", {*known, *self.frame["code"].drop_nulls()})
        if "parent" in self.raw.frame.columns:
            above = {**parents, **dict(self.frame.select("code", "parent").iter_rows())}
            circular = [code for code in above if code and _returns(code, above)]
            self.refuse("parent", pl.col("code").is_in(circular), "It would stand above itself.")

    def once(self, *keys: str) -> None:
        """Refuse the second and every further row of one thing; a fault is shown at the last key that is not null."""
        *_, shown = (key for key in keys if self.frame.schema[key] == pl.String)
        written = self.frame.filter(pl.col(shown).is_not_null())
        seen = written.with_columns(pl.col("_line").min().over(*keys).alias(":first"))
        again = seen.filter(pl.col("_line") != pl.col(":first")).select("_line", shown, ":first")
        self.bad += [
            self.raw.fault(line, shown, value, f"The same as in line {first}.")
            for line, value, first in again.iter_rows()
        ]

    def moments(self, column: str, zone: ZoneInfo) -> None:
        """Read a column of dates, each distinct one once."""
        texts = self.frame[column].drop_nulls().unique()
        moments = pl.Series([read_moment(text, zone) for text in texts], dtype=MOMENT)
        known = pl.DataFrame({column: texts, ":moment": moments})
        read = self.frame.select(column).join(known, on=column, how="left", maintain_order="left")[":moment"]
        self.frame = self.frame.with_columns(pl.col(column).alias(f"{column}:written"), read.alias(column))
        unread = pl.col(f"{column}:written").is_not_null() & pl.col(column).is_null()
        self.refuse(column, unread, "It is no date such as 2026-03-01 or 2026-03-01T08:00:00Z.")

    def assets(self) -> list[BadRow]:
        """Spell `kind` and `value` in their one way, each distinct pair once; return what is odd about them."""
        pairs = self.frame.filter(
            pl.col("value").is_not_null() & (pl.col("kind:written").is_null() | pl.col("kind").is_not_null())
        )
        distinct = pairs.select("kind", "value").unique(maintain_order=True)
        read = pl.DataFrame(
            [_asset(kind, value) for kind, value in distinct.iter_rows()],
            schema=dict.fromkeys((":kind", ":value", ":fault", ":doubt"), pl.String),
            orient="row",
        )
        known = pl.concat([distinct, read], how="horizontal")
        found = self.frame.join(known, on=["kind", "value"], how="left", nulls_equal=True, maintain_order="left")
        self.frame = found.with_columns(
            pl.col("value").alias("value:written"), pl.col(":kind").alias("kind"), pl.col(":value").alias("value")
        )
        self.refuse("value", pl.col(":fault").is_not_null(), pl.col(":fault"))
        odd = self.frame.filter(pl.col(":doubt").is_not_null()).select("_line", "value:written", ":doubt")
        return [self.raw.fault(line, "value", value, doubt) for line, value, doubt in odd.iter_rows()]

    def good(self, sheet: Sheet) -> pl.DataFrame:
        """Give the rows without a fault, typed."""
        schema = SCHEMAS[sheet]
        lines = pl.Series([row.line for row in self.bad], dtype=pl.Int32).unique()
        return self.frame.filter(~pl.col("_line").is_in(lines.implode())).select(
            pl.col(column).cast(dtype) for column, dtype in schema.items()
        )


def _returns(code: str, above: Mapping[str, str | None]) -> bool:
    """Tell whether the way up from a code comes back to it."""
    seen: set[str | None] = {None}
    step = above.get(code)
    while step not in seen and step != code:
        seen.add(step)
        step = above.get(step or "")
    return step == code


def _asset(kind: str | None, text: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Give kind, value, fault and doubt."""
    try:
        found, value = canonical_asset(None if kind is None else AssetKind(kind), text)
    except Invalid as error:
        return None, None, error.message, None
    return str(found), value, None, " ".join(doubts(found, value)) or None
