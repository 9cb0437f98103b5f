"""Whatever an attacker puts into an event, it comes out as literal text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalogue import queries
from tocsin.catalogue.filling import clean, defanged, fill, sentences, without_gaps
from tocsin.catalogue.rendering import Html, as_html, as_text

SOURCE = 'It greeted us with "{banner}". It stands at {address}.\n\nThe rest stays.\n'


def text_of(source: str, **values: str) -> str:
    return as_text(source, values, ambiguous=1, colon=":")


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](https://evil.example)",
        "<https://evil.example>",
        "![x](https://evil.example/p.png)",
        "**bold** _em_ `code`",
        "&lt;b&gt; &amp;",
        "{address}",
        "\\*",
        "# heading",
        "- item",
        "1. step",
        "```sh",
        "' onmouseover=\"x()",
        "https://evil.example/",
    ],
)
def test_a_value_is_literal_in_html_and_in_text(value: str) -> None:
    page, mail = as_html(SOURCE, {"banner": value, "address": "192.0.2.1"}), text_of(SOURCE, banner=value)

    assert f"{html.escape(value, quote=False)}&quot;." in page.replace("&#x27;", "'") or html.unescape(
        re.sub(r"</?p>", "", page)
    ).startswith(f'It greeted us with "{value}".')
    assert set(re.findall(r"<[^>]*>", page)) == {"<p>", "</p>"}
    assert f'"{value}".' in mail.replace("\n", " ")


@given(st.text(max_size=300))
def test_no_value_whatsoever_adds_markup_or_lines(value: str) -> None:
    page = as_html(SOURCE, {"banner": shown} if (shown := clean(value)) else {})
    mail = text_of(SOURCE, **({"banner": shown} if shown else {}))

    assert set(re.findall(r"<[^>]*>", page)) == {"<p>", "</p>"}
    assert page.count("<p>") == (2 if shown else 1)
    if shown:
        assert html.unescape(page).startswith(f'<p>It greeted us with "{shown}".')
    assert mail.count("\n\n") == (1 if shown else 0)


@pytest.mark.parametrize("value", [None, "", "  ", "\u200b", "\x00"])
def test_a_missing_value_drops_its_sentence(value: str | None) -> None:
    words = queries.words("open-rdp", "en")

    with_it, without = words.text("saw", tls_subject="srv1.example"), words.text("saw", tls_subject=value)

    assert "is issued to srv1.example." in with_it.replace("\n", " ")
    assert "certificate" not in without
    assert "did not log in." in without.replace("\n", " ")


def test_a_chinese_sentence_is_dropped_alone() -> None:
    text = queries.words("open-rdp", "zh").html("saw", address="192.0.2.1", port=3389)

    assert "对应地址为 192.0.2.1，端口 3389。" in text
    assert "证书" not in text
    assert "扫描只建立了连接，没有尝试登录。" in text


def test_a_step_that_loses_its_text_goes_with_its_command_and_the_rest_is_numbered_on() -> None:
    source = "1. First.\n2. Look for {cve}.\n\n   ```Linux\n   id\n   ```\n3. Last.\n"

    assert text_of(source) == "1. First.\n2. Last."
    assert text_of(source, cve="CVE-2020-1") == "1. First.\n2. Look for CVE-2020-1.\n\n   Linux:\n       id\n3. Last."


def test_a_list_without_steps_and_an_empty_paragraph_vanish() -> None:
    assert as_html("- {cve}\n\n{version}\n\nStays.\n", {}) == "<p>Stays.</p>\n"


@pytest.mark.parametrize("address", ["1.2.3.4; rm -rf /", "$(id)", "`id`", "1.2.3.4\nid", "a b", "-x'"])
def test_a_command_with_an_unsafe_value_falls_away(address: str) -> None:
    page = queries.words("open-rdp", "en").html("check", address=address, port=3389)

    assert "<pre>" not in page
    assert "Use a connection outside your network" in page


@pytest.mark.parametrize(
    ("address", "shown"), [("192.0.2.1", "Try ping 192.0.2.1. Then stop."), ("1; id", "Then stop.")]
)
def test_a_command_within_a_sentence_is_held_to_the_same(address: str, shown: str) -> None:
    page = as_html("Try `ping {address}`. Then stop.", {"address": address})

    assert re.sub("<[^>]*>", "", page).strip() == shown
    assert page.count("<code>") == shown.count("ping")


def test_a_command_is_filled_and_an_ipv6_address_gets_brackets_in_a_url() -> None:
    words = queries.words("open-elasticsearch", "en")

    assert "http://[2001:db8::1]:9200/" in words.text("check", address="2001:db8::1", port=9200)
    assert "http://192.0.2.1:9200/" in words.text("check", address="192.0.2.1", port=9200)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[a](javascript:alert)", "[a](javascript:alert)"),
        ("[a](http://x.example)", "[a](http://x.example)"),
        ("[a](data:text/html,x)", "[a](data:text/html,x)"),
        ("[a](//x.example)", "[a](//x.example)"),
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("[a](https://x.example)", '<a href="https://x.example">a</a>'),
    ],
)
def test_our_own_texts_link_by_https_only_and_hold_no_markup(source: str, shown: str) -> None:
    assert as_html(source, {}) == f"<p>{shown}</p>\n"


def test_no_image_comes_from_a_text() -> None:
    assert "<img" not in as_html("![a](https://x.example/a.png)", {})


def test_a_link_is_written_out_in_a_mail() -> None:
    assert text_of("See [the page](https://x.example).") == "See the page <https://x.example>."
    assert text_of("See <https://x.example>.") == "See https://x.example."


def test_a_template_takes_the_html_as_it_is() -> None:
    page = queries.words("open-rdp", "en").html("means")

    assert isinstance(page, Html)
    assert page.__html__() == str(page)


def test_a_field_may_have_any_name() -> None:
    assert "Use a connection" in queries.words("open-rdp", "en").text("check", part="x", self="y")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (3389, "3389"),
        (4.5, "4.5"),
        ("a\r\n\r\nDear customer", "a Dear customer"),
        ("a\u2028b\x1b[31mc", "a b [31mc"),
        ("moc.\u202eexample", "moc.example"),
        ("a\u200bb\ufeff", "ab"),
        ("x" * 201, "x" * 199 + "…"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_value_becomes_one_harmless_line(value: str | float | None, shown: str) -> None:
    assert clean(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://a.example.com/x.y", "hxxp://a[.]example[.]com/x.y"),
        ("https://192.0.2.1:8080/", "hxxps://192[.]0[.]2[.]1:8080/"),
        ("ftp://a.example", "ftp://a[.]example"),
        ("192.0.2.1", "192[.]0[.]2[.]1"),
    ],
)
def test_an_attackers_address_is_made_harmless(value: str, shown: str) -> None:
    assert defanged(value) == shown


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two? Three", ["One. ", "Two? ", "Three"]),
        ('He said "no." Then (yes.) End.', ['He said "no." ', "Then (yes.) ", "End."]),
        ("Version 1.2.3 runs.", ["Version 1.2.3 runs."]),
        ("一句。二句？“三句。”四句", ["一句。", "二句？", "“三句。”", "四句"]),
        ("（一句。）二句。", ["（一句。）", "二句。"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces


def test_dropping_leaves_no_space_behind() -> None:
    assert without_gaps("One. Two {cve}.", {}) == "One."


@pytest.mark.parametrize("command", ["server {", "{{.Names}}", "${address}", "%{HTTPS}", "@{LogName='x'}", "{ port }"])
def test_braces_of_commands_are_no_fields(command: str) -> None:
    assert fill(command, {"address": "x", "port": "y"}) == command
