"""Small components in every state: chips, buttons, figures, notes, charts, letters, differences, code."""

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web import charts
from tocsin.web.components import (
    Action,
    Banner,
    BarItem,
    BarList,
    Chip,
    Code,
    Confirm,
    Crumb,
    Definition,
    Definitions,
    Diff,
    DiffRow,
    Empty,
    Figure,
    Figures,
    Heading,
    HeatGrid,
    HeatRow,
    Letter,
    Mode,
    Sparkline,
    StepUp,
    Survival,
    TextDiff,
    TlpChip,
    Toast,
    Tone,
    mode_chip,
    severity_chip,
    status_chip,
)
from tocsin.web.design import pages
from tocsin.web.design.samples import LONG_LINE, LONG_WORD, Specimen, say


def _copy(tag: str) -> str:
    """Tell the light and the dark copy apart, for those who hear the page: landmarks must not share a name."""
    return f" ({tag})"


def chips() -> tuple[Specimen, ...]:
    """Show severity, status, mode and TLP."""
    return (
        Specimen(
            name=say("severity", "危害等级"), make=lambda tag: tuple(severity_chip(step) for step in reversed(Severity))
        ),
        Specimen(
            name=say("status", "状态"),
            make=lambda tag: (
                status_chip(say("on time", "按时"), Tone.GOOD),
                status_chip(say("silent", "无数据"), Tone.HIGH),
                status_chip(say("relapse", "复发"), Tone.CRITICAL),
                status_chip(say("untested", "未核查"), Tone.MEDIUM),
                status_chip(say("handed over", "已移交")),
            ),
        ),
        Specimen(name=say("mode", "方式"), make=lambda tag: tuple(mode_chip(mode) for mode in Mode)),
        Specimen(name="TLP 2.0", make=lambda tag: tuple(TlpChip(tlp=label) for label in Tlp)),
        Specimen(
            name=say("long", "超长"), make=lambda tag: Chip(text=say(LONG_WORD[:44], LONG_LINE[:22]), tone=Tone.MEDIUM)
        ),
    )


def buttons() -> tuple[Specimen, ...]:
    """Show the kinds of button, and one that can't be pressed, with its reason."""
    return (
        Specimen(
            name=say("kinds", "种类"),
            make=lambda tag: (
                Action(label=say("Send 58 notices", "发送 58 份通报"), url="#", kind="primary"),
                Action(label=say("Add a report", "添加报告"), url="#"),
                Action(label=say("Rows", "明细"), url="#", kind="quiet"),
                Action(label=say("Drop 1,204 rows", "舍弃 1,204 行"), url="#", kind="danger"),
            ),
        ),
        Specimen(
            name=say("small, with icon", "小号，带图标"),
            make=lambda tag: (
                Action(label=say("Export", "导出"), url="#", icon="download", small=True),
                Action(label=say("Check now", "立即复查"), url="#", icon="radar", small=True),
            ),
        ),
        Specimen(
            name=say("can't be pressed now", "暂不可用"),
            make=lambda tag: Action(
                label=say("Close", "关闭"), disabled_because=say("Not before two looks.", "须复查两次。")
            ),
        ),
        Specimen(name=say("long", "超长"), make=lambda tag: Action(label=say(LONG_WORD, LONG_LINE), url="#")),
    )


def headings() -> tuple[Specimen, ...]:
    """Show the heading with everything, with a reason why not, and long."""
    crumbs = (Crumb(label=say("Findings", "隐患"), url="#"), Crumb(label="F-20418"))
    return (
        Specimen(
            name=say("full", "完整"),
            make=lambda tag: Heading(
                level=3,
                crumbs=crumbs,
                title=say("Open memcached", "memcached 未授权访问") + _copy(tag),
                facts=(severity_chip(Severity.HIGH), say("5 machines", "5 台主机")),
                lead=say("First seen 40 days ago, last this morning.", "40 天前首次发现，今晨再次发现。"),
                actions=(Action(label=say("Check now", "立即复查"), url="#"),),
                primary=Action(label=say("Write to the owner", "联系单位"), url="#"),
            ),
        ),
        Specimen(
            name=say("not now; long", "暂不可用；超长"),
            make=lambda tag: Heading(
                level=3,
                title=say(LONG_WORD, LONG_LINE),
                primary=Action(
                    label=say("Close", "关闭"), disabled_because=say("Not before two looks.", "须复查两次。")
                ),
            ),
        ),
    )


