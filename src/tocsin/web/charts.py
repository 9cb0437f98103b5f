"""Charts as SVG text, one module for page, PDF and DOCX. Pure: numbers in, text out.

Every chart starts at zero, carries no style (the content security policy forbids it) and is coloured twice: by
attributes, which typst and Word understand, and by classes, which win on a page and follow its theme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_BAR = "#2d6a8f"
_LINES = ("#2d6a8f", "#a8431a", "#1b7047")
_DASHES = ("none", "7 3", "2 3")
_TRACK = "#edf0f4"
_INK = "#4a5768"
_GRID = "#d9dfe6"
_HEAT_STEPS = 5
_SPACE = "http://www.w3.org/2000/svg"


def _element(name: str, content: str = "", **attributes: str | float) -> str:
    """Spell an element: `_` in a name is a hyphen, values are escaped, coordinates get two decimals at most."""
    spelled = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else _number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{spelled}>{content}</{name}>" if content else f"<{name}{spelled}/>"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _picture(parts: Sequence[str], *, label: str, width: int, height: int, kind: str = "chart") -> str:
    """Wrap the parts of a picture that speaks its label."""
    return _element(
        "svg",
        "".join(parts) or "<g/>",
        class_=kind,
        role="img",
        aria_label=label,
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        xmlns=_SPACE,
    )


def _text(words: str, *, x: float, y: float, anchor: str = "start", **attributes: str | float) -> str:
    fill = attributes.pop("fill", _INK)
    return _element("text", escape(words), x=x, y=y, text_anchor=anchor, fill=fill, font_size=12, **attributes)


def sparkline(values: Sequence[float | None], *, label: str, width: int = 78, height: int = 22) -> str:
    """Draw a short series as bars from zero.

    Args:
        values: oldest first; None is "nothing known", drawn as a dot on the ground line, which zero is not.
        label: spoken instead of the picture.
        width: pixels of the whole.
        height: pixels of the whole.
    """
    largest = max((value for value in values if value is not None), default=0)
    step = width / max(len(values), 1)
    thick = max(step - 1.5, 1.0)
    parts = []
    for place, value in enumerate(values):
        x = place * step
        if value is None:
            parts.append(
                _element("circle", class_="bar-missing", cx=x + thick / 2, cy=height - 1.5, r=1, fill=_INK),
            )
        elif value > 0:
            # However small, a value above zero shows.
            tall = max(height * value / largest, 1.0)
            parts.append(_element("rect", class_="bar", x=x, y=height - tall, width=thick, height=tall, fill=_BAR))
    return _picture(parts, label=label, width=width, height=height, kind="chart spark")


def bar(value: float, largest: float, *, height: int = 12) -> str:
    """Draw one bar of a list on its track, as wide as its place allows; silent, for the number stands beside it."""
    share = 0.0 if largest <= 0 else max(0.0, min(100.0, 100 * value / largest))
    track = _element("rect", class_="track", width="100%", height=height, rx=2, fill=_TRACK)
    filled = _element("rect", class_="bar", width=f"{_number(share)}%", height=height, rx=2, fill=_BAR)
    return _element(
        "svg", track + filled, class_="chart", aria_hidden="true", width="100%", height=height, xmlns=_SPACE
    )


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Hold one group's steps: (day, share still open from 1 to 0), by day."""

    name: str
    steps: tuple[tuple[float, float], ...]


def share_at(curve: Curve, day: float) -> float:
    """Read a step curve: the share holds until the next step; before the first all is open."""
    return next((share for at, share in reversed(curve.steps) if at <= day), 1.0)


