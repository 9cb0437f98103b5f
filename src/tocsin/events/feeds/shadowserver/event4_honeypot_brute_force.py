"""Machines that try log-ins at honeypots; what they tried is never kept."""

from tocsin.events.feeds.columns import TAG, TARGET
from tocsin.events.feeds.feed import Feed, Side

FEED = Feed(
    type="event4_honeypot_brute_force",
    problem="brute-force-source",
    side=Side.SOURCE,
    fields={
        **TAG,
        **TARGET,
        "service": ("service", "application"),
        "malware": ("family",),
        "client_version": ("client_version",),
        "payload_md5": ("payload_md5",),
    },
    columns=frozenset({"start_time", "end_time", "username", "password", "payload_url"}),
    signature=frozenset({"src_ip", "username", "password"}),
)
