"""Web servers that still speak SSL 3.0."""

from tocsin.events.feeds.columns import CERTIFICATE, DEVICE, DEVICE_KIND, TAG, TLS, WEB_ANSWER
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_ssl_poodle",
    problem="tls-poodle",
    transport="tcp",
    fields={
        **TAG,
        **TLS,
        **DEVICE_KIND,
        "tls_version": ("handshake",),
        "cipher": ("cipher_suite",),
        "server": ("server_type",),
        "version": ("device_version",),
    },
    columns=CERTIFICATE | WEB_ANSWER | DEVICE | {"ssl_poodle"},
    signature=frozenset({"ip", "ssl_poodle"}),
)
