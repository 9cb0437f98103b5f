"""Control systems within reach of the Internet."""

from tocsin.events.feeds.columns import DEVICE, DEVICE_KIND, TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_ics",
    problem="exposed-control-system",
    transport="tcp",
    fields={**TAG, **DEVICE_KIND, "version": ("device_version",)},
    columns=DEVICE | {"response_size", "raw_response"},
    signature=frozenset({"ip", "device_vendor", "raw_response"}),
)
