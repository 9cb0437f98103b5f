"""A letter in English and in Chinese, compared with what a person has read and found good.

`TOCSIN_WRITE_GOLDEN=1 pytest tests/notices/test_rendering.py` writes the files anew; read them before you commit them.
"""

import csv
import io
import os
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.factories.notices import DUE, HOUSE, MONDAY, letter, line
from tocsin.catalogue.wrapping import columns
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.rendering import Edition, Library, render
from tocsin.notices.rendering.table import one_line
from tocsin.notices.rules import ANSWER_LINK, Letter, Why

GOLDEN = Path(__file__).parent / "golden"
ENGLISH, CHINESE = Language.ENGLISH, Language.CHINESE


def hospital() -> Letter:
    """Make the notice of the golden files: two problems, one of them back after a claim, more rows than are shown."""
    machines = [
        line(
            finding_id=number,
            public_id=f"{number:032x}-1",
            subject=f"198.18.40.{number}",
            evidence={"tls_subject": f"CN=PACS{number}.hospital.example"} if number % 2 else {},
            why=Why.STILL_THERE if number == 17 else Why.NEW,
            last_seen_at=MONDAY - timedelta(minutes=92 + number),
        )
        for number in range(17, 41)
    ]
    infected = line(
        finding_id=90,
        public_id=f"{90:032x}-2",
        problem="malware-infection",
        severity=Severity.CRITICAL,
        subject="198.18.40.200",
        port=50112,
        evidence={"malware": "avalanche-andromeda", "target_address": "192.0.2.7", "target_port": "80"},
        due_at=MONDAY + timedelta(hours=24),
    )
    return letter(*machines, infected)


def edition(of: Letter, language: Language) -> Edition:
    return render(of, language=language, house=HOUSE, library=Library())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("part", ["subject", "text", "html", "csv"])
def test_it_reads_as_a_person_has_approved(language: Language, part: str) -> None:
    made: str = getattr(edition(hospital(), language), part)
    path = GOLDEN / f"notice-{language}.{part}"
    if os.environ.get("TOCSIN_WRITE_GOLDEN") == "1":
        path.write_bytes(made.encode())

    approved = path.read_bytes().decode()

    assert made == approved


def test_the_subject_of_one_problem_says_what_and_by_when() -> None:
    of = letter(line(), line())

    assert (
        edition(of, ENGLISH).subject
        == "[TLP:AMBER] 2026-0417: 2 machines offer Remote Desktop to the Internet, fix by Mon 30 Nov 18:00"
    )
    assert (
        edition(of, CHINESE).subject
        == "[TLP:AMBER] 临网通〔2026〕417 号：2 台主机的远程桌面服务暴露在互联网上，请于 11 月 30 日 18:00 前整改"
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_label_stands_before_the_information(language: Language) -> None:
    made = edition(letter(line(tlp=Tlp.AMBER_STRICT), line(tlp=Tlp.GREEN)), language)

    assert made.subject.startswith("[TLP:AMBER+STRICT] ")
    assert made.text.splitlines()[0] == "TLP:AMBER+STRICT"
    assert "TLP:AMBER+STRICT" in made.html[: made.html.index("<h1>")]


@pytest.mark.parametrize("language", list(Language))
def test_text_keeps_within_the_width(language: Language) -> None:
    text = edition(hospital(), language).text

    # Commands stand out over it, indented: a broken command does not run.
    ambiguous = 2 if language is CHINESE else 1
    long = [row for row in text.splitlines() if columns(row, ambiguous) > 72 and not row.startswith("    ")]

    assert long == []


def test_a_problem_without_words_still_makes_a_correct_notice() -> None:
    of = letter(line(problem="unknown-report-type:scan_new", evidence={"banner": "hello"}, due_at=None))

    for language in Language:
        made = edition(of, language)

        assert "scan_new" in made.text
        assert "hello" in made.text
        assert "hello" in made.html
        assert of.lines[0].subject in made.text
        assert ANSWER_LINK in made.text


@pytest.mark.parametrize("language", list(Language))
def test_the_reply_link_is_left_open_in_both_forms(language: Language) -> None:
    made = edition(letter(), language)

    assert made.text.count(ANSWER_LINK) == 1
    assert made.html.count(ANSWER_LINK) == 1


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"br", "hr"}:
            self.open.append(tag)
        for name, value in attrs:
            if name in {"style", "class", "id"} or name.startswith("on"):
                self.faults.append(f"{tag} {name}")
            if name in {"href", "src", "background"}:
                self.addresses.append(value or "")
        if tag in {"script", "style", "img", "link", "iframe", "form"}:
            self.faults.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