def kaplan_meier(closed_after: Sequence[float], open_since: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Estimate the share still open by day (Kaplan and Meier, 1958).

    Args:
        closed_after: days from first sight to closure, one for each closed finding.
        open_since: days that each open finding has been open so far; it is censored then, not closed.

    Returns:
        (day, share) where the share falls, by day.
    """
    share = 1.0
    steps = []
    for day in sorted(set(closed_after)):
        at_risk = sum(end >= day for end in closed_after) + sum(end >= day for end in open_since)
        share *= 1 - sum(end == day for end in closed_after) / at_risk
        steps.append((day, share))
    return tuple(steps)


def tick_step(days: int) -> int:
    """Choose whole days between marks, weeks where they fit, so that at most six marks stand on the axis."""
    return next((step for step in (1, 2, 7, 14, 15, 30, 60, 90, 180, 365) if days / step <= 5), days)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Hold the inner field of a chart in pixels, and place days and shares in it."""

    width: int
    height: int
    days: int
    left: int = 44
    right: int = 14
    top: int = 26
    bottom: int = 40

    def x(self, day: float) -> float:
        """Place a day."""
        return self.left + (self.width - self.left - self.right) * day / self.days

    def y(self, share: float) -> float:
        """Place a share; 1 is at the top."""
        return self.top + (self.height - self.top - self.bottom) * (1 - share)


def survival(curves: Sequence[Curve], *, plot: Plot, x_label: str, y_label: str, label: str) -> str:
    """Draw step curves over days, share from 0 to 100 %; each is named at its end, so that no legend is needed.

    Args:
        curves: at most three, told apart by dashes too.
        plot: size and days.
        x_label: under the axis.
        y_label: over the axis.
        label: spoken instead of the picture.
    """
    parts = _axes(plot, x_label=x_label, y_label=y_label)
    ends = []
    for place, curve in enumerate(curves):
        steps = [(0.0, 1.0), *((day, share) for day, share in curve.steps if day <= plot.days)]
        path = f"M{_number(plot.x(0))} {_number(plot.y(1))}"
        for (_, before), (day, share) in pairwise(steps):
            path += f"H{_number(plot.x(day))}" + (f"V{_number(plot.y(share))}" if share != before else "")
        path += f"H{_number(plot.x(float(plot.days)))}"
        parts.append(
            _element(
                "path",
                class_=f"line-{place % 3 + 1}",
                d=path,
                fill="none",
                stroke=_LINES[place % 3],
                stroke_width=2.5,
                stroke_dasharray=_DASHES[place % 3],
            )
        )
        ends.append((plot.y(steps[-1][1]), place, curve.name))
    parts.extend(_names(ends, plot=plot))
    return _picture(parts, label=label, width=plot.width, height=plot.height)


def _axes(plot: Plot, *, x_label: str, y_label: str) -> list[str]:
    end = plot.width - plot.right
    parts = [_text(y_label, x=0, y=12), _text(x_label, x=end, y=plot.height - 4, anchor="end")]
    for percent in (0, 25, 50, 75, 100):
        y = plot.y(percent / 100)
        kind = "axis" if percent == 0 else "grid"
        parts.append(_element("line", class_=kind, x1=plot.left, x2=end, y1=y, y2=y, stroke=_GRID))
        parts.append(_text(f"{percent} %", x=plot.left - 6, y=y + 4, anchor="end"))
    for day in range(0, plot.days + 1, tick_step(plot.days)):
        anchor = "end" if day == plot.days else "middle"
        parts.append(_text(str(day), x=plot.x(day), y=plot.height - 22, anchor=anchor))
    return parts


def _names(ends: Sequence[tuple[float, int, str]], *, plot: Plot) -> list[str]:
    """Write each curve's name over its end, haloed; names that would touch are moved up."""
    parts = []
    free = float("inf")
    for y, place, name in sorted(ends, reverse=True):
        free = max(min(y - 6, free - 15), plot.top + 8.0)
        halo: dict[str, str | float] = {"stroke": "#ffffff", "stroke_width": 4, "paint_order": "stroke"}
        colour: dict[str, str | float] = {"class_": f"name-{place % 3 + 1}", "fill": _LINES[place % 3]}
        parts.append(_text(name, x=plot.width - plot.right, y=free, anchor="end", **halo, **colour))
    return parts


def heat_step(value: int | None, largest: int) -> int:
    """Give the step of a heat cell: 0 for none, then 1 to 5 in equal parts of the largest."""
    if not value or largest <= 0:
        return 0
    return max(1, min(_HEAT_STEPS, -(-_HEAT_STEPS * value // largest)))
