"""What is nobody's is counted by network and country, and every such row is in one count."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.frames import attributed
from tocsin.events.stages.strangers import count_together, strangers

COLUMNS = ("asn", "network", "country", "why", "rows")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.0.0/16"),
        ("9.1.2.3", "9.1.0.0/16"),
        ("2001:db8:1::9", "2001:db8::/32"),
        ("2001:db8::9", "2001:db8::/32"),
        ("2001::9", "2001::/32"),
        (None, ""),
    ],
)
def test_an_address_lies_in_a_wide_network(address: str | None, network: str) -> None:
    assert strangers(attributed({"address": address}))["network"].to_list() == [network]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "none"),
        ({"conflict": True}, "conflict"),
        ({"organisation_id": 1, "moved": True}, "moved"),
    ],
)
def test_the_reason_is_told(row: dict[str, Any], why: str) -> None:
    assert strangers(attributed({"address": "203.0.113.9", **row}))["why"].to_list() == [why]


def test_what_somebody_owns_is_not_counted() -> None:
    assert strangers(attributed({"address": "203.0.113.9", "organisation_id": 1})).is_empty()


def test_rows_of_one_group_are_one_count() -> None:
    row = {"address": "203.0.113.9", "asn": 64500, "country": "CN"}

    found = strangers(attributed(row, {**row, "address": "203.0.9.9"}, {**row, "country": None}))

    assert sorted(found.select(COLUMNS).rows()) == [
        (64500, "203.0.0.0/16", "", "none", 1),
        (64500, "203.0.0.0/16", "CN", "none", 2),
    ]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "address": st.sampled_from([None, "203.0.113.9", "2001:db8::1", "9.1.2.3"]),
            "asn": st.sampled_from([None, 64500]),
            "country": st.sampled_from([None, "CN"]),
            "organisation_id": st.sampled_from([None, 1]),
            "conflict": st.booleans(),
            "moved": st.booleans(),
        }
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(first=ROWS, second=ROWS)
def test_batches_add_up_and_no_row_is_lost(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    together = count_together([strangers(attributed(*first)), strangers(attributed(*second))])

    assert together is not None
    assert sorted(together.select(COLUMNS).rows(), key=str) == sorted(
        strangers(attributed(*first, *second)).select(COLUMNS).rows(), key=str
    )
    nobodys = sum(row["organisation_id"] is None or row["moved"] for row in first + second)
    assert together["rows"].sum() == nobodys


def test_no_batch_is_nothing() -> None:
    assert count_together([]) is None
