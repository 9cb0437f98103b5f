"""URLs of phishing pages."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="phish_url",
    problem="phishing-page",
    transport="tcp",
    host=("host",),
    url=("url",),
    fields={**TAG, "source_list": ("source",), "reason": ("reason",)},
    columns=frozenset({"application"}),
    signature=frozenset({"url", "host", "ip", "source"}),
)
