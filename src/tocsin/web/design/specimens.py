"""Every component in every state, for the design page, section by section."""

from collections.abc import Iterator

from tocsin.kernel.severity import Severity
from tocsin.web.address import Address
from tocsin.web.components import (
    Action,
    Cell,
    Column,
    ColumnKind,
    Definition,
    Definitions,
    Empty,
    Entry,
    Filters,
    FilterWord,
    Pager,
    Row,
    Selection,
    Side,
    Table,
    ThreeSides,
    Timeline,
    Tone,
    Who,
    severity_chip,
)
from tocsin.web.design import case, pages, parts
from tocsin.web.design.forms import SampleFilter
from tocsin.web.design.samples import LONG_LINE, LONG_WORD, Section, Specimen, at, say
from tocsin.web.paging import Count


def sections() -> Iterator[Section]:
    """Give all components with their states, in the order of the design page."""
    yield Section(id="chips", title=say("Chips", "标签"), specimens=parts.chips())
    yield Section(id="buttons", title=say("Buttons", "按钮"), specimens=parts.buttons())
    yield Section(id="headings", title=say("Heading", "页首"), specimens=parts.headings())
    yield Section(id="figures", title=say("Figures", "数字"), specimens=parts.figures())
    yield Section(id="tables", title=say("Table", "表格"), specimens=_tables())
    yield Section(id="lists", title=say("Filters and pager", "筛选与翻页"), specimens=_lists())
    yield Section(id="sides", title=say("Three sides", "三方"), specimens=_sides())
    yield Section(id="timelines", title=say("Timeline", "时间线"), specimens=_timelines())
    yield Section(id="definitions", title=say("Definitions", "要素"), specimens=_definitions())
    yield Section(id="notes", title=say("Banner, toast, empty", "提示与空态"), specimens=parts.notes())
    yield Section(id="confirm", title=say("Confirm, step-up", "确认与再次验证"), specimens=parts.confirms())
    yield Section(id="charts", title=say("Charts", "图表"), specimens=parts.chart_specimens())
    yield Section(id="letter", title=say("Letter", "公函"), specimens=parts.letters())
    yield Section(id="diff", title=say("Difference", "差异"), specimens=parts.diffs())
    yield Section(id="code", title=say("Code", "代码"), specimens=parts.codes())


def big_table(tag: str) -> Table:
    """Make a table of ten thousand rows, of which it shows the first page: picked, sorted, paged."""
    address = Address(path="/design/list")
    return Table(
        id=f"big-{tag}",
        caption=say("Findings", "隐患") + f" ({tag})",
        address=address,
        sort="-severity",
        columns=(
            Column(key="severity", label=say("Severity", "等级"), sort=True, descending_first=True),
            Column(key="owner", label=say("Organisation", "单位"), sort=True),
            Column(key="subject", label=say("Address", "地址"), kind=ColumnKind.CODE),
            Column(
                key="seen", label=say("Last seen", "最近发现"), kind=ColumnKind.TIME, sort=True, descending_first=True
            ),
            Column(key="rows", label=say("Rows", "行数"), kind=ColumnKind.NUMBER),
        ),
        rows=tuple(
            Row(
                key=str(place),
                label=f"198.18.{place}.17",
                cells=(
                    severity_chip(severity),
                    Cell(value=owner, url="#"),
                    f"198.18.{place}.17:3389",
                    at(place, "05:58"),
                    1204 * place,
                ),
            )
            for place, (severity, owner) in enumerate(
                (
                    (Severity.CRITICAL, say("Qinghe County Hospital", "清河县人民医院")),
                    (Severity.HIGH, say(LONG_WORD, LONG_LINE)),
                    (Severity.LOW, ""),
                )
            )
        ),
        selection=Selection(
            name="finding", actions=(Action(label=say("Close", "关闭"), url="#", method="post", small=True),)
        ),
        pager=Pager(
            first=1,
            last=50,
            total=Count(value=10_000, exact=False),
            next_url="#",
            label=say("Pages of findings", "隐患翻页") + f" ({tag})",
        ),
    )