def figures() -> tuple[Specimen, ...]:
    """Show the strip full, unknown and long."""
    return (
        Specimen(name=say("full", "完整"), make=lambda tag: pages.figures()),
        Specimen(
            name=say("unknown, zero, long", "未知、零、超长"),
            make=lambda tag: Figures(
                items=(
                    Figure(
                        label=say("Rows a second", "每秒行数"), value=None, note=say("not measured yet", "尚未测量")
                    ),
                    Figure(label=say("Overdue", "已逾期"), value=0, note=say("since 14 Nov", "自 11 月 14 日起")),
                    Figure(label=say(LONG_WORD, LONG_LINE), value=1234567890, unit=say("rows", "行"), url="#"),
                    Figure(label=say("Median to fix", "修复用时中位数"), value=6.5, decimals=1, unit=say("days", "天")),
                )
            ),
        ),
    )


def notes() -> tuple[Specimen, ...]:
    """Show banners, toasts and the empty state."""
    retry = Action(label=say("Show the 12 rows", "查看这 12 行"), url="#", small=True)
    return (
        Specimen(
            name=say("banner", "横幅"),
            make=lambda tag: (
                Banner(
                    title=say("12 rows could not be read.", "12 行无法读取。"),
                    text=say("They are in quarantine; the other 171,028 went in.", "已隔离；其余 171,028 行已入库。"),
                    tone=Tone.HIGH,
                    actions=(retry,),
                ),
                Banner(
                    title=say("Nothing was sent.", "未发送任何内容。"),
                    text=say("The mail server does not answer.", "邮件服务器无响应。"),
                    tone=Tone.CRITICAL,
                ),
                Banner(title=say("You see the state of 06:00.", "当前显示 06:00 的状态。")),
                Banner(title=say("All 58 notices went out.", "58 份通报均已发出。"), tone=Tone.GOOD),
            ),
        ),
        Specimen(
            name=say("toast", "轻提示"),
            make=lambda tag: (
                Toast(text=say("Held. The group waits for another decision.", "已暂留，等待进一步处理。")),
                Toast(text=say(LONG_WORD, LONG_LINE), tone=Tone.LOW),
            ),
        ),
        Specimen(
            name=say("empty", "空"),
            paper=True,
            make=lambda tag: Empty(
                title=say("Nothing waits for you.", "没有待处理事项。"),
                text=say(
                    "New groups appear here when a source delivers something unusual.",
                    "数据源送来异常内容时，会在此处出现。",
                ),
                icon="inbox",
                action=Action(label=say("See what went through", "查看已放行内容"), url="#"),
            ),
        ),
        Specimen(
            name=say("no right to see", "无权查看"),
            paper=True,
            make=lambda tag: Empty(
                title=say("Your role does not show the trail.", "您的角色不能查看操作记录。"),
                text=say("An auditor or an administrator can see it.", "审计员或管理员可查看。"),
                icon="lock",
            ),
        ),
    )


def confirms() -> tuple[Specimen, ...]:
    """Show the page that asks twice, plain and with step-up."""
    return (
        Specimen(
            name=say("dangerous", "危险操作"),
            make=lambda tag: Confirm(
                id=f"drop-{tag}",
                title=say("Drop 1,204 rows?", "舍弃 1,204 行？") + _copy(tag),
                consequences=(
                    say("86 owners will not be told of them.", "86 家单位不会收到相关通报。"),
                    say(
                        "The rows stay in the archive, with your name and reason.",
                        "数据仍保留在归档中，并记录您的姓名和理由。",
                    ),
                ),
                action=Action(label=say("Drop 1,204 rows", "舍弃 1,204 行"), kind="danger"),
                cancel_url="#",
                chips=(severity_chip(Severity.HIGH),),
            ),
        ),
        Specimen(
            name=say("step-up, with error", "再次验证，出错"),
            make=lambda tag: Confirm(
                id=f"round-{tag}",
                title=say("Send today's round?", "发送今日通报？") + _copy(tag),
                consequences=(
                    say(
                        "58 notices go to 58 owners, 12 of them critical infrastructure.",
                        "58 份通报将发往 58 家单位，其中关键信息基础设施 12 家。",
                    ),
                ),
                action=Action(label=say("Send 58 notices", "发送 58 份通报"), kind="primary"),
                cancel_url="#",
                step_up=StepUp(
                    label=say("Your password", "您的口令"),
                    help=say("Asked because this can't be undone.", "此操作无法撤销，因此需要再次验证。"),
                    error=say("That was not your password.", "口令不正确。"),
                ),
            ),
        ),
    )


