"""The words of a notice around those of the catalogue, in both languages; the types hold the two together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.rules.words import Why


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Every phrase of a notice in one language; braces name what is filled in."""

    kind: str
    subject: str
    subject_many: str
    subject_due: str
    subject_cut: str
    number: str
    date: str
    addressee: str
    greeting_one: str
    greeting_many: str
    first_due: str
    no_due: str
    problem_numbered: str
    severities: Mapping[Severity, str]
    whys: Mapping[Why, str]
    #: Said under a problem's heading when some lines are of that sort; `{count}` of them.
    news: Mapping[Why, tuple[str, str]]
    saw: str
    rows: str
    rows_more: str
    means: str
    steps: str
    check: str
    mitigation: str
    due: str
    due_by: str
    due_each: str
    verification: str
    causes: str
    answer: str
    answer_text: str
    answer_link: str
    answer_until: str
    tlp: str
    tlp_meanings: Mapping[Tlp, str]
    about: str
    about_text: str
    about_phone: str
    attachment: str
    colon: str
    separator: str
    place_port: str
    last_seen: str
    by: str
    #: Of the attachment.
    columns: Mapping[str, str]
    #: Of the table in the mail.
    columns_shown: Mapping[str, str]


#: Columns of the attachment, in order; those of evidence stand before the last three.
COLUMNS: Final = (
    "number",
    "severity",
    "problem",
    "title",
    "news",
    "address",
    "port",
    "protocol",
    "host_or_url",
    "first_seen_utc",
    "first_seen_local",
    "last_seen_utc",
    "last_seen_local",
    "due_utc",
    "due_local",
    "public_id",
)

_ENGLISH: Final = Phrases(
    kind="Security notice",
    subject="[{tlp}] {number}: {what}",
    subject_many="{count} problems, the worst: {what}",
    subject_due=", fix by {due}",
    subject_cut="…",
    number="Notice",
    date="Date",
    addressee="To",
    greeting_one="We see a security problem on systems of yours. Please do what is said below, and answer by the link.",
    greeting_many="We see {count} security problems on systems of yours. Each is explained below, the worst first.",
    first_due="The first is due by {due}.",
    no_due="no deadline",
    problem_numbered="{number}. {title}",
    severities={
        Severity.INFO: "info",
        Severity.LOW: "low",
        Severity.MEDIUM: "medium",
        Severity.HIGH: "high",
        Severity.CRITICAL: "critical",
    },
    whys={Why.NEW: "new", Why.CHANGED: "changed", Why.RELAPSE: "came back", Why.STILL_THERE: "still there"},
    news={
        Why.NEW: ("", ""),
        Why.CHANGED: (
            "One of them we have written about before; something has changed.",
            "{count} of them we have written about before; something has changed.",
        ),
        Why.RELAPSE: (
            "One of them was gone and has come back.",
            "{count} of them were gone and have come back.",
        ),
        Why.STILL_THERE: (
            "One of them you reported as fixed. It is still there: we have seen it since.",
            "{count} of them you reported as fixed. They are still there: we have seen them since.",
        ),
    },
    saw="What is wrong",
    rows="Where",
    rows_more="and {count} more in the attached CSV",
    means="Why it matters",
    steps="What to do",
    check="How to make sure",
    mitigation="If you can't do it now",
    due="By when",
    due_by="Please fix this by {due}.",
    due_each="The deadlines differ from line to line; the first is {due}, the others stand in the attached CSV.",
    verification="How we verify",
    causes="Why it keeps happening",
    answer="Answer us",
    answer_text="Tell us that you have it, that you are working on it and until when, or that it is fixed. "
    "Also when something is not yours, or not right. No log-in is needed.",
    answer_link="Open the answer page",
    answer_until="The link works until {until} and for this notice only. Whoever has it can answer for you: "
    "forward it only to those who work on this.",
    tlp="Who may have this: {label}",
    tlp_meanings={
        Tlp.RED: "For you personally. Do not pass it on.",
        Tlp.AMBER_STRICT: "Pass it on inside your organisation only, to those who need it.",
        Tlp.AMBER: "Pass it on inside your organisation and to clients whom you serve with these systems, "
        "to those who need it.",
        Tlp.GREEN: "Pass it on within the community of defenders. Do not publish it.",
        Tlp.CLEAR: "There is no limit to passing this on.",
    },
    about="Who we are",
    about_text="{house} looks after the security of the networks in its constituency, of which you are a part. "
    "You can answer this mail; it reaches {sender}.",
    about_phone="Duty phone: {phone}.",
    attachment="All lines are in the attached file {name}.",
    colon=": ",
    separator="; ",
    place_port="port {port}",
    last_seen="last seen {moment}",
    by="by {due}",
    columns={
        "number": "number",
        "severity": "severity",
        "problem": "problem",
        "title": "title",
        "news": "news",
        "address": "address",
        "port": "port",
        "protocol": "protocol",
        "host_or_url": "host_or_url",
        "first_seen_utc": "first_seen_utc",
        "first_seen_local": "first_seen_local",
        "last_seen_utc": "last_seen_utc",
        "last_seen_local": "last_seen_local",
        "due_utc": "due_utc",
        "due_local": "due_local",
        "public_id": "public_id",
    },
    columns_shown={"last_seen": "Last seen", "news": "News"},
)

