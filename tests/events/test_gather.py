"""Many events of one thing become one sighting; the newest speaks, the worst is counted, batches add up."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.frames import SEEN_AT, attributed
from tocsin.catalogue.queries import problem
from tocsin.catalogue.rules import unknown_problem
from tocsin.events.stages.gather import gather, merge
from tocsin.events.stages.identify import identify
from tocsin.kernel.severity import Severity

RDP = {"open-rdp": problem("open-rdp")}
ONE = {"address": "198.18.0.1", "port": 3389, "transport": "tcp", "organisation_id": 1, "asset_id": 7}


def gathered(*rows: dict[str, Any]) -> pl.DataFrame:
    return gather(identify(attributed(*rows), RDP), RDP)


def test_the_newest_event_speaks_and_the_worst_is_counted() -> None:
    found = gathered(
        {**ONE, "ptr": "old.example", "row_severity": 4, "observed_at": SEEN_AT},
        {**ONE, "ptr": "new.example", "row_severity": 1, "observed_at": SEEN_AT + timedelta(hours=2)},
        {**ONE, "ptr": "middle.example", "row_severity": None, "observed_at": SEEN_AT + timedelta(hours=1)},
    )

    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["ptr"], row["row_severity"], row["count"]) == ("new.example", 4, 3)
    assert (row["first_at"], row["last_at"]) == (SEEN_AT, SEEN_AT + timedelta(hours=2))


def test_one_identity_under_two_owners_is_two_sightings() -> None:
    assert gathered(ONE, {**ONE, "organisation_id": 2}).height == 2


def test_rows_without_owner_or_identity_are_no_sighting() -> None:
    assert gathered({**ONE, "organisation_id": None}, {"organisation_id": 1}).is_empty()


def test_nothing_gathered_has_the_columns_of_something() -> None:
    assert gathered({**ONE, "organisation_id": None}).schema == gathered(ONE).schema


def test_evidence_is_what_the_problem_shows_and_no_more() -> None:
    declared = {"open-rdp": replace(unknown_problem("open-rdp"), evidence=("tls_subject", "version"))}
    events = attributed({**ONE, "f_tls_subject": 'a "quoted" name', "f_secret_thing": "no", "f_version": None})

    row = gather(identify(events, declared), declared).row(0, named=True)

    assert json.loads(row["evidence"]) == {"tls_subject": 'a "quoted" name', "version": None}


def test_the_tag_grades_where_the_problem_says_so() -> None:
    declared = {
        "open-rdp": replace(
            unknown_problem("open-rdp"),
            severity=Severity.LOW,
            severity_by_tag={"cve-2019-0708": Severity.CRITICAL, "http": Severity.MEDIUM},
        )
    }
    events = attributed(
        {**ONE, "f_tag": "rdp;HTTP;cve-2019-0708"},
        {**ONE, "port": 1, "f_tag": "http"},
        {**ONE, "port": 2, "f_tag": None},
    )

    found = gather(identify(events, declared), declared).sort("port")

    assert found["base_severity"].to_list() == [Severity.MEDIUM, Severity.LOW, Severity.CRITICAL]


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "address": st.sampled_from(["198.18.0.1", "198.18.0.2"]),
            "organisation_id": st.sampled_from([None, 1, 2]),
            "row_severity": st.sampled_from([None, 0, 4]),
            "hour": st.integers(0, 48),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(events=EVENTS, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_batches_add_up_to_the_whole(events: list[dict[str, Any]], cuts: list[int]) -> None:
    # Every event has a moment of its own: of two at the same moment either may speak.
    rows = [
        {
            **{name: value for name, value in event.items() if name != "hour"},
            "observed_at": SEEN_AT + timedelta(hours=event["hour"], seconds=number),
            "ptr": f"n{number}.example",
        }
        for number, event in enumerate(events)
    ]
    places = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    batches = [rows[start:end] for start, end in itertools.pairwise(places)]

    merged = merge([gathered(*batch) for batch in batches])

    assert merged is not None
    order = ["identity", "organisation_id"]
    whole = gathered(*rows)
    assert merged.select(whole.columns).sort(order).to_dicts() == whole.sort(order).to_dicts()


def test_no_batch_is_nothing() -> None:
    assert merge([]) is None
