"""Networks that let packets with forged senders out; the network is the subject, the address its first."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed, Side

FEED = Feed(
    type="event4_ip_spoofer",
    problem="ip-spoofing-possible",
    side=Side.SOURCE,
    fields={**TAG, "network": ("network",), "spoof_result": ("routedspoof",), "nat": ("nat",)},
    # The number of a measurement that CAIDA publishes; it signs nobody in.
    keep=frozenset({"session"}),
    signature=frozenset({"src_ip", "network", "routedspoof"}),
)
