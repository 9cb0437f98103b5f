"""Charts on a page: the pure SVG of `web/charts.py` with captions, links and a text alternative."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from tocsin.web import charts
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """Show a short series as bars from zero. None is a missing value: a dot on the ground line, not a zero."""

    template: ClassVar[str] = "tocsin/c/svg.html"
    values: tuple[float | None, ...]
    #: Said instead of the picture: what, over which time.
    label: Phrase

    @property
    def svg(self) -> SafeString:
        """Draw it; `charts` escapes the label."""
        return SafeString(charts.sparkline(self.values, label=str(self.label)))


@dataclass(frozen=True, kw_only=True)
class BarItem:
    """Hold one bar."""

    label: Phrase
    value: float
    url: str = ""
    #: Shown instead of the bare number.
    text: Phrase = ""


@dataclass(frozen=True, kw_only=True)
class BarList:
    """Show numbers as bars under each other, from zero, all to one scale."""

    template: ClassVar[str] = "tocsin/c/bars.html"
    items: tuple[BarItem, ...]
    #: What is counted, spoken before the list.
    label: Phrase

    def drawn(self) -> Iterator[tuple[BarItem, SafeString]]:
        """Give each item with its bar; the bar is silent, for label and number stand beside it."""
        largest = max((item.value for item in self.items), default=0)
        for item in self.items:
            yield item, SafeString(charts.bar(item.value, largest))


@dataclass(frozen=True, kw_only=True)
class Survival:
    """Show which share is still open after so many days, a curve a group (Kaplan-Meier)."""

    template: ClassVar[str] = "tocsin/c/survival.html"
    caption: Phrase
    curves: tuple[charts.Curve, ...]
    days: int
    x_label: Phrase
    y_label: Phrase

    @property
    def wide(self) -> SafeString:
        """Draw it for a desk."""
        return SafeString(self._draw(width=640, height=260))

    @property
    def narrow(self) -> SafeString:
        """Draw it for a phone: the letters stay as large."""
        return SafeString(self._draw(width=330, height=240))

    def _draw(self, *, width: int, height: int) -> str:
        plot = charts.Plot(width=width, height=height, days=self.days)
        x_label, y_label, label = str(self.x_label), str(self.y_label), str(self.caption)
        return charts.survival(self.curves, plot=plot, x_label=x_label, y_label=y_label, label=label)

    def table(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Give each curve's percentage at the marks of the axis, as the text alternative."""
        marks = self.marks()
        return tuple(
            (curve.name, tuple(round(100 * charts.share_at(curve, day)) for day in marks)) for curve in self.curves
        )

    def marks(self) -> tuple[int, ...]:
        """Give the days at which the table reads the curves."""
        return tuple(range(0, self.days + 1, charts.tick_step(self.days)))


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """Hold one row of the grid: as many values as it has columns. None is "no such place"."""

    label: Phrase
    values: tuple[int | None, ...]
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HeatGrid:
    """Show counts by two sides (sector x region): a table whose cells darken with the number that stands in them."""

    template: ClassVar[str] = "tocsin/c/heat.html"
    caption: Phrase
    columns: tuple[Phrase, ...]
    rows: tuple[HeatRow, ...]
    corner: Phrase = ""

    def drawn(self) -> Iterator[tuple[Phrase, tuple[Mapping[str, object], ...]]]:
        """Give each row's cells with their step from 0 (none) to 5 (the largest)."""
        largest = max((value for row in self.rows for value in row.values if value is not None), default=0)
        for row in self.rows:
            urls = row.urls or ("",) * len(row.values)
            yield (
                row.label,
                tuple(
                    {"value": value, "step": charts.heat_step(value, largest), "url": url}
                    for value, url in zip(row.values, urls, strict=True)
                ),
            )