@pytest.mark.parametrize("language", list(Language))
def test_html_is_whole_and_asks_nothing_from_elsewhere(language: Language) -> None:
    tags = _Tags()

    tags.feed(edition(hospital(), language).html)

    assert tags.faults == []
    assert tags.open == []
    assert {address for address in tags.addresses if address != ANSWER_LINK} == set()


def test_values_of_others_are_never_read_as_markup() -> None:
    of = letter(
        line(evidence={"tls_subject": '<img src=x onerror=alert(1)>\r\nBcc: all@victim.example "{address}"'}),
        name_en="<b>Hospital</b>\r\nX-Evil: 1",
    )

    made = edition(of, ENGLISH)

    assert "<img" not in made.html
    assert "<b>Hospital" not in made.html
    assert "\r" not in made.text
    assert "\nBcc:" not in made.text
    assert "\nX-Evil" not in made.text
    assert "\n" not in made.subject


def test_a_malicious_address_is_no_link_in_the_mail_and_exact_in_the_attachment() -> None:
    address = "http://shop.example/" + "a" * 300
    of = letter(line(problem="malware-distribution", subject_kind="url", subject=address, port=80))

    made = edition(of, ENGLISH)

    assert address not in made.text
    assert "http://shop.example" not in made.html
    assert "hxxp://shop[.]example" in made.text
    assert rows(made)[0]["host_or_url"] == address


def rows(of: Edition) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(of.csv, newline="")))


def test_the_attachment_holds_every_line_with_all_its_facts() -> None:
    of = hospital()

    table = rows(edition(of, ENGLISH))

    assert [row["public_id"] for row in table] == [line_.public_id for line_ in of.lines]
    first, second = table[0], table[1]
    assert first["number"] == "2026-0417/1"
    assert first["severity"] == "critical"
    assert first["problem"] == "malware-infection"
    assert first["malware"] == "avalanche-andromeda"
    assert first["last_seen_utc"] == "2026-11-22T21:58:00Z"
    assert first["last_seen_local"] == "2026-11-23 05:58:00 +0800"
    assert second["address"] == "198.18.40.17"
    assert second["news"] == "still there"
    assert second["due_utc"] == "2026-11-30T10:00:00Z"
    assert second["tls_subject"] == "CN=PACS17.hospital.example"


@pytest.mark.parametrize(
    ("cell", "harmless_cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("\t=1", "'=1"),
        ("\u202e=1", "'=1"),
        ("a\r\nb", "a  b"),
        ("198.18.0.1", "198.18.0.1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, harmless_cell: str) -> None:
    assert one_line(cell) == harmless_cell


def test_a_command_names_the_machine_even_when_there_are_several() -> None:
    of = letter(line(subject="198.18.40.17"), line(subject="198.18.40.52"))

    made = edition(of, ENGLISH)

    assert "Test-NetConnection 198.18.40.17 -Port 3389" in made.text
    assert "It answered at" not in made.text


def test_different_deadlines_are_not_said_to_be_one() -> None:
    of = letter(line(due_at=DUE), line(due_at=DUE + timedelta(days=2)))

    assert "The deadlines differ from line to line; the first is Mon 30 Nov 18:00" in edition(of, ENGLISH).html
