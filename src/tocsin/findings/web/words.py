"""The words of findings on pages."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tocsin.catalogue.queries import words
from tocsin.findings.queries.filters import Group
from tocsin.findings.queries.listing import FindingRow
from tocsin.findings.rules import ACTIONS, Action, By, Status, label, translator
from tocsin.findings.rules.clocks import DeadlineRow, Unit
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.rules.said import Said
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.web import writing
from tocsin.web.components import Chip, Tone, Who, status_chip
from tocsin.web.entry import reader_language
from tocsin.web.phrases import Phrase

STATUS_TONES: Mapping[Status, Tone] = {
    Status.WAITING_AT_GATE: Tone.MEDIUM,
    Status.STILL_THERE: Tone.HIGH,
    Status.DISPUTED: Tone.MEDIUM,
    Status.NOT_OURS_CLAIMED: Tone.MEDIUM,
    Status.TIME_ASKED: Tone.MEDIUM,
    Status.ACCEPTANCE_ASKED: Tone.MEDIUM,
    Status.IN_WORK: Tone.LOW,
    Status.FIX_CLAIMED: Tone.LOW,
    Status.VERIFYING: Tone.LOW,
    Status.VERIFIED: Tone.GOOD,
    Status.CONFIRMED: Tone.GOOD,
}
GROUPS: Mapping[Group, Phrase] = {Group.OPEN: _("Open"), Group.CLOSED: _("Closed"), Group.ALL: _("All")}
ATTRIBUTED_BY: Mapping[str, Phrase] = {
    "url": _("a registered URL"),
    "host": _("a registered host"),
    "domain": _("a registered domain"),
    "prefix": _("a registered network"),
    "asn": _("a registered AS number"),
}
UNITS: Mapping[Unit, Phrase] = {
    Unit.HOURS: _("hours"),
    Unit.CALENDAR_DAYS: _("calendar days"),
    Unit.WORKING_DAYS: _("working days"),
}
DECISIONS: Mapping[Decision, Phrase] = {
    Decision.SEND: _("Send"),
    Decision.HOLD: _("Go on holding"),
    Decision.DROP: _("Drop"),
}
#: What each action does, as the page that asks twice says it; one sentence each.
CONSEQUENCES: Mapping[Action, tuple[Phrase, ...]] = {
    Action.HOLD: (_("The finding waits at the gate; its owner is not told until somebody sends it."),),
    Action.SEND: (_("The next round tells its owner."),),
    Action.DROP: (_("It stays recorded and counted; its owner is not told."),),
    Action.CONFIRM_CLOSED: (
        _("The finding closes as fixed, on the owner's word and your name."),
        _("If it is seen again within 90 days, it opens as a relapse."),
    ),
    Action.MARK_FALSE_POSITIVE: (
        _("The finding closes; sightings no longer open it."),
        _("After 365 days it opens again by itself, to be looked at."),
    ),
    Action.ACCEPT_RISK: (
        _("The finding closes until the date that you give; sightings no longer open it."),
        _("On that date it opens again and its owner is told."),
    ),
    Action.CONFIRM_NOT_OURS: (
        _("The finding closes for this organisation."),
        _("Nobody else is told by it: correct the asset in the registry, and its owner will be."),
    ),
    Action.HAND_OVER: (
        _("This episode ends. If it is seen again, a clean one begins for whoever owns the asset then."),
        _("The organisation learns that it ended, not why."),
    ),
    Action.MARK_DUPLICATE: (_("The finding closes; sightings no longer open it."),),
    Action.GRANT_TIME: (_("The deadline moves to the date that you give."),),
    Action.REFUSE: (
        _("The clock goes on; what is left of a pause is taken back."),
        _("The next round tells the owner."),
    ),
    Action.REOPEN: (
        _("The finding opens again, as not tested; earlier looks and answers no longer count."),
        _("The next round tells its owner, and the clock begins anew."),
    ),
    Action.ANSWER_RECEIVED: (_("We know that you have it. The deadline stays."),),
    Action.ANSWER_IN_WORK: (_("The deadline waits until the date that you give: once, and as long as policy allows."),),
    Action.ANSWER_FIXED: (_("We look again: the finding closes when reports or a check no longer show it."),),
    Action.ANSWER_DISPUTED: (_("An analyst looks at it and answers you."),),
    Action.ANSWER_NOT_OURS: (
        _("An analyst looks at it; the deadline waits three days at most."),
        _("Nobody else is told by your answer."),
    ),
    Action.ASK_TIME: (_("An analyst decides about the date that you ask for; until then the deadline stays."),),
    Action.ASK_ACCEPTANCE: (_("An analyst decides; until then the deadline stays."),),
}
#: Acts that end something for the owner, drawn as dangerous.
GRAVE = frozenset(
    {
        Action.MARK_FALSE_POSITIVE,
        Action.ACCEPT_RISK,
        Action.CONFIRM_NOT_OURS,
        Action.HAND_OVER,
        Action.MARK_DUPLICATE,
        Action.DROP,
    }
)


def of_rules(word: StrEnum) -> str:
    """Say a word of the rules in the reader's language."""
    return translator(reader_language())(label(word))


