"""One finding as components: its three sides in words, whose it is and why, what happened."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.catalogue.fields import label as field_label
from tocsin.catalogue.fields import written
from tocsin.findings.queries.details import FindingInFull, Happened
from tocsin.findings.rules import Action, Coordinator, Due, Machine, Owner, Strength, Telling
from tocsin.findings.services import OWNER_CHANGED
from tocsin.findings.web.list_pages import organisation_url
from tocsin.findings.web.words import (
    ATTRIBUTED_BY,
    finding_chip,
    of_rules,
    reason_text,
    said,
    short_day,
    when,
    who_of,
)
from tocsin.kernel.words import in_language
from tocsin.web import writing
from tocsin.web.components import (
    Definition,
    Definitions,
    Entry,
    Link,
    Mode,
    Side,
    ThreeSides,
    Timeline,
    Tone,
    Who,
    mode_chip,
)
from tocsin.web.entry import reader_language

#: Days of coverage on the page.
_SHOWN_DAYS = 7
_STRENGTHS = {Strength.FULL: Mode.FULL, Strength.WEAK: Mode.WEAK, Strength.NONE: Mode.NONE}


def sides(found: FindingInFull, *, desk: bool, now: datetime) -> ThreeSides:
    """Say where each side stands, and why."""
    return ThreeSides(machine=_machine(found), owner=_owner(found), us=_us(found, desk, now))


def _machine(found: FindingInFull) -> Side:
    claimed = found.owner is Owner.CLAIMS_FIXED
    seen = _last_seen(found)
    if found.machine is Machine.SEEN:
        state = _("Still there") if claimed else _("There")
        return Side(state=state, text=_sentences(seen, _looks(found)), tone=Tone.HIGH if claimed else None)
    if found.machine is Machine.UNSEEN:
        return Side(
            state=of_rules(Machine.UNSEEN),
            text=_sentences(seen, _looks(found)),
            tone=Tone.GOOD if found.closing is not None else None,
        )
    why = (
        _("Nothing has looked since the owner's answer.") if claimed else _("Nothing has looked since it was reopened.")
    )
    return Side(state=of_rules(Machine.UNTESTED), text=_sentences(seen, _looks(found) or why))


def _last_seen(found: FindingInFull) -> str:
    count = sum(sight.count for sight in found.sights)
    text = ngettext(
        "Last seen {when}, by {sources}; {count} event so far.",
        "Last seen {when}, by {sources}; {count} events so far.",
        count,
    )
    sources = writing.joined([sight.source for sight in found.sights], language=reader_language())
    return text.format(when=when(found.row.last_seen_at), sources=sources, count=writing.thousands(count))


def _looks(found: FindingInFull) -> str:
    """Say how often it was looked for since."""
    looks = found.looks
    if looks is None:
        return ""
    values = {"covered": looks.covered, "needed": looks.needed, "days": looks.quiet_days}
    if not looks.all_looked:
        return _("No full look without it so far; {needed} are needed.").format(**values)
    if looks.quiet_days is None:
        return _("{covered} of {needed} full looks in a row without it.").format(**values)
    return _("Quiet after {days} days without a hit, {needed} of them covered; {covered} are so far.").format(**values)


def _owner(found: FindingInFull) -> Side:
    if found.owner is Owner.SILENT:
        told = {
            Telling.INVENTORY: _("Its owner is not asked: it is recorded only."),
            Telling.UNTOLD: _("Its owner has not been told yet."),
            Telling.TOLD: _("Its owner was told and has not answered."),
        }
        return Side(state=of_rules(Owner.SILENT), text=told[found.telling])
    line = next((one for one in found.timeline if one.side == "owner"), None)
    parts = []
    if line is not None:
        parts.append(_("{when}, by {who}.").format(when=when(line.at), who=line.actor))
        if line.reason:
            parts.append(_("“{text}”").format(text=line.reason))
    if found.owner_until is not None:
        parts.append(_("Until {when}.").format(when=when(found.owner_until)))
    return Side(state=of_rules(found.owner), text=_sentences(*parts))


def _us(found: FindingInFull, desk: bool, now: datetime) -> Side:
    if found.closing is not None:
        line = next((one for one in found.timeline if one.after == found.closing.value), None)
        parts = [_("Closed {when}.").format(when=when(found.closed_at))]
        if line is not None and line.reason:
            parts.append(_("{who}: {reason}").format(who=line.actor, reason=_why(line, found, desk=desk)))
        if found.expires_at is not None:
            parts.append(_("Opens again {when}.").format(when=when(found.expires_at)))
        return Side(state=of_rules(found.closing), text=_sentences(*parts))
    if found.coordinator is Coordinator.HELD:
        why = said(found.why_held) if found.why_held is not None else ""
        held = _("Held: {why}. Nobody is told until somebody decides.").format(why=why)
        return Side(state=of_rules(Coordinator.HELD), text=held, tone=Tone.MEDIUM)
    due = found.row.due_at
    if due is None:
        state = of_rules(Coordinator.OPEN)
    elif found.row.overdue:
        state = _("Open, {length} late").format(length=writing.duration(now - due, language=reader_language()))
    else:
        state = _("Open, {length} left").format(length=writing.duration(due - now, language=reader_language()))
        if due <= now:
            state = _("Open, the deadline has passed")
    return Side(
        state=state, text=_sentences(_deadline(found), _next(found)), tone=Tone.CRITICAL if found.row.overdue else None
    )


def _deadline(found: FindingInFull) -> str:
    why = said(found.why_deadline) if found.why_deadline is not None else ""
    if found.row.due_at is None:
        return (
            _("The clock begins when its owner is told ({why}).").format(why=why) if why else _("No deadline is set.")
        )
    text = _("Due {when} ({why}).").format(when=when(found.row.due_at), why=why) if why else when(found.row.due_at)
    if found.paused_s:
        length = writing.duration(found.paused_s, language=reader_language())
        text = _sentences(text, _("The clock stood still for {length}.").format(length=length))
    return text


def _next(found: FindingInFull) -> str:
    return "" if found.due is Due.NONE else _("Next: {due}.").format(due=of_rules(found.due))


def _sentences(*parts: str) -> str:
    """Put sentences after each other; Chinese needs no space."""
    glue = "" if reader_language().value.startswith("zh") else " "
    return glue.join(part for part in parts if part)


def whose(found: FindingInFull, *, desk: bool) -> Definitions:
    """Say whose it is, and why."""
    row, language = found.row, reader_language()
    sector = in_language(language, en=found.sector_en, zh=found.sector_zh)
    level = (
        _("{sector}, tier {tier}, critical infrastructure") if row.critical else _("{sector}, tier {tier}")
    ).format(sector=sector, tier=found.tier)
    since = (
        _("registered {when}").format(when=when(found.asset_since))
        if found.asset_since is not None
        else _("registered without a beginning")
    )
    kind = ATTRIBUTED_BY.get(found.attributed_by, found.attributed_by)
    items = [
        Definition(
            term=_("Organisation"),
            value=Link(label=row.organisation(language), url=organisation_url(row.organisation_id)),
            why=level,
        ),
        Definition(term=_("By"), value=found.asset_value, why=_("{kind}, {since}").format(kind=kind, since=since)),
    ]
    if found.ptr:
        items.append(
            Definition(
                term=_("Not by"), value=found.ptr, why=_("a reverse DNS name: whoever sets it could choose anybody")
            )
        )
    if desk:
        items += [
            Definition(
                term=_("Another episode"),
                value=Link(
                    label=_("Episode {number}").format(number=other.episode),
                    url=reverse("findings:finding", args=[other.public_id]),
                ),
                why=_("{organisation}, {state}").format(
                    organisation=other.organisation(language),
                    state=of_rules(other.closing) if other.closing is not None else of_rules(Coordinator.OPEN),
                ),
            )
            for other in found.episodes
        ]
    return Definitions(items=tuple(items))


def facts(found: FindingInFull) -> Definitions:
    """Say what was seen, and why it is graded so."""
    language = reader_language()
    items = [
        Definition(term=_("Status"), value=finding_chip(found.row.status)),
        Definition(
            term=_("Severity"),
            value=found.row.severity,
            why=writing.joined([said(step) for step in found.why_severity], language=language)
            or _("as graded when it was seen"),
        ),
        *(
            Definition(term=field_label(name, language), value=written(name, value))
            for name, value in sorted(found.evidence.items())
        ),
        Definition(term=_("First seen"), value=found.row.first_seen_at),
        Definition(term=_("Last seen"), value=found.row.last_seen_at),
        Definition(term=_("Id"), value=found.row.public_id),
    ]
    return Definitions(items=tuple(items))


def looked_at(found: FindingInFull) -> Definitions | None:
    """Say what the newest reports could have seen; null where none is known, or the reader may not know."""
    if not found.covered:
        return None
    return Definitions(
        items=tuple(
            Definition(
                term=_("{type}, {day}").format(type=held.report_type, day=short_day(held.day)),
                value=mode_chip(_STRENGTHS[held.strength]),
                why=said(held.said),
            )
            for held in found.covered[:_SHOWN_DAYS]
        )
    )


def history(found: FindingInFull, *, desk: bool) -> Timeline:
    """Say what happened, newest first; the opening last."""
    opened = Entry(
        at=found.row.opened_at,
        who=Who.MACHINE,
        text=_("Opened: seen in {report} ({source}).").format(report=found.report_type, source=found.source),
        note=_("First seen {when}.").format(when=when(found.row.first_seen_at)),
    )
    return Timeline(entries=(*(_entry(line, found, desk=desk) for line in found.timeline), opened))


def _entry(line: Happened, found: FindingInFull, *, desk: bool) -> Entry:
    text = of_rules(line.action)
    if line.action is Action.TELL:
        text = _("Notice sent to the owner.")
    elif line.action is Action.SIGHTED and line.before == line.after:
        text = _("Seen in a worse state.")
    elif line.side == "owner" and line.after in set(Owner):
        # As a report about the owner, whoever reads it: "Says it is fixed".
        text = of_rules(Owner(line.after))
    links: tuple[Link, ...] = ()
    if line.notice_id is not None:
        links = (Link(label=_("Notice"), url=f"/notices/{line.notice_id}/"),)
    who = who_of(line.action, line.side)
    by = "" if who is Who.MACHINE or line.action is Action.TELL else line.actor
    reason = _why(line, found, desk=desk)
    hidden = _("for the desk only") if line.desk_only else ""
    note = writing.joined([part for part in (by, hidden) if part], language=reader_language())
    if reason and note:
        note = _("{who}: {reason}").format(who=note, reason=reason)
    return Entry(at=line.at, who=who, text=text, note=note or reason, links=links)


def _why(line: Happened, found: FindingInFull, *, desk: bool) -> str:
    """Say the reason of a line; of a change of hands each reader is told what concerns it, and no more."""
    if line.reason != OWNER_CHANGED:
        return reason_text(line.reason)
    until = when(line.at)
    if not desk:
        return _("This was yours until {when}.").format(when=until)
    if not line.desk_only:
        return _("Its owner reads that it was theirs until {when}.").format(when=until)
    language = reader_language()
    old = found.row.organisation(language)
    # Whoever follows later, by a report, got nothing from this owner.
    new = next((episode for episode in found.episodes if episode.opened_at == line.at), None)
    if new is None:
        return _("From {old} to nobody: no registered asset holds it.").format(old=old)
    return _("From {old} to {new}, as the registry has it.").format(old=old, new=new.organisation(language))
