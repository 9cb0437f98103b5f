"""What was delivered becomes frames of text."""

import gzip
import io
import zipfile

import polars as pl
import pytest

from tocsin.events.schemas import READ, REJECTED, Flag
from tocsin.events.services import preparing
from tocsin.events.services.preparing import arrivals
from tocsin.events.stages.read import read
from tocsin.formats import delimited
from tocsin.formats.errors import EmptyFile

REPORT = (
    b'"timestamp","ip","port"\r\n"2026-11-23 00:00:01","198.18.0.1",3389\r\n"2026-11-23 00:00:02","198.18.0.2",\r\n'
)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.csv", data)
    return packed.getvalue()


def delivered(data: bytes, name: str = "scan_rdp.csv") -> list[tuple[str, list[pl.DataFrame]]]:
    return [
        (arrived.name, [good for good, _ in read(arrived.delivered)])
        for arrived in arrivals(io.BytesIO(data), name=name)
    ]


@pytest.mark.parametrize("data", [REPORT, b"\xef\xbb\xbf" + REPORT, gzip.compress(REPORT), zipped(scan_rdp=REPORT)])
def test_the_same_report_reads_the_same_however_it_is_packed(data: bytes) -> None:
    ((name, (batch,)),) = delivered(data)

    assert name == "scan_rdp.csv"
    assert batch.rows() == [
        ("2026-11-23 00:00:01", "198.18.0.1", "3389", 1, 2, 0, None),
        ("2026-11-23 00:00:02", "198.18.0.2", None, 2, 3, 0, None),
    ]


def test_each_member_of_a_zip_is_a_file_of_its_own() -> None:
    found = delivered(zipped(scan_rdp=REPORT, scan_smb=b"timestamp,ip\n"), "day.zip")

    assert [(name, sum(batch.height for batch in batches)) for name, batches in found] == [
        ("scan_rdp.csv", 2),
        ("scan_smb.csv", 0),
    ]


def test_a_header_alone_has_a_header_and_no_batch() -> None:
    (arrived,) = arrivals(io.BytesIO(b"timestamp,ip\n"), name="scan_rdp.csv")

    assert arrived.delivered.header == ("timestamp", "ip")
    assert list(read(arrived.delivered)) == []


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(EmptyFile):
        list(arrivals(io.BytesIO(b""), name="scan_rdp.csv"))


def test_refused_records_name_the_stage_and_keep_their_text() -> None:
    (arrived,) = arrivals(io.BytesIO(b'timestamp,ip\n"2026,198.18.0.1\n2027,198.18.0.2\n'), name="x.csv")
    ((good, refused),) = read(arrived.delivered)

    assert good["_row"].to_list() == [2]
    assert refused.rows() == [(1, 2, "read", "A quote is never closed.", '"2026,198.18.0.1')]
    assert refused.schema == REJECTED


def test_columns_have_the_declared_types() -> None:
    ((_, (batch,)),) = delivered(REPORT)

    assert {name: batch.schema[name] for name in READ} == READ
    assert {batch.schema[name] for name in ("timestamp", "ip", "port")} == {pl.String}


def test_a_batch_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "BATCH_ROWS", 10)
    data = b"timestamp,ip\n" + b"2026-11-23 00:00:01,198.18.0.1\n" * 25

    ((_, batches),) = delivered(data)

    assert [batch.height for batch in batches] == [10, 10, 5]


def test_codec_and_schema_mean_the_same_bits() -> None:
    assert (delimited.RAGGED, delimited.REPLACED_CHARACTERS) == (Flag.RAGGED, Flag.REPLACED_CHARACTERS)
