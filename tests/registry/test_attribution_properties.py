"""Attribution equals the slow, obvious reference, whatever the registry and the batch hold."""

import ipaddress

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registry.frames import asset_frame, day, event_frame
from tests.registry.reference import Asset, Event, owner
from tocsin.registry.attribution import attribute, build_index, conflicts

LABELS = st.sampled_from(["a", "b", "example", "notexample", "xn--fiqs8s"])
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
SCHEMES = st.sampled_from(["http", "https", "ws", "ftp"])
PLACES = st.sampled_from(["a.example", "b.example", "a.example:8443", "[2001:db8::1]"])
PATHS = st.lists(st.sampled_from(["", "app", "application", "x"]), max_size=4).map("/".join)
URLS = st.builds("{}://{}/{}".format, SCHEMES, PLACES, PATHS)
MOMENTS = st.integers(1, 8).map(day)
NUMBERS = st.sampled_from([64500, 64501, 4200000000])
#: Few distinct bits, so that prefixes nest, touch and repeat, at both ends of the space as well.
V4_BITS = st.sampled_from([0, 1, 255, 256, 0xC6120000, 0xC6120001, 0xC6120100, 0xC61200FF, 2**32 - 1, 2**32 - 256])
V6_BITS = st.sampled_from(
    [
        *(0, 1, 2**64 - 1, 2**64, 0x20010DB8 << 96, (0x20010DB8 << 96) + 1, (0x20010DB8 << 96) + 2**64, 2**128 - 1),
        *((0xFFFF << 32) - 1, 0x10000 << 32, (0x20010DB7 << 96) + 2**96 - 1),
    ]
)
V4 = V4_BITS.map(ipaddress.IPv4Address)
V6 = V6_BITS.map(ipaddress.IPv6Address)
PREFIXES = st.one_of(
    st.tuples(V4, st.one_of(st.integers(0, 32), st.sampled_from([0, 8, 24, 32]))),
    st.tuples(V6, st.one_of(st.integers(0, 128), st.sampled_from([0, 32, 64, 65, 128]))),
).map(lambda pair: str(ipaddress.ip_network(f"{pair[0]}/{pair[1]}", strict=False)))
VALUES = st.one_of(
    st.tuples(st.just("prefix"), PREFIXES),
    st.tuples(st.just("prefix"), PREFIXES),
    st.tuples(st.sampled_from(["domain", "host"]), NAMES),
    st.tuples(st.just("url"), URLS),
    st.tuples(st.just("asn"), NUMBERS.map("AS{}".format)),
)
WINDOWS = st.tuples(st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))


@st.composite
def registries(draw: st.DrawFn) -> list[Asset]:
    drawn = draw(st.lists(st.tuples(VALUES, WINDOWS, st.integers(1, 3)), max_size=40))
    ids = draw(st.permutations(range(len(drawn))))
    return [
        Asset(asset_id=i, organisation_id=who, kind=kind, value=value, valid_from=begin, valid_until=end)
        for i, ((kind, value), (begin, end), who) in zip(ids, drawn, strict=True)
    ]


EVENTS = st.lists(
    st.builds(
        Event,
        observed_at=st.one_of(MOMENTS, MOMENTS, MOMENTS, st.none()),
        address=st.one_of(st.none(), V4.map(str), V6.map(str)),
        host=st.one_of(st.none(), NAMES),
        url=st.one_of(st.none(), URLS),
        asn=st.one_of(st.none(), NUMBERS),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(registries(), EVENTS)
def test_it_equals_the_reference(assets: list[Asset], events: list[Event]) -> None:
    frame = event_frame(events)

    found = attribute(frame, build_index(asset_frame(assets)))

    assert found.select(frame.columns).equals(frame)
    named = found.select("organisation_id", "asset_id", "attributed_by", "conflict").rows()
    assert named == [owner(event, assets) for event in events]


@settings(max_examples=50, deadline=None)
@given(registries(), EVENTS)
def test_a_batch_larger_than_the_registry_gives_the_same(assets: list[Asset], events: list[Event]) -> None:
    index = build_index(asset_frame(assets))
    frame = event_frame(events)

    found = attribute(pl.concat([frame] * 100), index)

    assert found.equals(pl.concat([attribute(frame, index)] * 100))


@settings(max_examples=100, deadline=None)
@given(registries())
def test_conflicts_are_the_pairs_that_hold_one_thing_at_once(assets: list[Asset]) -> None:
    found = conflicts(asset_frame(assets)).select("asset_id", "other_asset_id").rows()

    assert found == sorted(
        (one.asset_id, two.asset_id)
        for one in assets
        for two in assets
        if one.asset_id < two.asset_id and one.organisation_id != two.organisation_id
        if _same_thing(one, two) and any(_both_hold(one, two, number) for number in range(1, 9))
    )


def _same_thing(one: Asset, two: Asset) -> bool:
    if one.kind == two.kind == "url":
        return _reduced(one.value) == _reduced(two.value)
    return (one.kind, one.value) == (two.kind, two.value)


def _reduced(url: str) -> str:
    scheme, _, rest = url.rstrip("/").partition("://")
    return ("web" if scheme in {"http", "https", "ws", "wss"} else scheme) + rest


def _both_hold(one: Asset, two: Asset, number: int) -> bool:
    """Whether both hold on a day; windows begin and end on days 1 to 8, so these days stand for all times."""
    moment = day(number)
    return all(
        (asset.valid_from is None or asset.valid_from <= moment)
        and (asset.valid_until is None or moment < asset.valid_until)
        for asset in (one, two)
    ) or (number == 1 and all(_held_before(asset) for asset in (one, two)))


def _held_before(asset: Asset) -> bool:
    """Whether it holds before day 1."""
    return asset.valid_from is None
