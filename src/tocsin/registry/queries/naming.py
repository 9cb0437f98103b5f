"""Things with a name in each language."""

from dataclasses import dataclass
from typing import Protocol

from tocsin.kernel.words import in_language


class HasNames(Protocol):
    """A row with a code and two names."""

    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """A region, sector, coordinator or organisation, as others point to it."""

    code: str
    name_en: str
    name_zh: str

    @classmethod
    def of(cls, row: HasNames) -> "Named":
        """Read a row."""
        return cls(code=row.code, name_en=row.name_en, name_zh=row.name_zh)

    def name(self, language: str) -> str:
        """Give the name in a language; the other one, then the code, where there is none."""
        return in_language(language, en=self.name_en, zh=self.name_zh) or self.code
