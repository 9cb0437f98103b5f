"""Keyset paging for pages and the API: a page begins after a row, not after a number of rows.

However deep one pages it costs the same, and no row is skipped or shown twice when rows come and go meanwhile.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import attrgetter
from typing import Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.crypto import constant_time_compare, salted_hmac

from tocsin.kernel.errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
#: What a cursor may carry: the value of a sort key of one row.
KeyValue = None | bool | int | float | str | datetime | date | Decimal | UUID

_SALT = "tocsin.web.paging.cursor"
#: Hexadecimal digits of the seal: 64 bits, for a cursor guards nothing (every query is cut to its actor).
_SEAL_DIGITS = 16
PAGE_SIZE = 50


class BadCursor(Invalid):
    """This page of the list can't be found again; begin at the first page."""

    slug = "bad-cursor"


@dataclass(frozen=True, kw_only=True)
class Key:
    """Name one field that a list is ordered by. Nulls stand last, whichever way it goes."""

    field: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """Say how a list is ordered. The last key must be unique (`id`), else rows of equal rank are lost between pages."""

    keys: tuple[Key, ...]

    @property
    def mark(self) -> str:
        """Name the order in a cursor, so that one made for another order is refused."""
        spelled = ",".join(f"{'-' if key.descending else ''}{key.field}" for key in self.keys)
        return hashlib.blake2s(spelled.encode(), digest_size=4).hexdigest()

    def expressions(self, *, backward: bool = False) -> tuple[OrderBy, ...]:
        """Give what `order_by` takes; backward turns every key round, and puts nulls first."""
        return tuple(_order_by(key, backward=backward) for key in self.keys)

    def beyond(self, values: Sequence[KeyValue], *, backward: bool = False) -> Q:
        """Give the condition of rows after (or before) the row with these key values."""
        steps = []
        for place, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            same = [_same(earlier, held) for earlier, held in zip(self.keys[:place], values[:place], strict=True)]
            further = _further(key, value, backward=backward)
            if further is not None:
                steps.append(reduce(Q.__and__, [*same, further]))
        if not steps:
            return Q(pk__in=())
        condition = reduce(Q.__or__, steps)
        first, value = self.keys[0], values[0]
        if len(self.keys) > 1 and not first.nullable:
            # Redundant, but PostgreSQL bounds its index scan by it; an OR alone it does not.
            condition = Q(**{f"{first.field}__{'lte' if first.descending != backward else 'gte'}": value}) & condition
        return condition


def _order_by(key: Key, *, backward: bool) -> OrderBy:
    nulls: dict[str, bool] = {} if not key.nullable else {"nulls_first": True} if backward else {"nulls_last": True}
    column = F(key.field)
    return column.desc(**nulls) if key.descending != backward else column.asc(**nulls)


def _same(key: Key, value: KeyValue) -> Q:
    return Q(**{f"{key.field}__isnull": True}) if value is None else Q(**{key.field: value})


def _further(key: Key, value: KeyValue, *, backward: bool) -> Q | None:
    """Give the condition of a further value, or None where there is none: nulls are last forward, first backward."""
    if value is None:
        return Q(**{f"{key.field}__isnull": False}) if backward else None
    condition = Q(**{f"{key.field}__{'lt' if key.descending != backward else 'gt'}": value})
    return condition | Q(**{f"{key.field}__isnull": True}) if key.nullable and not backward else condition


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Mark a place between two rows, and which way to go from there."""

    values: tuple[KeyValue, ...]
    backward: bool = False
    #: Number of the first row of the page it leads to, for "51 to 100"; an estimate where rows came and went.
    first: int = 1

    def encode(self, order: Order) -> str:
        """Spell it for an address: opaque, and sealed so that only ours come back."""
        body = [order.mark, int(self.backward), self.first, [_pack(value) for value in self.values]]
        text = base64.urlsafe_b64encode(json.dumps(body, separators=(",", ":")).encode()).rstrip(b"=").decode()
        return f"{text}.{_seal(text, settings.SECRET_KEY)}"

    @classmethod
    def decode(cls, text: str, order: Order) -> "Cursor":
        """Read a cursor.

        Raises:
            BadCursor: it is not ours, or was made for another order.
        """
        body, _, seal = text.partition(".")
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        if not any(constant_time_compare(seal, _seal(body, key)) for key in keys):
            raise BadCursor
        try:
            mark, backward, first, packed = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (binascii.Error, ValueError) as error:
            raise BadCursor from error
        if mark != order.mark or len(packed) != len(order.keys):
            raise BadCursor
        return cls(values=tuple(_unpack(value) for value in packed), backward=bool(backward), first=first)


def _seal(text: str, secret: str | bytes) -> str:
    return salted_hmac(_SALT, text, secret=secret, algorithm="sha256").hexdigest()[:_SEAL_DIGITS]


_PACKED: tuple[tuple[str, type, Callable[[str], KeyValue]], ...] = (
    ("t", datetime, datetime.fromisoformat),
    ("d", date, date.fromisoformat),
    ("n", Decimal, Decimal),
    ("u", UUID, UUID),
)


def _pack(value: KeyValue) -> object:
    """Make a value fit JSON; a type that JSON lacks becomes `{tag: text}`. datetime, a date too, is asked for first."""
    for tag, kind, _ in _PACKED:
        if isinstance(value, kind):
            return {tag: value.isoformat() if isinstance(value, date) else str(value)}
    return value


def _unpack(value: object) -> KeyValue:
    if isinstance(value, dict):
        ((tag, text),) = value.items()
        read = next(read for name, _, read in _PACKED if name == tag)
        return read(text)
    assert value is None or isinstance(value, bool | int | float | str)
    return value


@dataclass(frozen=True, kw_only=True)
class Count:
    """Say how many rows a list has; not exact is the planner's estimate."""

    value: int
    exact: bool = True


