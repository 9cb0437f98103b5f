"""Where two owners hold the same thing at the same time, and neither is more specific: nothing is guessed there."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.registry.attribution import conflicts
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.naming import Named
from tocsin.registry.queries.tables import Schema, read_frame
from tocsin.registry.rules import ATTRIBUTING, AssetKind
from tocsin.registry.tables import MOMENT
from tocsin.web.paging import PAGE_SIZE, Count, Cursor, Key, Order, Slice, cut

_COLUMNS: Schema = {
    "id": pl.Int64,
    "organisation_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "valid_from": MOMENT,
    "valid_until": MOMENT,
}
_ORDER = Order(keys=(Key(field="asset_id"), Key(field="other_asset_id")))


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One of the two."""

    organisation_id: int
    name: Named
    asset_id: int
    value: str


@dataclass(frozen=True, kw_only=True)
class ConflictRow:
    """Two assets of different owners that are equally specific; what is seen there has no owner meanwhile."""

    kind: AssetKind
    one: Holder
    other: Holder
    #: Null: always.
    overlap_from: datetime | None
    #: Null: open.
    overlap_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ConflictPage:
    """A page of the conflicts."""

    part: Slice[ConflictRow]
    total: Count


def list_conflicts(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> ConflictPage:
    """Give a page of the conflicts, oldest asset first: two queries and one pass over all assets.

    Raises:
        BadCursor: the cursor is of another list.
    """
    require(actor, RegistryPermission.REVIEW)
    assets = read_frame(Asset.objects.visible_to(actor).filter(state__in=ATTRIBUTING), _COLUMNS)
    found = conflicts(assets.rename({"id": "asset_id"}))
    place = Cursor.decode(cursor, _ORDER) if cursor else None
    backward = place is not None and place.backward
    rows = found.reverse() if backward else found
    if place is not None:
        rows = rows.filter(_beyond(place))
    page = rows.head(size + 1).rows(named=True)
    ids = {row[name] for row in page for name in ("organisation_id", "other_organisation_id")}
    names = {row.pk: Named.of(row) for row in Organisation.objects.visible_to(actor).filter(pk__in=ids)}
    return ConflictPage(
        part=cut(
            [_row(row, names) for row in page],
            order=_ORDER,
            cursor=place,
            size=size,
            values=lambda row: (row.one.asset_id, row.other.asset_id),
        ),
        total=Count(value=found.height),
    )


def _beyond(place: Cursor) -> pl.Expr:
    one, other = place.values
    assert isinstance(one, int)
    assert isinstance(other, int)
    first, second = pl.col("asset_id"), pl.col("other_asset_id")
    if place.backward:
        return (first < one) | ((first == one) & (second < other))
    return (first > one) | ((first == one) & (second > other))


def _row(row: dict[str, object], names: dict[int, Named]) -> ConflictRow:
    def holder(prefix: str) -> Holder:
        owner, asset = row[f"{prefix}organisation_id"], row[f"{prefix}asset_id"]
        assert isinstance(owner, int)
        assert isinstance(asset, int)
        return Holder(organisation_id=owner, name=names[owner], asset_id=asset, value=str(row[f"{prefix}value"]))

    begin, end = row["overlap_from"], row["overlap_until"]
    assert begin is None or isinstance(begin, datetime)
    assert end is None or isinstance(end, datetime)
    return ConflictRow(
        kind=AssetKind(str(row["kind"])),
        one=holder(""),
        other=holder("other_"),
        overlap_from=begin,
        overlap_until=end,
    )
