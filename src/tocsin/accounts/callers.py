"""Knows which address a request came from, through the proxies that are trusted to say so; pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
#: What one customer holds of IPv6 at least, and may walk through freely (RFC 6177, section 2).
_OF_ONE_CALLER = 64


def caller(*, peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Give the address of whoever calls.

    Args:
        peer: who opened the connection.
        forwarded: `X-Forwarded-For`, several of them joined by comma; each proxy adds whom it heard from at the end.
        proxies: networks whose word is taken; none: the peer it is.

    The right-most hop that is no proxy counts: what stands left of it, it may have written itself. A hop that is no
    address ends the chain at the proxy that let it through.
    """
    nearest = _address(peer)
    if nearest is None:
        return peer
    for hop in reversed(forwarded.split(",")):
        if not any(nearest in network for network in proxies):
            break
        further = _address(hop)
        if further is None:
            break
        nearest = further
    return str(nearest)


def counted_as(address: str) -> str:
    """Give what tries from an address are counted under: itself, or its /64."""
    known = _address(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, _OF_ONE_CALLER), strict=False))
    return address


def _address(text: str) -> Address | None:
    """Read an address as proxies write it: bare, with a port, in brackets."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    # A socket for both families says ::ffff:192.0.2.1.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