def _tables() -> tuple[Specimen, ...]:
    return (
        Specimen(name=say("desk table", "处理台"), paper=True, make=lambda tag: pages.held(f"held-{tag}")),
        Specimen(
            name=say("ten thousand rows, long words, picking", "一万行、超长文字、勾选"), paper=True, make=big_table
        ),
        Specimen(
            name=say("empty", "空"),
            paper=True,
            make=lambda tag: Table(
                id=f"empty-{tag}",
                caption=say("Quarantine", "隔离区"),
                columns=(Column(key="row", label=say("Row", "行")),),
                rows=(),
                empty=Empty(
                    title=say("No row is in quarantine.", "隔离区为空。"),
                    text=say(
                        "Rows that can't be read appear here with file, line and reason.",
                        "无法读取的行会列在这里，并注明文件、行号和原因。",
                    ),
                    icon="shield-check",
                ),
            ),
        ),
    )


def _lists() -> tuple[Specimen, ...]:
    words = (
        FilterWord(label=say("Severity", "等级"), value=severity_chip(Severity.HIGH), remove_url="#"),
        FilterWord(label=say("Sector", "行业"), value=say("Health", "卫生健康"), remove_url="#"),
        FilterWord(label=say("Organisation", "单位"), value=say(LONG_WORD, LONG_LINE), remove_url="#"),
    )
    label = say("Pages", "翻页")
    return (
        Specimen(
            name=say("active filters", "已选筛选"),
            make=lambda tag: Filters(words=words, clear_url="#", form=SampleFilter(auto_id=f"filter-{tag}-%s")),
        ),
        Specimen(
            name=say("refused", "条件有误"),
            make=lambda tag: Filters(form=SampleFilter({"severity": "odd"}, auto_id=f"refused-{tag}-%s")),
        ),
        Specimen(
            name=say("first, middle, last page", "首页、中间、末页"),
            make=lambda tag: (
                Pager(first=1, last=50, total=Count(value=3482, exact=False), next_url="#", label=f"{label} 1 ({tag})"),
                Pager(
                    first=51,
                    last=100,
                    total=Count(value=3482),
                    previous_url="#",
                    next_url="#",
                    label=f"{label} 2 ({tag})",
                ),
                Pager(first=3451, last=3482, previous_url="#", label=f"{label} 3 ({tag})"),
            ),
        ),
    )


def _sides() -> tuple[Specimen, ...]:
    return (
        Specimen(name=say("contradiction", "说法不一"), make=lambda tag: case.sides()),
        Specimen(
            name=say("closed; long", "已关闭；超长"),
            make=lambda tag: ThreeSides(
                machine=Side(
                    state=say("Not seen at 3 looks", "3 次复查均未发现"), text=say(LONG_WORD, LONG_LINE), tone=Tone.GOOD
                ),
                owner=Side(state=say("No answer", "未回复"), text=None),
                us=Side(state=say("Closed: verified", "已关闭：核实修复"), text=at(2, "09:00"), tone=Tone.GOOD),
            ),
        ),
    )


def _timelines() -> tuple[Specimen, ...]:
    return (
        Specimen(name=say("full", "完整"), paper=True, make=lambda tag: case.timeline()),
        Specimen(
            name=say("long", "超长"),
            paper=True,
            make=lambda tag: Timeline(
                entries=(Entry(at=at(400, "05:58"), who=Who.OWNER, text=f"{LONG_WORD} {LONG_LINE}"),)
            ),
        ),
        Specimen(name=say("empty", "空"), paper=True, make=lambda tag: Timeline(entries=())),
    )


def _definitions() -> tuple[Specimen, ...]:
    return (
        Specimen(
            name=say("values of all kinds", "各类取值"),
            paper=True,
            make=lambda tag: Definitions(
                items=(
                    Definition(term=say("Rows", "行数"), value=171040),
                    Definition(
                        term=say("First seen", "首次发现"),
                        value=at(40, "05:58"),
                        why=say("by scan_rdp", "来自 scan_rdp"),
                    ),
                    Definition(
                        term=say("Owner", "单位"), value=None, why=say("no asset covers it", "不在任何已登记资产内")
                    ),
                    Definition(term=say(LONG_WORD, LONG_LINE), value=say(LONG_WORD, LONG_LINE)),
                    Definition(term=say("Critical infrastructure", "关键信息基础设施"), value=True),
                )
            ),
        ),
    )
