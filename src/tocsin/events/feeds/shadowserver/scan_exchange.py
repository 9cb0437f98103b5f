"""Exchange servers that lack a patch, or that an intruder left a web shell on: the tag says which."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_exchange",
    problem="vulnerable-exchange",
    problem_by_tag=((r"(^|;)webshell(;|$)", "exchange-webshell"),),
    transport="tcp",
    url=("url",),
    fields={**TAG, "version": ("version",), "server": ("servername",)},
    cve=("tag",),
    signature=frozenset({"ip", "version", "servername", "url"}),
)