@dataclass(frozen=True, kw_only=True)
class Slice(Generic[Item]):
    """Hold the rows of one page, in order, with the cursors of its neighbours (null: there is none)."""

    items: tuple[Item, ...]
    #: Numbers of the first and last row; 0 and 0 when there is none.
    first: int
    last: int
    next: str | None
    previous: str | None


def cut(
    fetched: Sequence[Item],
    *,
    order: Order,
    cursor: Cursor | None,
    size: int,
    values: Callable[[Item], tuple[KeyValue, ...]],
) -> Slice[Item]:
    """Make a slice of rows fetched in the cursor's direction, one more than fit: the surplus tells of a further page.

    Args:
        fetched: at most `size + 1` rows from the cursor on, in `order.expressions(backward=cursor.backward)`.
        order: of the list.
        cursor: null for the first page.
        size: rows a page.
        values: gives a row's key values, in the order of `order.keys`.
    """
    backward = cursor is not None and cursor.backward
    more = len(fetched) > size
    items = tuple(fetched[:size])
    if backward:
        items = items[::-1]
    first = max(1, cursor.first) if cursor is not None else 1
    if backward and not more:
        first = 1
    if not items:
        return Slice(items=(), first=0, last=0, next=None, previous=None)
    last = first + len(items) - 1
    has_next = more if not backward else True
    has_previous = cursor is not None if not backward else more
    return Slice(
        items=items,
        first=first,
        last=last,
        next=Cursor(values=values(items[-1]), first=last + 1).encode(order) if has_next else None,
        previous=Cursor(values=values(items[0]), backward=True, first=first - size).encode(order)
        if has_previous
        else None,
    )


def take(rows: QuerySet[Row], *, order: Order, cursor: str = "", size: int = PAGE_SIZE) -> Slice[Row]:
    """Read one page of a queryset: one query, `size + 1` rows. Start from `visible_to(actor)`.

    Args:
        rows: filtered, not ordered.
        order: its keys may follow relations (`owner__name`); `select_related` them.
        cursor: as it stood in the address; empty for the first page.
        size: rows a page.

    Raises:
        BadCursor: the cursor is not ours, or of another order.
    """
    place = Cursor.decode(cursor, order) if cursor else None
    backward = place is not None and place.backward
    if place is not None:
        rows = rows.filter(order.beyond(place.values, backward=backward))
    fetched = list(rows.order_by(*order.expressions(backward=backward))[: size + 1])
    read = [attrgetter(key.field.replace("__", ".")) for key in order.keys]
    return cut(fetched, order=order, cursor=place, size=size, values=lambda row: tuple(get(row) for get in read))


def about(rows: QuerySet[Row], *, exact_up_to: int = 10_000) -> Count:
    """Count up to a bound, beyond it give the planner's estimate: counting a million rows to say "about" is waste."""
    counted = rows.order_by()[: exact_up_to + 1].count()
    if counted <= exact_up_to:
        return Count(value=counted)
    plan = json.loads(rows.order_by().explain(format="json"))
    return Count(value=max(int(plan[0]["Plan"]["Plan Rows"]), exact_up_to), exact=False)
