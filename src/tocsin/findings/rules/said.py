"""A sentence that a rule gives as its reason: a msgid and its values, put into a language where it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Said:
    """A msgid of `texts.py` with named values; a value may itself be something said."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Fill the sentence in; `translate` is gettext's, or nothing for English."""
        return translate(self.msgid).format(
            **{name: value.text(translate) if isinstance(value, Said) else value for name, value in self.values.items()}
        )


def counted(singular: str, plural: str, count: int) -> Said:
    """Say a number of things; the msgids hold `{count}`."""
    return Said(msgid=singular if count == 1 else plural, values={"count": count})
