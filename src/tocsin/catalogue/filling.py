"""Filling event values into a text: what a placeholder is, which sentences fall away, what makes a value harmless.

Event values are written by whoever runs the machine at the other end. They are put into the tokens of a parsed
text, never into its source, so no value is ever read as Markdown or HTML.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

#: `{field}`, `{field:defanged}` (an attacker's address) or `{address:bracketed}` (inside a URL);
#: braces of commands (`server {`, `{{.Names}}`, `${VAR}`) are none.
_PLACEHOLDER: Final = re.compile(r"(?<![{$%])\{([a-z][a-z0-9_]*)(?::(defanged|bracketed))?\}(?!\})")
#: A sentence ends at a full stop followed by a space, or at a Chinese one with the quotation marks that close it.
_SENTENCE_END: Final = re.compile(
    r"(?<=[.?!])\s+|(?<=[.?!][)\"”])\s+"  # Latin
    r"|(?<=[。？！])(?![”’」』）])|(?<=[。？！][”’」』）])"  # Chinese
)
_COMMAND_SAFE: Final = re.compile(r"[A-Za-z0-9._:-]+")
_CODE_SPAN: Final = re.compile(r"`([^`]+)`")
_LONGEST_VALUE: Final = 200

Value = str | int | float | None


def placeholders(source: str) -> list[str]:
    """List the fields that a text names, in order, with repetitions."""
    return [match.group(1) for match in _PLACEHOLDER.finditer(source)]


def present(fields: Mapping[str, Value]) -> dict[str, str]:
    """Clean the values and leave out those that say nothing."""
    cleaned = {name: clean(value) for name, value in fields.items()}
    return {name: value for name, value in cleaned.items() if value}


def clean(value: Value) -> str:
    """Make one line of plain characters from a value, at most 200 characters; empty for null.

    Control characters would forge lines of a mail, direction marks (Unicode TR36, section 2.5) would turn text around.
    """
    if value is None:
        return ""
    spaced = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in str(value))
    visible = "".join(char for char in spaced if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join(visible.split())
    return line if len(line) <= _LONGEST_VALUE else line[: _LONGEST_VALUE - 1] + "…"


def defanged(value: str) -> str:
    """Write an address of an attacker so that no program makes a link of it and no filter drops the mail."""
    scheme, separator, rest = value.partition("://")
    if separator:
        place, slash, path = rest.partition("/")
        return f"{scheme.replace('tt', 'xx', 1)}://{place.replace('.', '[.]')}{slash}{path}"
    return value.replace(".", "[.]")


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph at the ends of its sentences, keeping what stands between them with the sentence before."""
    pieces: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(paragraph):
        pieces.append(paragraph[start : match.end()])
        start = match.end()
    pieces.append(paragraph[start:])
    return [piece for piece in pieces if piece.strip()]


def without_gaps(paragraph: str, values: Mapping[str, str]) -> str:
    """Drop each sentence that names a field without a value, or holds a command that its value would make unsafe."""
    kept = [
        piece
        for piece in sentences(paragraph)
        if all(name in values for name in placeholders(piece))
        and all(may_stand_in_command(code, values) for code in _CODE_SPAN.findall(piece))
    ]
    return "".join(kept).rstrip()


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their placeholders, once: a value that looks like a placeholder stays as it is."""

    def value_of(match_: re.Match[str]) -> str:
        value = values.get(match_.group(1))
        if value is None:
            return match_.group(0)
        match match_.group(2):
            case "defanged":
                return defanged(value)
            case "bracketed":
                return f"[{value}]" if ":" in value else value
        return value

    return _PLACEHOLDER.sub(value_of, text)


def may_stand_in_command(command: str, values: Mapping[str, str]) -> bool:
    """Say whether every value that a command names is there, and made of characters that no shell reads."""
    return all(name in values and _COMMAND_SAFE.fullmatch(values[name]) for name in placeholders(command))
