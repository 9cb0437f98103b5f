"""The early shift's page as components. Page writers copy from here."""

from tocsin.kernel.severity import Severity
from tocsin.web.components import (
    Action,
    Better,
    Cell,
    Chip,
    Column,
    ColumnKind,
    Comparison,
    Direction,
    Figure,
    Figures,
    Heading,
    KeyHint,
    Row,
    Sparkline,
    Table,
    Tone,
    severity_chip,
    status_chip,
)
from tocsin.web.design.samples import say


def today() -> dict[str, object]:
    """Make the early shift's page."""
    return {
        "heading": Heading(
            kicker=say("Monday 23 November, 07:31", "11 月 23 日 星期一 07:31"),
            title=say("214,318 rows overnight. 3 groups wait for you.", "一夜收到 214,318\u00a0行，3\u00a0组等您处理"),
            actions=(Action(label=say("Add a report", "添加报告"), url="#"),),
            primary=Action(label=say("Send today's round: 58 notices", "发送今日通报：58 份"), url="#"),
        ),
        "figures": figures(),
        "held": held(),
        "hint": KeyHint(
            text=say("Nothing here is sent until someone decides.", "未经处理，不会发送。"),
            keys=(("S", say("send", "发送")), ("H", say("hold", "暂留")), ("D", say("drop", "舍弃"))),
        ),
        "overdue": overdue(),
        "sources": sources(),
    }


def figures() -> Figures:
    """Make the strip of numbers."""
    week = say("in 7 days", "较 7 天前")
    return Figures(
        items=(
            Figure(
                label=say("Open findings", "未关闭隐患"),
                value=3482,
                url="#",
                comparison=Comparison(direction=Direction.DOWN, better=Better.BETTER, amount="2.1 %", period=week),
                how=say(
                    "Findings whose coordinator side is open, one per episode, of the whole constituency, now.",
                    "协调方一侧为“未关闭”的隐患，每次发生计一条，全部辖区，截至此刻。",
                ),
            ),
            Figure(
                label=say("Overdue", "已逾期"),
                value=214,
                url="#",
                comparison=Comparison(
                    direction=Direction.UP, better=Better.WORSE, amount="9", period=say("since Friday", "较上周五")
                ),
                note=say("31 in hospitals", "其中医院 31 条"),
            ),
            Figure(
                label=say("Answers to read", "待读回复"),
                value=37,
                url="#",
                note=say("12 fixes claimed, 4 disputes", "12 条称已修复，4 条有异议"),
            ),
            Figure(
                label=say("Verified fixed, 7 days", "7 天内核实修复"),
                value=402,
                url="#",
                note=say("median 6.5 days to fix", "修复用时中位数 6.5 天"),
            ),
        )
    )


def held(table_id: str = "held") -> Table:
    """Make the desk table of held groups."""

    def actions(name: str, primary: bool) -> tuple[Action, ...]:
        return (
            Action(
                label=say("Rows", "明细"),
                url="#",
                kind="quiet",
                small=True,
                speech=say(f"Rows of {name}", f"{name}的明细"),
            ),
            Action(
                label=say("Send", "发送"),
                url="#",
                method="post",
                kind="primary" if primary else "plain",
                key="s",
                small=True,
                speech=say(f"Send {name}", f"发送：{name}"),
            ),
            Action(
                label=say("Hold", "暂留"),
                url="#",
                method="post",
                key="h",
                small=True,
                speech=say(f"Hold {name}", f"暂留：{name}"),
            ),
            Action(
                label=say("Drop", "舍弃"),
                url="#",
                method="post",
                kind="quiet",
                key="d",
                small=True,
                speech=say(f"Drop {name}", f"舍弃：{name}"),
            ),
        )

    groups = (
        (
            severity_chip(Severity.HIGH),
            say("Remote Desktop reachable", "远程桌面可从互联网访问"),
            "scan_rdp, Shadowserver",
            say("6.1 times its usual size", "为平常的 6.1 倍"),
            1204,
            197,
            say("86 owners, 41 in education", "86 家单位，其中教育 41 家"),
        ),
        (
            severity_chip(Severity.CRITICAL),
            say("Mail gateway, known exploited", "邮件网关漏洞，已被利用"),
            say("special report, Shadowserver", "专题报告，Shadowserver"),
            say("New type", "新类型"),
            63,
            None,
            say("51 owners, 11 critical infrastructure", "51 家单位，其中关键信息基础设施 11 家"),
        ),
        (
            Chip(text=say("inventory", "仅登记")),
            say("Name server seen", "发现域名服务器"),
            say("population_dns, unknown columns", "population_dns，含未知列"),
            say("Unknown type", "未知类型"),
            8112,
            None,
            say("none: inventory", "无：仅登记"),
        ),
    )
    return Table(
        id=table_id,
        caption=say("Groups held at the gate", "暂留待审的各组"),
        desk=True,
        columns=(
            Column(key="problem", label=say("Problem", "问题")),
            Column(key="why", label=say("Why held", "暂留原因")),
            Column(key="rows", label=say("Rows", "行数"), kind=ColumnKind.NUMBER),
            Column(key="usual", label=say("Usual", "平常"), kind=ColumnKind.NUMBER),
            Column(key="owners", label=say("Owners it would reach", "将通报到")),
        ),
        rows=tuple(
            Row(
                key=str(place),
                cells=(Cell(value=name, url="#", chips=(chip,), note=source), why, rows, usual, owners),
                actions=actions(name, primary=place == 0),
                label=name,
            )
            for place, (chip, name, source, why, rows, usual, owners) in enumerate(groups)
        ),
    )


