"""Puts a letter into a language: subject, text, HTML, table. Reads the catalogue; equal in, equal out."""

from dataclasses import dataclass

from tocsin.kernel.words import Language
from tocsin.notices.rendering.library import Library
from tocsin.notices.rendering.page import as_html
from tocsin.notices.rendering.plain import as_text
from tocsin.notices.rendering.table import as_csv
from tocsin.notices.rules import House, Letter, subject_line

__all__ = ["Edition", "Library", "render"]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A letter in one language. `rules.ANSWER_LINK` stands in text and HTML where the reply link belongs."""

    language: Language
    #: One line.
    subject: str
    #: Lines of at most 72 columns, but for commands and addresses; ends with a line break.
    text: str
    #: What stands in the body element.
    html: str
    #: Without byte order mark; lines end with CR LF (RFC 4180).
    csv: str


def render(letter: Letter, *, language: Language, house: House, library: Library) -> Edition:
    """Write a letter in a language.

    Args:
        library: keeps what was rendered once for the other letters of a round.
    """
    worst = letter.groups[0]
    what = library.plural(worst.problem, language, len(worst.lines))
    return Edition(
        language=language,
        subject=subject_line(letter, what=what, language=language, house=house),
        text=as_text(letter, language=language, house=house, library=library),
        html=as_html(letter, language=language, house=house, library=library),
        csv=as_csv(letter, language=language, house=house, library=library),
    )
