"""What goes into the log, and what does not: a live answer link is a key, and a log is read by more than its owner."""

import logging
import re

#: What follows /answer/ up to the end of that step of the path, also where the address stands inside another one.
_TOKEN = re.compile(r"((?:/|%2f)answer(?:/|%2f))[^\s/?#&\"'<>%]+", re.IGNORECASE)
_HIDDEN = r"\1[hidden]"


class WithoutAnswerLinks(logging.Formatter):
    """Takes the tokens of answer links out of the finished line: message, arguments, traceback, whoever wrote it.

    No filter, which sees a record before its message, its exception and its stack are put together.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        return _TOKEN.sub(_HIDDEN, super().format(record))
