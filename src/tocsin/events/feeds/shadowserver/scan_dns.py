"""Name servers that resolve for anybody."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_dns",
    problem="open-dns-resolver",
    transport="udp",
    fields={**TAG, "dns_version": ("dns_version",), "amplification": ("min_amplification",)},
    columns=frozenset({"p0f_genre", "p0f_detail"}),
    signature=frozenset({"ip", "dns_version", "min_amplification"}),
)
