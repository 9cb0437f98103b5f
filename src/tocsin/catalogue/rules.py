"""What a problem is: how it ends, what it sits on, how it is graded, and the words for its owner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from tocsin.catalogue.fields import EVIDENCE, STANDARD, label
from tocsin.catalogue.filling import Value, clean, present
from tocsin.catalogue.rendering import Html, as_html, as_text
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, Language, SubjectKind

#: The parts of a text in the order in which a reader meets them.
Part = Literal["saw", "means", "steps", "check", "mitigation", "verification", "why"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)

#: The Reference Security Incident Taxonomy, version 1003: class -> types.
RSIT: Final[Mapping[str, frozenset[str]]] = {
    "abusive-content": frozenset({"spam", "harmful-speech", "violence"}),
    "malicious-code": frozenset({"infected-system", "c2-server", "malware-distribution", "malware-configuration"}),
    "information-gathering": frozenset({"scanner", "sniffing", "social-engineering"}),
    "intrusion-attempts": frozenset({"ids-alert", "brute-force", "exploit"}),
    "intrusions": frozenset(
        {
            "privileged-account-compromise",
            "unprivileged-account-compromise",
            "application-compromise",
            "system-compromise",
            "burglary",
        }
    ),
    "availability": frozenset({"dos", "ddos", "misconfiguration", "sabotage", "outage"}),
    "information-content-security": frozenset(
        {"unauthorised-information-access", "unauthorised-information-modification", "data-loss", "data-leak"}
    ),
    "fraud": frozenset({"unauthorised-use-of-resources", "copyright", "masquerade", "phishing"}),
    "vulnerable": frozenset(
        {
            "weak-crypto",
            "ddos-amplifier",
            "potentially-unwanted-accessible",
            "information-disclosure",
            "vulnerable-system",
        }
    ),
    "other": frozenset({"other", "undetermined"}),
    "test": frozenset({"test"}),
}

#: Form of a problem's code, which is also the name of its file.
CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Rsit:
    """A place in the Reference Security Incident Taxonomy."""

    class_: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is declared of a problem; its texts are `Words`."""

    code: str
    kind: Kind
    #: What it sits on. Where an event lacks this subject, the address stands in.
    subject: SubjectKind
    #: Event fields (without `f_`) whose values make two findings of it different.
    discriminator: tuple[str, ...]
    #: Whether port and protocol belong to the identity (not where the source port changes with each connection).
    identity_port: bool
    severity: Severity
    #: Tag of the report, lower case -> severity instead of `severity`; of several the worst counts.
    severity_by_tag: Mapping[str, Severity]
    rsit: Rsit
    cwe: tuple[str, ...]
    attack: tuple[str, ...]
    #: Event fields shown to the owner, in this order.
    evidence: tuple[str, ...]
    #: Covered looks in a row without it until it counts as verified; null: silence verifies nothing (kinds but state).
    covered_looks: int | None
    #: Days without a sighting until it counts as quiet; null: it never goes quiet by itself (kinds but occurrence).
    quiet_days: int | None
    gate: GateMode
    references: tuple[str, ...]
    #: False for a code without a file: shown in plain words, held, never closed by silence.
    known: bool = True


@dataclass(frozen=True, kw_only=True)
class Words:
    """The texts of a problem in one language: Markdown of ours, with placeholders for the event's values."""

    language: Language
    title: str
    #: Plural category (CLDR: one, other) -> a line with `{count}`.
    plural_forms: Mapping[str, str]
    saw: str
    means: str
    steps: str
    check: str
    mitigation: str
    verification: str
    why: str
    #: False where no file has these words and they were made from the code.
    written: bool = True
    #: Values of the words themselves, such as the code of an unknown problem.
    given: Mapping[str, Value] = field(default_factory=dict)

    def source(self, part: Part) -> str:
        """Give the Markdown of a part as it was written."""
        return str(getattr(self, part))

    def plural(self, count: int) -> str:
        """Say how many there are, as a plain line ("1,204 machines offer Remote Desktop to the Internet")."""
        category = "one" if count == 1 and "one" in self.plural_forms else "other"
        return self.plural_forms[category].replace("{count}", f"{count:,}")

    def html(self, part: Part, /, **fields: Value) -> Html:
        """Render a part for a page or a mail; values stay plain text, null ones drop their sentence."""
        return as_html(self._source_with(part, fields), present({**self.given, **fields}))

    def text(self, part: Part, /, **fields: Value) -> str:
        """Render a part for a plain mail, in lines of at most 72 columns; null values drop their sentence."""
        chinese = self.language is Language.CHINESE
        return as_text(
            self._source_with(part, fields),
            present({**self.given, **fields}),
            ambiguous=2 if chinese else 1,
            colon="：" if chinese else ":",
        )

    def _source_with(self, part: Part, fields: Mapping[str, Value]) -> str:
        """Add the evidence as a list where nobody has written a text that could name it."""
        source = self.source(part)
        if self.written or part != "saw":
            return source
        named = [name for name in (*STANDARD, *EVIDENCE) if name in fields]
        others = sorted(name for name in fields if name not in named and _FIELD.fullmatch(name))
        colon = "：" if self.language is Language.CHINESE else ": "
        lines = [f"- {label(name, self.language)}{colon}{{{name}}}" for name in named + others]
        return "\n".join([source, "", *lines])