def overdue(table_id: str = "overdue") -> Table:
    """Make the table of what is late, by harm."""
    rows = (
        (
            say("Qinghe County Hospital", "清河县人民医院"),
            say("critical infrastructure", "关键信息基础设施"),
            say("Remote Desktop, 2 machines", "远程桌面，2 台主机"),
            12,
            say("\u201cFixed\u201d, 14 Nov; still there 16 Nov", "11 月 14 日称已修复，16 日复查仍在"),
        ),
        (
            say("Baishan Water Company", "白山自来水公司"),
            "",
            say("Controller answers Modbus", "控制器响应 Modbus"),
            9,
            say("No answer; two calls, wrong person", "未回复；两次致电，均非负责人"),
        ),
        (
            say("Education Bureau, Xialing", "下岭市教育局"),
            "",
            say("Open memcached, 5 machines", "memcached 未授权，5 台主机"),
            40,
            say("Mail bounces since 2 Nov", "自 11 月 2 日起退信"),
        ),
    )
    return Table(
        id=table_id,
        caption=say("Overdue findings, by harm", "逾期隐患，按危害排序"),
        columns=(
            Column(key="organisation", label=say("Organisation", "单位")),
            Column(key="problem", label=say("Problem", "问题")),
            Column(key="late", label=say("Days late", "逾期天数"), kind=ColumnKind.NUMBER),
            Column(key="word", label=say("Last word", "最近情况")),
        ),
        rows=tuple(
            Row(key=str(place), cells=(Cell(value=name, url="#", note=note), problem, late, word))
            for place, (name, note, problem, late, word) in enumerate(rows)
        ),
    )


def sources() -> tuple[dict[str, object], ...]:
    """Make the list of sources with their fortnight."""
    label = say("Rows a day, 14 days", "每日行数，14 天")
    return (
        {
            "name": "Shadowserver",
            "note": say("06:12, 171,040 rows", "06:12，171,040 行"),
            "spark": Sparkline(
                values=(120, 128, 117, 122, 131, 119, 125, 122, 117, 123, 126, 122, 135, 171), label=label
            ),
            "chip": status_chip(say("on time", "按时"), Tone.GOOD),
        },
        {
            "name": say("IntelMQ, provincial ISP", "IntelMQ，省运营商"),
            "note": say("07:29, 43,201 rows", "07:29，43,201 行"),
            "spark": Sparkline(values=(41, 44, 40, 42, 43, 44, 39, 43, 45, 41, 42, 44, 43, 43), label=label),
            "chip": status_chip(say("on time", "按时"), Tone.GOOD),
        },
        {
            "name": say("City desk, Linhai", "临海市中心"),
            "note": say("nothing for 26 h, usually every 4 h", "已 26 小时无数据，平常每 4 小时一次"),
            "spark": Sparkline(values=(9, 12, 10, 8, 11, 9, 10, 12, 9, 8, 10, None, None, None), label=label),
            "chip": status_chip(say("silent", "无数据"), Tone.HIGH),
        },
    )
