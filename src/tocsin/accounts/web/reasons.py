"""The reasons of permissions and the parts they belong to, in Chinese; a test compares them with what is declared."""

from collections.abc import Mapping

#: What stands before the dot of a permission.
PARTS: Mapping[str, tuple[str, str]] = {
    "accounts": ("Accounts", "账号"),
    "events": ("Reports and sources", "报告与数据源"),
    "findings": ("Findings", "隐患"),
    "jobs": ("Jobs", "任务"),
    "notices": ("Notices", "通报"),
    "registry": ("Constituency", "辖区单位"),
}

CHINESE: Mapping[str, str] = {
    "Whoever makes accounts decides who sees the weaknesses of all.": "谁建立账号，谁就决定了由谁看到各单位的弱点。",
    "A report holds the rows of many owners, so only those who see all of them may see it.": (
        "一份报告含有多家单位的数据，因此仅限可查看全部单位者查看。"
    ),
    "What comes in becomes findings and letters; whoever adds a report answers for its source.": (
        "收进来的内容会成为隐患和通报；添加报告者对其来源负责。"
    ),
    "Mending a quarantined row is part of taking its report in.": "修正隔离的行是接收报告工作的一部分。",
    "A source's TLP, gate and coverage decide what is sent and what silence proves.": (
        "数据源的 TLP、放行方式和覆盖范围决定发送什么、沉默能证明什么。"
    ),
    "A finding is for its owner and for those at the desk who answer for it; each sees it in its scope.": (
        "隐患供其所属单位及负责的值班人员查看，各在其范围之内。"
    ),
    "How the desk argues may name another organisation; an owner sees what was decided.": (
        "值班研判过程可能提到其他单位；所属单位看到的是结论。"
    ),
    "Each takes away what it sees anyway; the trail keeps who took how much.": (
        "各方只能带走本来就看得到的内容；审计记录谁带走了多少。"
    ),
    "Whoever works on it answers, by the link or signed in; the desk enters what owners say by telephone.": (
        "由经办人通过链接或登录后答复；单位来电答复由值班人员录入。"
    ),
    "What is held waits for a person who has seen its rows; analysts keep watch in shifts.": (
        "暂留内容须由看过明细的人决定；分析员轮班值守。"
    ),
    "Closing says that the problem is over: never its owner, never an auditor, always with a name.": (
        "关闭意味着问题已了结：不由单位自己，不由审计员，且必须署名。"
    ),
    "Deadlines and the gate bind everyone: whoever leads the desk sets them.": (
        "期限与放行规则对所有人有效，由值班负责人设定。"
    ),
    "Held by those who issue notices: telling is what issuing does to findings.": (
        "由签发通报者持有：通报发出即为告知隐患。"
    ),
    "Findings come from reports, never from a hand: only ingest opens them.": (
        "隐患来自报告，从不手工录入：只有数据接收可以新建。"
    ),
    "Silence is judged by rule from what was delivered; a person closes by name instead.": (
        "沉默由规则依据已收数据判定；人工关闭则须署名。"
    ),
    "Dates run out and owners change by themselves; nobody decides it.": "日期到期、归属变更自行发生，无人决定。",
    "Who waits for a report or a mail sees whether its job waits, runs or has failed.": (
        "等候报告或邮件的人可以看到任务在等待、运行还是失败。"
    ),
    "A job that failed may send mails when it runs again: whoever leads the desk decides.": (
        "失败任务重试时可能发出邮件，由值班负责人决定。"
    ),
    "A notice is for its owner, and for those at the desk who answer for it; each sees it within its scope.": (
        "通报供所属单位及负责的值班人员查看，各在其范围之内。"
    ),
    "Looking at a round before it goes out changes nothing; an auditor may look as well.": (
        "发送前查看并不改变任何内容；审计员也可查看。"
    ),
    "A notice speaks for the centre and starts clocks: whoever leads the desk sends it.": (
        "通报代表中心发声并启动期限，由值班负责人发送。"
    ),
    "The clock empties the outbox; an administrator may do so by hand after a fault of the mail server.": (
        "发件箱由定时任务清空；邮件服务器故障后管理员可手工执行。"
    ),
    "Whoever works on it answers: signed in, or by the link that the notice brought.": (
        "由经办人答复：登录后，或通过通报所附链接。"
    ),
    "Owners answer by telephone too; the desk enters it and names who said so.": (
        "单位也会电话答复；由值班人员录入并注明何人所说。"
    ),
    "An answer marked as read leaves the list of what is to be looked at.": "标记为已读的回复不再列入待看清单。",
    "Everyone sees what is registered about their own, so that errors are found by those who know.": (
        "各单位可查看本单位的登记内容，以便知情者发现错误。"
    ),
    "A conflict names two organisations: neither may learn of the other by it.": (
        "冲突涉及两家单位：任何一方都不得因此得知另一方。"
    ),
    "Tier, sector and desk decide deadlines and who answers for whom: whoever leads the desk sets them.": (
        "级别、行业和归口决定期限及由谁负责，由值班负责人设定。"
    ),
    "Whom to write to changes often, and an organisation knows its own people best.": (
        "联系人经常变动，单位最了解自己的人员。"
    ),
    "What an asset is entered for gets its reports. Nobody enters assets for themselves: they would read a "
    "neighbour's weaknesses. Analysts correct wrong owners as they find them.": (
        "资产登记给谁，谁就收到相关报告。任何单位不得自行登记，否则会读到他人的弱点。分析员发现归属错误时予以更正。"
    ),
    "One file changes thousands of owners at once.": "一个文件可一次更改数千家单位。",
}


def part(name: str, *, chinese: bool) -> str:
    """Give the name of a part; one that is not in the list yet stands as it is."""
    return PARTS.get(name, (name, name))[chinese]


def reason(text: str, *, chinese: bool) -> str:
    """Give a reason in the reader's language; one that has no Chinese yet stands in English."""
    return CHINESE.get(text, text) if chinese else text
