"""Tells what a file is: its type and day by its name, confirmed by its header; else by its header alone."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from tocsin.events.errors import FileRefused
from tocsin.events.feeds import shadowserver
from tocsin.events.feeds.feed import Feed
from tocsin.findings.rules.coverage import Strength

UNKNOWN_TYPE = "unknown"
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-([^-]+)(?:-.+)?\.csv")
_PLAIN = re.compile(r"([a-z][a-z0-9_]{2,63})\.csv")
_TYPE = re.compile(r"[a-z][a-z0-9_]{2,63}")
#: How the variants of one type differ in name: for IPv6, and `event_` where the schema leaves the 4 out.
_VARIANTS = (
    (re.compile(r"(scan|population)6_(.+)"), r"\1_\2"),
    (re.compile(r"event6?_(.+)"), r"event4_\1"),
    (re.compile(r"(.+[a-z_])6"), r"\1"),
)
#: What a file must have to be one of Shadowserver's at all.
_LEAST = "timestamp"


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What a file is."""

    #: As the file calls it: `event6_sinkhole_http` has the feed of `event4_sinkhole_http`.
    report_type: str
    #: The day that the report is for, where its name says so.
    period: date | None
    feed: Feed


@cache
def feeds() -> Mapping[str, Feed]:
    """Give every report type by name; a file in `feeds/shadowserver/` is one."""
    found = {}
    for module in pkgutil.iter_modules(shadowserver.__path__, f"{shadowserver.__name__}."):
        feed: Feed = importlib.import_module(module.name).FEED
        found[feed.type] = feed
    return MappingProxyType(found)


def feed_for(report_type: str) -> Feed:
    """Give the feed of a report type or of the type that it is a variant of; an unknown one goes in as `unknown`."""
    known = feeds()
    if report_type in known:
        return known[report_type]
    for pattern, original in _VARIANTS:
        if pattern.fullmatch(report_type):
            shared = pattern.sub(original, report_type)
            if shared in known:
                return known[shared]
    return unknown_feed(report_type)


def unknown_feed(report_type: str) -> Feed:
    """Give the feed of a type that we do not know: the common columns only, held, covering nothing."""
    return Feed(type=report_type, problem=None, fields={"tag": ("tag",)}, coverage=Strength.NONE)


def recognise(file_name: str, header: Iterable[str]) -> Recognised:
    """Tell type and day of a file from its name and its column names (as the codec gives them, in lower case).

    Raises:
        FileRefused: the header is no report's.
    """
    columns = frozenset(header)
    if _LEAST not in columns:
        raise FileRefused(
            f"{file_name} is no Shadowserver report: it has no column '{_LEAST}'. Its header row must come first."
        )
    bare = re.sub(r"\.(?:gz|zip)$", "", file_name.strip(), flags=re.IGNORECASE)
    named, period = _name_says(bare.lower())
    feed = feed_for(named) if named else unknown_feed(UNKNOWN_TYPE)
    if feed.is_known and feed.is_confirmed_by(columns):
        return Recognised(report_type=named, period=period, feed=feed)
    # A dated name of a type that we do not know is taken at its word: a new type may have an old one's columns.
    is_new = bool(named) and period is not None and not feed.is_known
    fingerprinted = None if is_new else _header_says(columns)
    if fingerprinted is not None:
        return Recognised(report_type=fingerprinted.type, period=period, feed=fingerprinted)
    report_type = named or UNKNOWN_TYPE
    return Recognised(report_type=report_type, period=period, feed=unknown_feed(report_type))


def _name_says(name: str) -> tuple[str, date | None]:
    """Read type ("" where there is none) and day out of a bare file name."""
    dated = _DATED.fullmatch(name)
    if dated and _TYPE.fullmatch(dated[2]):
        try:
            return dated[2], date.fromisoformat(dated[1])
        except ValueError:
            return dated[2], None
    plain = _PLAIN.fullmatch(name)
    return (plain[1] if plain else ""), None


def _header_says(columns: frozenset[str]) -> Feed | None:
    """Find the one type whose signature the header has, and no column besides its own; of several, the closest."""
    fitting = [feed for feed in feeds().values() if feed.signature and feed.signature <= columns <= feed.known_columns]
    most = max((len(feed.signature) for feed in fitting), default=0)
    best = [feed for feed in fitting if len(feed.signature) == most]
    return best[0] if len(best) == 1 else None
