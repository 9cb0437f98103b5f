"""The subject line of a notice."""

from datetime import datetime

from tocsin.kernel.words import Language
from tocsin.notices.rules.letters import House, Letter
from tocsin.notices.rules.phrases import PHRASES
from tocsin.notices.rules.register import written_number
from tocsin.web.writing import moment

#: Longest line of what is wrong; lists of mails show no more, and every server takes it.
LONGEST_WHAT = 120


def subject_line(letter: Letter, *, what: str, language: Language, house: House) -> str:
    """Write the subject: TLP first (TLP 2.0, section 3), then the number, the worst problem, the deadline.

    Args:
        what: the worst problem as a line ("2 machines offer Remote Desktop to the Internet"), free of line breaks.
    """
    phrases = PHRASES[language]
    if len(what) > LONGEST_WHAT:
        what = what[: LONGEST_WHAT - 1] + phrases.subject_cut
    if len(letter.groups) > 1:
        what = phrases.subject_many.format(count=len(letter.groups), what=what)
    if letter.due_at is not None:
        what += phrases.subject_due.format(due=written_moment(letter.due_at, letter, language, house))
    number = written_number(letter.year, letter.number, language, house.number_prefix_zh)
    return phrases.subject.format(tlp=letter.tlp.label, number=number, what=what)


def written_moment(value: datetime, letter: Letter, language: Language, house: House) -> str:
    """Write a moment as the letter does: in the centre's zone, with the year only where it is not the letter's."""
    return moment(value, language=language, zone=house.zone, now=letter.issued_at)
