"""The form of a problem file: front matter in YAML, then the same parts in each language; a fault says where it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tocsin.catalogue.fields import EVIDENCE, SAFE_IN_COMMANDS, STANDARD
from tocsin.catalogue.filling import Value, placeholders, sentences
from tocsin.catalogue.frontmatter import read_front_matter
from tocsin.catalogue.rules import Part, Problem, Words
from tocsin.catalogue.wrapping import joined
from tocsin.kernel.words import Language

#: Heading in the file, in English whatever the language -> part.
HEADINGS: Final[Mapping[str, str]] = {
    "title": "title",
    "plural": "plural",
    "what we saw": "saw",
    "what it means for you": "means",
    "what to do now": "steps",
    "how to make sure": "check",
    "if you can't": "mitigation",
    "how we will verify": "verification",
    "why it keeps happening": "why",
}
_PLURALS: Final[Mapping[Language, tuple[str, ...]]] = {
    Language.ENGLISH: ("one", "other"),
    Language.CHINESE: ("other",),
}
_IN_CODE: Final = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file as read: null problem where the front matter is faulty, no words where a language is."""

    problem: Problem | None
    words: Mapping[Language, Words]
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Section:
    line: int
    text: str


_Sections = dict[Language, dict[str, _Section]]


def read_problem(text: str, file: str) -> Entry:
    """Read one file.

    Args:
        text: the whole file.
        file: its name, for the faults; without `.md` it must be the code.
    """
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], start=1) if line == "---"), None)
    if lines[0] != "---" or end is None:
        way_out = "begin the file with a line ---, the fields, and a second line ---"
        return Entry(problem=None, words={}, faults=(f"{file}, line 1, front matter: is missing; {way_out}.",))
    problem, faults = read_front_matter("\n".join(lines[1:end]), file)
    if problem is None:
        return Entry(problem=None, words={}, faults=tuple(faults))
    sections, strays = _sections(lines, end + 1, file)
    faults += strays
    words: dict[Language, Words] = {}
    for language in Language:
        wrong = _faults_of_language(sections, language, problem, file)
        if wrong:
            faults += wrong
        else:
            words[language] = _words(sections[language], language, problem)
    return Entry(problem=problem, words=words, faults=tuple(faults))


def _sections(lines: list[str], start: int, file: str) -> tuple[_Sections, list[str]]:
    """Cut the body at its headings; a `#` inside a fence is a comment of a command."""
    found: _Sections = {}
    faults: list[str] = []
    language: Language | None = None
    part: str | None = None
    fenced = False
    for number, line in enumerate(lines[start:], start=start + 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and line.startswith("# "):
            language, part = _language(line[2:].strip()), None
            if language is None:
                faults.append(f"{file}, line {number}, {line}: is no language; write # en or # zh-hans.")
        elif not fenced and line.startswith("## "):
            part = HEADINGS.get(line[3:].strip())
            if part is None:
                faults.append(f"{file}, line {number}, {line}: is no part; write one of: {', '.join(HEADINGS)}.")
            elif language is not None:
                found.setdefault(language, {})[part] = _Section(line=number, text="")
        elif language is not None and part is not None:
            section = found[language][part]
            found[language][part] = _Section(line=section.line, text=f"{section.text}{line}\n")
        elif line.strip() and not faults:
            way_out = "put it under a heading such as ## what we saw"
            faults.append(f"{file}, line {number}, {line.strip()[:20]}: stands under no part; {way_out}.")
    return found, faults


def _language(name: str) -> Language | None:
    return Language(name) if name in tuple(Language) else None


def _faults_of_language(sections: _Sections, language: Language, problem: Problem, file: str) -> list[str]:
    if language not in sections:
        way_out = "write its parts; until then plain words made from the code are sent"
        return [f"{file}, # {language}: is missing; {way_out}."]
    parts = sections[language]
    faults: list[str] = []
    for heading, part in HEADINGS.items():
        section = parts.get(part)
        if section is None or not section.text.strip():
            faults.append(f"{file}, # {language}, ## {heading}: is missing or empty; write it.")
            continue
        where = f"{file}, line {section.line}, # {language}, ## {heading}"
        if part == "plural":
            faults += _faults_of_plural(section.text, language, where)
        elif part == "title":
            if len(section.text.strip().split("\n")) > 1 or placeholders(section.text):
                faults.append(f"{where}: must be one line without {{fields}}.")
        else:
            faults += _faults_of_part(section.text, problem, where)
    return faults


def _faults_of_plural(text: str, language: Language, where: str) -> list[str]:
    forms = _plural_forms(text)
    wanted = _PLURALS[language]
    lines = ", ".join(f"'{category}: {{count}} ...'" for category in wanted)
    if tuple(forms) != wanted or any(form.count("{count}") != 1 for form in forms.values()):
        return [f"{where}: needs exactly the lines {lines}, each with {{count}} once."]
    return []


def _faults_of_part(text: str, problem: Problem, where: str) -> list[str]:
    faults: list[str] = []
    allowed = {*STANDARD, *problem.evidence, *problem.discriminator, *_settings(problem)}
    for name in sorted(set(placeholders(text)) - allowed):
        way_out = f"add it to evidence, or use one of: {', '.join(sorted(allowed))}"
        if name not in EVIDENCE:
            way_out = f"it is no event field; use one of: {', '.join(sorted(allowed))}"
        faults.append(f"{where}: {{{name}}} is not declared; {way_out}.")
    for code in _code_in(text):
        for name in sorted(set(placeholders(code)) - SAFE_IN_COMMANDS):
            safe = ", ".join(sorted(SAFE_IN_COMMANDS))
            faults.append(
                f"{where}: {{{name}}} stands in a command, where its value could do harm; only {safe} may stand there."
            )
    prose = joined(_without_fences(text))
    if all(placeholders(sentence) for sentence in sentences(prose)):
        faults.append(f"{where}: says nothing when its fields are missing; write one sentence without a field.")
    return faults


def _code_in(text: str) -> list[str]:
    """List fences and code spans."""
    fences = re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    return fences + _IN_CODE.findall("\n".join(_without_fences(text)))


def _without_fences(text: str) -> list[str]:
    kept: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            kept.append(line)
    return kept


def _plural_forms(text: str) -> dict[str, str]:
    forms = (line.partition(":") for line in text.strip().split("\n") if line.strip())
    return {category.strip(): form.strip() for category, _, form in forms}


def _settings(problem: Problem) -> dict[str, Value]:
    """Give what the front matter says and the text of its verification repeats, so that it stands in one place."""
    settings = {"covered_looks": problem.covered_looks, "quiet_days": problem.quiet_days}
    return {name: value for name, value in settings.items() if value is not None}


def _words(parts: Mapping[str, _Section], language: Language, problem: Problem) -> Words:
    def text(part: Part) -> str:
        return parts[part].text.strip() + "\n"

    return Words(
        language=language,
        title=parts["title"].text.strip(),
        plural_forms=_plural_forms(parts["plural"].text),
        saw=text("saw"),
        means=text("means"),
        steps=text("steps"),
        check=text("check"),
        mitigation=text("mitigation"),
        verification=text("verification"),
        why=text("why"),
        given=_settings(problem),
    )
