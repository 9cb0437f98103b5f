"""The archive's files: the same report is the same file, a broken write leaves nothing, rows lie in order."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tests.events.frames import SEEN_AT, attributed
from tocsin.events.stages import archive
from tocsin.events.stages.archive import land, relative_path

DAY = date(2026, 11, 20)
PATH = f"2026/11/scan_rdp/2026-11-20.1.{'ab' * 16}.000.parquet"


def events() -> pl.DataFrame:
    return attributed(
        {"organisation_id": None, "ip_hi": 1, "ip_lo": 1, "f_version": "1.0"},
        {"organisation_id": 2, "ip_hi": 1, "ip_lo": 9, "observed_at": SEEN_AT + timedelta(hours=1)},
        {"organisation_id": 2, "ip_hi": 1, "ip_lo": 3},
        {"organisation_id": 1, "ip_hi": None, "ip_lo": None},
        {"organisation_id": 2, "ip_hi": 1, "ip_lo": 9},
    )


def test_the_whole_key_names_the_file() -> None:
    key = {"source_id": 1, "report_type": "scan_rdp", "period": DAY, "content_hash": "ab" * 32, "part": 0}
    others = [{"source_id": 2}, {"report_type": "scan_smb"}, {"period": date(2026, 11, 21)}, {"part": 1}]
    others.append({"content_hash": "cd" * 32})

    assert relative_path(**key) == PATH
    assert len({relative_path(**{**key, **other}) for other in [{}, *others]}) == 6


def test_landing_twice_is_the_same_bytes(tmp_path: Path) -> None:
    first = land(events(), folder=tmp_path, path=PATH)
    content = (tmp_path / PATH).read_bytes()

    again = land(events(), folder=tmp_path, path=PATH)

    assert again == first
    assert (tmp_path / PATH).read_bytes() == content
    assert [path.name for path in (tmp_path / PATH).parent.iterdir()] == [Path(PATH).name]


def test_an_owners_rows_lie_together_then_an_addresses(tmp_path: Path) -> None:
    land(events(), folder=tmp_path, path=PATH)

    assert pl.read_parquet(tmp_path / PATH)["row"].to_list() == [4, 3, 5, 2, 1]


def test_it_says_what_it_holds(tmp_path: Path) -> None:
    landed = land(events(), folder=tmp_path, path=PATH)

    assert (landed.path, landed.rows) == (PATH, 5)
    assert landed.size_bytes == (tmp_path / PATH).stat().st_size
    assert (landed.first_at, landed.last_at) == (SEEN_AT, datetime(2026, 11, 20, 4, 12, 45, tzinfo=UTC))


def test_every_type_is_one_that_old_engines_read(tmp_path: Path) -> None:
    land(events(), folder=tmp_path, path=PATH)

    physical = {field.physical_type for field in pq.ParquetFile(tmp_path / PATH).schema}

    assert physical <= {"INT32", "INT64", "BYTE_ARRAY", "BOOLEAN"}


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        land(events(), folder=tmp_path, path=PATH)

    assert list((tmp_path / PATH).parent.iterdir()) == []


def test_the_file_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync

    def watch(handle: int) -> None:
        synced.append((tmp_path / PATH).exists())
        real(handle)

    monkeypatch.setattr(archive.os, "fsync", watch)

    land(events(), folder=tmp_path, path=PATH)

    assert synced == [False, True]
