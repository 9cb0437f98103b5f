"""Charts as SVG text, one module for page, PDF and DOCX. Pure: numbers in, text out.

Every chart starts at zero, carries no style (the content security policy forbids it) and is coloured twice: by attributes, which
typst and Word understand, and by classes, which win on a page and follow its theme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_BAR = "#2d6a8f"
_LINES = ("#2d6a8f", "#a8431a", "#1b7047")
_TRACK = "#edf0f4"
_INK = "#4a5768"
_GRID = "#d9dfe6"
_HEAT_STEPS = 5


def _number(value: float) -> str:
    """Spell a coordinate: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def sparkline(values: Sequence[float | None], *, label: str, width: int = 78, height: int = 22) -> str:
    """Draw a short series as bars from zero.

    Args:
        values: oldest first; None is "nothing known", drawn as a dot under the bars, which zero is not.
        label: spoken instead of the picture; escaped here.
        width: pixels of the whole.
        height: pixels of the whole.
    """
    largest = max((value for value in values if value is not None), default=0)
    step = width / max(len(values), 1)
    thick = max(step - 1.5, 1)
    parts = []
    for place, value in enumerate(values):
        x = place * step
        if value is None:
            parts.append(f'<circle class="bar-missing" cx="{_number(x + thick / 2)}" cy="{_number(height - 1.5)}" r="1" fill="{_INK}"/>')
            continue
        tall = height * value / largest if largest > 0 else 0
        # A value above zero never vanishes, a zero draws nothing.
        tall = max(tall, 1) if value > 0 else 0
        parts.append(
            f'<rect class="bar" x="{_number(x)}" y="{_number(height - tall)}" width="{_number(thick)}" height="{_number(tall)}" fill="{_BAR}"/>'
        )
    return (
        f'<svg class="chart spark" role="img" aria-label="{escape(label)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def bar(value: float, largest: float, *, height: int = 12) -> str:
    """Draw one bar of a list on its track, as wide as its place allows; silent, for the number stands beside it."""
    share = 0 if largest <= 0 else max(0, min(100, 100 * value / largest))
    return (
        f'<svg class="chart" aria-hidden="true" width="100%" height="{height}" xmlns="http://www.w3.org/2000/svg">'
        f'<rect class="track" width="100%" height="{height}" rx="2" fill="{_TRACK}"/>'
        f'<rect class="bar" width="{_number(share)}%" height="{height}" rx="2" fill="{_BAR}"/></svg>'
    )


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Hold one group's steps: (day, share still open from 1 to 0), by day."""

    name: str
    steps: tuple[tuple[float, float], ...]


def share_at(curve: Curve, day: float) -> float:
    """Read a step curve: the share holds until the next step; before the first all is open."""
    share = 1.0
    for at, value in curve.steps:
        if at > day:
            break
        share = value
    return share


def kaplan_meier(closed_after: Sequence[float], open_since: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Estimate the share still open by day from closed and still open findings (Kaplan and Meier, 1958).

    Args:
        closed_after: days from first sight to closure, one each.
        open_since: days that each open one has been open so far; these are censored, not closed.

    Returns:
        (day, share), only where the share falls; the day order is ascending.
    """
    at_risk = len(closed_after) + len(open_since)
    ends = sorted([(day, 0) for day in closed_after] + [(day, 1) for day in open_since])
    share = 1.0
    steps: list[tuple[float, float]] = []
    place = 0
    while place < len(ends):
        day = ends[place][0]
        here = [kind for at, kind in ends[place:] if at == day]
        closed = here.count(0)
        if closed:
            share *= 1 - closed / at_risk
            steps.append((day, share))
        at_risk -= len(here)
        place += len(here)
    return tuple(steps)


def survival(curves: Sequence[Curve], *, days: int, x_label: str, y_label: str, label: str, width: int, height: int) -> str:
    """Draw step curves over days, share from 0 to 100 %. Each curve is named at its end, so that no legend is needed.

    Args:
        curves: at most three.
        days: the last day shown.
        x_label: under the axis.
        y_label: over the axis.
        label: spoken instead of the picture.
        width: pixels.
        height: pixels.
    """
    left, right, top, bottom = 44, 14, 26, 40
    across, down = width - left - right, height - top - bottom

    def at_x(day: float) -> float:
        return left + across * day / days

    def at_y(share: float) -> float:
        return top + down * (1 - share)

    parts = [f'<text x="0" y="12" fill="{_INK}" font-size="12">{escape(y_label)}</text>']
    for percent in (0, 25, 50, 75, 100):
        y = _number(at_y(percent / 100))
        parts.append(f'<line class="{"axis" if percent == 0 else "grid"}" x1="{left}" x2="{width - right}" y1="{y}" y2="{y}" stroke="{_GRID}"/>')
        parts.append(f'<text x="{left - 6}" y="{_number(at_y(percent / 100) + 4)}" text-anchor="end" fill="{_INK}" font-size="12">{percent} %</text>')
    for quarter in range(5):
        day = days * quarter / 4
        anchor = "end" if quarter == 4 else "middle"
        parts.append(f'<text x="{_number(at_x(day))}" y="{height - 22}" text-anchor="{anchor}" fill="{_INK}" font-size="12">{_number(day)}</text>')
    parts.append(f'<text x="{width - right}" y="{height - 4}" text-anchor="end" fill="{_INK}" font-size="12">{escape(x_label)}</text>')
    ends = []
    for place, curve in enumerate(curves):
        steps = [(0.0, 1.0), *((day, share) for day, share in curve.steps if day <= days)]
        path = f"M{_number(at_x(0))} {_number(at_y(1))}"
        for (_, before), (day, share) in pairwise(steps):
            path += f"L{_number(at_x(day))} {_number(at_y(before))}L{_number(at_x(day))} {_number(at_y(share))}"
        path += f"L{_number(at_x(days))} {_number(at_y(steps[-1][1]))}"
        dash = ("", ' stroke-dasharray="7 3"', ' stroke-dasharray="2 3"')[place % 3]
        parts.append(f'<path class="line-{place % 3 + 1}" d="{path}" fill="none" stroke="{_LINES[place % 3]}" stroke-width="2.5"{dash}/>')
        ends.append((at_y(steps[-1][1]), place, curve.name))
    parts.extend(_names(ends, x=width - right, top=top))
    return (
        f'<svg class="chart" role="img" aria-label="{escape(label)}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _names(ends: Sequence[tuple[float, int, str]], *, x: int, top: int) -> list[str]:
    """Write each curve's name over its end; names that would touch are moved up."""
    parts = []
    free = float("inf")
    for y, place, name in sorted(ends, reverse=True):
        at = max(min(y - 6, free - 15), top + 8)
        free = at
        parts.append(
            f'<text class="name-{place % 3 + 1}" x="{x}" y="{_number(at)}" text-anchor="end" fill="{_LINES[place % 3]}" font-size="12">'
            f"{escape(name)}</text>"
        )
    return parts


def heat_step(value: int | None, largest: int) -> int:
    """Give the step of a heat cell: 0 for none, then 1 to 5 in equal parts of the largest."""
    if not value or largest <= 0:
        return 0
    return max(1, min(_HEAT_STEPS, -(-_HEAT_STEPS * value // largest)))
