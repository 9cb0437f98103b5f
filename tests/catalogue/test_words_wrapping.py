"""Lines of a plain mail keep their width and the rules of Chinese typesetting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalogue.wrapping import UNBROKEN, columns, joined, wrapped

CLOSING = "，。、；：？！）】》」』”’"
OPENING = "（【《「『“‘"
#: Words that begin and end with a letter, so that no mark stands at the edge of one.
WORDS = st.lists(st.from_regex(r"\A[中文a1][中文a1，。；：？（）《》“”—]{0,12}[中文a1]\Z"), max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("中文", 4), ("中a", 3), ("，", 2), ("e\u0301", 1), ("", 0), ("“”", 2)]
)
def test_columns_are_those_of_a_screen(text: str, width: int) -> None:
    assert columns(text) == width


def test_curly_quotes_are_wide_in_chinese() -> None:
    assert columns("“中”", ambiguous=2) == 6


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two", 3, ["one", "two"]),
        ("a https://long.example/path b", 10, ["a", "https://long.example/path", "b"]),
        ("中文字符", 4, ["中文", "字符"]),
        ("中文，字符", 4, ["中", "文，", "字符"]),
        ("中文（字）", 6, ["中文", "（字）"]),
        ("端口 3389。", 8, ["端口", "3389。"]),
        ("用RDP连接", 5, ["用RDP", "连接"]),
        ("选“甲”项", 6, ["选", "“甲”", "项"]),
        ("", 5, []),
        ("a  b", 5, ["a b"]),
        (f"x a{UNBROKEN}b", 4, ["x", "a b"]),
    ],
)
def test_lines_break_where_they_may(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width, ambiguous=2) == lines


@given(WORDS, st.integers(min_value=4, max_value=40))
def test_nothing_is_lost_and_no_mark_stands_where_it_may_not(text: str, width: int) -> None:
    lines = wrapped(text, width, ambiguous=2)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if line[0] in CLOSING] == []
    assert [line for line in lines if line[-1] in OPENING] == []


@given(st.text(alphabet="中文字a bc", max_size=120), st.integers(min_value=8, max_value=40))
def test_lines_are_no_wider_than_asked(text: str, width: int) -> None:
    short = " ".join(word[:6] for word in text.split())

    assert all(columns(line) <= width for line in wrapped(short, width))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["one", "two"], "one two"),
        (["中文，", "字符"], "中文，字符"),
        (["中文", "RDP"], "中文 RDP"),
        (["", "a"], "a"),
    ],
)
def test_source_lines_join_as_they_are_read(lines: list[str], text: str) -> None:
    assert joined(lines) == text
