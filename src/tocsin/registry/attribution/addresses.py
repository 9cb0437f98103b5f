"""Longest prefix over IPv4 and IPv6: nested prefixes flattened into elementary intervals, found by binary search."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tocsin.registry.attribution.chains import Chains, Flags, Holdings, Ints, link, no_steps

#: An address is two signed halves, each XOR 2**63; IPv4 is mapped to ::ffff:0:0/96.
_SIGN = 1 << 63
_HALF = (1 << 64) - 1
_V4_HI = np.int64(-_SIGN)
_V4_LO = (0xFFFF << 32) - _SIGN
_V4_LO_END = _V4_LO + (1 << 32)
_V6_END = 1 << 128


@dataclass(frozen=True, kw_only=True)
class Line:
    """Starts of intervals by rising `code`, each with the node of the innermost prefix there (-1: none).

    `hi` and `lo` are the distinct halves of the starts, sorted; empty where the lower half alone is the code.
    """

    hi: Ints
    lo: Ints
    code: Ints
    node: Ints

    def find(self, hi: Ints, lo: Ints) -> Ints:
        """Find the node of each address."""
        if not len(self.node):
            return np.full(len(hi), -1, np.int64)
        place = np.searchsorted(self.code, self.encode(hi, lo), side="right") - 1
        return np.where(place < 0, -1, self.node[place])

    def encode(self, hi: Ints, lo: Ints) -> Ints:
        """Fold both halves into one number that keeps their order relative to the starts."""
        if not len(self.hi):
            return lo
        above = np.searchsorted(self.hi, hi, side="right") - 1
        exact = (above >= 0) & (self.hi[above] == hi)
        step = np.where(exact, np.searchsorted(self.lo, lo, side="right"), len(self.lo))
        return np.asarray(above * (len(self.lo) + 1) + step)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Finds the prefixes that cover an address. The families never meet: ::/0 covers no IPv4 address."""

    chains: Chains
    v4: Line
    v6: Line

    def nodes(self, events: pl.DataFrame) -> Ints:
        """Find the node of each event from `ip_hi` and `ip_lo`; -1 where no prefix or no address is."""
        found = np.full(events.height, -1, np.int64)
        given = (events["ip_hi"].is_not_null() & events["ip_lo"].is_not_null()).to_numpy()
        hi, lo = (events[half].fill_null(0).to_numpy() for half in ("ip_hi", "ip_lo"))
        v4: Flags = given & (hi == _V4_HI) & (lo >= _V4_LO) & (lo < _V4_LO_END)
        for family, line in ((v4, self.v4), (given & ~v4, self.v6)):
            rows = np.flatnonzero(family)
            found[rows] = line.find(hi[rows], lo[rows])
        return found


def build_addresses(holdings: Holdings, prefixes: pl.DataFrame) -> Addresses:
    """Index prefixes. Cost: one sort and one sweep.

    Args:
        prefixes: `key` (Int64) and `text` (canonical CIDR), each prefix once.

    Raises:
        ValueError: a value is no network.
    """
    spans = [_span(value) for value in prefixes["text"]]
    order = sorted(range(len(spans)), key=spans.__getitem__)
    parents = np.full(len(spans), -1, np.int64)
    starts: dict[int, dict[int, int]] = {4: {}, 6: {}}
    for family, found in starts.items():
        nodes = [(node, spans[place]) for node, place in enumerate(order) if spans[place][0] == family]
        found.update(_sweep(nodes, parents))
    steps = _steps(parents, prefixes["key"].to_numpy()[np.array(order, np.int64)])
    return Addresses(chains=link(holdings, steps, len(spans)), v4=_line_v4(starts[4]), v6=_line_v6(starts[6]))


def _span(value: str) -> tuple[int, int, int]:
    """Read a prefix as (family, first address, length)."""
    address, _, length = value.partition("/")
    first = ipaddress.ip_address(address)
    return first.version, int(first), int(length)


def _sweep(nodes: Iterable[tuple[int, tuple[int, int, int]]], parents: Ints) -> dict[int, int]:
    """Walk sorted prefixes of one family; fill `parents`, return where which innermost prefix begins (-1: none)."""
    starts: dict[int, int] = {}
    open_: list[tuple[int, int]] = []

    def close(before: int) -> None:
        while open_ and open_[-1][1] < before:
            _, last = open_.pop()
            starts[last + 1] = open_[-1][0] if open_ else -1

    for node, (family, first, length) in nodes:
        close(first)
        parents[node] = open_[-1][0] if open_ else -1
        starts[first] = node
        open_.append((node, first + (1 << ((32 if family == 4 else 128) - length)) - 1))
    close(_V6_END)
    return starts


def _line_v4(starts: dict[int, int]) -> Line:
    """Code IPv4 starts by the lower half alone: the upper one is the same for all."""
    lo = np.array([start + _V4_LO for start in starts], np.int64)
    empty = np.empty(0, np.int64)
    return Line(hi=empty, lo=empty, code=lo, node=np.array(list(starts.values()), np.int64))


def _line_v6(starts: dict[int, int]) -> Line:
    """Code IPv6 starts by both halves."""
    within = {start: node for start, node in starts.items() if start < _V6_END}
    hi = np.array([(start >> 64) - _SIGN for start in within], np.int64)
    lo = np.array([(start & _HALF) - _SIGN for start in within], np.int64)
    ruler = Line(hi=np.unique(hi), lo=np.unique(lo), code=hi, node=np.array(list(within.values()), np.int64))
    return replace(ruler, code=ruler.encode(hi, lo))


def _steps(parents: Ints, keys: Ints) -> pl.DataFrame:
    """List for every node its own prefix (step 0) and those around it, outwards."""
    node = above = np.arange(len(parents))
    steps: list[pl.DataFrame] = []
    while node.size:
        steps.append(pl.DataFrame({"node": node, "step": np.full(len(node), len(steps)), "key": keys[above]}))
        above = parents[above]
        node, above = node[above >= 0], above[above >= 0]
    return pl.concat(steps) if steps else no_steps()
