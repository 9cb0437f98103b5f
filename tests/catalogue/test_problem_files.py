"""What holds for each shipped problem, in both languages."""

import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from tocsin.catalogue import queries
from tocsin.catalogue.fields import EVIDENCE, SAFE_IN_COMMANDS, STANDARD
from tocsin.catalogue.filling import placeholders, sentences
from tocsin.catalogue.rules import PARTS, RSIT, Words
from tocsin.catalogue.wrapping import columns, joined
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode, Kind, Language, SubjectKind

CODES = sorted(queries.problems())
#: The problems of the sample report types (`shared/data/shadowserver`), and what the mapping decides by tag.
SAMPLES = {
    "blocklisted-address", "brute-force-source", "compromised-website", "ddos-participant", "exchange-webshell",
    "exposed-control-system", "exposed-git-folder", "exposed-kubernetes", "http-proxy-seen", "ip-spoofing-possible",
    "malware-distribution", "malware-infection", "open-dns-resolver", "open-elasticsearch", "open-mongodb", "open-mqtt",
    "open-rdp", "open-smb", "open-snmp", "open-telnet", "phishing-page", "router-implant", "tls-poodle",
    "unencrypted-web-login", "vulnerable-exchange", "vulnerable-web-service",
}  # fmt: skip
COMPROMISES = {"compromised-website", "exchange-webshell", "malware-infection", "router-implant", "brute-force-source"}
#: Words that the reader of "what it means for you" need not know.
JARGON = re.compile(
    r"\b(exploit\w*|payload|vector|threat actors?|lateral|C2|RCE|CVE|botnets?|sinkhole|reflection|attack surface|"
    r"compromis\w+|malicious|adversar\w+|leverage\w*|mitigat\w+|remediat\w+)\b",
    re.IGNORECASE,
)
FULL = {name: f"value-of-{name.replace('_', '-')}" for name in (*STANDARD, *EVIDENCE)}
HAN = "\u4e00-\u9fff"

both = pytest.mark.parametrize("language", list(Language))
each = pytest.mark.parametrize("code", CODES)


def prose(source: str) -> str:
    """Leave out fences and code, join the lines of each paragraph; an empty line between two."""
    tokens = MarkdownIt("commonmark").parse(source)
    blocks = [joined(token.content.split("\n")) for token in tokens if token.type == "inline"]
    return "\n\n".join(re.sub(r"`[^`]*`", "X", block) for block in blocks)


def fences(source: str) -> list[tuple[str, str]]:
    tokens = MarkdownIt("commonmark").parse(source)
    return [(token.info, token.content) for token in tokens if token.type in ("fence", "code_block")]


def steps(words: Words) -> int:
    lists = SyntaxTreeNode(MarkdownIt("commonmark").parse(words.steps)).children
    assert [node.type for node in lists] == ["ordered_list"]
    return len(lists[0].children)


def test_no_file_has_a_fault() -> None:
    assert queries.faults() == []


def test_every_problem_of_the_samples_has_a_file() -> None:
    assert set(CODES) >= SAMPLES


@each
@both
def test_the_words_are_written_in_both_languages(code: str, language: Language) -> None:
    words = queries.words(code, language)

    assert words.written
    assert words.language is language
    assert all(words.source(part).strip() for part in PARTS)


@each
def test_the_declarations_fit_together(code: str) -> None:
    problem = queries.problem(code)

    assert problem.rsit.type in RSIT[problem.rsit.class_]
    assert (problem.covered_looks is not None) == (problem.kind is Kind.STATE)
    assert (problem.quiet_days is not None) == (problem.kind is Kind.OCCURRENCE)
    assert (problem.gate is GateMode.INVENTORY) == (problem.kind is Kind.INVENTORY)
    assert set(problem.discriminator) <= set(problem.evidence)
    if problem.severity is Severity.LOW:
        assert problem.gate is GateMode.DIGEST


