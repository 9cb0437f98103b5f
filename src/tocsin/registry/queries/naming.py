"""Things with a name in each language."""

from dataclasses import dataclass
from typing import Protocol


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
        mine, other = (self.name_zh, self.name_en) if language.startswith("zh") else (self.name_en, self.name_zh)
        return mine or other or self.code
