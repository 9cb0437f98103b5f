"""Machines that took part in an attack; source ports are spent, so the target is the evidence."""

from tocsin.events.feeds.columns import DEVICE_KIND, TAG, TARGET
from tocsin.events.feeds.feed import Feed, Side

FEED = Feed(
    type="event4_ddos_participant",
    problem="ddos-participant",
    side=Side.SOURCE,
    fields={
        **TAG,
        **TARGET,
        **DEVICE_KIND,
        "attack": ("attack",),
        "service": ("application",),
        "malware": ("family",),
    },
    columns=frozenset(
        [
            "dst_network",
            "dst_netmask",
            "duration",
            "attack_src_ip",
            "attack_src_port",
            "domain",
            "domain_transaction_id",
            "gcip",
            "http_method",
            "http_path",
            "http_postdata",
            "http_usessl",
            "ip_header_ack",
            "ip_header_acknum",
            "ip_header_dont_fragment",
            "ip_header_fin",
            "ip_header_identity",
            "ip_header_psh",
            "ip_header_rst",
            "ip_header_seqnum",
            "ip_header_syn",
            "ip_header_tos",
            "ip_header_ttl",
            "ip_header_urg",
            "number_of_connections",
            "packet_length",
            "packet_randomized",
            "http_agent",
        ]
    ),
    signature=frozenset({"src_ip", "attack", "number_of_connections", "packet_randomized"}),
)
