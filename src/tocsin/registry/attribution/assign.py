"""The pass over a batch of events: URL, then host and domain, then prefix, then AS number."""

import numpy as np
import polars as pl

from tocsin.registry.attribution.chains import Flags, Holdings, Ints
from tocsin.registry.attribution.index import KINDS, Index


def attribute(events: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Name the owner of each event at the event's own time. Cost grows with the events, not with events x assets.

    The first asset that holds then, from the most to the least specific, decides. If another owner holds an equally
    specific one (same prefix, name, URL or number), that is a conflict: nobody is named, not even a less specific
    owner. Reverse-DNS names (`ptr`) are never read: whoever controls them would choose the recipient.

    Args:
        events: NORMAL; of it `url`, `host`, `ip_hi`, `ip_lo`, `asn`, `observed_at` are read. An event without a time
            belongs to nobody.
        index: from `build_index`.

    Returns:
        ATTRIBUTED: the same rows in the same order with `organisation_id`, `asset_id` (Int64, the lowest id of equal
        ones explains), `attributed_by` (url, host, domain, prefix, asn) and `conflict` (Boolean, never null; the
        other three are null where nobody is named).
    """
    chosen = np.full(events.height, -1, np.int64)
    conflict = np.zeros(events.height, np.bool_)
    moments = events["observed_at"].cast(pl.Datetime("us", "UTC"))
    times = moments.to_physical().fill_null(0).to_numpy()
    read = events.select("url", "host", "ip_hi", "ip_lo", "asn")
    open_rows = np.flatnonzero(moments.is_not_null().to_numpy())
    for finder in (index.urls, index.names, index.addresses, index.numbers):
        if not finder.chains.size or not open_rows.size:
            continue
        nodes = finder.nodes(read[open_rows])
        chosen[open_rows], conflict[open_rows] = finder.chains.resolve(nodes, times[open_rows])
        open_rows = open_rows[chosen[open_rows] < 0]
    return events.with_columns(_described(index.holdings, chosen, ~conflict & (chosen >= 0)), conflict=conflict)


def _described(holdings: Holdings, chosen: Ints, named: Flags) -> list[pl.Expr]:
    """Turn rows of holdings into columns; null where nobody is named."""
    kinds = pl.Series((*KINDS, None), dtype=pl.String)
    columns = {
        # The appended -1 is what the place -1 reads; it is masked.
        "organisation_id": pl.Series(np.append(holdings.organisation_id, -1)[chosen]),
        "asset_id": pl.Series(np.append(holdings.asset_id, -1)[chosen]),
        "attributed_by": kinds.gather(np.append(holdings.kind, len(KINDS))[chosen]),
    }
    mask = pl.Series(named)
    return [pl.when(mask).then(column).alias(name) for name, column in columns.items()]
