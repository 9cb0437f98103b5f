"""Every word that the rules show exists in both languages, with the same places to fill."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import tocsin.findings.rules as rules
from tocsin.findings.rules import Action, By, Closing, Coordinator, Due, Machine, Owner, Said, Status, label, translator
from tocsin.findings.rules.coverage import COVERAGE_LABELS, CoverageWhy
from tocsin.findings.rules.gate import WHY_LABELS, Why
from tocsin.findings.rules.severity import FACTOR_LABELS, Factor
from tocsin.findings.rules.texts import CHINESE, LABELS
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, Language

FOLDER = Path(rules.__file__).parent
KEYWORDS = {"msgid", "why", "way_out"}


def spoken() -> set[str]:
    """Collect every string that is given as a msgid, a reason or a way out, or counted."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
                found |= constants(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "counted":
                found |= {text for argument in node.args[:2] for text in constants(argument)}
            # A sentence that is chosen before it is said.
            if isinstance(node, ast.Assign):
                found |= {text for text in constants(node.value) if text.startswith("{severity}")}
    found |= {severity.word for severity in Severity}
    found |= set(COVERAGE_LABELS.values()) | set(WHY_LABELS.values()) | set(FACTOR_LABELS.values())
    return (
        found
        | {text for labels in LABELS.values() for text in labels.values()}
        | {"{rows} rows, where there are usually none"}
    )


def constants(node: ast.expr) -> set[str]:
    """Give the strings of a constant or of both arms of a choice."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_chinese_has_every_sentence_and_no_other() -> None:
    assert set(CHINESE) == spoken()


@pytest.mark.parametrize("msgid", sorted(CHINESE))
def test_a_translation_fills_the_same_places(msgid: str) -> None:
    assert places(CHINESE[msgid]) == places(msgid)


@pytest.mark.parametrize("words", [Status, Due, Machine, Owner, Coordinator, Closing, Action, By, Kind, GateMode])
def test_every_word_of_an_enum_has_a_label(words: type[Status]) -> None:
    assert set(LABELS[words]) == set(words)


def test_every_reason_has_a_label() -> None:
    assert set(COVERAGE_LABELS) == set(CoverageWhy)
    assert set(WHY_LABELS) == set(Why)
    assert set(FACTOR_LABELS) == set(Factor)


def test_a_word_reads_in_the_language_asked_for() -> None:
    assert translator(Language.ENGLISH)(label(Status.VERIFYING)) == "Being verified"
    assert translator(Language.CHINESE)(label(Status.VERIFYING)) == "核验中"


def test_something_said_inside_a_sentence_is_translated_too() -> None:
    said = Said(msgid="{severity}: tier {value}", values={"severity": Said(msgid="high"), "value": 1})

    assert said.text() == "high: tier 1"
    assert said.text(translator(Language.CHINESE)) == "高危：第1级单位"
