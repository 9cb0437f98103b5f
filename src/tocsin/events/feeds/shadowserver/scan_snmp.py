"""SNMP agents that answer anybody; the community that opened them is never kept."""

from tocsin.events.feeds.columns import DEVICE, DEVICE_KIND, TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_snmp",
    problem="open-snmp",
    transport="udp",
    fields={
        **TAG,
        **DEVICE_KIND,
        "sysdesc": ("sysdesc",),
        "sysname": ("sysname",),
        "version": ("version",),
        "amplification": ("amplification",),
    },
    columns=DEVICE | {"community", "response_size"},
    signature=frozenset({"ip", "sysdesc", "community"}),
)