def unknown_problem(code: str) -> Problem:
    """Declare a code that has no file, with caution: held at the gate, never closed by silence."""
    return Problem(
        code=code,
        kind=Kind.ONE_OFF,
        subject=SubjectKind.ADDRESS,
        discriminator=(),
        identity_port=True,
        severity=Severity.MEDIUM,
        severity_by_tag={},
        rsit=Rsit(class_="other", type="undetermined"),
        cwe=(),
        attack=(),
        evidence=(),
        covered_looks=None,
        quiet_days=None,
        gate=GateMode.HOLD,
        references=(),
        known=False,
    )


def plain_words(code: str, language: Language) -> Words:
    """Make correct, plain words for a problem without a text, from its code and the event's own fields."""
    name = clean(code.removeprefix("unknown-report-type:"))
    if language is Language.CHINESE:
        return Words(
            language=language,
            title=f"报告内容：{name}",
            plural_forms={"other": f"{{count}} 条报告：{_without_braces(name)}"},
            saw="安全报告提到了贵单位的系统，报告类别为“{problem_code}”。"
            "我们还没有为这一类别编写说明，现将报告所载内容列出。",
            means="报告方认为该系统可能存在安全问题。我们尚未独立核实，具体影响请以贵单位的检查结果为准。",
            steps="1. 根据上述内容找到对应的系统和负责人。\n"
            "2. 检查该系统是否应当按目前的方式运行，必要时先限制外部访问。\n"
            "3. 把检查结果和已采取的措施回复给我们；如无法判断，也请回复，我们一起分析。",
            check="检查所列系统的配置和日志，确认报告所述情况是否存在。",
            mitigation="如暂时无法处理，可先在防火墙上限制对该系统的访问。",
            verification="仅凭报告中不再出现，我们不会认定问题已解决。收到贵单位的答复后，由我们的分析人员确认。",
            why="新类别的报告首次出现时，可用的信息往往有限。",
            written=False,
            given={"problem_code": name},
        )
    return Words(
        language=language,
        title=f"Reported: {name}",
        plural_forms={
            "one": f"{{count}} report of the type {_without_braces(name)}",
            "other": f"{{count}} reports of the type {_without_braces(name)}",
        },
        saw="A security report names a system of yours. The report is of the type {problem_code}. "
        "We have no text for this type yet, so here is what the report says.",
        means="Whoever reported this thinks that the system may have a security problem. "
        "We have not checked it ourselves, so your own look decides.",
        steps="1. Find the system and the person in charge of it, from the details above.\n"
        "2. Check whether it is meant to run as it does, and limit access from outside until you know.\n"
        "3. Tell us what you found and what you did. If you cannot tell, answer as well; we will look at it together.",
        check="Look at the settings and logs of the system and see whether what the report says is so.",
        mitigation="If you cannot deal with it now, limit access to the system at your firewall.",
        verification="We do not take silence in the reports as a repair. "
        "Your answer counts, and one of our analysts confirms it.",
        why="When a new type of report first arrives, little is known about it.",
        written=False,
        given={"problem_code": name},
    )


def _without_braces(name: str) -> str:
    """Keep a code from being read as the placeholder of the count."""
    return name.replace("{", "(").replace("}", ")")
