"""The sort key of a Chinese name: the database has no ICU to sort by."""

from pypinyin import lazy_pinyin

#: As the column is long.
LONGEST = 1200


def sort_key(name_zh: str, name_en: str) -> str:
    """Spell a name in pinyin without tones, lower case, a space between syllables.

    Without a Chinese name the other one stands in the same list, among the pinyin. Names that differ in tone alone
    sort as one; the row's id decides.
    """
    name = name_zh or name_en
    pieces = [name] if name.isascii() else lazy_pinyin(name)
    return " ".join(part for piece in pieces for part in piece.lower().split())[:LONGEST]
