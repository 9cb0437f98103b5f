"""Views of the design page and its sample pages. They read no table; like every page they are for those signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.kernel.severity import Severity
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Filters,
    FilterWord,
    Heading,
    Link,
    Pager,
    Row,
    Selection,
    Table,
    severity_chip,
)
from tocsin.web.design import case, pages
from tocsin.web.design.forms import SampleFilter, SampleForm
from tocsin.web.design.samples import say
from tocsin.web.design.sheet import colours
from tocsin.web.design.specimens import sections
from tocsin.web.design.stage import stage
from tocsin.web.paging import BadCursor, Count, Cursor, Key, KeyValue, Order, Slice, cut

_ROWS = 10_000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, light beside dark."""
    heading = Heading(
        title=say("What pages are made of", "页面由什么组成"),
        lead=say(
            "Every component in every state, light beside dark, in the language you read.",
            "每个组件的每种状态，浅色与深色并列，使用当前语言。",
        ),
        actions=(
            Action(label=say("List of 10,000", "一万行列表"), url="list"),
            Action(label=say("Finding", "隐患"), url="finding"),
            Action(label=say("Answer", "回复页"), url="answer"),
        ),
        primary=Action(label=say("Early shift", "早班"), url="today"),
    )
    forms = tuple(
        (
            theme,
            SampleForm(auto_id=f"{theme}-%s"),
            SampleForm({"name": "", "language": "zh-hans", "until": "soon"}, auto_id=f"{theme}-bad-%s"),
        )
        for theme in ("light", "dark")
    )
    return render(
        request,
        "tocsin/design/index.html",
        {
            "heading": heading,
            "sections": _drawn(),
            "colours": colours(),
            "forms": forms,
            "themes": ("light", "dark"),
            "frame": stage(request, current=""),
        },
    )


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """Hold a section with each specimen made for both themes."""

    id: str
    title: str
    specimens: tuple[tuple[str, bool, tuple[tuple[str, object], ...]], ...]


def _drawn() -> tuple[_Drawn, ...]:
    return tuple(
        _Drawn(
            id=section.id,
            title=section.title,
            specimens=tuple(
                (specimen.name, specimen.paper, tuple((theme, specimen.make(theme)) for theme in ("light", "dark")))
                for specimen in section.specimens
            ),
        )
        for section in sections()
    )


@dataclass(frozen=True, kw_only=True)
class _Sample:
    """Hold one row of the long list."""

    id: int
    severity: Severity
    rows: int


def _samples() -> list[_Sample]:
    """Make ten thousand rows, the same every time, with many of equal rank."""
    return [
        _Sample(id=place, severity=Severity(place * 7919 % 5), rows=place * 104_729 % 997)
        for place in range(1, _ROWS + 1)
    ]


_ORDERS = {
    "-severity": Order(keys=(Key(field="severity", descending=True), Key(field="id"))),
    "severity": Order(keys=(Key(field="severity"), Key(field="id"))),
    "-rows": Order(keys=(Key(field="rows", descending=True), Key(field="id"))),
    "rows": Order(keys=(Key(field="rows"), Key(field="id"))),
}


def _page(samples: list[_Sample], sort: str, cursor: str) -> Slice[_Sample]:
    """Cut one page out of a list in memory, as `paging.take` does out of a table."""
    order = _ORDERS[sort]
    main = order.keys[0]
    read: Callable[[_Sample], int] = attrgetter(main.field)

    def rank(sample: _Sample) -> tuple[int, int]:
        return (-read(sample) if main.descending else read(sample), sample.id)

    try:
        place = Cursor.decode(cursor, order) if cursor else None
    except BadCursor:
        place = None
    ordered = sorted(samples, key=rank)
    if place is not None:
        value, last = (int(str(part)) for part in place.values)
        border = (-value if main.descending else value, last)
        if place.backward:
            ordered = [sample for sample in reversed(ordered) if rank(sample) < border]
        else:
            ordered = [sample for sample in ordered if rank(sample) > border]

    def values(sample: _Sample) -> tuple[KeyValue, ...]:
        return (int(read(sample)), sample.id)

    return cut(ordered[:51], order=order, cursor=place, size=50, values=values)


