"""How a notice's number is counted and written."""

from datetime import datetime, tzinfo

from tocsin.kernel.words import Language


def register_year(now: datetime, zone: tzinfo) -> int:
    """Give the year of the register that a moment falls in, on the instance's clock."""
    return now.astimezone(zone).year


def written_number(year: int, number: int, language: Language = Language.ENGLISH, prefix_zh: str = "") -> str:
    """Write a number as `2026-0417`, in Chinese as `临网通〔2026〕417 号`."""
    if language is Language.CHINESE:
        return f"{prefix_zh}〔{year}〕{number} 号"
    return f"{year}-{number:04d}"