def chart_specimens() -> tuple[Specimen, ...]:
    """Show sparkline, bars, survival curve and heat grid, each also with nothing in it."""
    closed = [1, 2, 2, 3, 5, 5, 6, 7, 9, 12, 14, 21, 28]
    still = [30, 30, 30, 12, 4]
    regions = (say("Linhai", "临海"), say("Xialing", "下岭"), say("Baishan", "白山"), say("Qinghe", "清河"))
    return (
        Specimen(
            name=say("sparkline: full, gaps, empty", "趋势：完整、缺失、空"),
            make=lambda tag: (
                Sparkline(values=(3, 5, 4, 8, 6, 9, 7, 5, 6, 8, 9, 4, 6, 12), label=say("Rows a day", "每日行数")),
                Sparkline(values=(3, None, 4, 0, 6, None, None), label=say("With gaps", "有缺失")),
                Sparkline(values=(0, 0, 0, 0), label=say("All zero", "全为零")),
            ),
        ),
        Specimen(
            name=say("bar list", "条形列表"),
            paper=True,
            make=lambda tag: BarList(
                label=say("Open findings by sector", "各行业未关闭隐患"),
                items=(
                    BarItem(label=say("Education", "教育"), value=1204, url="#"),
                    BarItem(label=say("Health", "卫生健康"), value=640, url="#"),
                    BarItem(label=say(LONG_WORD, LONG_LINE), value=12),
                    BarItem(label=say("Water", "供水"), value=0),
                ),
            ),
        ),
        Specimen(
            name=say("survival curve", "留存曲线"),
            paper=True,
            make=lambda tag: Survival(
                caption=say("Share still open after first notice, last 90 days", "首次通报后仍未修复的比例，近 90 天"),
                curves=(
                    charts.Curve(name=say("Health", "卫生健康"), steps=charts.kaplan_meier(closed, still)),
                    charts.Curve(name=say("Education", "教育"), steps=charts.kaplan_meier([4, 8, 15, 23], [30] * 9)),
                ),
                days=30,
                x_label=say("days", "天"),
                y_label=say("still open", "仍未修复"),
            ),
        ),
        Specimen(
            name=say("heat grid", "热力表"),
            paper=True,
            make=lambda tag: HeatGrid(
                caption=say("Overdue by sector and city", "逾期隐患，按行业和城市") + _copy(tag),
                corner=say("Sector", "行业"),
                columns=regions,
                rows=(
                    HeatRow(label=say("Health", "卫生健康"), values=(12, 31, 0, 7)),
                    HeatRow(label=say("Education", "教育"), values=(96, 40, 22, 3)),
                    HeatRow(label=say("Water", "供水"), values=(1, 0, 9, None)),
                ),
            ),
        ),
    )


def letters() -> tuple[Specimen, ...]:
    """Show a letter with its envelope."""
    return (
        Specimen(
            name=say("preview", "预览"),
            make=lambda tag: Letter(
                number="临网通〔2026〕417 号",
                subject="关于远程桌面可从互联网访问的隐患通报",
                envelope=Definitions(
                    items=(
                        Definition(term=say("To", "收件人"), value="security@qinghe-hospital.example"),
                        Definition(
                            term=say("Language", "语言"), value="中文", why=say("as the contact asks", "按联系人要求")
                        ),
                    )
                ),
                body="清河县人民医院：\n\n我中心发现贵单位 2 台主机的远程桌面（RDP）可从互联网直接访问。"
                "请于 11 月 30 日 18:00 前修复，并点击链接告知结果。",
                language="zh-hans",
                tlp=Tlp.AMBER,
                attachments=("417.csv",),
            ),
        ),
    )


def diffs() -> tuple[Specimen, ...]:
    """Show a difference by field and by line."""
    return (
        Specimen(
            name=say("fields", "字段"),
            paper=True,
            make=lambda tag: Diff(
                caption=say("Qinghe County Hospital", "清河县人民医院"),
                rows=(
                    DiffRow(label=say("Tier", "级别"), before=3, after=2),
                    DiffRow(label=say("Prefix", "网段"), before=None, after="198.18.40.0/24"),
                    DiffRow(label=say("Host", "主机名"), before="old.qinghe-hospital.example", after=None),
                ),
            ),
        ),
        Specimen(
            name=say("text", "文本"),
            paper=True,
            make=lambda tag: TextDiff(
                label=say("Letter, before and after", "公函，修改前后"),
                before=say("Close port 3389.\nTell us when done.", "关闭 3389 端口。\n完成后告知。"),
                after=say(
                    "Close port 3389 on the outer firewall.\nTell us when done.",
                    "在出口防火墙上关闭 3389 端口。\n完成后告知。",
                ),
            ),
        ),
    )


def codes() -> tuple[Specimen, ...]:
    """Show a block of code with its copy button, and one with a very long line."""
    return (
        Specimen(
            name=say("command", "命令"),
            make=lambda tag: Code(
                id=f"code-{tag}",
                label=say("Close the port", "关闭端口") + _copy(tag),
                text="netsh advfirewall firewall add rule name=rdp dir=in action=block protocol=TCP localport=3389",
            ),
        ),
    )
