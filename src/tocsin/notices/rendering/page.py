"""The HTML part of a notice's mail: tables and plain elements, no styles, no scripts, nothing from elsewhere.

Mail programs drop style sheets (QQ, 163) or read them their own way (Outlook), and our pages, which show the same
HTML, forbid them; so colours and rules are attributes of old HTML, which all of them keep.
"""

from collections.abc import Iterator
from datetime import datetime
from html import escape

from tocsin.catalogue.filling import Value, clean
from tocsin.catalogue.rules import Part
from tocsin.kernel.tlp import Tlp
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
from tocsin.notices.rendering.plain import ROWS_SHOWN, attachment_name
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

#: Text on black (TLP 2.0, section 3.3).
_TLP_COLOURS = {
    Tlp.RED: "#FF2B2B",
    Tlp.AMBER_STRICT: "#FFC000",
    Tlp.AMBER: "#FFC000",
    Tlp.GREEN: "#33FF00",
    Tlp.CLEAR: "#FFFFFF",
}
_INK, _INK_2, _LINE, _SUNK, _ACT, _RED = "#16202e", "#4a5768", "#d9dfe6", "#edf0f4", "#1d4ed8", "#8f1d2c"


def as_html(letter: Letter, *, language: Language, house: House, library: Library) -> str:
    """Write the whole mail as what stands in its body element."""
    return _Page(letter, language, house, library).html()


