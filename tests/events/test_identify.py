"""The stage gives the identity that the kernel defines, whatever the events hold."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.frames import attributed
from tocsin.catalogue.rules import Problem, unknown_problem
from tocsin.events.stages.identify import identify
from tocsin.kernel.identity import encode_fields, identity
from tocsin.kernel.words import SubjectKind

#: Text that tries to forge the recipe: digits and colons, more than one byte a character, nothing at all.
FORGING = st.one_of(
    st.none(), st.sampled_from(["", "1:a", "0:", "3:tcp", "\u8b66\u949f", "a:b:c"]), st.text(max_size=12)
)
ADDRESSES = st.one_of(st.none(), st.sampled_from(["198.18.0.1", "2001:db8::1"]))
EVENTS = st.fixed_dictionaries(
    {
        "address": ADDRESSES,
        "host": st.one_of(st.none(), st.sampled_from(["a.example", "1.example"])),
        "url": st.one_of(st.none(), st.sampled_from(["http://a.example/x", "https://b.example/"])),
        "port": st.one_of(st.none(), st.integers(0, 65535)),
        "transport": st.one_of(st.none(), st.sampled_from(["tcp", "udp"])),
        "problem": st.sampled_from(["one", "two", "three"]),
        "f_malware": FORGING,
        "f_cve": FORGING,
    }
)
DECLARED = st.builds(
    lambda subject, fields, port: replace(
        unknown_problem("x"), subject=subject, discriminator=tuple(fields), identity_port=port
    ),
    st.sampled_from(SubjectKind),
    st.lists(st.sampled_from(["malware", "cve", "absent"]), unique=True),
    st.booleans(),
)
#: What stands in for a subject that an event lacks, in order; said again here so that the stage's table is checked.
STANDING_IN = {
    SubjectKind.ADDRESS: ("address", "host"),
    SubjectKind.HOST: ("host", "address"),
    SubjectKind.URL: ("url", "host", "address"),
    SubjectKind.DOMAIN: ("host", "address"),
    SubjectKind.ORGANISATION: ("address", "host"),
}


def by_hand(event: dict[str, Any], problem: Problem) -> tuple[str | None, str | None, str, str | None]:
    """Give kind, subject, discriminator and identity of one event, by the kernel."""
    kind = next((name for name in STANDING_IN[problem.subject] if event[name] is not None), None)
    discriminator = encode_fields(tuple(event.get(f"f_{name}") or "" for name in problem.discriminator))
    if kind is None:
        return None, None, discriminator, None
    made = identity(
        subject_kind=kind,
        subject=event[kind],
        port=event["port"] if problem.identity_port else None,
        transport=event["transport"] if problem.identity_port else None,
        path=None,
        problem=problem.code,
        discriminator=discriminator,
    )
    return kind, event[kind], discriminator, made


@settings(max_examples=150, deadline=None)
@given(events=st.lists(EVENTS, min_size=1, max_size=8), declared=st.tuples(DECLARED, DECLARED, DECLARED))
def test_the_stage_is_the_kernel(events: list[dict[str, Any]], declared: tuple[Problem, ...]) -> None:
    problems = {
        code: replace(problem, code=code) for code, problem in zip(("one", "two", "three"), declared, strict=True)
    }

    found = identify(attributed(*events), problems)

    assert found["row"].to_list() == list(range(1, len(events) + 1))
    assert found.select("subject_kind", "subject", "discriminator", "identity").rows() == [
        by_hand(event, problems[event["problem"]]) for event in events
    ]


def test_an_event_that_names_nothing_has_no_identity() -> None:
    found = identify(attributed({}), {"open-rdp": unknown_problem("open-rdp")})

    assert found.row(0, named=True)["identity"] is None


def test_no_events_are_no_events() -> None:
    found = identify(attributed(), {})

    assert found.is_empty()
    assert {"subject_kind", "subject", "discriminator", "identity"} <= set(found.columns)


@pytest.mark.parametrize("field", ["port", "transport"])
def test_ports_belong_to_the_identity_only_where_the_problem_says_so(field: str) -> None:
    values = {"port": (3389, 3390), "transport": ("tcp", "udp")}[field]
    events = attributed(*({"address": "198.18.0.1", field: value} for value in values))

    with_port = identify(events, {"open-rdp": unknown_problem("open-rdp")})
    without = identify(events, {"open-rdp": replace(unknown_problem("open-rdp"), identity_port=False)})

    assert (with_port["identity"].n_unique(), without["identity"].n_unique()) == (2, 1)
