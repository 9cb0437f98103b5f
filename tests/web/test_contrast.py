"""Every pair of colours that meets on a page, computed from the style sheet (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest

from tocsin.web.design.sheet import tokens

TEXT, MARK = 4.5, 3.0
TONES = ("critical", "high", "medium", "low", "good", "info")
GROUNDS = ("paper", "ground", "sunk", "act-soft")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2") for ground in (*GROUNDS, *(f"{tone}-soft" for tone in TONES))),
    *(("ink-3", ground, TEXT) for ground in ("paper", "ground", "sunk")),
    *((tone, ground, TEXT) for tone in TONES for ground in ("paper", "ground", "sunk", f"{tone}-soft")),
    *(("act", ground, TEXT) for ground in GROUNDS),
    ("act-ink", "act", TEXT),
    ("act-ink", "act-hover", TEXT),
    *((ink, ground, TEXT) for ink in ("rail-ink", "rail-ink-2") for ground in ("rail", "rail-current")),
    ("rail-mark", "rail-current", MARK),
    *(("edge", ground, MARK) for ground in ("paper", "ground", "sunk")),
    *(("focus", ground, MARK) for ground in GROUNDS),
    *((bar, ground, MARK) for bar in ("bar", "bar-2") for ground in ("paper", "ground", "bar-track")),
    *(("heat-ink", f"heat-{step}", TEXT) for step in (1, 2, 3)),
    *(("heat-ink-strong", f"heat-{step}", TEXT) for step in (4, 5)),
]


def luminance(colour: str) -> float:
    """Compute the relative luminance of `#rrggbb` (WCAG 2.2, definitions)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(theme: str, ink: str, ground: str, least: float) -> None:
    colours = tokens(theme)

    found = contrast(colours[ink], colours[ground])

    assert found >= least, f"{ink} {colours[ink]} on {ground} {colours[ground]}: {found:.2f} < {least}"


@pytest.mark.parametrize("label", ["red", "amber", "green", "clear"])
def test_tlp_colours_are_the_official_ones_on_black(label: str) -> None:
    # FIRST, TLP 2.0, table of colour codes.
    official = {"red": "#ff2b2b", "amber": "#ffc000", "green": "#33ff00", "clear": "#ffffff"}

    sheet = tokens("all")

    assert sheet[f"tlp-{label}"] == official[label]
    assert contrast(sheet[f"tlp-{label}"], sheet["tlp-ground"]) >= TEXT


def test_the_two_dark_themes_are_one() -> None:
    assert tokens("dark") == tokens("dark by system")


def test_dark_and_light_name_the_same_tokens() -> None:
    assert tokens("dark").keys() == tokens("light").keys()