@pytest.mark.parametrize(
    ("code", "kind", "subject", "discriminator", "identity_port", "gate"),
    [
        ("open-rdp", Kind.STATE, SubjectKind.ADDRESS, (), True, GateMode.AUTO),
        ("malware-infection", Kind.OCCURRENCE, SubjectKind.ADDRESS, ("malware",), False, GateMode.AUTO),
        ("http-proxy-seen", Kind.INVENTORY, SubjectKind.ADDRESS, (), True, GateMode.INVENTORY),
        ("vulnerable-exchange", Kind.STATE, SubjectKind.ADDRESS, ("cve",), False, GateMode.AUTO),
        ("exchange-webshell", Kind.OCCURRENCE, SubjectKind.ADDRESS, (), False, GateMode.HOLD),
        ("phishing-page", Kind.OCCURRENCE, SubjectKind.URL, (), False, GateMode.AUTO),
        ("malware-distribution", Kind.OCCURRENCE, SubjectKind.URL, (), False, GateMode.AUTO),
        ("compromised-website", Kind.OCCURRENCE, SubjectKind.HOST, (), False, GateMode.AUTO),
        ("blocklisted-address", Kind.OCCURRENCE, SubjectKind.ADDRESS, (), False, GateMode.DIGEST),
        ("tls-poodle", Kind.STATE, SubjectKind.ADDRESS, (), True, GateMode.DIGEST),
    ],
)
def test_identity_and_gate_do_not_change_by_accident(
    code: str,
    kind: Kind,
    subject: SubjectKind,
    discriminator: tuple[str, ...],
    identity_port: bool,
    gate: GateMode,
) -> None:
    problem = queries.problem(code)

    found = (problem.kind, problem.subject, problem.discriminator, problem.identity_port, problem.gate)

    assert found == (kind, subject, discriminator, identity_port, gate)


@each
def test_both_languages_have_the_same_steps_up_to_eight(code: str) -> None:
    english, chinese = (steps(queries.words(code, language)) for language in Language)

    assert english == chinese
    assert 2 <= english <= 8


@each
@both
def test_what_it_means_is_two_sentences(code: str, language: Language) -> None:
    assert len(sentences(prose(queries.words(code, language).means))) == 2


@each
def test_what_it_means_has_no_jargon(code: str) -> None:
    assert JARGON.findall(queries.words(code, "en").means) == []


@each
def test_english_is_short_and_calm(code: str) -> None:
    words = queries.words(code, "en")
    text = "\n\n".join(prose(words.source(part)) for part in PARTS)

    assert "!" not in text
    assert not re.search(r"please note|unfortunately|e\.g\.|i\.e\.|you failed|negligen", text, re.IGNORECASE)
    assert not re.search(f"[{HAN}，。；：？！（）“”]", text)
    for sentence in (one for block in text.split("\n\n") for one in sentences(block)):
        assert len(sentence.split()) <= 32, sentence


@each
def test_chinese_has_chinese_punctuation(code: str) -> None:
    words = queries.words(code, "zh-hans")
    text = "\n\n".join(prose(words.source(part)) for part in PARTS)

    assert not re.search(r"[!！\"']|请注意|您|你们|的的", text)
    assert re.findall(rf"[{HAN}][,.;:?()]|[,;:?()][{HAN}]|[，。；：？（）“”] | [，。；：？（）]", text) == []
    assert all(block[-1] in "。：" for block in text.split("\n\n"))
    assert all(len(sentence) <= 110 for block in text.split("\n\n") for sentence in sentences(block))


@each
def test_chinese_addresses_the_organisation(code: str) -> None:
    words = queries.words(code, "zh-hans")

    assert "贵单位" in words.saw + words.means + words.verification


@each
@both
def test_titles_are_headings(code: str, language: Language) -> None:
    words = queries.words(code, language)

    assert words.title[-1] not in ".。!！?"
    assert columns(words.title) <= 60


