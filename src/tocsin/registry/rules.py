"""What an asset may be, in one spelling; roles, tiers and states of the registry."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network

from publicsuffixlist import PublicSuffixList

from tocsin.kernel.errors import Invalid
from tocsin.kernel.subjects import canonical_domain, canonical_host, canonical_prefix, canonical_url


class AssetKind(StrEnum):
    """What can be owned."""

    PREFIX = "prefix"
    ASN = "asn"
    DOMAIN = "domain"
    HOST = "host"
    URL = "url"


class AssetState(StrEnum):
    """How sure it is that the organisation owns it."""

    CLAIMED = "claimed"
    PROVEN = "proven"
    ENTERED = "entered"
    REJECTED = "rejected"


#: A mere claim attributes nothing: whoever claims a neighbour's network would read the neighbour's problems.
ATTRIBUTING = frozenset({AssetState.PROVEN, AssetState.ENTERED})


class Standing(StrEnum):
    """What an asset counts for at a moment."""

    COUNTS = "counts"
    NOT_YET = "not_yet"
    ENDED = "ended"
    CLAIMED = "claimed"
    REJECTED = "rejected"


def standing(*, state: str, valid_from: datetime | None, valid_until: datetime | None, now: datetime) -> Standing:
    """Tell whether an asset attributes what is seen now, and if not, why."""
    if state not in ATTRIBUTING:
        return Standing(state)
    if valid_from is not None and now < valid_from:
        return Standing.NOT_YET
    return Standing.ENDED if valid_until is not None and now >= valid_until else Standing.COUNTS


class ContactRole(StrEnum):
    """What a contact is written to about."""

    SECURITY = "security"
    ABUSE = "abuse"
    EMERGENCY = "emergency"
    MANAGEMENT = "management"


#: From the most to the least important.
TIERS = (1, 2, 3)

Network = IPv4Network | IPv6Network

#: Shortest prefix that one organisation may hold; a slip of the finger beyond it would take in half the Internet.
BROADEST = {4: 8, 6: 16}


@dataclass(frozen=True, kw_only=True)
class _Block:
    """A block as numbers: comparing them is ten times as fast as `overlaps`, and imports hold 60,000 prefixes."""

    name: str
    first: int
    last: int
    word: str


def _blocks(words: dict[str, str]) -> dict[int, list[_Block]]:
    """Parse blocks, by family."""
    blocks: dict[int, list[_Block]] = {4: [], 6: []}
    for name, word in words.items():
        network = ipaddress.ip_network(name)
        first, last = _ends(network)
        blocks[network.version].append(_Block(name=name, first=first, last=last, word=word))
    return blocks


def _ends(network: Network) -> tuple[int, int]:
    # Not by `num_addresses`, which makes two objects more.
    first = int(network.network_address)
    return first, first + (1 << (network.max_prefixlen - network.prefixlen)) - 1


@lru_cache(maxsize=4)
def _network(value: str) -> Network:
    """Parse a canonical prefix; each is asked about several times in a row."""
    return ipaddress.ip_network(value)


def _touched(network: Network, blocks: dict[int, list[_Block]]) -> list[_Block]:
    first, last = _ends(network)
    return [block for block in blocks[network.version] if block.first <= last and first <= block.last]


#: Nobody's (IANA special-purpose registries, RFC 6890): an event there has no owner.
_REFUSED = _blocks(
    {
        "0.0.0.0/8": "means 'this network'",
        "127.0.0.0/8": "is every machine's own loopback",
        "169.254.0.0/16": "is link-local",
        "224.0.0.0/4": "is multicast",
        "240.0.0.0/4": "is reserved",
        "::/127": "holds only the unspecified and the loopback address",
        "::ffff:0:0/96": "maps IPv4; write it as IPv4",
        "fe80::/10": "is link-local",
        "ff00::/8": "is multicast",
    }
)

#: Somebody's, yet never seen from outside, or the same in many places.
_DOUBTFUL = _blocks(
    {
        "10.0.0.0/8": "private (RFC 1918)",
        "172.16.0.0/12": "private (RFC 1918)",
        "192.168.0.0/16": "private (RFC 1918)",
        "100.64.0.0/10": "shared by carriers (RFC 6598)",
        "192.0.2.0/24": "for documentation (RFC 5737)",
        "198.51.100.0/24": "for documentation (RFC 5737)",
        "203.0.113.0/24": "for documentation (RFC 5737)",
        "198.18.0.0/15": "for benchmarks (RFC 2544)",
        "fc00::/7": "unique local (RFC 4193)",
        "2001:db8::/32": "for documentation (RFC 3849)",
    }
)

_AS_NUMBER = re.compile(r"(?:AS)?\s*(?:([0-9]{1,5})\.)?([0-9]{1,10})", re.IGNORECASE | re.ASCII)
#: Reserved (RFC 7607, RFC 6793, RFC 7300).
_AS_REFUSED = {0: "is reserved", 23456: "stands for any 32-bit number", 65535: "is reserved", 2**32 - 1: "is reserved"}
_AS_DOUBTFUL = (
    (64496, 64511, "for documentation (RFC 5398)"),
    (64512, 65534, "private (RFC 6996)"),
    (65536, 65551, "for documentation (RFC 5398)"),
    (4200000000, 4294967294, "private (RFC 6996)"),
)


def canonical_asset(kind: AssetKind | None, text: str) -> tuple[AssetKind, str]:
    """Spell an asset in its one way; find out its kind where none is given.

    A bare address is a prefix of one address, also when called a host. A name without a kind is a domain (it covers
    the names below it), `*.example.org` is the domain `example.org`, a number without a kind is an AS number.

    Raises:
        Invalid: it is none, or nobody may own it; the message says why and what was probably meant.
    """
    text = text.strip()
    if not text:
        raise Invalid("The value is empty.")
    kind = detect_kind(text) if kind is None else kind
    if kind is AssetKind.PREFIX or (kind is AssetKind.HOST and _is_address(text)):
        return AssetKind.PREFIX, _prefix(text)
    if kind is AssetKind.ASN:
        return kind, f"AS{_as_number(text)}"
    if kind is AssetKind.URL:
        return kind, _url(text)
    if "://" in text:
        raise Invalid(f"'{text}' is a URL; register it as a URL, or its name alone.")
    return kind, _domain(text) if kind is AssetKind.DOMAIN else _host(text)


def detect_kind(text: str) -> AssetKind:
    """Tell the kind of a written asset by its shape; it may still be invalid."""
    text = text.strip()
    if "://" in text:
        return AssetKind.URL
    if _is_address(text.partition("/")[0].strip()):
        return AssetKind.PREFIX
    return AssetKind.ASN if _AS_NUMBER.fullmatch(text) else AssetKind.DOMAIN


def doubts(kind: AssetKind, value: str) -> list[str]:
    """Say what is odd about a canonical asset that may yet be right, one sentence each."""
    if kind is AssetKind.PREFIX:
        network = _network(value)
        return [
            f"{value} meets {block.name}, which is {block.word}: reports from the Internet seldom mean it."
            for block in _touched(network, _DOUBTFUL)
        ]
    if kind is AssetKind.ASN:
        number = int(value.removeprefix("AS"))
        return [f"{value} is {what}." for low, high, what in _AS_DOUBTFUL if low <= number <= high]
    return []


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _prefix(text: str) -> str:
    value = canonical_prefix(text.removeprefix("[").removesuffix("]"))
    network = _network(value)
    if network.prefixlen < BROADEST[network.version]:
        raise Invalid(f"{value} is too broad for one owner; the broadest is a /{BROADEST[network.version]}.")
    for block in _touched(network, _REFUSED):
        raise Invalid(f"{value} can have no owner: {block.name} {block.word}.")
    return value


def _as_number(text: str) -> int:
    found = _AS_NUMBER.fullmatch(text)
    if found is None:
        raise Invalid(f"'{text}' is no AS number; write it as AS64500.")
    high, low = int(found[1] or 0), int(found[2])
    number = (high << 16) + low
    if number >= 2**32 or (found[1] and low >= 2**16):
        raise Invalid(f"'{text}' is no AS number; the highest is AS4294967294.")
    if number in _AS_REFUSED:
        raise Invalid(f"AS{number} can have no owner: it {_AS_REFUSED[number]}.")
    return number


def _domain(text: str) -> str:
    value = canonical_domain(text.removeprefix("*."))
    if _suffixes(icann_only=False).is_public(value):
        raise Invalid(f"'{value}' is a public suffix: the names below it have many owners. Register those.")
    return value


def _host(text: str) -> str:
    value = canonical_host(text)
    if _suffixes(icann_only=True).is_public(value):
        raise Invalid(f"'{value}' is a public suffix and no host of one owner.")
    return value


def _url(text: str) -> str:
    value = canonical_url(text)
    place = value.partition("://")[2].partition("/")[0]
    host = place.rpartition(":")[0] if re.search(r":[0-9]+$", place) and not place.endswith("]") else place
    if _is_address(host):
        _prefix(host)
    else:
        _host(host)
    return value


@cache
def _suffixes(*, icann_only: bool) -> PublicSuffixList:
    """Load the list shipped with the package; a top-level name that it does not know counts as public."""
    return PublicSuffixList(only_icann=icann_only)
