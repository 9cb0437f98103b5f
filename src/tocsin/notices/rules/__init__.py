"""The pure core of notices: who gets what and why, by when, under which number and mark, and what the words are."""

from tocsin.notices.rules.clocks import working_days_left
from tocsin.notices.rules.letters import (
    ANSWER_LINK,
    Group,
    House,
    Letter,
    Line,
    by_place,
    due_when_told,
    grouped,
    link_expiry,
    sendable_mark,
    why_told,
)
from tocsin.notices.rules.phrases import COLUMNS, PHRASES, Phrases
from tocsin.notices.rules.recipients import ROLES, Recipient, editions_needed, recipients
from tocsin.notices.rules.register import register_year, written_number
from tocsin.notices.rules.subjects import subject_line, written_moment
from tocsin.notices.rules.words import NEEDS_COMMENT, MailState, Reply, RoundMode, Way, Why

__all__ = [
    "ANSWER_LINK",
    "COLUMNS",
    "NEEDS_COMMENT",
    "PHRASES",
    "ROLES",
    "Group",
    "House",
    "Letter",
    "Line",
    "MailState",
    "Phrases",
    "Recipient",
    "Reply",
    "RoundMode",
    "Way",
    "Why",
    "by_place",
    "due_when_told",
    "editions_needed",
    "grouped",
    "link_expiry",
    "recipients",
    "register_year",
    "sendable_mark",
    "subject_line",
    "why_told",
    "working_days_left",
    "written_moment",
    "written_number",
]
