"""Elasticsearch that answers without log-in."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_elasticsearch",
    problem="open-elasticsearch",
    transport="tcp",
    fields={**TAG, "version": ("version",), "cluster": ("cluster_name",), "http_code": ("http_code",)},
    columns=frozenset(["ok", "name", "build_hash", "build_timestamp", "build_snapshot", "lucene_version", "tagline"]),
    signature=frozenset({"ip", "cluster_name", "lucene_version"}),
)
