"""Remote Desktop within reach of the Internet."""

from tocsin.events.feeds.columns import CERTIFICATE, TAG, TLS
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_rdp",
    problem="open-rdp",
    transport="tcp",
    fields={**TAG, **TLS, "bluekeep": ("bluekeep_vulnerable",)},
    columns=CERTIFICATE | {"rdp_protocol", "cve20190708_vulnerable"},
    signature=frozenset({"ip", "rdp_protocol", "bluekeep_vulnerable"}),
)
