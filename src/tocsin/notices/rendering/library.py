"""The catalogue's words as notices need them: a part is rendered once for the same values, however many letters."""

import re
from collections.abc import Mapping
from typing import Literal

from tocsin.catalogue.fields import label, written
from tocsin.catalogue.filling import Value, clean, defanged, placeholders
from tocsin.catalogue.queries import problem, words
from tocsin.catalogue.rules import Part, Words
from tocsin.kernel.words import Language
from tocsin.notices.rules import Group, House, Letter, Line, written_moment

Form = Literal["text", "html"]
_Key = tuple[str, Language, Part, Form, tuple[tuple[str, Value], ...]]

#: Kinds of subject that are names; the others stand as an address.
NAMED = frozenset({"host", "url", "domain"})
#: Evidence that belongs to an attacker: written so that no program makes a link of it.
_ATTACKERS = frozenset({"target_address", "target_host"})


class Library:
    """Renders parts of the catalogue and remembers them. One a round: the catalogue stays the same within it."""

    def __init__(self) -> None:
        self._rendered: dict[_Key, str] = {}
        self._words: dict[tuple[str, Language], Words] = {}

    def words(self, code: str, language: Language) -> Words:
        """Give the words of a problem."""
        key = (code, language)
        if key not in self._words:
            self._words[key] = words(code, language)
        return self._words[key]

    def title(self, code: str, language: Language) -> str:
        """Give the title as one harmless line: the code of an unknown problem is not ours."""
        return clean(self.words(code, language).title)

    def plural(self, code: str, language: Language, count: int) -> str:
        """Say how many there are, as one harmless line."""
        return clean(self.words(code, language).plural(count))

    def part(self, code: str, language: Language, part: Part, form: Form, fields: Mapping[str, Value]) -> str:
        """Render a part with the values that it names; a sentence whose value is missing falls away."""
        chosen = self.words(code, language)
        # Words that nobody has written list every value, so every value decides how they look.
        used = set(placeholders(chosen.source(part))) if chosen.written else set(fields)
        values = tuple(sorted((name, value) for name, value in fields.items() if name in used))
        key: _Key = (code, language, part, form, values)
        if key not in self._rendered:
            if form == "html":
                self._rendered[key] = with_wrapped_commands(chosen.html(part, **dict(values))).strip()
            else:
                self._rendered[key] = chosen.text(part, **dict(values)).strip()
        return self._rendered[key]


def constants(code: str) -> dict[str, Value]:
    """Give the values that belong to the problem itself: how many looks or quiet days close it."""
    declared = problem(code)
    return {"covered_looks": declared.covered_looks, "quiet_days": declared.quiet_days}


def fields_of(line: Line, letter: Letter, language: Language, house: House) -> dict[str, Value]:
    """Give a line's values under the names that texts of the catalogue use."""
    return {
        **{field: written(field, value) for field, value in line.evidence.items()},
        "address": line.address,
        "port": line.port,
        "transport": line.transport or None,
        "host": line.subject if line.subject_kind in {"host", "domain"} else line.evidence.get("host"),
        "url": line.subject if line.subject_kind == "url" else line.evidence.get("url"),
        "first_seen": written_moment(line.first_seen_at, letter, language, house),
        "last_seen": written_moment(line.last_seen_at, letter, language, house),
    }


def shared_fields(group: Group, letter: Letter, language: Language, house: House) -> dict[str, Value]:
    """Give the values that are the same for every line of a group; of a single line all."""
    first, *others = (fields_of(line, letter, language, house) for line in group.lines)
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}


def evidence_columns(group: Group, language: Language) -> tuple[tuple[str, str], ...]:
    """Give the evidence that any line of a group has, as field and the reader's name for it, in the problem's order."""
    known = dict.fromkeys(field for line in group.lines for field, value in line.evidence.items() if value)
    order = {field: place for place, field in enumerate(problem(group.problem).evidence)}
    named = sorted(known, key=lambda field: (order.get(field, len(order)), field))
    return tuple((field, label(field, language)) for field in named if field not in {"host", "url"})


def shown(field: str, value: str) -> str:
    """Write a value of evidence for a mail: one harmless line, never a link."""
    line = clean(written(field, value))
    return defanged(line) if field in _ATTACKERS or "://" in line else line


def place(line: Line) -> str:
    """Say where a line is, without its port: the name, else the address; a URL such that no filter drops the mail."""
    if line.subject_kind not in NAMED:
        return line.address or clean(line.subject)
    name = clean(line.subject)
    return defanged(name) if line.subject_kind == "url" else name


_COMMAND = re.compile(r"<pre><code>(.*?)\n?</code></pre>", re.DOTALL)


def with_wrapped_commands(html: str) -> str:
    """Let commands break where the screen ends, as a phone's must: copied, they are still one line."""
    return _COMMAND.sub(lambda found: f"<p><code>{_kept_lines(found.group(1))}</code></p>", html)


def _kept_lines(command: str) -> str:
    lines = command.split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return "<br>".join("&nbsp;" * indent + line.lstrip(" ") for indent, line in zip(indents, lines, strict=True))
