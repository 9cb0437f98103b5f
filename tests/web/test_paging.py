"""Keyset paging: on a real table, walking forward and back shows each row once, whatever the order and the nulls."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections, models
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tocsin.web.paging import BadCursor, Count, Cursor, Key, KeyValue, Order, Slice, about, take


class Sample(models.Model):
    """A table of this test alone."""

    rank = models.IntegerField(null=True)
    name = models.TextField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "web_tests"
        managed = False
        db_table = "web_sample"


ORDERS = [
    Order(keys=(Key(field="id"),)),
    Order(keys=(Key(field="name", descending=True), Key(field="id"))),
    Order(keys=(Key(field="rank", nullable=True), Key(field="id", descending=True))),
    Order(keys=(Key(field="rank", nullable=True, descending=True), Key(field="name"), Key(field="id"))),
    Order(keys=(Key(field="name"), Key(field="seen_at", nullable=True, descending=True), Key(field="id"))),
]
moments = st.sampled_from([None, datetime(2026, 11, 23, 5, 58, 0, 1, UTC), datetime(2026, 11, 23, 5, 58, 0, 2, UTC)])
rows = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.sampled_from(["a", "b", "中"]), moments), max_size=25
)


@pytest.fixture
def table(database: str) -> models.QuerySet[Sample]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE web_sample (id bigserial PRIMARY KEY, rank int, name text NOT NULL, seen_at timestamptz)"
        )
    return Sample.objects.using("owner").all()


def reference(samples: list[Sample], order: Order) -> list[int]:
    """Sort slowly and plainly: key by key from the last, nulls last each time."""
    ordered = sorted(samples, key=lambda sample: sample.pk)
    for key in reversed(order.keys):
        held = sorted(
            (s for s in ordered if getattr(s, key.field) is not None),
            key=lambda s: getattr(s, key.field),
            reverse=False,
        )
        if key.descending:
            held = sorted(
                (s for s in ordered if getattr(s, key.field) is not None),
                key=lambda s: getattr(s, key.field),
                reverse=True,
            )
        ordered = held + [s for s in ordered if getattr(s, key.field) is None]
    return [sample.pk for sample in ordered]


def walk(table: models.QuerySet[Sample], order: Order, size: int) -> tuple[list[Slice[Sample]], list[Slice[Sample]]]:
    """Go to the last page and back to the first."""
    there = [take(table, order=order, size=size)]
    while there[-1].next:
        there.append(take(table, order=order, cursor=there[-1].next, size=size))
    back = [there[-1]]
    while back[-1].previous:
        back.append(take(table, order=order, cursor=back[-1].previous, size=size))
    return there, back


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, order=st.sampled_from(ORDERS), size=st.integers(1, 7))
def test_walking_there_and_back_shows_each_row_once(
    table: models.QuerySet[Sample], rows: list[tuple[int | None, str, datetime | None]], order: Order, size: int
) -> None:
    table.delete()
    table.bulk_create([Sample(rank=rank, name=name, seen_at=seen) for rank, name, seen in rows])

    there, back = walk(table, order, size)

    expected = reference(list(table), order)
    assert [row.pk for part in there for row in part.items] == expected
    assert [row.pk for part in reversed(back) for row in part.items] == expected
    numbers = [(part.first, part.last) for part in there]
    assert numbers == [(part.first, part.last) for part in reversed(back)]
    assert numbers[-1][1] == len(expected)


def test_rows_that_come_and_go_lose_and_repeat_no_other(table: models.QuerySet[Sample]) -> None:
    table.bulk_create([Sample(rank=1, name=f"{place:02}") for place in range(10)])
    order = Order(keys=(Key(field="name"), Key(field="id")))
    first = take(table, order=order, size=4)
    table.filter(name="03").delete()
    table.create(rank=1, name="00a")

    second = take(table, order=order, cursor=first.next or "", size=4)

    assert [row.name for row in second.items] == ["04", "05", "06", "07"]


def test_a_further_page_is_found_through_the_index(table: models.QuerySet[Sample]) -> None:
    table.bulk_create([Sample(rank=place % 50, name="x") for place in range(5000)])
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE INDEX ON web_sample (name, id)")
        cursor.execute("ANALYZE web_sample")
    order = Order(keys=(Key(field="name"), Key(field="id")))

    plan = table.filter(order.beyond(("x", 4000))).order_by(*order.expressions())[:51].explain()

    assert "Index" in plan
    assert "Sort" not in plan


def test_small_lists_are_counted_and_large_ones_estimated(table: models.QuerySet[Sample]) -> None:
    table.bulk_create([Sample(rank=1, name="x") for _ in range(400)])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE web_sample")

    assert about(table) == Count(value=400)
    assert about(table, exact_up_to=100) == Count(value=400, exact=False)


VALUES: list[KeyValue] = [
    None,
    True,
    7,
    0.5,
    "中",
    datetime(2026, 11, 23, 5, 58, 0, 1, UTC),
    date(2026, 11, 23),
    Decimal("1.20"),
    UUID(int=5),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("backward", [False, True])
def test_a_cursor_reads_back_as_it_was(value: KeyValue, backward: bool) -> None:
    order = Order(keys=(Key(field="a"), Key(field="id")))
    cursor = Cursor(values=(value, 9), backward=backward, first=51)

    text = cursor.encode(order)

    assert Cursor.decode(text, order) == cursor
    assert type(Cursor.decode(text, order).values[0]) is type(value)


@pytest.mark.parametrize("text", ["x", ".", "W10.0000000000000000", "é.1", "a" * 3000])
def test_a_cursor_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.decode(text, ORDERS[0])


def test_a_changed_cursor_and_one_of_another_order_are_refused() -> None:
    text = Cursor(values=("a", 1)).encode(ORDERS[1])

    with pytest.raises(BadCursor):
        Cursor.decode(text[:-1] + ("0" if text[-1] != "0" else "1"), ORDERS[1])
    with pytest.raises(BadCursor):
        Cursor.decode(text, Order(keys=(Key(field="name"), Key(field="id"))))


def test_a_cursor_outlives_a_change_of_the_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Cursor(values=(1,)).encode(ORDERS[0])
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [settings.SECRET_KEY])
    monkeypatch.setattr(settings, "SECRET_KEY", "another")

    assert Cursor.decode(text, ORDERS[0]).values == (1,)
