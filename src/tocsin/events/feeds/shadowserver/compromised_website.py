"""Websites that somebody broke into; the name in `http_host` is the site that was fetched."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="compromised_website",
    problem="compromised-website",
    transport="tcp",
    host=("http_host",),
    url=("url",),
    fields={
        **TAG,
        "category": ("category",),
        "server": ("server",),
        "malware": ("family",),
        "first_detected": ("detected_since",),
        "service": ("application",),
    },
    columns=frozenset({"application", "system", "redirect_target", "cc_url", "account", "status", "detail"}),
    signature=frozenset({"ip", "http_host", "category", "detected_since"}),
)
