"""What can go wrong with notices, for callers that can say so."""

from typing import ClassVar

from tocsin.kernel.errors import Conflict, DomainError, Invalid, NotFound


class NothingToTell(Conflict):
    """There is nothing new that could be told to anybody who can be reached."""

    slug: ClassVar[str] = "nothing-to-tell"


class RoundChanged(Conflict):
    """The round has changed since you looked at it. Look again, then send it."""

    slug: ClassVar[str] = "round-changed"


class StrangeFinding(Conflict):
    """A notice was about to hold a finding of somebody else. Nothing was issued; report this."""

    slug: ClassVar[str] = "strange-finding"


class LinkDead(NotFound):
    """This link is not valid, or no longer. Your newest notice has one that works."""

    slug: ClassVar[str] = "link-dead"


class AnswerIncomplete(Invalid):
    """Something is missing in the answer."""

    slug: ClassVar[str] = "answer-incomplete"


class TooManyAnswers(DomainError):
    """This notice has been answered too often by its link; nothing was kept. Wait, then send it again."""

    slug: ClassVar[str] = "too-many-answers"
    status: ClassVar[int] = 429

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes=minutes)
        #: Until the next one is taken.
        self.minutes = minutes
