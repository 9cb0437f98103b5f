"""Machines that answer as an HTTP proxy: an inventory, written to nobody."""

from tocsin.events.feeds.columns import TAG, WEB_ANSWER
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="population_http_proxy",
    problem="http-proxy-seen",
    transport="tcp",
    fields={**TAG, "server": ("server",), "http_code": ("http_code",), "realm": ("proxy_authenticate",)},
    columns=WEB_ANSWER | {"proxy_authenticate", "via"},
    signature=frozenset({"ip", "proxy_authenticate", "via"}),
)