@require_safe
def long_list(request: HttpRequest) -> HttpResponse:
    """Show ten thousand rows: sorted, filtered and paged by the address alone."""
    address = Address.of(request)
    sort = address.get("sort", "-severity") if address.get("sort") in _ORDERS else "-severity"
    wanted = address.get("severity")
    samples = [sample for sample in _samples() if not wanted or sample.severity.word == wanted]
    part = _page(samples, sort, address.get("cursor"))
    words = (
        (FilterWord(label=say("Severity", "等级"), value=wanted, remove_url=address.without("severity")),)
        if wanted
        else ()
    )
    table = Table(
        id="list",
        caption=say("Samples", "样例"),
        address=address,
        sort=sort,
        desk=True,
        columns=(
            Column(key="severity", label=say("Severity", "等级"), sort=True, descending_first=True),
            Column(key="subject", label=say("Address", "地址"), kind=ColumnKind.CODE),
            Column(key="rows", label=say("Rows", "行数"), kind=ColumnKind.NUMBER, sort=True, descending_first=True),
        ),
        rows=tuple(
            Row(
                key=str(sample.id),
                label=_subject(sample),
                cells=(severity_chip(sample.severity), Cell(value=_subject(sample), url="finding"), sample.rows),
            )
            for sample in part.items
        ),
        selection=Selection(name="sample"),
        pager=Pager.of(part, address, Count(value=len(samples))),
    )
    heading = Heading(
        crumbs=(Crumb(label=say("Design", "设计"), url="."), Crumb(label=say("List", "列表"))),
        title=say(f"{len(samples):,} samples", f"{len(samples):,} 条样例"),
    )
    filters = Filters(
        words=words, clear_url=address.path, form=SampleFilter(request.GET or None), keep=(("sort", sort),)
    )
    return render(
        request,
        "tocsin/design/list.html",
        {"heading": heading, "filters": filters, "table": table, "frame": stage(request, current="design-list")},
    )


def _subject(sample: _Sample) -> str:
    return f"198.{18 + sample.id // 65536}.{sample.id // 256 % 256}.{sample.id % 256}"


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show the early shift's page."""
    words = {
        "held": say("Held for you", "等您处理"),
        "overdue": say("Overdue, by harm", "逾期，按危害排序"),
        "all": Link(label=say("All 214", "全部 214 条"), url="#"),
        "sources": say("Sources", "数据源"),
        "fortnight": say("rows a day, 14 days", "每日行数，14 天"),
    }
    return render(
        request,
        "tocsin/design/today.html",
        {**pages.today(), "words": words, "frame": stage(request, current="design-today")},
    )


@require_safe
def finding(request: HttpRequest) -> HttpResponse:
    """Show one finding."""
    words = {
        "happened": say("What happened", "经过"),
        "whose": say("Whose, and why", "归属与依据"),
        "fix": say("How to fix it", "修复方法"),
    }
    return render(
        request,
        "tocsin/design/finding.html",
        {**case.finding(), "words": words, "frame": stage(request, current="design-finding")},
    )


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Show the owner's answer page. Its form goes nowhere."""
    words = {
        "machines": say("Machines", "涉及的主机"),
        "seen": say("Last seen ", "最近一次看到："),
        "steps": say("What to do", "怎么做"),
        "detail": Link(label=say("In detail", "详细步骤"), url="#"),
        "fixed": say("The picked machines are fixed", "所选主机已修复"),
        "in_work": say("In work: say until when", "正在处理，告知完成日期"),
        "not_ours": say("Not ours", "不是我单位的"),
        "disputes": say("We disagree", "有异议"),
        "promise": say(
            "We look again within 24 hours and tell you. This page serves this notice alone, until 24 December.",
            "我们会在 24 小时内复查并告知结果。本页仅供本通报使用，12 月 24 日前有效。",
        ),
    }
    return render(request, "tocsin/design/answer.html", {**case.answer(), "words": words})
