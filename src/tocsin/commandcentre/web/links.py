"""Addresses on other apps' pages, with their filters."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def link(name: str, *arguments: object, **query: object) -> str:
    """Give the address of a page; empty where the app that has it is not mounted, so that text stands instead."""
    try:
        address = reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(query)}" if query else address
