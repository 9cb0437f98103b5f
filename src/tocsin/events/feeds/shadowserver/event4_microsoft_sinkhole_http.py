"""Infected machines that called a sinkhole of Microsoft; by header no other than `event4_sinkhole_http`."""

from tocsin.events.feeds.columns import TAG, TARGET, WEB_REQUEST
from tocsin.events.feeds.feed import Feed, Side

FEED = Feed(
    type="event4_microsoft_sinkhole_http",
    problem="malware-infection",
    side=Side.SOURCE,
    fields={
        **TAG,
        **TARGET,
        "malware": ("infection", "family", "tag"),
        "infection_channel": ("application",),
        "contacted_name": ("http_host",),
        "agent": ("http_agent",),
    },
    columns=WEB_REQUEST,
)
