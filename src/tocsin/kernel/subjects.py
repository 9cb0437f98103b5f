"""Canonical forms of what a problem can sit on: one spelling for one thing."""

import ipaddress
import re
from urllib.parse import unquote, urlsplit

import idna

from tocsin.kernel.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_MAX_NAME = 253


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an address; an IPv4-mapped IPv6 one becomes IPv4 (RFC 4291, section 2.5.5.2).

    Raises:
        Invalid: it is no address, or carries a zone.
    """
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError as error:
        raise Invalid(f"'{text}' is no IP address.") from error
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise Invalid(f"'{text}' carries a zone; give the address alone.")
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
    return address


def canonical_address(text: str) -> str:
    """Spell an address as RFC 5952 does.

    Raises:
        Invalid: it is no address.
    """
    return str(parse_address(text))


def canonical_prefix(text: str) -> str:
    """Spell a network in CIDR form; a bare address is its own network.

    Raises:
        Invalid: it is no network, or bits stand to the right of the mask.
    """
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError as error:
        try:
            meant = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            raise Invalid(f"'{text}' is no network; write it as 192.0.2.0/24 or 2001:db8::/32.") from error
        raise Invalid(f"'{text}' has bits to the right of its mask; the network is {meant}.") from error


def canonical_domain(text: str) -> str:
    """Spell a domain name in A-labels, lower case, without the final dot (RFC 5890, UTS 46).

    Labels with an underscore (`_dmarc`) are kept: DNS allows them where host names do not.

    Raises:
        Invalid: it is no name.
    """
    name = text.strip().rstrip(".").replace("\u3002", ".").lower()
    if not name:
        raise Invalid("The name is empty.")
    labels = []
    for label in name.split("."):
        if label.isascii():
            labels.append(label)
            continue
        try:
            labels.append(idna.encode(label, uts46=True).decode("ascii"))
        except idna.IDNAError as error:
            raise Invalid(f"'{text}' is no domain name: {error}.") from error
    canonical = ".".join(labels)
    bad = next((label for label in labels if not _LABEL.fullmatch(label)), None)
    if bad is not None or len(canonical) > _MAX_NAME:
        raise Invalid(f"'{text}' is no domain name.")
    if labels[-1].isdigit():
        raise Invalid(f"'{text}' is no domain name; it looks like an address.")
    return canonical


def canonical_host(text: str) -> str:
    """Spell a host: an address (with or without brackets) or a name.

    Raises:
        Invalid: it is neither.
    """
    bare = text.strip().removeprefix("[").removesuffix("]")
    try:
        return canonical_address(bare)
    except Invalid:
        return canonical_domain(text)


def canonical_url(text: str) -> str:
    """Spell a URL without user, default port, query and fragment (RFC 3986, section 6.2).

    Queries and users are dropped because they carry personal data and secrets, and are never kept.

    Raises:
        Invalid: it has no scheme or no host, or is of a scheme without hosts.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise Invalid(f"'{text}' is no URL: {error}.") from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        raise Invalid(f"'{text}' is no URL with a scheme and a host.")
    host = canonical_host(parts.hostname)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None or port == DEFAULT_PORTS[scheme] else f"{shown}:{port}"
    return f"{scheme}://{place}{_clean_path(parts.path)}"


def _clean_path(path: str) -> str:
    """Undo needless escapes and dot segments; keep the case (paths are case-sensitive)."""
    kept: list[str] = []
    for written in path.split("/")[1:]:
        plain = unquote(written)
        segment = plain if re.fullmatch(r"[A-Za-z0-9._~-]*", plain) else written
        # After undoing the escapes: `/mine/%2e%2e/yours` is `/yours` to every server.
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)
