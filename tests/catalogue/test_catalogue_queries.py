"""What other parts get from the catalogue, with and without a file."""

import shutil
from pathlib import Path

import pytest

from tocsin.catalogue import queries
from tocsin.catalogue.errors import CatalogueBroken
from tocsin.catalogue.fields import written
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, Language

RDP = queries.PROBLEMS_FOLDER / "open-rdp.md"


def a_folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return tmp_path


def front_matter_alone(code: str) -> str:
    text = RDP.read_text(encoding="utf-8")
    return text[: text.index("# en\n")].replace("open-rdp", code)


def test_a_file_is_found_without_being_registered(tmp_path: Path) -> None:
    shutil.copy(RDP, tmp_path)
    folder = a_folder(tmp_path, open_vnc=RDP.read_text(encoding="utf-8").replace("open-rdp", "open-vnc"))

    found = queries.problems(folder)

    assert set(found) == {"open-rdp", "open-vnc"}
    assert queries.words("open-vnc", "en", folder).written
    assert queries.faults(folder) == []


def test_a_known_code_brings_its_declarations() -> None:
    problem = queries.problem("open-rdp")

    assert problem.known
    assert (problem.kind, problem.severity, problem.gate) == (Kind.STATE, Severity.HIGH, GateMode.AUTO)
    assert problem.covered_looks == 3
    assert problem.quiet_days is None


def test_an_unknown_code_is_held_and_never_ends_by_silence() -> None:
    problem = queries.problem("unknown-report-type:scan_quux")

    assert not problem.known
    assert problem.code == "unknown-report-type:scan_quux"
    assert problem.gate is GateMode.HOLD
    assert problem.kind is Kind.ONE_OFF
    assert problem.covered_looks is None
    assert problem.quiet_days is None


@pytest.mark.parametrize(
    ("language", "title", "saw", "evidence"),
    [
        ("en", "Reported: scan_quux", "the type scan_quux", "- Version: 1.2"),
        ("zh-hans", "报告内容：scan_quux", "“scan_quux”", "- 版本：1.2"),
    ],
)
def test_an_unknown_code_gets_plain_words_with_the_evidence(language: str, title: str, saw: str, evidence: str) -> None:
    words = queries.words("unknown-report-type:scan_quux", language)

    text = words.text("saw", address="192.0.2.1", version="1.2", odd_field="x", port=None)

    assert not words.written
    assert words.title == title
    assert saw in text.replace("\n", " ")
    assert evidence in text
    assert "odd field" in text
    assert "192.0.2.1" in text
    assert text.count("- ") == 3


def test_plain_words_count() -> None:
    words = queries.words("nothing-like-it", "en")

    assert words.plural(1) == "1 report of the type nothing-like-it"
    assert words.plural(2) == "2 reports of the type nothing-like-it"


def test_a_code_with_markup_stays_text() -> None:
    words = queries.words("unknown-report-type:<b>{address}[x](https://evil.example)", "en")

    page = words.html("saw", address="192.0.2.1")

    assert "&lt;b&gt;{address}[x](https://evil.example)" in page
    assert "<a " not in page
    assert words.plural(3) == "3 reports of the type <b>(address)[x](https://evil.example)"


def test_evidence_without_words_stays_text() -> None:
    page = queries.words("nothing-like-it", "zh").html("saw", banner="</li><script>alert(1)</script>")

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_problem_without_words_still_gets_plain_ones(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, open_vnc=front_matter_alone("open-vnc"))

    problem, words = queries.problem("open-vnc", folder), queries.words("open-vnc", "zh-hans", folder)

    assert problem.known
    assert not words.written
    assert words.title == "报告内容：open-vnc"
    assert [fault.split(":")[0] for fault in queries.faults(folder)] == ["open-vnc.md, # en", "open-vnc.md, # zh-hans"]


def test_one_missing_language_leaves_the_other(tmp_path: Path) -> None:
    text = RDP.read_text(encoding="utf-8")
    folder = a_folder(tmp_path, open_rdp=text[: text.index("# zh-hans")])

    english, chinese = (queries.words("open-rdp", language, folder) for language in Language)

    assert english.written
    assert not chinese.written
    assert chinese.language is Language.CHINESE


def test_faulty_front_matter_stops_everything_and_says_where(tmp_path: Path) -> None:
    shutil.copy(RDP, tmp_path)
    folder = a_folder(tmp_path, open_vnc=front_matter_alone("open-vnc").replace("kind: state", "kind: stat"))

    with pytest.raises(CatalogueBroken, match=r"open-vnc\.md, line 3, kind: 'stat' is none of: state, "):
        queries.problem("open-rdp", folder)


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert "holds no problem file" in queries.faults(tmp_path)[0]
    with pytest.raises(CatalogueBroken):
        queries.problems(tmp_path)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-hans", Language.CHINESE),
        ("zh-CN", Language.CHINESE),
        ("zh_Hans_CN", Language.CHINESE),
        ("zh", Language.CHINESE),
        ("en", Language.ENGLISH),
        ("en-GB", Language.ENGLISH),
        ("de", Language.ENGLISH),
        ("", Language.ENGLISH),
    ],
)
def test_each_language_tag_leads_to_a_language_of_ours(tag: str, language: Language) -> None:
    assert queries.language_of(tag) is language


def test_files_are_read_once() -> None:
    assert queries.load(queries.PROBLEMS_FOLDER) is queries.load(queries.PROBLEMS_FOLDER)


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("amplification", "6.0952", "6.1"),
        ("amplification", "many", "many"),
        # A version is no measure.
        ("version", "2.1034", "2.1034"),
    ],
)
def test_a_measure_is_read_with_as_many_digits_as_mean_anything(field: str, value: str, read: str) -> None:
    assert written(field, value) == read
