"""Each rule of attribution by itself."""

import polars as pl
import pytest

from tests.registry.frames import asset_frame, day, event_frame
from tests.registry.reference import Asset, Event
from tocsin.kernel.errors import Invalid
from tocsin.registry.attribution import attribute, build_index, conflicts

NOBODY = (None, None, None, False)
CONFLICT = (None, None, None, True)


def assets_of(*things: tuple[int, str, str]) -> list[Asset]:
    """Make unlimited assets 1, 2, 3... of (owner, kind, value)."""
    return [
        Asset(asset_id=number, organisation_id=who, kind=kind, value=value)
        for number, (who, kind, value) in enumerate(things, start=1)
    ]


def result(event: Event, assets: list[Asset]) -> tuple[object, ...]:
    found = attribute(event_frame([event]), build_index(asset_frame(assets)))
    return found.select("organisation_id", "asset_id", "attributed_by", "conflict").row(0)


def seen(**what: object) -> Event:
    return Event(observed_at=day(15), **what)  # type: ignore[arg-type]  # fields come by name


LADDER = [
    (1, "url", "https://www.a.example/app"),
    (2, "host", "www.a.example"),
    (3, "domain", "a.example"),
    (4, "prefix", "203.0.113.0/24"),
    (5, "asn", "AS64500"),
]


@pytest.mark.parametrize(("rungs", "level"), [(5 - n, LADDER[n][1]) for n in range(5)])
def test_url_beats_host_beats_domain_beats_prefix_beats_as_number(rungs: int, level: str) -> None:
    event = seen(url="https://www.a.example/app/x", host="www.a.example", address="203.0.113.9", asn=64500)

    found = result(event, assets_of(*LADDER[5 - rungs :]))

    assert found == (6 - rungs, 1, level, False)


@pytest.mark.parametrize(
    ("host", "owner"),
    [("a.example", 1), ("www.a.example", 1), ("x.sub.a.example", 2), ("nota.example", None), ("example", None)],
)
def test_a_domain_covers_whole_labels_only_and_the_longest_wins(host: str, owner: int | None) -> None:
    found = result(seen(host=host), assets_of((1, "domain", "a.example"), (2, "domain", "sub.a.example")))

    assert found[0] == owner


def test_a_host_covers_no_name_below_it() -> None:
    assert result(seen(host="www.a.example"), assets_of((1, "host", "a.example"))) == NOBODY


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://h.example/app", 1),
        ("https://h.example/app/", 1),
        ("http://h.example/app/login", 1),
        ("https://h.example/app/admin/x", 2),
        ("https://h.example/app//admin", 1),
        ("https://h.example/application", None),
        ("https://h.example/APP", None),
        ("https://h.example/", None),
        ("https://h.example:8443/app", None),
        ("ftp://h.example/app", None),
        ("https://other.example/app", None),
    ],
)
def test_a_url_covers_its_path_at_segment_boundaries(url: str, owner: int | None) -> None:
    assets = assets_of((1, "url", "https://h.example/app/"), (2, "url", "https://h.example/app/admin"))

    assert result(seen(url=url), assets)[0] == owner


def test_a_url_with_a_port_covers_that_port_only() -> None:
    assets = assets_of((1, "url", "https://h.example:8443/"))

    assert result(seen(url="https://h.example:8443/x"), assets)[0] == 1
    assert result(seen(url="https://h.example/x"), assets) == NOBODY


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("198.18.0.0", 2),
        ("198.18.0.255", 2),
        ("198.18.1.0", 1),
        ("198.17.255.255", None),
        ("198.20.0.0", None),
        ("2001:db8::1", 4),
        ("2001:db8:0:1::", 3),
        ("2001:db9::", None),
    ],
)
def test_the_longest_prefix_wins_in_both_families(address: str, owner: int | None) -> None:
    assets = assets_of(
        (1, "prefix", "198.18.0.0/15"),
        (2, "prefix", "198.18.0.0/24"),
        (3, "prefix", "2001:db8::/32"),
        (4, "prefix", "2001:db8::/64"),
    )

    assert result(seen(address=address), assets)[0] == owner


def test_an_ipv6_prefix_covers_no_ipv4_address() -> None:
    assert result(seen(address="198.18.0.1"), assets_of((1, "prefix", "::/0"))) == NOBODY


def test_a_reverse_dns_name_is_not_even_read() -> None:
    events = event_frame([seen()]).with_columns(ptr=pl.lit("www.a.example"))
    index = build_index(asset_frame(assets_of((1, "domain", "a.example"))))

    misled = attribute(events, index)
    unread = attribute(events.drop("ptr"), index)

    assert misled["organisation_id"].to_list() == [None]
    assert misled.drop("ptr").equals(unread)


