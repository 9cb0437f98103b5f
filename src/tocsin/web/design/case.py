"""One finding and its owner's answer page as components. Page writers copy from here."""

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web.components import (
    Action,
    Crumb,
    Definition,
    Definitions,
    Entry,
    Heading,
    Legend,
    Link,
    Side,
    ThreeSides,
    Timeline,
    TlpChip,
    Tone,
    Who,
    severity_chip,
    status_chip,
)
from tocsin.web.design.samples import at, say


def finding() -> dict[str, object]:
    """Make the page of one finding."""
    hospital = Link(label=say("Qinghe County Hospital", "清河县人民医院"), url="#")
    return {
        "heading": Heading(
            crumbs=(
                Crumb(label=say("Findings", "隐患"), url="#"),
                Crumb(label=say("F-20418, second episode", "F-20418，第二次发生")),
            ),
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
                Definition(
                    term=say("Organisation", "单位"), value=hospital, why=say("health, tier 2", "卫生健康，二级")
                ),
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
                Definition(
                    term=say("Also informed", "抄送"),
                    value=say("County government cloud (operator)", "县政务云（运营方）"),
                ),
            )
        ),
        "steps": (
            say("Close port 3389 on the outer firewall.", "在出口防火墙上关闭 3389 端口。"),
            say(
                "Reach the machine through a VPN or a gateway with a second factor.",
                "改用带双因素认证的 VPN 或堡垒机。",
            ),
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
                "Answered at 2 of 2 looks since the claim, last Mon 05:58, from our own probe. "
                "Covered by 3 reports and 1 inspection.",
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
                "Due 11 Nov 18:00 (high, critical infrastructure: 5 working days). "
                "Next: letter to the health commission, Tue 09:00.",
                "应于 11 月 11 日 18:00 前修复（高危，关键信息基础设施：5 个工作日）。"
                "下一步：周二 09:00 致函卫生健康委。",
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
                text=say(
                    "Seen again by inspection: TLS handshake and RDP negotiation answered.",
                    "检查再次发现：TLS 握手和 RDP 协商均有响应。",
                ),
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
                text=say(
                    "Seen in scan_rdp (Shadowserver), 47 h after the claim.",
                    "称修复 47 小时后，scan_rdp（Shadowserver）再次发现。",
                ),
            ),
            Entry(
                at=at(9, "10:22"),
                who=Who.OWNER,
                text=say(
                    "Says it is fixed: \u201cport closed on the firewall\u201d.", "称已修复：“已在防火墙上关闭端口”。"
                ),
                note=say("Chen Yu, by the link in the mail", "陈宇，通过邮件中的链接"),
            ),
            Entry(
                at=at(19, "16:40"), who=Who.OWNER, text=say("Received. Acknowledged by Chen Yu.", "已收到，陈宇确认。")
            ),
            Entry(
                at=at(19, "15:00"),
                who=Who.US,
                text=say(
                    "Notice sent to the security contact, due 11 Nov 18:00.",
                    "通报已发送给安全联系人，期限 11 月 11 日 18:00。",
                ),
                links=(notice,),
            ),
            Entry(
                at=at(19, "06:12"),
                who=Who.MACHINE,
                text=say(
                    "Relapse: first episode was verified fixed on 3 Sep.", "复发：首次发生已于 9 月 3 日核实修复。"
                ),
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
            title=say(
                "2 of your machines offer Remote Desktop to the Internet",
                "贵单位 2 台主机的远程桌面（RDP）可从互联网直接访问",
            ),
        ),
        "due": say("Fix by Mon 30 Nov 18:00", "请于 11 月 30 日 18:00 前修复"),
        "left": say("5 working days left", "剩 5 个工作日"),
        "means": say(
            "Attackers guess or exploit their way in through this port, then encrypt everything. "
            "Closing it now is far easier than recovering.",
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
