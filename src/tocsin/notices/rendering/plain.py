"""The text part of a notice's mail."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.catalogue.filling import clean
from tocsin.catalogue.rendering import MAIL_WIDTH
from tocsin.catalogue.rules import Part
from tocsin.catalogue.wrapping import columns, wrapped
from tocsin.kernel.words import Language
from tocsin.notices.rendering.library import (
    Library,
    constants,
    evidence_columns,
    fields_of,
    place,
    shared_fields,
    shown,
)
from tocsin.notices.rules import (
    ANSWER_LINK,
    PHRASES,
    Group,
    House,
    Letter,
    Line,
    Why,
    written_moment,
    written_number,
)
from tocsin.web.writing import long_day

#: Rows of a problem that stand in the mail itself.
ROWS_SHOWN = 20


def as_text(letter: Letter, *, language: Language, house: House, library: Library) -> str:
    """Write the whole mail as lines."""
    return _Plain(letter, language, house, library).text()


class _Plain:
    """One letter in one language, on its way to text."""

    def __init__(self, letter: Letter, language: Language, house: House, library: Library) -> None:
        self._letter = letter
        self._language = language
        self._house = house
        self._library = library
        self._words = PHRASES[language]
        self._ambiguous = 2 if language is Language.CHINESE else 1

    def text(self) -> str:
        """Join the parts with an empty line between two."""
        return "\n\n".join(part for part in self._parts() if part) + "\n"

    def _parts(self) -> Iterator[str]:
        yield self._letter.tlp.label
        yield self._head()
        yield self._summary()
        for number, group in enumerate(self._letter.groups, 1):
            yield from self._problem(number, group)
        yield from self._closing()

    def _head(self) -> str:
        words = self._words
        number = written_number(self._letter.year, self._letter.number, self._language, self._house.number_prefix_zh)
        issued = self._letter.issued_at.astimezone(self._house.zone)
        return "\n".join(
            [
                f"{clean(self._house.name(self._language))} · {words.kind}",
                f"{words.number}{words.colon}{number}",
                f"{words.date}{words.colon}{long_day(issued, language=self._language)}",
                *self._wrapped(f"{words.addressee}{words.colon}{clean(self._letter.name(self._language))}"),
            ]
        )

    def _summary(self) -> str:
        words, groups = self._words, self._letter.groups
        lines = self._wrapped(words.greeting_one if len(groups) == 1 else words.greeting_many.format(count=len(groups)))
        lines.append("")
        for number, group in enumerate(groups, 1):
            mark = f"{number}. " if len(groups) > 1 else "- "
            plural = self._library.plural(group.problem, self._language, len(group.lines))
            lines += self._item(mark, words.separator.join([plural, words.severities[group.severity], self._by(group)]))
        return "\n".join(lines)

    def _by(self, group: Group) -> str:
        if group.due_at is None:
            return self._words.no_due
        return self._words.by.format(due=self._moment(group.due_at))

    def _problem(self, number: int, group: Group) -> Iterator[str]:
        code, language, words = group.problem, self._language, self._words
        title = self._library.title(code, language)
        if len(self._letter.groups) > 1:
            title = words.problem_numbered.format(number=number, title=title)
        yield self._heading(title, "=")
        shared = {**constants(code), **shared_fields(group, self._letter, language, self._house)}
        example = {**constants(code), **fields_of(group.lines[0], self._letter, language, self._house)}
        yield self._section(words.saw, self._part(code, "saw", shared))
        yield from self._news(group)
        yield self._rows(group)
        yield self._section(words.means, self._part(code, "means", shared))
        yield self._section(words.steps, self._part(code, "steps", shared))
        yield self._section(words.check, self._part(code, "check", example))
        yield self._section(words.mitigation, self._part(code, "mitigation", shared))
        yield self._section(words.due, "\n".join(self._wrapped(self._due(group))) if group.due_at else "")
        yield self._section(words.verification, self._part(code, "verification", shared))
        yield self._section(words.causes, self._part(code, "why", shared))

    def _part(self, code: str, part: Part, fields: dict[str, str | int | float | None]) -> str:
        return self._library.part(code, self._language, part, "text", fields)

    def _news(self, group: Group) -> Iterator[str]:
        for why in (Why.STILL_THERE, Why.RELAPSE, Why.CHANGED):
            count = sum(line.why is why for line in group.lines)
            if count:
                one, many = self._words.news[why]
                yield "\n".join(self._wrapped(one if count == 1 else many.format(count=count)))

    def _due(self, group: Group) -> str:
        if group.due_at is None:
            return ""
        same = all(line.due_at == group.due_at for line in group.lines)
        phrase = self._words.due_by if same else self._words.due_each
        return phrase.format(due=self._moment(group.due_at))

    def _rows(self, group: Group) -> str:
        evidence = evidence_columns(group, self._language)
        lines: list[str] = []
        for line in group.lines[:ROWS_SHOWN]:
            lines += self._item("- ", self._row(line, evidence))
        more = len(group.lines) - ROWS_SHOWN
        if more > 0:
            lines.append(f"  {self._words.rows_more.format(count=f'{more:,}')}")
        return self._section(self._words.rows, "\n".join(lines))

    def _row(self, line: Line, evidence: tuple[tuple[str, str], ...]) -> str:
        words = self._words
        facts = [place(line)]
        if line.address and facts[0] != line.address:
            facts.append(line.address)
        if line.port is not None:
            protocol = f"/{clean(line.transport)}" if line.transport else ""
            facts.append(words.place_port.format(port=line.port) + protocol)
        facts.append(words.last_seen.format(moment=self._moment(line.last_seen_at)))
        if line.why is not Why.NEW:
            facts.append(words.whys[line.why])
        facts += [
            f"{name}{words.colon}{shown(field, line.evidence[field])}"
            for field, name in evidence
            if line.evidence.get(field)
        ]
        return words.separator.join(facts)

    def _closing(self) -> Iterator[str]:
        words, letter = self._words, self._letter
        yield self._heading(words.answer, "=")
        yield "\n".join(self._wrapped(words.answer_text))
        yield ANSWER_LINK
        yield "\n".join(self._wrapped(words.answer_until.format(until=self._moment(letter.link_expires_at))))
        yield "\n".join(self._wrapped(words.attachment.format(name=attachment_name(letter))))
        label = letter.tlp.label
        yield self._section(words.tlp.format(label=label), "\n".join(self._wrapped(words.tlp_meanings[letter.tlp])))
        about = words.about_text.format(house=clean(self._house.name(self._language)), sender=self._house.sender)
        lines = self._wrapped(about)
        if self._house.phone:
            lines += self._wrapped(words.about_phone.format(phone=self._house.phone))
        yield self._section(words.about, "\n".join(lines))
        yield label

    def _moment(self, value: datetime) -> str:
        return written_moment(value, self._letter, self._language, self._house)

    def _wrapped(self, text: str) -> list[str]:
        return wrapped(text, MAIL_WIDTH, self._ambiguous)

    def _item(self, mark: str, text: str) -> list[str]:
        indent = " " * len(mark)
        first, *others = wrapped(text, MAIL_WIDTH - len(mark), self._ambiguous) or [""]
        return [mark + first, *(indent + line for line in others)]

    def _heading(self, title: str, rule: str) -> str:
        return f"{title}\n{rule * min(MAIL_WIDTH, columns(title, self._ambiguous))}"

    def _section(self, title: str, body: str) -> str:
        return f"{self._heading(title, '-')}\n{body}" if body else ""


def attachment_name(letter: Letter) -> str:
    """Name the attached file; ASCII, for old mail programs garble anything else."""
    return f"{written_number(letter.year, letter.number)}.csv"
