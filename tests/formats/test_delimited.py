"""Reading delimited text: every record is read or refused, whichever way it is read."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.formats.delimited import RAGGED, REPLACED_CHARACTERS, open_table, table
from tocsin.formats.delimited.exact import MAX_RECORD_BYTES, cut_record
from tocsin.formats.errors import BadHeader, EmptyFile, UnreadableFile, WrongEncoding


def read(data: bytes, *, fast: bool = True, rows: int = 250_000) -> tuple[pl.DataFrame, pl.DataFrame]:
    opened = open_table(io.BytesIO(data), rows=rows, fast=fast)
    batches = list(opened)
    if not batches:
        return pl.DataFrame(schema=dict.fromkeys(opened.header, pl.String)), pl.DataFrame()
    return pl.concat([good for good, _ in batches]), pl.concat([bad for _, bad in batches])


def cells(data: bytes, **how: bool) -> list[tuple[str | None, ...]]:
    good, _ = read(data, **how)
    return good.select(pl.exclude("_row", "_line", "_flags", "_extra")).rows()


def records_in(data: bytes) -> int:
    """Count the records after the header, by the meaning of the format."""
    at, count = 0, 0
    while at < len(data):
        cut = cut_record(data, at, final=True)
        assert cut is not None
        count += bool(cut.cells or cut.fault)
        at = len(data) if cut.end is None else cut.end
    return count - 1


both_ways = pytest.mark.parametrize("fast", [True, False], ids=["fast", "exact"])


@both_ways
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"1,2,3\n", [("1", "2", "3")]),
        (b'"1","2","3"\r\n"4",5,"6"\r\n', [("1", "2", "3"), ("4", "5", "6")]),
        (b"1,2,3\r4,5,6\r", [("1", "2", "3"), ("4", "5", "6")]),
        (b"1,2,3", [("1", "2", "3")]),
        (b',"",\n', [(None, None, None)]),
        (b'"a\nb","c\r\nd",e\n1,2,3\n', [("a\nb", "c\r\nd", "e"), ("1", "2", "3")]),
        (b'"a,b","say ""x""",""""\n', [("a,b", 'say "x"', '"')]),
        (b'"realm=\\"\\"Squid\\"\\"",2,3\n', [('realm="Squid"', "2", "3")]),
        (b'"\\"\\"\\"\\"",2,3\n', [('""', "2", "3")]),
        (b'"C:\\","D:\\""x",3\n', [("C:\\", 'D:\\"x', "3")]),
        (b'"a"b,x"y,3\n', [("ab", 'x"y', "3")]),
        (b"\n1,2,3\n\n\r\n4,5,6\n\n", [("1", "2", "3"), ("4", "5", "6")]),
        (b"1,2,\xef\xbb\xbf3\n\xef\xbb\xbf4,5,6\n", [("1", "2", "\ufeff3"), ("\ufeff4", "5", "6")]),
        (b" 1 ,2 , 3\n", [(" 1 ", "2 ", " 3")]),
    ],
)
def test_it_reads_what_the_format_says(fast: bool, body: bytes, expected: list[tuple[str | None, ...]]) -> None:
    assert cells(b"a,b,c\n" + body, fast=fast) == expected


@both_ways
def test_it_numbers_records_and_physical_lines(fast: bool) -> None:
    good, _ = read(b'a,b\n1,2\n"x\ny",4\n\n5,6\n', fast=fast)

    assert good.select("_row", "_line").rows() == [(1, 2), (2, 3), (3, 6)]


@both_ways
def test_a_ragged_record_loses_nothing(fast: bool) -> None:
    good, bad = read(b'a,b,c\n1,2\n1,2,3\n1,2,3,4,"x,""y"\n', fast=fast)

    assert good["_flags"].to_list() == [RAGGED, 0, RAGGED]
    assert good["_extra"].to_list() == [None, None, '4,"x,""y"']
    assert good["c"].to_list() == [None, "3", "3"]
    assert bad.is_empty()


@both_ways
def test_a_file_of_short_records_only_is_all_ragged(fast: bool) -> None:
    good, _ = read(b"a,b,c\n" + b'"1","2,2"\n' * 50_000, fast=fast)

    assert good["_flags"].unique().to_list() == [RAGGED]
    assert good["b"].unique().to_list() == ["2,2"]


@both_ways
def test_an_unclosed_quote_costs_one_line(fast: bool) -> None:
    good, bad = read(b'a,b\n1,2\n3,"four\n"5",6\n7,"8"\n', fast=fast)

    assert good["a"].to_list() == ["1", "5", "7"]
    assert bad.rows() == [(2, 3, "A quote is never closed.", '3,"four')]
    assert good["_row"].to_list() == [1, 3, 4]


@both_ways
def test_an_unclosed_quote_at_the_end_costs_one_line(fast: bool) -> None:
    good, bad = read(b'a,b\n1,"2\n3,4\n5,6\n', fast=fast)

    assert good["a"].to_list() == ["3", "5"]
    assert bad["line"].to_list() == [2]


@both_ways
def test_a_nul_byte_refuses_its_record(fast: bool) -> None:
    good, bad = read(b"a,b\n1,2\n3,\x004\n5,6\n", fast=fast)

    assert good["a"].to_list() == ["1", "5"]
    assert bad.rows() == [(2, 3, "The record contains a NUL byte.", "3,\N{SYMBOL FOR NULL}4")]


@both_ways
def test_bytes_that_are_no_text_are_replaced_and_flagged(fast: bool) -> None:
    good, _ = read(b"a,b\n1,2\n3,\xe9t\xe9\n", fast=fast)

    assert good["b"].to_list() == ["2", "\ufffdt\ufffd"]
    assert good["_flags"].to_list() == [0, REPLACED_CHARACTERS]


@both_ways
def test_a_line_beyond_the_limit_is_refused_and_the_rest_is_read(fast: bool) -> None:
    good, bad = read(b"a,b\n1,2\n" + b"x" * (MAX_RECORD_BYTES * 9) + b"\n3,4\n", fast=fast)

    assert good["a"].to_list() == ["1", "3"]
    assert good["_line"].to_list() == [2, 4]
    assert bad["reason"].to_list() == ["The record is longer than 1,048,576 bytes."]


def test_headers_are_trimmed_lowered_and_told_apart() -> None:
    opened = open_table(io.BytesIO(b'\xef\xbb\xbf" Timestamp ",IP,ip,,_row\n'))

    assert opened.header == ("timestamp", "ip", "ip_2", "column_4", "_row_2")


def test_a_header_alone_has_no_records() -> None:
    assert list(open_table(io.BytesIO(b"a,b\n"))) == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyFile),
        (b"\n\r\n", EmptyFile),
        (b"\xef\xbb\xbf", EmptyFile),
        (b"a,\x00b\n", BadHeader),
        (b'a,"b\n', BadHeader),
        (b"a,\xff\n", BadHeader),
        (b" , \n", BadHeader),
        ("a,b\n".encode("utf-16"), WrongEncoding),
        ("a,b\n".encode("utf-16-le"), WrongEncoding),
        ("a,b\n".encode("utf-16-be"), WrongEncoding),
    ],
)
def test_a_file_without_a_readable_header_is_refused(data: bytes, error: type[UnreadableFile]) -> None:
    with pytest.raises(error):
        open_table(io.BytesIO(data))


def test_batches_are_bounded_and_in_order() -> None:
    data = b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(1000))

    batches = [good for good, _ in open_table(io.BytesIO(data), rows=300)]

    assert [batch.height for batch in batches] == [300, 300, 300, 100]
    assert pl.concat(batches)["_row"].to_list() == list(range(1, 1001))


def test_refused_records_are_bounded_too() -> None:
    data = b"a,b\n" + b"1,\x002\n" * 40_000

    batches = [bad.height for _, bad in open_table(io.BytesIO(data), rows=10_000)]

    assert sum(batches) == 40_000
    assert max(batches) < 25_000


NASTY = st.lists(
    st.sampled_from(
        [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\\", b'\\"\\"', b"a", b"bc", b" ", b"\0", b"\xff", b"\xc3\xa9"]
    ),
    max_size=60,
).map(b"".join)
SHAPELY = st.lists(
    st.lists(
        st.sampled_from([b"x", b'"y"', b'"a,b"', b'"q""q"', b"", b'""', b'"n\nn"', b"\xff"]), min_size=1, max_size=4
    ),
    max_size=30,
).map(lambda rows: b"\n".join(b",".join(row) for row in rows))


@settings(max_examples=400, deadline=None)
@given(
    body=st.one_of(NASTY, SHAPELY, st.binary(max_size=200)), header=st.sampled_from([b"a\n", b"a,b\n", b"a,b,c\r\n"])
)
@pytest.mark.parametrize("small", [False, True], ids=["one-step", "small-steps"])
def test_both_ways_agree_and_no_record_is_lost(small: bool, body: bytes, header: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(table, "_CHUNK_BYTES", 32)
            patch.setattr(table, "_STRETCH_BYTES", 8)
        good, bad = read(header + body)
        exact, exact_bad = read(header + body, fast=False)

    assert good.rows() == exact.rows()
    assert bad.rows() == exact_bad.rows()
    assert good.height + bad.height == records_in(header + body)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\\\r"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        max_size=20,
    )
)
@both_ways
def test_what_is_written_as_csv_is_read_back(fast: bool, rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])

    assert cells(written.getvalue().encode(), fast=fast) == [tuple(cell or None for cell in row) for row in rows]
