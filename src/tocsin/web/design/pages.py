"""The three sketched pages as components: the early shift, one finding, the owner's answer. Page writers copy from here."""

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web.components import (
    Action,
    Better,
    Cell,
    Chip,
    Column,
    ColumnKind,
    Comparison,
    Crumb,
    Definition,
    Definitions,
    Direction,
    Entry,
    Figure,
    Figures,
    Heading,
    KeyHint,
    Legend,
    Link,
    Row,
    Side,
    Sparkline,
    Table,
    ThreeSides,
    Timeline,
    TlpChip,
    Tone,
    Who,
    severity_chip,
    status_chip,
)
from tocsin.web.design.samples import at, say


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
                comparison=Comparison(direction=Direction.UP, better=Better.WORSE, amount="9", period=say("since Friday", "较上周五")),
                note=say("31 in hospitals", "其中医院 31 条"),
            ),
            Figure(label=say("Answers to read", "待读回复"), value=37, url="#", note=say("12 fixes claimed, 4 disputes", "12 条称已修复，4 条有异议")),
            Figure(
                label=say("Verified fixed, 7 days", "7 天内核实修复"), value=402, url="#", note=say("median 6.5 days to fix", "修复用时中位数 6.5 天")
            ),
        )
    )


def held(table_id: str = "held") -> Table:
    """Make the desk table of held groups."""

    def actions(name: str, primary: bool) -> tuple[Action, ...]:
        return (
            Action(label=say("Rows", "明细"), url="#", kind="quiet", small=True, speech=say(f"Rows of {name}", f"{name}的明细")),
            Action(
                label=say("Send", "发送"),
                url="#",
                method="post",
                kind="primary" if primary else "plain",
                key="s",
                small=True,
                speech=say(f"Send {name}", f"发送：{name}"),
            ),
            Action(label=say("Hold", "暂留"), url="#", method="post", key="h", small=True, speech=say(f"Hold {name}", f"暂留：{name}")),
            Action(label=say("Drop", "舍弃"), url="#", method="post", kind="quiet", key="d", small=True, speech=say(f"Drop {name}", f"舍弃：{name}")),
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
            "spark": Sparkline(values=(120, 128, 117, 122, 131, 119, 125, 122, 117, 123, 126, 122, 135, 171), label=label),
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


def finding() -> dict[str, object]:
    """Make the page of one finding."""
    hospital = Link(label=say("Qinghe County Hospital", "清河县人民医院"), url="#")
    return {
        "heading": Heading(
            crumbs=(Crumb(label=say("Findings", "隐患"), url="#"), Crumb(label=say("F-20418, second episode", "F-20418，第二次发生"))),
            title=say("Remote Desktop reachable from the Internet", "远程桌面可从互联网访问"),
            facts=(
                severity_chip(Severity.HIGH),
                status_chip(say("relapse", "复发"), Tone.CRITICAL),
                Link(label="198.18.40.17 : 3389/tcp", url="#", code=True),
                hospital,
            ),
            actions=(
                Action(label=say("Check now", "立即复查"), url="#", method="post"),
                Action(label=say("Write to the owner", "联系单位"), url="#"),
            ),
            primary=Action(label=say("Confirm the verdict", "确认结论"), url="#"),
        ),
        "sides": sides(),
        "timeline": timeline(),
        "legend": Legend(),
        "whose": Definitions(
            items=(
                Definition(term=say("Organisation", "单位"), value=hospital, why=say("health, tier 2", "卫生健康，二级")),
                Definition(
                    term=say("By", "依据"),
                    value=Link(label="198.18.40.0/24", url="#", code=True),
                    why=say("registered 1 Mar 2026", "2026 年 3 月 1 日登记"),
                ),
                Definition(
                    term=say("Not by", "不依据"),
                    value="rdp.baishan.example",
                    why=say("a reverse DNS name proves nothing", "反向域名不足为凭"),
                ),
                Definition(term=say("Also informed", "抄送"), value=say("County government cloud (operator)", "县政务云（运营方）")),
            )
        ),
        "steps": (
            say("Close port 3389 on the outer firewall.", "在出口防火墙上关闭 3389 端口。"),
            say("Reach the machine through a VPN or a gateway with a second factor.", "改用带双因素认证的 VPN 或堡垒机。"),
            say("Turn on Network Level Authentication.", "启用网络级身份验证（NLA）。"),
            say("Look for log-ins since 4 November.", "检查 11 月 4 日以来的登录记录。"),
        ),
    }


def sides() -> ThreeSides:
    """Make the three sides."""
    return ThreeSides(
        machine=Side(
            state=say("Still there", "仍然存在"),
            tone=Tone.HIGH,
            text=say(
                "Answered at 2 of 2 looks since the claim, last Mon 05:58, from our own probe. Covered by 3 reports and 1 inspection.",
                "自称修复后复查 2 次，2 次均有响应，最近一次为周一 05:58，来自本中心探测。3 份报告和 1 次检查覆盖。",
            ),
        ),
        owner=Side(
            state=say("Fixed", "已修复"),
            text=say(
                "Claimed Sat 14 Nov 10:22 by Chen Yu, security contact: \u201cport closed on the firewall\u201d.",
                "11 月 14 日 10:22，安全联系人陈宇称：“已在防火墙上关闭端口”。",
            ),
        ),
        us=Side(
            state=say("Open, 12 days late", "未关闭，逾期 12 天"),
            tone=Tone.CRITICAL,
            text=say(
                "Due 11 Nov 18:00 (high, critical infrastructure: 5 working days). Next: letter to the health commission, Tue 09:00.",
                "应于 11 月 11 日 18:00 前修复（高危，关键信息基础设施：5 个工作日）。下一步：周二 09:00 致函卫生健康委。",
            ),
        ),
    )


def timeline() -> Timeline:
    """Make the timeline."""
    notice = Link(label=say("Notice 2026-0417", "临网通〔2026〕417 号"), url="#")
    return Timeline(
        entries=(
            Entry(
                at=at(0, "05:58"),
                who=Who.MACHINE,
                text=say("Seen again by inspection: TLS handshake and RDP negotiation answered.", "检查再次发现：TLS 握手和 RDP 协商均有响应。"),
                links=(Link(label=say("Evidence", "证据"), url="#"),),
            ),
            Entry(
                at=at(7, "09:10"),
                who=Who.US,
                text=say("Verdict sent: still there, with what was seen.", "已发送结论：仍然存在，附所见情况。"),
                links=(notice,),
            ),
            Entry(
                at=at(7, "06:01"),
                who=Who.MACHINE,
                text=say("Seen in scan_rdp (Shadowserver), 47 h after the claim.", "称修复 47 小时后，scan_rdp（Shadowserver）再次发现。"),
            ),
            Entry(
                at=at(9, "10:22"),
                who=Who.OWNER,
                text=say("Says it is fixed: \u201cport closed on the firewall\u201d.", "称已修复：“已在防火墙上关闭端口”。"),
                note=say("Chen Yu, by the link in the mail", "陈宇，通过邮件中的链接"),
            ),
            Entry(at=at(19, "16:40"), who=Who.OWNER, text=say("Received. Acknowledged by Chen Yu.", "已收到，陈宇确认。")),
            Entry(
                at=at(19, "15:00"),
                who=Who.US,
                text=say("Notice sent to the security contact, due 11 Nov 18:00.", "通报已发送给安全联系人，期限 11 月 11 日 18:00。"),
                links=(notice,),
            ),
            Entry(
                at=at(19, "06:12"),
                who=Who.MACHINE,
                text=say("Relapse: first episode was verified fixed on 3 Sep.", "复发：首次发生已于 9 月 3 日核实修复。"),
            ),
        )
    )


def answer() -> dict[str, object]:
    """Make the owner's answer page."""
    return {
        "sender": say("Linjiang Cyber Security Centre", "临江省网络安全应急中心"),
        "mark": TlpChip(tlp=Tlp.AMBER),
        "heading": Heading(
            kicker=say("Notice 2026-0417", "隐患通报　临网通〔2026〕417 号"),
            title=say("2 of your machines offer Remote Desktop to the Internet", "贵单位 2 台主机的远程桌面（RDP）可从互联网直接访问"),
        ),
        "due": say("Fix by Mon 30 Nov 18:00", "请于 11 月 30 日 18:00 前修复"),
        "left": say("5 working days left", "剩 5 个工作日"),
        "means": say(
            "Attackers guess or exploit their way in through this port, then encrypt everything. Closing it now is far easier than recovering.",
            "攻击者常用此端口猜解口令或利用漏洞，进而加密全院数据。现在关闭，比事后恢复容易得多。",
        ),
        "machines": (
            {"name": "198.18.40.17 : 3389", "seen": at(0, "05:58"), "picked": True},
            {"name": "198.18.40.52 : 3389", "seen": at(1, "06:12"), "picked": False},
        ),
        "steps": (
            say("Close port 3389 on the outer firewall.", "在出口防火墙上关闭 3389 端口。"),
            say("Use a VPN or a gateway with a second factor.", "改用带双因素认证的 VPN 或堡垒机。"),
            say("Look through the log-ins since 4 November.", "检查 11 月 4 日以来的登录记录。"),
        ),
    }
