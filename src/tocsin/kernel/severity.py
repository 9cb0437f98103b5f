"""How bad a finding is, in five steps."""

from enum import IntEnum

from tocsin.kernel.errors import Invalid


class Severity(IntEnum):
    """Order matters: a higher number is worse. The words are those of Shadowserver's `severity` column."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Give the lower-case English word, the stable name in files and the API."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Severity":
        """Read a word in any case.

        Raises:
            Invalid: the word is none of the five.
        """
        try:
            return cls[word.strip().upper()]
        except KeyError as error:
            known = ", ".join(step.word for step in cls)
            raise Invalid(f"'{word}' is no severity; one of: {known}.") from error
