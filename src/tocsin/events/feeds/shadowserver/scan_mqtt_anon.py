"""MQTT brokers that let anybody in."""

from tocsin.events.feeds.columns import CERTIFICATE, TAG, TLS
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_mqtt_anon",
    problem="open-mqtt",
    transport="tcp",
    fields={**TAG, **TLS, "code": ("code",)},
    columns=CERTIFICATE | {"raw_response", "hex_code"},
    signature=frozenset({"ip", "hex_code", "code"}),
)