@pytest.mark.parametrize(("number", "owner"), [(9, None), (10, 1), (19, 1), (20, 2), (30, 2)])
def test_the_owner_is_the_one_at_the_time_of_the_event(number: int, owner: int | None) -> None:
    value = "203.0.113.0/24"
    assets = [
        Asset(asset_id=1, organisation_id=1, kind="prefix", value=value, valid_from=day(10), valid_until=day(20)),
        Asset(asset_id=2, organisation_id=2, kind="prefix", value=value, valid_from=day(20)),
    ]

    assert result(Event(observed_at=day(number), address="203.0.113.7"), assets)[0] == owner


def test_when_the_most_specific_has_ended_the_next_answers() -> None:
    assets = [
        Asset(asset_id=1, organisation_id=1, kind="prefix", value="203.0.113.0/25", valid_until=day(10)),
        Asset(asset_id=2, organisation_id=2, kind="prefix", value="203.0.113.0/24"),
    ]

    assert result(seen(address="203.0.113.7"), assets) == (2, 2, "prefix", False)


def test_a_conflict_names_nobody_not_even_a_less_specific_owner() -> None:
    assets = assets_of(
        (1, "domain", "a.example"),
        (2, "domain", "a.example"),
        (3, "prefix", "203.0.113.0/24"),
        (3, "domain", "example"),
    )

    assert result(seen(host="a.example", address="203.0.113.7"), assets) == CONFLICT


def test_a_conflict_among_the_less_specific_does_not_matter() -> None:
    assets = assets_of((1, "prefix", "10.0.0.0/8"), (2, "prefix", "10.0.0.0/8"), (3, "prefix", "10.1.0.0/16"))

    assert result(seen(address="10.1.2.3"), assets) == (3, 3, "prefix", False)


def test_two_owners_one_after_the_other_are_no_conflict() -> None:
    assets = [
        Asset(asset_id=1, organisation_id=1, kind="asn", value="AS64500", valid_until=day(10)),
        Asset(asset_id=2, organisation_id=2, kind="asn", value="AS64500", valid_from=day(10)),
    ]

    assert result(seen(asn=64500), assets) == (2, 2, "asn", False)
    assert conflicts(asset_frame(assets)).is_empty()


def test_the_same_owner_twice_is_no_conflict_and_the_lowest_id_explains() -> None:
    assets = list(reversed(assets_of((1, "host", "a.example"), (1, "host", "a.example"))))

    assert result(seen(host="a.example"), assets) == (1, 1, "host", False)


def test_an_event_without_a_time_belongs_to_nobody() -> None:
    assert result(Event(observed_at=None, asn=64500), assets_of((1, "asn", "AS64500"))) == NOBODY


def test_empty_frames_are_fine_both_ways() -> None:
    nothing = attribute(event_frame([]), build_index(asset_frame([])))
    nobody = attribute(
        event_frame([seen(asn=1, host="a", url="http://a/", address="::1")]), build_index(asset_frame([]))
    )

    assert nothing.height == 0
    assert nobody["conflict"].to_list() == [False]
    assert nothing.schema == nobody.schema
    assert nobody.schema["organisation_id"] == pl.Int64
    assert nobody.schema["attributed_by"] == pl.String


def test_conflicts_say_who_holds_what_when() -> None:
    assets = [
        Asset(asset_id=7, organisation_id=1, kind="url", value="http://a.example/x", valid_until=day(20)),
        Asset(asset_id=3, organisation_id=2, kind="url", value="https://a.example/x/", valid_from=day(10)),
        Asset(asset_id=9, organisation_id=2, kind="url", value="https://a.example/x/", valid_from=day(20)),
    ]

    found = conflicts(asset_frame(assets))

    assert found.to_dicts() == [
        {
            "asset_id": 3,
            "organisation_id": 2,
            "kind": "url",
            "value": "https://a.example/x/",
            "other_asset_id": 7,
            "other_organisation_id": 1,
            "other_value": "http://a.example/x",
            "overlap_from": day(10),
            "overlap_until": day(20),
        }
    ]


@pytest.mark.parametrize(
    ("kind", "value"), [("prefix", "203.0.113.0"), ("prefix", "x/8"), ("asn", "ASx"), ("person", "x")]
)
def test_an_index_refuses_what_is_not_canonical(kind: str, value: str) -> None:
    with pytest.raises(Invalid, match=r"not in canonical form|unknown kind"):
        build_index(asset_frame(assets_of((1, kind, value))))