class _Page:
    """One letter in one language, on its way to HTML."""

    def __init__(self, letter: Letter, language: Language, house: House, library: Library) -> None:
        self._letter = letter
        self._language = language
        self._house = house
        self._library = library
        self._words = PHRASES[language]

    def html(self) -> str:
        """Join the parts, a line each: short lines pass through every server."""
        return "\n".join(self._parts()) + "\n"

    def _parts(self) -> Iterator[str]:
        yield from self._head()
        yield from self._summary()
        for number, group in enumerate(self._letter.groups, 1):
            yield from self._problem(number, group)
        yield from self._closing()

    def _head(self) -> Iterator[str]:
        words, letter = self._words, self._letter
        number = written_number(letter.year, letter.number, self._language, self._house.number_prefix_zh)
        issued = long_day(letter.issued_at.astimezone(self._house.zone), language=self._language)
        yield '<table width="100%" border="0" cellspacing="0" cellpadding="6"><tr>'
        yield f'<td><font color="{_INK}"><b>{_text(self._house.name(self._language))}</b></font></td>'
        yield f'<td align="right">{self._tlp()}</td></tr></table>'
        yield '<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr>'
        yield f'<td height="2" bgcolor="{_RED}"></td></tr></table>'
        yield f'<p><font color="{_INK_2}">{words.kind} {escape(number)} · {escape(issued)}<br>'
        yield f"{words.addressee}{words.colon}{_text(letter.name(self._language))}</font></p>"

    def _tlp(self) -> str:
        tlp = self._letter.tlp
        return (
            '<table border="0" cellspacing="0" cellpadding="4" align="right"><tr><td bgcolor="#000000">'
            f'<font color="{_TLP_COLOURS[tlp]}"><b>{tlp.label}</b></font></td></tr></table>'
        )

    def _summary(self) -> Iterator[str]:
        words, groups = self._words, self._letter.groups
        if len(groups) == 1:
            yield f"<h1>{_text(self._library.plural(groups[0].problem, self._language, len(groups[0].lines)))}</h1>"
            yield self._due_bar(groups[0])
            yield f"<p>{escape(words.greeting_one)}</p>"
            return
        yield f"<p>{escape(words.greeting_many.format(count=len(groups)))}</p>"
        yield _TABLE
        for number, group in enumerate(groups, 1):
            plural = self._library.plural(group.problem, self._language, len(group.lines))
            due = words.no_due if group.due_at is None else words.by.format(due=self._moment(group.due_at))
            yield (
                f"<tr><td>{number}.</td><td><b>{_text(plural)}</b></td>"
                f"<td>{words.severities[group.severity]}</td><td>{escape(due)}</td></tr>"
            )
        yield "</table>"

    def _due_bar(self, group: Group) -> str:
        words = self._words
        due = words.no_due if group.due_at is None else words.due_by.format(due=self._moment(group.due_at))
        return (
            f'<table width="100%" border="0" cellspacing="0" cellpadding="10"><tr><td bgcolor="{_SUNK}">'
            f"<b>{escape(due)}</b></td>"
            f'<td bgcolor="{_SUNK}" align="right">{words.severities[group.severity]}</td></tr></table>'
        )

    def _problem(self, number: int, group: Group) -> Iterator[str]:
        code, language, words = group.problem, self._language, self._words
        if len(self._letter.groups) > 1:
            title = words.problem_numbered.format(number=number, title=self._library.title(code, language))
            yield f'<hr size="1" color="{_LINE}">'
            yield f"<h2>{_text(title)}</h2>"
        shared = {**constants(code), **shared_fields(group, self._letter, language, self._house)}
        example = {**constants(code), **fields_of(group.lines[0], self._letter, language, self._house)}
        yield from self._section(words.saw, self._part(code, "saw", shared))
        yield from self._news(group)
        yield from self._rows(group)
        yield from self._section(words.means, self._part(code, "means", shared))
        yield from self._section(words.steps, self._part(code, "steps", shared))
        yield from self._section(words.check, self._part(code, "check", example))
        yield from self._section(words.mitigation, self._part(code, "mitigation", shared))
        if group.due_at is not None:
            same = all(line.due_at == group.due_at for line in group.lines)
            phrase = (words.due_by if same else words.due_each).format(due=self._moment(group.due_at))
            yield from self._section(words.due, f"<p><b>{escape(phrase)}</b></p>")
        yield from self._section(words.verification, self._part(code, "verification", shared))
        yield from self._section(words.causes, self._part(code, "why", shared))

    def _part(self, code: str, part: Part, fields: dict[str, Value]) -> str:
        return self._library.part(code, self._language, part, "html", fields)

    def _section(self, title: str, body: str) -> Iterator[str]:
        if body:
            yield f"<h3>{escape(title)}</h3>"
            yield body

    def _news(self, group: Group) -> Iterator[str]:
        for why in (Why.STILL_THERE, Why.RELAPSE, Why.CHANGED):
            count = sum(line.why is why for line in group.lines)
            if count:
                one, many = self._words.news[why]
                yield f"<p><b>{escape(one if count == 1 else many.format(count=count))}</b></p>"

    def _rows(self, group: Group) -> Iterator[str]:
        words = self._words
        evidence = evidence_columns(group, self._language)
        with_news = any(line.why is not Why.NEW for line in group.lines)
        heads = [words.rows, words.columns_shown["last_seen"]] + ([words.columns_shown["news"]] if with_news else [])
        yield _TABLE
        cells = "".join(f'<th align="left" bgcolor="{_SUNK}">{escape(head)}</th>' for head in heads)
        yield f"<tr>{cells}</tr>"
        for line in group.lines[:ROWS_SHOWN]:
            yield self._row(line, evidence, with_news=with_news)
        yield "</table>"
        more = len(group.lines) - ROWS_SHOWN
        if more > 0:
            yield f"<p>{escape(words.rows_more.format(count=f'{more:,}'))}</p>"

    def _row(self, line: Line, evidence: tuple[tuple[str, str], ...], *, with_news: bool) -> str:
        """Write a row; the evidence stands under the place, so that a phone shows the table whole."""
        where, words = place(line), self._words
        facts = [line.address] if line.address and line.address != where else []
        if line.port is not None:
            protocol = f"/{clean(line.transport)}" if line.transport else ""
            facts.append(words.place_port.format(port=line.port) + protocol)
        facts += [
            f"{name}{words.colon}{shown(field, line.evidence[field])}"
            for field, name in evidence
            if line.evidence.get(field)
        ]
        below = "".join(f'<br><font color="{_INK_2}">{escape(fact)}</font>' for fact in facts)
        cells = [f"<code><b>{escape(where)}</b></code>{below}", escape(self._moment(line.last_seen_at))]
        if with_news:
            cells.append(words.whys[line.why])
        return "<tr>" + "".join(f'<td valign="top">{cell}</td>' for cell in cells) + "</tr>"

    def _closing(self) -> Iterator[str]:
        words, letter = self._words, self._letter
        yield f'<hr size="1" color="{_LINE}">'
        yield f"<h2>{escape(words.answer)}</h2>"
        yield f"<p>{escape(words.answer_text)}</p>"
        yield f'<table border="0" cellspacing="0" cellpadding="12"><tr><td bgcolor="{_ACT}">'
        yield f'<a href="{ANSWER_LINK}"><font color="#ffffff"><b>{escape(words.answer_link)}</b></font></a>'
        yield "</td></tr></table>"
        yield f"<p>{escape(words.answer_until.format(until=self._moment(letter.link_expires_at)))}</p>"
        yield f"<p>{escape(words.attachment.format(name=attachment_name(letter)))}</p>"
        yield f"<h3>{escape(words.tlp.format(label=letter.tlp.label))}</h3>"
        yield f"<p>{escape(words.tlp_meanings[letter.tlp])}</p>"
        yield f"<h3>{escape(words.about)}</h3>"
        about = words.about_text.format(house=clean(self._house.name(self._language)), sender=self._house.sender)
        phone = words.about_phone.format(phone=self._house.phone) if self._house.phone else ""
        yield f"<p>{escape(about)}{'<br>' + escape(phone) if phone else ''}</p>"
        yield self._tlp()

    def _moment(self, value: datetime) -> str:
        return written_moment(value, self._letter, self._language, self._house)


_TABLE = f'<table width="100%" border="1" bordercolor="{_LINE}" cellspacing="0" cellpadding="6">'


def _text(value: str) -> str:
    """Escape a value that may come from elsewhere, as one line."""
    return escape(clean(value))
