"""What an import would change, before it changes anything."""

from dataclasses import dataclass

import polars as pl

from tocsin.registry.tables.layout import KEYS, SCHEMAS, Sheet, Tables


@dataclass(frozen=True, kw_only=True)
class SheetDifference:
    """The difference of one table. Where the current one has a column `id`, `changed` and `missing` have it too."""

    sheet: Sheet
    #: Columns of the schema.
    added: pl.DataFrame
    #: As they will be: the incoming values where the file has the column, else the current ones.
    changed: pl.DataFrame
    #: One row a field: the columns that name the thing now, `field`, `old`, `new` (String, null = not given).
    fields: pl.DataFrame
    #: In the registry and not in the file: reported, removed only when asked.
    missing: pl.DataFrame
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The difference of all tables; one that the files do not have is untouched and reports nothing missing."""

    regions: SheetDifference
    sectors: SheetDifference
    coordinators: SheetDifference
    organisations: SheetDifference
    contacts: SheetDifference
    assets: SheetDifference

    @property
    def parts(self) -> tuple[SheetDifference, ...]:
        """Give the differences of the tables, each after what it points to."""
        return tuple(getattr(self, sheet) for sheet in Sheet)

    @property
    def empty(self) -> bool:
        """Tell whether the import would change nothing (what is missing changes nothing)."""
        return all(part.added.is_empty() and part.changed.is_empty() for part in self.parts)


def difference(current: Tables, incoming: Tables) -> Difference:
    """Compare the registry with what files hold, by joins."""
    return Difference(**{str(sheet): _compare(sheet, current.of(sheet), incoming) for sheet in Sheet})


def _compare(sheet: Sheet, current: pl.DataFrame, incoming: Tables) -> SheetDifference:
    schema, keys = SCHEMAS[sheet], list(KEYS[sheet])
    given = incoming.given.get(sheet, frozenset())
    rows = incoming.of(sheet).select(*schema).with_row_index(":in")
    held = current.with_row_index(":now")
    pairs = _pairs(held, rows, keys)
    met = held.join(pairs, on=":now").join(rows, on=":in", suffix=":new")
    compared = [name for name in schema if name in given and f"{name}:new" in met.columns]
    differs = [pl.col(name).ne_missing(pl.col(f"{name}:new")).alias(f"{name}:differs") for name in compared]
    met = met.with_columns(differs).with_columns(
        pl.any_horizontal([f"{name}:differs" for name in compared] or [pl.lit(value=False)]).alias(":differs")
    )
    changing = met.filter(":differs").sort(*keys)
    kept = [name for name in ("id", *schema) if name in current.columns]
    return SheetDifference(
        sheet=sheet,
        added=rows.join(pairs, on=":in", how="anti").select(*schema).sort(*keys),
        changed=changing.select(
            pl.col(f"{name}:new").alias(name) if name in compared else pl.col(name) for name in kept
        ),
        fields=_fields(changing, keys, compared),
        missing=held.join(pairs, on=":now", how="anti").select(kept).sort(*keys)
        if given
        else current.select(kept).clear(),
        unchanged=met.height - changing.height,
    )


def _pairs(held: pl.DataFrame, rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Match rows (`:now`, `:in`) by key; an asset whose only date of beginning was corrected is still the same."""
    columns = [pl.col(":now"), pl.col(":in")]
    exact = held.join(rows, on=keys, nulls_equal=True).select(columns)
    if "valid_from" not in keys:
        return exact
    thing = [key for key in keys if key != "valid_from"]
    alone = pl.len().over(thing) == 1
    one, other = held.filter(alone), rows.filter(alone)
    moved = (
        one.join(exact, on=":now", how="anti").join(other.join(exact, on=":in", how="anti"), on=thing).select(columns)
    )
    return pl.concat([exact, moved])


def _fields(changing: pl.DataFrame, keys: list[str], compared: list[str]) -> pl.DataFrame:
    """List every changed field of every changed row."""
    parts = [
        changing.filter(f"{name}:differs").select(
            *keys,
            field=pl.lit(name),
            old=pl.col(name).cast(pl.String),
            new=pl.col(f"{name}:new").cast(pl.String),
        )
        for name in compared
    ]
    empty = changing.select(*keys, field=pl.lit(""), old=pl.lit(""), new=pl.lit("")).clear()
    return pl.concat([empty, *parts]).sort(*keys, "field")
