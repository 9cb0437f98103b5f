"""Feeds: which reports there are, how to tell them, what their columns mean, what of them is never kept."""

from tocsin.events.feeds.feed import Feed, Side
from tocsin.events.feeds.never_kept import Treatment
from tocsin.events.feeds.recognition import UNKNOWN_TYPE, Recognised, feed_for, feeds, recognise, unknown_feed

__all__ = [
    "UNKNOWN_TYPE",
    "Feed",
    "Recognised",
    "Side",
    "Treatment",
    "feed_for",
    "feeds",
    "recognise",
    "unknown_feed",
]
