"""The front matter of a problem file: which fields there are, what each may say, and on which line one is wrong."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final, TypeVar

import yaml

from tocsin.catalogue.fields import EVIDENCE
from tocsin.catalogue.rules import CODE, RSIT, Problem, Rsit
from tocsin.kernel.errors import Invalid
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, SubjectKind

_Word = TypeVar("_Word", bound=StrEnum)

REQUIRED: Final = ("code", "kind", "subject", "discriminator", "identity_port", "severity", "rsit", "evidence", "gate")
OPTIONAL: Final = ("severity_by_tag", "cwe", "attack", "covered_looks", "quiet_days", "references")
_CWE: Final = re.compile(r"CWE-[1-9][0-9]*")
#: Enterprise, mobile and ICS techniques, with sub-technique.
_ATTACK: Final = re.compile(r"T[0-9]{4}(\.[0-9]{3})?")
#: A path of ASCII characters that end no link early.
_HTTPS: Final = re.compile(r"https://[a-z0-9.-]+(/[A-Za-z0-9._~%/#?&=:@,+-]*)?")
_DEFAULT_LOOKS: Final = 3
_DEFAULT_QUIET_DAYS: Final = 14


def read_front_matter(text: str, file: str) -> tuple[Problem | None, list[str]]:
    """Read the fields between the two `---`; null with at least one fault where any is wrong."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return None, [f"{file}, line {line}, front matter: is no YAML ({error.problem}); mend it there or just above."]
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        return None, [f"{file}, line 2, front matter: must be lines of the form field: value."]
    names = [str(key.value) for key, _ in node.value]
    lines = {str(key.value): key.start_mark.line + 2 for key, _ in node.value}
    fields = _Fields(file, {str(key): value for key, value in values.items()}, lines)
    for name in _repeated(names):
        fields.fault(name, "stands there twice; remove one.")
    problem = _problem(fields)
    return (None if fields.faults else problem), fields.faults


def _problem(fields: "_Fields") -> Problem:
    fields.expect_names()
    kind = fields.word("kind", Kind)
    return Problem(
        code=fields.code(),
        kind=kind,
        subject=fields.word("subject", SubjectKind),
        discriminator=fields.names("discriminator", EVIDENCE),
        identity_port=fields.truth("identity_port"),
        severity=fields.severity("severity", fields.value("severity")),
        severity_by_tag=fields.severity_by_tag(),
        rsit=fields.rsit(),
        cwe=fields.matching("cwe", _CWE, "CWE-284"),
        attack=fields.matching("attack", _ATTACK, "T1133 or T1498.002"),
        evidence=fields.names("evidence", EVIDENCE),
        covered_looks=fields.number("covered_looks", kind is Kind.STATE, _DEFAULT_LOOKS),
        quiet_days=fields.number("quiet_days", kind is Kind.OCCURRENCE, _DEFAULT_QUIET_DAYS),
        gate=fields.gate(kind),
        references=fields.matching("references", _HTTPS, "https://www.example.org/page"),
    )


class _Fields:
    """The values of one front matter, which notes a fault for each that it cannot accept and goes on."""

    def __init__(self, file: str, values: dict[str, object], lines: dict[str, int]) -> None:
        self._file = file
        self._values = values
        self._lines = lines
        self.faults: list[str] = []

    def value(self, name: str) -> object:
        return self._values.get(name)

    def fault(self, name: str, sentence: str) -> None:
        self.faults.append(f"{self._file}, line {self._lines.get(name, 1)}, {name}: {sentence}")

    def expect_names(self) -> None:
        for name in REQUIRED:
            if name not in self._values:
                self.fault(name, "is missing; add the field.")
        for name in self._values:
            if name not in REQUIRED + OPTIONAL:
                self.fault(name, f"is no field; remove it, or write one of: {', '.join(REQUIRED + OPTIONAL)}.")

    def code(self) -> str:
        code = self.value("code")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            self.fault("code", f"{code!r} is no code; use lower-case words joined by hyphens, such as open-rdp.")
        elif f"{code}.md" != self._file:
            self.fault("code", f"'{code}' is not the file's name; rename the file to {code}.md or change the code.")
        return str(code)

    def word(self, name: str, words: type[_Word]) -> _Word:
        given = self.value(name)
        for word in words:
            if word == given:
                return word
        if name in self._values:
            self.fault(name, f"{given!r} is none of: {', '.join(words)}; write one of them.")
        return next(iter(words))

    def truth(self, name: str) -> bool:
        given = self.value(name)
        if name in self._values and not isinstance(given, bool):
            self.fault(name, f"{given!r} is neither true nor false; write one of them.")
        return given is True

    def number(self, name: str, belongs: bool, default: int) -> int | None:
        """Read a count from 1 to 365; null where the kind of problem has no use for it."""
        given = self._values.get(name)
        if not belongs:
            if name in self._values:
                self.fault(name, "belongs to another kind (covered_looks: state, quiet_days: occurrence); remove it.")
            return None
        if name not in self._values:
            return default
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= 365:
            self.fault(name, f"{given!r} is no whole number from 1 to 365; write one.")
            return default
        return given

    def severity(self, name: str, given: object) -> Severity:
        try:
            return Severity.from_word(str(given))
        except Invalid as error:
            if name in self._values:
                self.fault(name, f"{error.message}")
            return Severity.INFO

    def severity_by_tag(self) -> dict[str, Severity]:
        given = self._values.get("severity_by_tag") or {}
        if not isinstance(given, dict):
            self.fault("severity_by_tag", "must be {tag: severity, ...}; write {} where no tag changes the severity.")
            return {}
        return {str(tag).lower(): self.severity("severity_by_tag", word) for tag, word in given.items()}

    def rsit(self) -> Rsit:
        given = self.value("rsit")
        pair = given if isinstance(given, dict) else {}
        class_, type_ = str(pair.get("class")), str(pair.get("type"))
        if "rsit" not in self._values:
            pass
        elif set(pair) != {"class", "type"}:
            self.fault("rsit", "must be {class: ..., type: ...}; write both.")
        elif class_ not in RSIT:
            self.fault("rsit", f"'{class_}' is no class of RSIT 1003; write one of: {', '.join(RSIT)}.")
        elif type_ not in RSIT[class_]:
            self.fault("rsit", f"'{type_}' is no type of {class_}; write one of: {', '.join(sorted(RSIT[class_]))}.")
        return Rsit(class_=class_, type=type_)

    def gate(self, kind: Kind) -> GateMode:
        gate = self.word("gate", GateMode)
        if "gate" in self._values and (gate is GateMode.INVENTORY) != (kind is Kind.INVENTORY):
            self.fault("gate", "kind inventory and gate inventory belong together; change one of them.")
        return gate

    def names(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        given = self._strings(name)
        for word in _repeated(given):
            self.fault(name, f"'{word}' stands there twice; remove one.")
        for word in given:
            if word not in known:
                self.fault(name, f"'{word}' is no event field; write one of: {', '.join(sorted(known))}.")
        return given

    def matching(self, name: str, form: re.Pattern[str], example: str) -> tuple[str, ...]:
        given = self._strings(name)
        for word in given:
            if not form.fullmatch(word):
                self.fault(name, f"'{word}' is not of the form {example}; write it so.")
        return given

    def _strings(self, name: str) -> tuple[str, ...]:
        given = self._values.get(name)
        if given is None:
            return ()
        if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
            self.fault(name, "must be a list of words; write [one, two], or [] for none.")
            return ()
        return tuple(given)


def _repeated(words: Sequence[str]) -> list[str]:
    return [word for number, word in enumerate(words) if word in words[:number]]
