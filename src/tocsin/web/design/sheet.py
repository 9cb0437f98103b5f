"""Reads the colour tokens out of the style sheet, for the design page and for the test of their contrast."""

import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parent.parent / "static" / "tocsin" / "css" / "tokens.css"
_BLOCKS = {
    "all": r":root(?= \{\n    --space)",
    "light": r':root, \[data-theme="light"\]',
    "dark": r'(?<=\n  )\[data-theme="dark"\]',
    "dark by system": r":root:not\(\[data-theme\]\)",
}
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")


def tokens(theme: str) -> dict[str, str]:
    """Read the tokens of a theme (or of `all`): name without dashes -> value, in order.

    Raises:
        ValueError: the sheet has no such block.
    """
    found = re.search(_BLOCKS[theme] + r"\s*\{([^}]*)\}", TOKENS.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{TOKENS} has no block for the theme {theme!r}.")
    return dict(_TOKEN.findall(found[1]))


def colours() -> tuple[str, ...]:
    """Name the tokens that are colours, as the light theme lists them."""
    return tuple(name for name, value in tokens("light").items() if value.startswith("#"))
