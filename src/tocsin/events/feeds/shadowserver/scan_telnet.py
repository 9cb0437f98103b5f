"""Telnet within reach of the Internet; the banner is the evidence, less what looks like a credential."""

from tocsin.events.feeds.columns import DEVICE, DEVICE_KIND, TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_telnet",
    problem="open-telnet",
    transport="tcp",
    fields={**TAG, **DEVICE_KIND, "banner": ("banner",), "version": ("device_version",)},
    columns=DEVICE,
    signature=frozenset({"ip", "banner"}),
)
