"""Components: what they draw, what they escape, what they refuse."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web.address import Address
from tocsin.web.charts import Curve
from tocsin.web.components import (
    Action,
    Banner,
    BarItem,
    BarList,
    Cell,
    Chip,
    Code,
    Column,
    ColumnKind,
    Confirm,
    Crumb,
    Definition,
    Definitions,
    Diff,
    DiffRow,
    Empty,
    Entry,
    Figure,
    Figures,
    Filters,
    FilterWord,
    Heading,
    HeatGrid,
    HeatRow,
    KeyHint,
    Letter,
    Link,
    Pager,
    Row,
    Selection,
    Side,
    Sparkline,
    StepUp,
    Survival,
    Table,
    TextDiff,
    ThreeSides,
    Timeline,
    TlpChip,
    Toast,
    Who,
    severity_chip,
)
from tocsin.web.drawing import draw
from tocsin.web.fields import draw_fields
from tocsin.web.paging import Count

EVIL = '"><script>alert(1)</script>'
AT = datetime(2026, 11, 22, 21, 58, tzinfo=UTC)
HARMLESS = ("<script", 'x"><')


def show(value: object) -> str:
    return Template("{% load tocsin %}{% show value %}").render(Context({"value": value, "csrf_token": "token"}))


WITH_EVIL_TEXT = [
    Chip(text=EVIL),
    Link(label=EVIL, url=EVIL),
    Action(label=EVIL, url=EVIL, speech=EVIL),
    Action(label=EVIL, url=EVIL, method="post", name=EVIL, value=EVIL),
    Action(label=EVIL, disabled_because=EVIL),
    Heading(title=EVIL, kicker=EVIL, crumbs=(Crumb(label=EVIL, url=EVIL), Crumb(label=EVIL)), facts=(EVIL,), lead=EVIL),
    Confirm(
        title=EVIL,
        consequences=(EVIL,),
        action=Action(label=EVIL),
        cancel_url=EVIL,
        step_up=StepUp(label=EVIL, help=EVIL, error=EVIL),
    ),
    Figures(items=(Figure(label=EVIL, value=1, unit=EVIL, url=EVIL, note=EVIL, how=EVIL),)),
    Table(
        id="t",
        caption=EVIL,
        columns=(Column(key="a", label=EVIL, sort=True), Column(key="b", label=EVIL)),
        rows=(
            Row(
                key=EVIL,
                cells=(Cell(value=EVIL, url=EVIL, note=EVIL), EVIL),
                label=EVIL,
                actions=(Action(label=EVIL, url=EVIL, method="post"),),
            ),
        ),
        address=Address(path="/x", pairs=(("q", EVIL),)),
        selection=Selection(name=EVIL),
        show_caption=True,
    ),
    Filters(
        words=(FilterWord(label=EVIL, value=EVIL, remove_url=EVIL),),
        clear_url=EVIL,
        keep=((EVIL, EVIL),),
        form=forms.Form(),
    ),
    Pager(first=1, last=2, previous_url=EVIL, next_url=EVIL, label=EVIL),
    ThreeSides(machine=Side(state=EVIL, text=EVIL), owner=Side(state=EVIL, text=EVIL), us=Side(state=EVIL, text=EVIL)),
    Timeline(entries=(Entry(at=AT, who=Who.OWNER, text=EVIL, note=EVIL, links=(Link(label=EVIL, url=EVIL),)),)),
    Definitions(items=(Definition(term=EVIL, value=EVIL, why=EVIL),)),
    Letter(number=EVIL, subject=EVIL, body=EVIL, language=EVIL, attachments=(EVIL,)),
    Diff(caption=EVIL, rows=(DiffRow(label=EVIL, before=EVIL, after=EVIL),)),
    TextDiff(label=EVIL, before=EVIL, after=f"{EVIL} more"),
    Code(id="c", label=EVIL, text=EVIL),
    Banner(title=EVIL, text=EVIL),
    Toast(text=EVIL),
    Empty(title=EVIL, text=EVIL),
    KeyHint(text=EVIL, keys=((EVIL, EVIL),)),
    Sparkline(values=(1,), label=EVIL),
    BarList(label=EVIL, items=(BarItem(label=EVIL, value=1, url=EVIL, text=EVIL),)),
    Survival(caption=EVIL, curves=(Curve(name=EVIL, steps=()),), days=30, x_label=EVIL, y_label=EVIL),
    HeatGrid(caption=EVIL, columns=(EVIL,), corner=EVIL, rows=(HeatRow(label=EVIL, values=(1,), urls=(EVIL,)),)),
]


@pytest.mark.parametrize("component", WITH_EVIL_TEXT, ids=lambda c: type(c).__name__)
def test_no_component_lets_markup_through(component: object) -> None:
    page = show(component)

    assert "<script" not in page
    assert EVIL not in page
    assert "alert(1)" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, '<span class="nothing">\u2013</span>'),
        ("", '<span class="nothing">\u2013</span>'),
        (0, "0"),
        (1204, "1,204"),
        (6.54, "6.5"),
        (Decimal(2), "2.0"),
        (True, "yes"),
        ("<b>", "&lt;b&gt;"),
        (SafeString("<b>"), "<b>"),
        (timedelta(hours=26), "26 hours"),
        (date(2025, 3, 1), '<time datetime="2025-03-01">Sat 1 Mar 2025</time>'),
        (("a", 1204), "a 1,204"),
    ],
)
def test_values_are_written_as_the_house_does(value: object, text: str) -> None:
    assert show(value) == text


def test_a_time_is_shown_in_the_zone_and_exact_in_its_title() -> None:
    page = show(AT)

    assert 'title="2026-11-23 05:58:00 +0800"' in page
    assert "05:58</time>" in page


@pytest.mark.parametrize(
    ("severity", "shape"),
    [(Severity.CRITICAL, "M5 0 10 5"), (Severity.HIGH, "M5 .7"), (Severity.MEDIUM, "M.8.8"), (Severity.LOW, "circle")],
)
def test_severity_is_shape_word_and_colour(severity: Severity, shape: str) -> None:
    page = show(severity)

    assert shape in page
    assert f"</svg>{severity.word}</span>" in page
    assert f"chip-{severity.word}" in page


def test_severity_speaks_chinese() -> None:
    with translation.override("zh-hans"):
        assert "严重" in show(severity_chip(Severity.CRITICAL))


@pytest.mark.parametrize("tlp", Tlp)
def test_tlp_labels_are_never_translated(tlp: Tlp) -> None:
    with translation.override("zh-hans"):
        page = show(TlpChip(tlp=tlp))

    assert tlp.label.replace("+", "+") in page
    assert 'translate="no"' in page


def test_a_page_has_one_primary_action_at_the_right() -> None:
    heading = Heading(title="t", actions=(Action(label="other", url="/o"),), primary=Action(label="main", url="/m"))

    page = show(heading)

    assert page.count("button-primary") == 1
    assert page.index("other") < page.index("main")
    with pytest.raises(ValueError, match="one primary action"):
        show(Heading(title="t", actions=(Action(label="x", kind="primary"),)))


def test_a_posting_action_carries_its_token() -> None:
    page = show(Action(label="Send", url="/send", method="post", name="group", value="3"))

    assert 'value="token"' in page
    assert 'name="group" value="3"' in page


def test_an_action_that_cannot_be_pressed_says_why() -> None:
    page = show(Heading(title="t", primary=Action(label="Close", url="/c", disabled_because="Not before two looks.")))

    assert "disabled" in page
    assert page.count("Not before two looks.") >= 2
    assert "/c" not in page


def _table(**changes: object) -> Table:
    held: dict[str, object] = {
        "id": "held",
        "caption": "Held",
        "columns": (
            Column(key="name", label="Name", sort=True),
            Column(key="rows", label="Rows", kind=ColumnKind.NUMBER, sort=True, descending_first=True),
        ),
        "rows": (Row(key="1", cells=("a", 1204)),),
        "address": Address(path="/held", pairs=(("sector", "health"), ("cursor", "x"), ("sort", "name"))),
        "sort": "name",
    }
    return Table(**{**held, **changes})  # type: ignore[arg-type]  # fields come by name


def test_sort_links_keep_filters_and_leave_the_page_behind() -> None:
    name, rows = _table().heads()

    assert (name.sort, name.url) == ("ascending", "/held?sector=health&sort=-name")
    assert (rows.sort, rows.url) == ("none", "/held?sector=health&sort=-rows")


def test_a_table_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ValueError, match=r"row '1': 1 cells under 2 columns"):
        show(_table(rows=(Row(key="1", cells=("a",)),)))
    with pytest.raises(ValueError, match="needs an `address`"):
        show(_table(address=None))


def test_a_table_is_a_table_to_those_who_listen_even_as_cards() -> None:
    page = show(_table())

    for role in ("table", "rowgroup", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in page
    assert 'data-label="Rows"' in page
    assert 'aria-sort="ascending"' in page


def test_an_empty_table_tells_the_next_step() -> None:
    page = show(_table(rows=(), empty=Empty(title="Nothing waits.", text="Wait for a source.")))

    assert "<table" not in page
    assert "Wait for a source." in page


def test_buttons_and_check_boxes_of_a_table_share_one_form() -> None:
    row = Row(key="7", cells=("a", 1), actions=(Action(label="Send", url="/send/7", method="post", key="s"),))

    page = show(
        _table(
            rows=(row,), selection=Selection(name="group", actions=(Action(label="Drop", url="/drop", method="post"),))
        )
    )

    assert page.count("<form") == 1
    assert 'form="held-form" formaction="/send/7"' in page
    assert 'data-key="s"' in page
    assert 'name="group" value="7" form="held-form"' in page
    assert 'form="held-form" formaction="/drop"' in page


@pytest.mark.parametrize(
    ("total", "english", "chinese"),
    [
        (None, "1 to 50", "第 1 至 50 条"),
        (Count(value=3482), "1 to 50 of 3,482", "第 1 至 50 条，共 3,482 条"),
        (Count(value=3482, exact=False), "1 to 50 of about 3,482", "第 1 至 50 条，约 3,482 条"),
    ],
)
def test_the_pager_says_where_we_are(total: Count | None, english: str, chinese: str) -> None:
    pager = Pager(first=1, last=50, total=total)

    assert f"<span>{english}</span>" in show(pager)
    with translation.override("zh-hans"):
        assert f"<span>{chinese}</span>" in show(pager)


def test_an_unknown_figure_is_a_dash_and_never_zero() -> None:
    page = show(
        Figures(items=(Figure(label="Rows", value=None, unit="rows"), Figure(label="Late", value=0, unit="rows")))
    )

    assert "\u2013</dd>" in page
    assert page.count('class="unit"') == 1


def test_a_text_difference_has_signs_beside_colours() -> None:
    lines = list(TextDiff(label="l", before="a\nb", after="a\nc").lines())

    assert lines == [("same", "\u00a0", "a"), ("removed", "\u2212", "b"), ("added", "+", "c")]


class _Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As registered.")
    tell = forms.BooleanField(label="Tell", required=False)
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "A")], required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Both together can't be.")


def test_a_field_joins_label_help_and_error() -> None:
    page = draw_fields(_Form({}))

    assert '<label for="id_name">Name' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page
    assert "Both together can&#x27;t be." in page
    assert "<legend>Way" in page


def test_a_component_sees_nothing_of_the_page_but_its_token() -> None:
    page = Template("{% load tocsin %}{% show value %}").render(
        Context({"value": Chip(text="x"), "c": "the page's own", "table_form": "stray"})
    )

    assert "own" not in page


def test_components_can_be_drawn_without_a_page() -> None:
    assert "chip-high" in draw(severity_chip(Severity.HIGH), None)


def test_an_address_keeps_what_is_not_changed() -> None:
    address = Address(path="/f", pairs=(("sector", "a"), ("sector", "b"), ("sort", "x"), ("cursor", "c")))

    assert address.get("sector") == "b"
    assert address.changed(sort="y", cursor=None) == "/f?sector=a&sector=b&sort=y"
    assert address.without("sector", "a") == "/f?sector=b&sort=x"
    assert address.without("sector") == "/f?sort=x"
    assert Address(path="/f").changed(sort=None) == "/f"
