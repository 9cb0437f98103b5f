"""Which asset of a chain holds at a given time, and whether two owners claim it equally.

A *node* is a place where an event can land (an elementary interval of addresses, a name, a URL, an AS number).
Its *chain* lists every asset that covers it, from the most to the least specific. Assets with the same *key* are
equally specific: the same prefix, name, URL or number.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Stands for "always" and "open" where the registry has null.
ALWAYS = np.iinfo(np.int64).min
OPEN = np.iinfo(np.int64).max


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """The assets of an index as arrays; a position in them is a *row*. Times are microseconds since 1970, UTC."""

    asset_id: Ints
    organisation_id: Ints
    kind: Ints
    key: Ints
    valid_from: Ints
    valid_until: Ints


@dataclass(frozen=True, kw_only=True)
class Chains:
    """The chain of every node: `members[offsets[n]:offsets[n + 1]]` are rows of `holdings`."""

    holdings: Holdings
    offsets: Ints
    members: Ints

    @property
    def size(self) -> int:
        """Count the nodes."""
        return len(self.offsets) - 1

    def resolve(self, nodes: Ints, times: Ints) -> tuple[Ints, Flags]:
        """Find who holds each node at each time.

        Args:
            nodes: one node per event, -1 for none.
            times: microseconds since 1970, UTC, one per event.

        Returns:
            The row of the deciding asset (-1: nobody holds it), and whether another owner holds the same key then.
        """
        if len(nodes) <= self.size:
            return self._walk(nodes, times)
        # Most chains have no boundary inside the time span of a batch: one answer per node serves all its events.
        chosen = np.full(len(nodes), -1, np.int64)
        conflict = np.zeros(len(nodes), np.bool_)
        landed = nodes >= 0
        if not landed.any():
            return chosen, conflict
        first, last = times[landed].min(), times[landed].max()
        row_of_node, conflict_of_node = self._walk(np.arange(self.size), np.full(self.size, first))
        steady = self._steady(first, last)
        plain = np.flatnonzero(landed & steady[nodes])
        chosen[plain] = row_of_node[nodes[plain]]
        conflict[plain] = conflict_of_node[nodes[plain]]
        rest = np.flatnonzero(landed & ~steady[nodes])
        chosen[rest], conflict[rest] = self._walk(nodes[rest], times[rest])
        return chosen, conflict

    def _steady(self, first: np.int64, last: np.int64) -> Flags:
        """Tell which nodes have the same holders from `first` to `last`, both inclusive."""
        held = self.holdings
        begins = (held.valid_from > first) & (held.valid_from <= last)
        ends = (held.valid_until > first) & (held.valid_until <= last)
        changes = np.concatenate(([0], np.cumsum((begins | ends)[self.members])))
        return np.asarray(changes[self.offsets[1:]] == changes[self.offsets[:-1]])

    def _walk(self, nodes: Ints, times: Ints) -> tuple[Ints, Flags]:
        """Go down all chains in step: the first holder decides, its equals are asked whether they agree."""
        held = self.holdings
        chosen = np.full(len(nodes), -1, np.int64)
        conflict = np.zeros(len(nodes), np.bool_)
        live = np.flatnonzero(nodes >= 0)
        place, stop = self.offsets[nodes], self.offsets[nodes + 1]
        while (live := live[place[live] < stop[live]]).size:
            row, time = self.members[place[live]], times[live]
            holds = (held.valid_from[row] <= time) & (time < held.valid_until[row])
            first = holds & (chosen[live] < 0)
            chosen[live[first]] = row[first]
            decider = chosen[live]
            equal = held.key[row] == held.key[decider]
            rival = holds & equal & (held.organisation_id[row] != held.organisation_id[decider])
            conflict[live[rival & (decider >= 0)]] = True
            live = live[(decider < 0) | equal]
            place[live] += 1
        return chosen, conflict


def no_steps() -> pl.DataFrame:
    """Make the steps of an index without nodes."""
    return pl.DataFrame(schema={"node": pl.Int64, "step": pl.Int64, "key": pl.Int64})


def link(holdings: Holdings, steps: pl.DataFrame, size: int) -> Chains:
    """Make chains out of steps.

    Args:
        steps: Int64 columns `node` (0 to size - 1), `step` (0 is the most specific) and `key`; any order.
    """
    assets = pl.DataFrame({"key": holdings.key, "asset_id": holdings.asset_id}).with_row_index("row")
    chained = steps.join(assets, on="key").sort("node", "step", "asset_id")
    nodes = chained["node"].to_numpy()
    return Chains(
        holdings=holdings,
        offsets=np.searchsorted(nodes, np.arange(size + 1)).astype(np.int64),
        members=chained["row"].cast(pl.Int64).to_numpy(),
    )
