"""Routers whose firmware carries the implant SYNful Knock."""

from tocsin.events.feeds.columns import DEVICE, DEVICE_KIND, TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_synfulknock",
    problem="router-implant",
    transport="tcp",
    fields={**TAG, **DEVICE_KIND, "version": ("device_version",)},
    columns=DEVICE
    | frozenset(["sequence_number", "ack_number", "window_size", "urgent_pointer", "tcp_flags", "raw_packet"]),
    signature=frozenset({"ip", "ack_number", "urgent_pointer", "raw_packet"}),
)
