"""The catalogue as other parts read it: problems by code, words by code and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tocsin.catalogue.errors import CatalogueBroken
from tocsin.catalogue.reading import Entry, read_problem
from tocsin.catalogue.rules import Problem, Words, plain_words, unknown_problem
from tocsin.kernel.words import Language

PROBLEMS_FOLDER: Final = Path(__file__).parent / "problems"


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What one folder of problem files says."""

    #: Code -> problem, of every file whose front matter is sound.
    problems: Mapping[str, Problem]
    words: Mapping[tuple[str, Language], Words]
    #: Sentences with file, line, field and the way out.
    faults: tuple[str, ...]
    #: Faults of front matter: identities and closings hang on it, so nothing may run with them.
    grave: tuple[str, ...]


@cache
def load(folder: Path) -> Catalogue:
    """Read every `*.md` of a folder, once."""
    entries: list[Entry] = [
        read_problem(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.md"))
    ]
    faults = [fault for entry in entries for fault in entry.faults]
    grave = [fault for entry in entries if entry.problem is None for fault in entry.faults]
    if not entries:
        grave = faults = [f"{folder}: holds no problem file; reinstall tocsin, or put <code>.md files there."]
    return Catalogue(
        problems=MappingProxyType({entry.problem.code: entry.problem for entry in entries if entry.problem}),
        words=MappingProxyType(
            {
                (entry.problem.code, language): words
                for entry in entries
                if entry.problem
                for language, words in entry.words.items()
            }
        ),
        faults=tuple(faults),
        grave=tuple(grave),
    )


def faults(folder: Path = PROBLEMS_FOLDER) -> list[str]:
    """List what is wrong with the files, a sentence each with file, line, field and way out; for `tocsin doctor`."""
    return list(load(folder).faults)


def problems(folder: Path = PROBLEMS_FOLDER) -> Mapping[str, Problem]:
    """Give every problem by its code.

    Raises:
        CatalogueBroken: the front matter of a file is faulty; identities made without it would be wrong for ever.
    """
    catalogue = load(folder)
    if catalogue.grave:
        raise CatalogueBroken("The catalogue cannot be used. " + " ".join(catalogue.grave))
    return catalogue.problems


def problem(code: str, folder: Path = PROBLEMS_FOLDER) -> Problem:
    """Give the problem of a code; one without a file comes back cautious and with `known=False`.

    Raises:
        CatalogueBroken: see `problems`.
    """
    return problems(folder).get(code) or unknown_problem(code)


def words(code: str, language: str, folder: Path = PROBLEMS_FOLDER) -> Words:
    """Give the words of a problem; where nobody has written them, plain ones in the same language.

    Args:
        language: a tag such as `zh-hans`, `zh-CN` or `en-GB`; any other language gets English.
    """
    tongue = language_of(language)
    return load(folder).words.get((code, tongue)) or plain_words(code, tongue)


def language_of(tag: str) -> Language:
    """Choose the language of ours for a language tag (BCP 47): Chinese for every `zh`, else English."""
    return Language.CHINESE if tag.lower().replace("_", "-").split("-")[0] == "zh" else Language.ENGLISH
