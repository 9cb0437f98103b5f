"""Addresses that a public blocklist names."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="blocklist",
    problem="blocklisted-address",
    fields={**TAG, "list_name": ("source",), "reason": ("reason",)},
    signature=frozenset({"ip", "source", "reason"}),
)
