"""Words of the first pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.catalogue.queries import words
from tocsin.commandcentre.rules import LastShift, Since
from tocsin.events.queries.sources import SourceRow
from tocsin.events.rules import Timeliness
from tocsin.findings.queries.counts import Late
from tocsin.findings.rules import Action, Status
from tocsin.web.entry import reader_language
from tocsin.web.phrases import Phrase
from tocsin.web.writing import day, duration, moment, thousands

#: What owners say, as it reads in a list.
_SAID: Mapping[str, Phrase] = {
    Action.ANSWER_RECEIVED: gettext_lazy("“Received”"),
    Action.ANSWER_IN_WORK: gettext_lazy("“In work”"),
    Action.ANSWER_FIXED: gettext_lazy("“Fixed”"),
    Action.ANSWER_DISPUTED: gettext_lazy("“We disagree”"),
    Action.ANSWER_NOT_OURS: gettext_lazy("“Not ours”"),
    Action.ASK_TIME: gettext_lazy("“We need more time”"),
    Action.ASK_ACCEPTANCE: gettext_lazy("“We ask to accept the risk”"),
}


def title_of(problem: str) -> str:
    """Give a problem's title in the reader's language."""
    return words(problem, reader_language()).title


def arrived(rows: int, shift: LastShift, *, now: datetime) -> str:
    """Say how much came in since somebody last looked."""
    count = thousands(rows)
    if shift.since is Since.OVERNIGHT:
        return ngettext("%(count)s row overnight.", "%(count)s rows overnight.", rows) % {"count": count}
    return ngettext("%(count)s row since %(day)s.", "%(count)s rows since %(day)s.", rows) % {
        "count": count,
        "day": day(shift.day, language=reader_language(), today=timezone.localdate(now)),
    }


def waiting(groups: int) -> str:
    """Say how many groups wait at the gate."""
    if not groups:
        return _("Nothing waits for you.")
    return ngettext("%(count)s group waits for you.", "%(count)s groups wait for you.", groups) % {
        "count": thousands(groups)
    }


def source_note(state: SourceRow, *, now: datetime) -> str:
    """Say when a source sent last and how much, or how long it has been silent."""
    language = reader_language()
    if state.last_at is None:
        return _("nothing yet")
    if state.timeliness is Timeliness.SILENT and state.expected_every_h is not None:
        return _("nothing for %(time)s, usually every %(rhythm)s") % {
            "time": duration(now - state.last_at, language=language),
            "rhythm": duration(timedelta(hours=state.expected_every_h), language=language),
        }
    at = moment(state.last_at, language=language, zone=timezone.get_current_timezone(), now=now)
    return ngettext("%(at)s, %(count)s row", "%(at)s, %(count)s rows", state.last_rows or 0) % {
        "at": at,
        "count": thousands(state.last_rows),
    }


def last_word(late: Late, *, now: datetime) -> str:
    """Say what an owner said last, and what became of it."""
    language = reader_language()
    if late.said is None or late.said_at is None:
        return _("No answer")
    today = timezone.localdate(now)
    said = _("%(said)s, %(day)s") % {
        "said": _SAID.get(late.said, late.said),
        "day": day(timezone.localdate(late.said_at), language=language, today=today),
    }
    if late.row.status is Status.STILL_THERE and late.row.last_seen_at > late.said_at:
        return _("%(said)s; still there %(day)s") % {
            "said": said,
            "day": day(timezone.localdate(late.row.last_seen_at), language=language, today=today),
        }
    return said
