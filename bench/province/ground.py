"""Where things can be seen: the addresses that organisations own, and those that nobody does."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.province import cast
from bench.province.addresses import SPACE, offset
from bench.province.constituency import Constituency, Organisation

Numbers = npt.NDArray[np.int64]

#: From here on lie the networks of other countries, up to the last /24, which holds sinkholes and honeypots.
ABROAD = offset("198.19.64.0")
_INFRASTRUCTURE = offset("198.19.255.0")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The addresses of a constituency; places count from 198.18.0.0."""

    organisations: Sequence[Organisation]
    #: Places that belong to an organisation to which things happen by chance, and its number, side by side.
    places: Numbers
    owners: Numbers
    #: Places without an owner.
    nobody: Numbers
    #: Numbers of organisations with a 2001:db8:<n>::/48, and n, side by side.
    six_owners: Numbers
    six_networks: Numbers
    #: Organisation -> city code (the province for those of the province).
    cities: Sequence[str]


def _span(prefix: str) -> tuple[int, int]:
    network = ipaddress.IPv4Network(prefix)
    start = offset(str(network.network_address))
    return start, start + network.num_addresses


def ground(constituency: Constituency, kept: Sequence[str]) -> Ground:
    """Lay out where chance may put something: not on the quiet cast, not at the addresses `kept` for the story."""
    number = {one.code: place for place, one in enumerate(constituency.organisations)}
    owner_at = np.full(SPACE, -1, dtype=np.int64)
    closed = np.zeros(SPACE, dtype=np.bool_)
    six: list[tuple[int, int]] = []
    for asset in constituency.assets:
        if asset.kind != "prefix":
            continue
        if ":" in asset.value:
            six.append((number[asset.organisation], int(asset.value.split(":")[2], 16)))
            continue
        start, end = _span(asset.value)
        owner_at[start:end] = number[asset.organisation]
        # Network and broadcast address show no service.
        closed[[start, end - 1]] = True
    special = (cast.WRONG_PREFIX, cast.MOVED_PREFIX, cast.CLAIMED_PREFIX, cast.GRID_NETWORK)
    for prefix in (*special, *cast.FIXED_PREFIXES.values()):
        start, end = _span(prefix)
        closed[start:end] = True
    closed[_INFRASTRUCTURE:] = True
    closed[[offset(address) for address in kept]] = True
    quiet = np.array([number[code] for code in cast.QUIET_CAST])
    inside = (owner_at >= 0) & ~closed & ~np.isin(owner_at, quiet)
    loud_six = [pair for pair in six if pair[0] not in quiet]
    parents = {region.code: region.parent for region in constituency.regions}
    cities = {region.code for region in constituency.regions if region.parent == "linjiang"}
    return Ground(
        organisations=constituency.organisations,
        places=np.flatnonzero(inside).astype(np.int64),
        owners=owner_at[inside],
        nobody=np.flatnonzero((owner_at < 0) & ~closed).astype(np.int64),
        six_owners=np.array([pair[0] for pair in loud_six], dtype=np.int64),
        six_networks=np.array([pair[1] for pair in loud_six], dtype=np.int64),
        cities=[
            one.region if one.region in cities or one.region == "linjiang" else str(parents[one.region])
            for one in constituency.organisations
        ],
    )
