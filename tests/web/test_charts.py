"""Charts: exact pictures of small inputs, and what holds for all."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.web import charts

NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}
FORBIDDEN = {"style", "onload", "onclick"}


def test_a_sparkline_is_these_bars() -> None:
    assert charts.sparkline([1, None, 4, 0], label="Rows & days", width=40, height=20) == (
        '<svg class="chart spark" role="img" aria-label="Rows &amp; days" width="40" height="20" viewBox="0 0 40 20" '
        'xmlns="http://www.w3.org/2000/svg">'
        '<rect class="bar" x="0" y="15" width="8.5" height="5" fill="#2d6a8f"/>'
        '<circle class="bar-missing" cx="14.25" cy="18.5" r="1" fill="#4a5768"/>'
        '<rect class="bar" x="20" y="0" width="8.5" height="20" fill="#2d6a8f"/></svg>'
    )


def test_a_bar_is_this() -> None:
    assert charts.bar(1, 3) == (
        '<svg class="chart" aria-hidden="true" width="100%" height="12" xmlns="http://www.w3.org/2000/svg">'
        '<rect class="track" width="100%" height="12" rx="2" fill="#edf0f4"/>'
        '<rect class="bar" width="33.33%" height="12" rx="2" fill="#2d6a8f"/></svg>'
    )


def test_a_survival_curve_is_this_path() -> None:
    plot = charts.Plot(width=158, height=166, days=10)
    curve = charts.Curve(name="<all>", steps=((2, 0.5), (8, 0.25), (12, 0.0)))

    svg = ElementTree.fromstring(charts.survival([curve], plot=plot, x_label="days", y_label="open", label="l"))

    path = svg.find("svg:path", NAMESPACE)
    assert path is not None
    # 100 pixels across from 44 for 10 days, 100 pixels down from 26; beyond the last day nothing is drawn.
    assert path.get("d") == "M44 26H64V76H124V101H144"
    texts = [text.text for text in svg.findall("svg:text", NAMESPACE)]
    assert texts == ["open", "days", "0 %", "25 %", "50 %", "75 %", "100 %", "0", "2", "4", "6", "8", "10", "<all>"]


def test_names_that_would_touch_are_moved_apart() -> None:
    curves = [charts.Curve(name=name, steps=((1, 0.5),)) for name in "abc"]
    plot = charts.Plot(width=200, height=200, days=10)

    svg = ElementTree.fromstring(charts.survival(curves, plot=plot, x_label="", y_label="", label=""))

    heights = [
        float(text.get("y", ""))
        for text in svg.findall("svg:text", NAMESPACE)
        if (text.get("class") or "").startswith("name")
    ]
    assert all(abs(one - other) >= 15 for i, one in enumerate(heights) for other in heights[:i])


def test_kaplan_meier_agrees_with_a_worked_example() -> None:
    # Two of five close on day 1; one is censored on day 2; one of the two left closes on day 3.
    assert charts.kaplan_meier([1, 1, 3], [2, 4]) == ((1, pytest.approx(0.6)), (3, pytest.approx(0.3)))


def test_nothing_closed_leaves_all_open() -> None:
    assert charts.kaplan_meier([], [3, 4]) == ()
    assert charts.share_at(charts.Curve(name="x", steps=()), 100) == 1.0


values = st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), max_size=40)


@given(values=values, label=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=20))
def test_every_sparkline_is_xml_within_its_frame_and_without_style(values: list[float | None], label: str) -> None:
    svg = ElementTree.fromstring(charts.sparkline(values, label=label))

    assert svg.get("aria-label") == label
    for bar in svg.findall("svg:rect", NAMESPACE):
        top, tall = float(bar.get("y", "")), float(bar.get("height", ""))
        assert top >= -0.01
        assert top + tall == pytest.approx(22, abs=0.02)
        assert tall > 0
    assert len(svg.findall("svg:rect", NAMESPACE)) == sum(value is not None and value > 0 for value in values)
    assert not any(FORBIDDEN & element.attrib.keys() for element in svg.iter())


@given(closed=st.lists(st.integers(0, 50), max_size=30), still=st.lists(st.integers(0, 50), max_size=30))
def test_the_share_still_open_only_falls(closed: list[int], still: list[int]) -> None:
    shares = [share for _, share in charts.kaplan_meier(closed, still)]

    assert shares == sorted(shares, reverse=True)
    assert all(-1e-9 <= share <= 1 for share in shares)


@pytest.mark.parametrize(("value", "step"), [(None, 0), (0, 0), (1, 1), (20, 1), (21, 2), (99, 5), (100, 5)])
def test_heat_has_five_steps_and_none_for_nothing(value: int | None, step: int) -> None:
    assert charts.heat_step(value, 100) == step


@pytest.mark.parametrize(("days", "step"), [(5, 1), (10, 2), (30, 7), (90, 30), (365, 90), (4000, 4000)])
def test_marks_stand_on_whole_days(days: int, step: int) -> None:
    assert charts.tick_step(days) == step