def said(sentence: Said) -> str:
    """Say a sentence of the rules in the reader's language."""
    return sentence.text(translator(reader_language()))


def finding_chip(status: Status) -> Chip:
    """Show how a finding stands."""
    return status_chip(of_rules(status), STATUS_TONES.get(status, Tone.INFO))


def relapse_chip(relapses: int) -> Chip:
    """Show that it came back, and how often when more than once."""
    text = ngettext("relapse", "{count} relapses", relapses).format(count=relapses)
    return status_chip(text, Tone.CRITICAL)


def late_chip(due_at: datetime, now: datetime) -> Chip:
    """Show how late it is."""
    length = writing.duration(now - due_at, language=reader_language())
    return status_chip(gettext("{length} late").format(length=length), Tone.CRITICAL)


def title(code: str) -> str:
    """Give the problem's title."""
    return words(code, reader_language()).title


def when(value: datetime | None) -> str:
    """Write a time within a sentence."""
    if value is None:
        return writing.NOTHING
    zone = timezone.get_current_timezone()
    return writing.moment(value, language=reader_language(), zone=zone, now=timezone.now())


def short_day(value: date) -> str:
    """Write a day within a phrase."""
    return writing.day(value, language=reader_language(), today=timezone.localdate())


def place(row: FindingRow, *, short: bool = False) -> str:
    """Say where it is: address or name, with port and protocol; in short without what everybody expects (tcp)."""
    where = row.subject
    if row.port is None or row.subject_kind == "url":
        return where
    where = f"[{where}]" if ":" in where else where
    known = not row.transport or (short and row.transport == "tcp")
    return f"{where}:{row.port}" if known else f"{where}:{row.port}/{row.transport}"


def who_of(action: Action, side: str) -> Who:
    """Say whose a line of the timeline is: a telling is ours, though the machine does it."""
    if side == "telling":
        return Who.US
    return {By.MACHINE: Who.MACHINE, By.OWNER: Who.OWNER, By.COORDINATOR: Who.US}[ACTIONS[action].by]


def reason_text(reason: str) -> str:
    """Say a reason: what the machine gives as a word is put into a sentence, what a person wrote stays."""
    word, _colon, rest = reason.partition(":")
    values = rest.split(":")
    if word == "worse" and len(values) == len(("before", "after")):
        before, after = (severity_word(value) for value in values)
        return gettext("Worse than before: {before} became {after}.").format(before=before, after=after)
    if word == "looks" and rest.isdecimal():
        return ngettext(
            "{count} full look in a row without it.", "{count} full looks in a row without it.", int(rest)
        ).format(count=rest)
    if word == "quiet" and len(values) == len(("days", "looks")):
        return gettext("{days} days without a hit, {looks} of them covered.").format(days=values[0], looks=values[1])
    return reason


def severity_word(word: str) -> str:
    """Say a severity in the reader's language."""
    return translator(reader_language())(Severity.from_word(word).word)


def gate_mode(mode: GateMode) -> str:
    """Say what the gate does."""
    return of_rules(mode)


def deadline_text(row: DeadlineRow | None) -> str:
    """Say a deadline: "5 working days"."""
    if row is None:
        return gettext("none")
    forms = {
        Unit.HOURS: ("{count} hour", "{count} hours"),
        Unit.CALENDAR_DAYS: ("{count} day", "{count} days"),
        Unit.WORKING_DAYS: ("{count} working day", "{count} working days"),
    }[row.unit]
    return said(Said(msgid=forms[row.amount != 1], values={"count": row.amount}))