@each
def test_plural_is_right_for_one_and_for_many(code: str) -> None:
    english, chinese = queries.words(code, "en"), queries.words(code, "zh-hans")

    assert english.plural(1).startswith("1 ")
    assert english.plural(1204).startswith("1,204 ")
    assert english.plural(1).removeprefix("1 ") != english.plural(1204).removeprefix("1,204 ")
    assert chinese.plural(1).removeprefix("1 ") == chinese.plural(1204).removeprefix("1,204 ")


@each
@both
def test_each_command_names_its_product_and_takes_safe_values_only(code: str, language: Language) -> None:
    words = queries.words(code, language)
    found = [fence for part in PARTS for fence in fences(words.source(part))]

    assert all(product.strip() and not product.startswith(("bash", "sh ", "powershell")) for product, _ in found)
    assert {name for _, command in found for name in placeholders(command)} <= SAFE_IN_COMMANDS


@each
def test_both_languages_give_the_same_check(code: str) -> None:
    english, chinese = (fences(queries.words(code, language).check) for language in Language)

    assert [command for _, command in english] == [command for _, command in chinese]


@each
def test_how_we_verify_is_what_the_kind_allows(code: str) -> None:
    problem = queries.problem(code)
    english, chinese = queries.words(code, "en").verification, queries.words(code, "zh-hans").verification

    used = set(placeholders(english))

    assert used == set(placeholders(chinese))
    if problem.kind is Kind.STATE:
        assert used == {"covered_looks"}
        assert "does not close it" in english
        assert "不会关闭" in chinese
    if problem.kind is Kind.OCCURRENCE:
        assert used == {"quiet_days"}
        assert "as quiet" in english
        assert "已静默" in chinese
        assert "close" not in english


@pytest.mark.parametrize("code", sorted(COMPROMISES))
def test_a_compromise_ends_with_an_answer_and_an_analyst(code: str) -> None:
    assert re.search(r"you have\s+told\s+us.*analysts\s+agrees", queries.words(code, "en").verification, re.DOTALL)
    assert "分析人员确认" in queries.words(code, "zh-hans").verification


@each
@both
def test_every_part_renders_with_all_values_and_with_none(code: str, language: Language) -> None:
    words = queries.words(code, language)

    pages = [words.html(part, **fields) for part in PARTS for fields in (FULL, {})]
    mails = [words.text(part, **fields) for part in PARTS for fields in (FULL, {})]

    assert all(rendered.strip() for rendered in pages + mails)
    assert [placeholders(rendered) for rendered in pages + mails if placeholders(rendered)] == []
    assert re.findall(r"class=|style=|<script|<img|\son\w+=", "".join(pages)) == []


@each
@both
def test_lines_of_a_plain_mail_fit(code: str, language: Language) -> None:
    words = queries.words(code, language)
    ambiguous = 2 if language is Language.CHINESE else 1

    lines = "\n".join(words.text(part, **FULL) for part in PARTS).split("\n")

    outside_commands = [line.strip() for line in lines if "    " not in line and line.strip()]
    assert [line for line in outside_commands if columns(line, ambiguous) > 72] == []
    assert [line for line in outside_commands if line[0] in "，。、；：？）”》"] == []


@each
@both
def test_what_we_saw_names_where_and_when(code: str, language: Language) -> None:
    used = placeholders(queries.words(code, language).saw)

    assert "last_seen" in used
    assert "address" in used
    assert set(queries.problem(code).evidence) >= set(used) - set(STANDARD)


@each
def test_both_languages_say_the_same_facts(code: str) -> None:
    english, chinese = (sorted(placeholders(queries.words(code, language).saw)) for language in Language)

    assert english == chinese


@pytest.mark.parametrize("code", ["malware-distribution", "phishing-page", "compromised-website"])
@both
def test_an_attackers_address_is_never_a_live_one(code: str, language: Language) -> None:
    shown = queries.words(code, language).text("saw", url="https://bad.example.org/a.b/x.exe", address="192.0.2.1")

    assert "https://" not in shown
    assert "hxxps://bad[.]example[.]org/a.b/x.exe" in shown.replace("\n", "")
