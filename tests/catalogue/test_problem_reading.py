"""Every fault in a problem file is named with file, line, field and the way out."""

import pytest

from tocsin.catalogue import queries
from tocsin.catalogue.reading import read_problem
from tocsin.kernel.words import Language

GOOD = (queries.PROBLEMS_FOLDER / "open-rdp.md").read_text(encoding="utf-8")


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(beginning))


def test_a_sound_file_has_no_fault() -> None:
    entry = read_problem(GOOD, "open-rdp.md")

    assert entry.faults == ()
    assert entry.problem is not None
    assert set(entry.words) == set(Language)


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("kind: state", "kind: stat", "kind", "'stat' is none of: state, occurrence"),
        ("kind: state", "kind: occurrence", "covered_looks", "belongs to another kind"),
        ("subject: address", "subject: person", "subject", "'person' is none of: address, host"),
        (
            "discriminator: []",
            "discriminator: [malwear]",
            "discriminator",
            "'malwear' is no event field; write one of:",
        ),
        ("discriminator: []", "discriminator: cve", "discriminator", "must be a list of words; write [one, two]"),
        ("identity_port: true", "identity_port: maybe", "identity_port", "'maybe' is neither true nor false"),
        ("severity: high", "severity: hgh", "severity", "'hgh' is no severity; one of: info, low"),
        ("severity_by_tag: {}", "severity_by_tag: {iot: bad}", "severity_by_tag", "'bad' is no severity"),
        ("severity_by_tag: {}", "severity_by_tag: high", "severity_by_tag", "must be {tag: severity, ...}"),
        ("class: vulnerable", "class: weak", "rsit", "'weak' is no class of RSIT 1003; write one of: abusive-content"),
        ("type: potentially-unwanted-accessible", "type: infected-system", "rsit", "is no type of vulnerable"),
        (", type: potentially-unwanted-accessible", "", "rsit", "write both"),
        ("CWE-284", "284", "cwe", "must be a list of words"),
        ("CWE-284", "CWE284", "cwe", "'CWE284' is not of the form CWE-284"),
        ("T1133", "1133x", "attack", "'1133x' is not of the form T1133"),
        ("tls_subject, tls", "tls_subject, tls_subject, tls", "evidence", "'tls_subject' stands there twice"),
        ("covered_looks: 3", "covered_looks: 0", "covered_looks", "0 is no whole number from 1 to 365"),
        ("covered_looks: 3", "covered_looks: 366", "covered_looks", "366 is no whole number from 1 to 365"),
        ("covered_looks: 3", "covered_looks: true", "covered_looks", "True is no whole number"),
        ("covered_looks: 3", "quiet_days: 3", "quiet_days", "belongs to another kind"),
        ("gate: auto", "gate: inventory", "gate", "belong together"),
        ("gate: auto", "gate: open", "gate", "'open' is none of: inventory, digest, auto, hold"),
        ("gate: auto", "gates: auto", "gates", "is no field; remove it, or write one of: code, kind"),
        ("gate: auto", "gate: auto\ngate: hold", "gate", "stands there twice; remove one"),
        ("https://learn", "http://learn", "references", "is not of the form https://www.example.org/page"),
        ("code: open-rdp", "code: Open_RDP", "code", "is no code; use lower-case words"),
        ("code: open-rdp", "code: open-vnc", "code", "is not the file's name; rename the file to open-vnc.md"),
    ],
)
def test_a_fault_of_the_front_matter_stops_the_file(old: str, new: str, field: str, says: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)

    entry = read_problem(text, "open-rdp.md")

    assert entry.problem is None
    matching = [fault for fault in entry.faults if says in fault]
    assert len(matching) == 1, entry.faults
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith(f"{field}:")]
    assert matching[0].startswith(f"open-rdp.md, line {numbers[-1]}, {field}: ")


