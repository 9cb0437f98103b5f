"""Kubernetes interfaces within reach of the Internet."""

from tocsin.events.feeds.columns import CERTIFICATE, TAG, TLS, WEB_ANSWER
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_kubernetes",
    problem="exposed-kubernetes",
    transport="tcp",
    fields={**TAG, **TLS, "version": ("git_version", "version"), "http_code": ("http_code",)},
    columns=CERTIFICATE
    | WEB_ANSWER
    | frozenset(["major", "minor", "git_commit", "git_tree_state", "build_date", "go_version", "compiler", "platform"]),
    signature=frozenset({"ip", "git_version", "go_version"}),
)
