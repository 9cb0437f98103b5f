"""MongoDB that answers without log-in."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_mongodb",
    problem="open-mongodb",
    transport="tcp",
    fields={**TAG, "version": ("version",), "databases": ("visible_databases",), "system": ("sysinfo",)},
    columns=frozenset(
        ["gitversion", "opensslversion", "allocator", "javascriptengine", "bits", "maxbsonobjectsize", "ok"]
    ),
    signature=frozenset({"ip", "gitversion", "visible_databases"}),
)