@pytest.mark.parametrize(("line", "looks"), [("covered_looks: 1", 1), ("covered_looks: 365", 365), ("", 3)])
def test_the_looks_of_a_state_are_three_unless_said_otherwise(line: str, looks: int) -> None:
    text = GOOD.replace("covered_looks: 3", line, 1)

    problem = read_problem(text, "open-rdp.md").problem

    assert problem is not None
    assert problem.covered_looks == looks


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, front matter: is missing; begin the file with a line ---"),
        ("---\ncode: a\n", "line 1, front matter: is missing"),
        ("---\ncode: [a\n---\n", "front matter: is no YAML"),
        ("---\n- a\n---\n", "line 2, front matter: must be lines of the form field: value"),
        ("---\ncode: open-rdp\n---\n", "line 1, kind: is missing; add the field."),
    ],
)
def test_a_file_without_sound_front_matter_says_so(text: str, says: str) -> None:
    entry = read_problem(text, "open-rdp.md")

    assert entry.problem is None
    assert any(says in fault and fault.startswith("open-rdp.md, ") for fault in entry.faults), entry.faults


@pytest.mark.parametrize(
    ("old", "new", "heading", "says"),
    [
        ("{tls_subject}", "{tls_subjekt}", "## what we saw", "{tls_subjekt} is not declared; it is no event field"),
        ("{tls_subject}", "{malware}", "## what we saw", "{malware} is not declared; add it to evidence"),
        ("{covered_looks}", "{quiet_days}", "## how we will verify", "{quiet_days} is not declared"),
        ("nc -vz -w 5 {address}", "nc -vz {version}", "## how to make sure", "{version} stands in a command"),
        ("`10.0.0.0/8`", "`{version}`", "## what to do now", "{version} stands in a command"),
        (
            "one: {count} machine offers",
            "one machine offers",
            "## plural",
            "needs exactly the lines 'one: {count} ...'",
        ),
        ("one: {count} machine offers", "few: {count} machine offers", "## plural", "needs exactly the lines"),
        ("Remote Desktop reachable from the Internet\n", "At {address}\n", "## title", "without {fields}"),
        ("Remote Desktop reachable from the Internet\n", "Two\nlines\n", "## title", "must be one line"),
    ],
)
def test_a_fault_of_the_words_leaves_the_problem(old: str, new: str, heading: str, says: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)

    entry = read_problem(text, "open-rdp.md")

    assert entry.problem is not None
    assert set(entry.words) == {Language.CHINESE}
    assert len(entry.faults) == 1
    assert entry.faults[0].startswith(f"open-rdp.md, line {line_of(text, heading)}, # en, {heading}: ")
    assert says in entry.faults[0]


def test_a_part_must_say_something_without_its_fields() -> None:
    start, end = GOOD.index("A scan from"), GOOD.index("## what it means")
    text = f"{GOOD[:start]}It answered at {{address}}.\n{GOOD[end:]}"

    entry = read_problem(text, "open-rdp.md")

    assert "says nothing when its fields are missing; write one sentence without a field" in entry.faults[0]


def test_an_empty_part_and_a_missing_one_are_named() -> None:
    text = GOOD.replace("## if you can't\n", "## if you can't\n## why it keeps happening\n", 1)
    start = text.index("## how we will verify")
    text = text[:start] + text[text.index("# zh-hans") :]

    faults = read_problem(text, "open-rdp.md").faults

    assert "open-rdp.md, # en, ## how we will verify: is missing or empty; write it." in faults


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# zh-hans\n", "# fr\n", "# fr: is no language; write # en or # zh-hans."),
        ("## why it keeps happening\n", "## why\n", "## why: is no part; write one of: title, plural"),
        ("# en\n", "# en\nStray words.\n", "Stray words.: stands under no part"),
    ],
)
def test_headings_that_are_not_ours_are_named(old: str, new: str, says: str) -> None:
    text = GOOD.replace(old, new, 1)

    faults = read_problem(text, "open-rdp.md").faults

    number = line_of(text, new.strip().split("\n")[-1])
    assert any(fault.startswith(f"open-rdp.md, line {number}, ") and says in fault for fault in faults), faults


def test_a_comment_in_a_command_is_no_heading() -> None:
    text = GOOD.replace("nc -vz", "# en\n## title\nnc -vz", 1)

    entry = read_problem(text, "open-rdp.md")

    assert entry.faults == ()
    assert "## title" in entry.words[Language.ENGLISH].check