_CHINESE: Final = Phrases(
    kind="隐患通报",
    subject="[{tlp}] {number}：{what}",
    subject_many="{what}等 {count} 类问题",
    subject_due="，请于 {due} 前整改",
    subject_cut="…",
    number="通报编号",
    date="日期",
    addressee="致",
    greeting_one="我们发现贵单位的系统存在安全问题。请阅读处置办法，并通过下方链接答复。",
    greeting_many="我们发现贵单位的系统存在 {count} 类安全问题。以下逐一说明，较严重的在前。",
    first_due="最早的整改期限为 {due}。",
    no_due="未设期限",
    problem_numbered="{number}. {title}",
    severities={
        Severity.INFO: "提示",
        Severity.LOW: "低危",
        Severity.MEDIUM: "中危",
        Severity.HIGH: "高危",
        Severity.CRITICAL: "严重",
    },
    whys={Why.NEW: "新发现", Why.CHANGED: "有变化", Why.RELAPSE: "再次出现", Why.STILL_THERE: "仍然存在"},
    news={
        Why.NEW: ("", ""),
        Why.CHANGED: ("其中 1 条曾经通报，现有变化。", "其中 {count} 条曾经通报，现有变化。"),
        Why.RELAPSE: ("其中 1 条曾经消失，现再次出现。", "其中 {count} 条曾经消失，现再次出现。"),
        Why.STILL_THERE: (
            "其中 1 条贵单位曾答复已整改，但此后仍被发现，问题仍然存在。",
            "其中 {count} 条贵单位曾答复已整改，但此后仍被发现，问题仍然存在。",
        ),
    },
    saw="问题情况",
    rows="涉及的系统",
    rows_more="其余 {count} 条见所附 CSV 文件",
    means="有何影响",
    steps="怎么做",
    check="如何自查",
    mitigation="暂时做不到时",
    due="整改期限",
    due_by="请于 {due} 前完成整改。",
    due_each="各条期限不同，最早为 {due}，其余见所附 CSV 文件。",
    verification="我们如何核验",
    causes="为什么反复出现",
    answer="请答复我们",
    answer_text="请告知：已收到；正在处理、预计何时完成；或已整改。不属于贵单位的，或情况不实的，也请告知。无需登录。",
    answer_link="打开答复页面",
    answer_until="链接在 {until} 前有效，仅用于本通报。持有链接者即可代表贵单位答复，请只转发给负责处置的人员。",
    tlp="知悉范围：{label}",
    tlp_meanings={
        Tlp.RED: "仅限您本人，请勿转发。",
        Tlp.AMBER_STRICT: "仅限贵单位内部需要知悉的人员。",
        Tlp.AMBER: "限贵单位内部，以及由贵单位这些系统提供服务的客户中需要知悉的人员。",
        Tlp.GREEN: "可在网络安全同行范围内传递，请勿公开。",
        Tlp.CLEAR: "传递不受限制。",
    },
    about="我们是谁",
    about_text="{house}负责辖区内网络的安全监测与协调，贵单位在辖区之内。可直接回复本邮件，回信将送达 {sender}。",
    about_phone="值班电话：{phone}。",
    attachment="全部条目见所附文件 {name}。",
    colon="：",
    separator="；",
    place_port="端口 {port}",
    last_seen="最近发现 {moment}",
    by="期限 {due}",
    columns={
        "number": "通报编号/序号",
        "severity": "级别",
        "problem": "问题代码",
        "title": "问题",
        "news": "情况",
        "address": "IP 地址",
        "port": "端口",
        "protocol": "协议",
        "host_or_url": "主机名或网址",
        "first_seen_utc": "首次发现（UTC）",
        "first_seen_local": "首次发现（本地时间）",
        "last_seen_utc": "最近发现（UTC）",
        "last_seen_local": "最近发现（本地时间）",
        "due_utc": "整改期限（UTC）",
        "due_local": "整改期限（本地时间）",
        "public_id": "编号",
    },
    columns_shown={"last_seen": "最近发现", "news": "情况"},
)

PHRASES: Final[Mapping[Language, Phrases]] = {Language.ENGLISH: _ENGLISH, Language.CHINESE: _CHINESE}
