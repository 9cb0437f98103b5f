"""The words that notices are kept under."""

from enum import StrEnum


class RoundMode(StrEnum):
    """Which findings a round tells: what goes out by itself or was sent at the gate, or what waits for the digest."""

    AUTO = "auto"
    DIGEST = "digest"


class Why(StrEnum):
    """Why a finding stands in a notice."""

    NEW = "new"
    #: Told before, and worse or otherwise news since.
    CHANGED = "changed"
    #: Was gone and came back.
    RELAPSE = "relapse"
    #: Its owner said that it is fixed, and it was seen since.
    STILL_THERE = "still_there"


class MailState(StrEnum):
    """Where a mail of the outbox stands."""

    WAITING = "waiting"
    SENT = "sent"
    #: Refused for good, or tried for five days.
    FAILED = "failed"


class Reply(StrEnum):
    """What an owner may say to a notice."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    FIXED = "fixed"
    NOT_OURS = "not_ours"
    DISPUTED = "disputed"


class Way(StrEnum):
    """How an answer came."""

    LINK = "link"
    SIGNED_IN = "signed_in"
    API = "api"
    #: Entered at the desk for the owner, who telephoned or wrote.
    DESK = "desk"


#: Replies that say nothing without a sentence of the owner's.
NEEDS_COMMENT = frozenset({Reply.NOT_OURS, Reply.DISPUTED})
