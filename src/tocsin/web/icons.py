"""Pictures in the line of text: lucide's icons, and the marks that stand for severity and for who did something."""

from functools import lru_cache

from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

#: Drawn in a box of ten, filled with the colour of the text.
_MARKS = {
    "diamond": '<path d="M5 0 10 5 5 10 0 5z"/>',
    "triangle": '<path d="M5 .7 10 9.6H0z"/>',
    "square": '<path d="M.8.8h8.4v8.4H.8z"/>',
    "round": '<circle cx="5" cy="5" r="4.2"/>',
    "ring": '<circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" stroke-width="2"/>',
    "square-open": '<path d="M1 1h8v8H1z" fill="none" stroke="currentColor" stroke-width="2"/>',
}


@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Give a lucide icon, silent: the words beside it speak.

    Raises:
        lucide.IconDoesNotExist: there is none of that name.
    """
    return SafeString(lucide(name, size=None, **{"class": "icon", "aria-hidden": "true", "focusable": "false"}))


def mark(shape: str) -> SafeString:
    """Give a mark, silent: diamond, triangle, square, round, ring or square-open."""
    return SafeString(
        f'<svg class="mark" viewBox="0 0 10 10" aria-hidden="true" focusable="false">{_MARKS[shape]}</svg>'
    )
