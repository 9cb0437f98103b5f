"""The bulk reports of the benches: sizes, shares, identities over days, determinism, invented addresses and names."""

import hashlib
import ipaddress
import sys
from pathlib import Path

import polars as pl
import pytest

from bench.province.bulk import BulkReports, bulk
from bench.province.bulk_constituency import BulkConstituency, bulk_constituency

PREFIXES, DOMAINS, ORGANISATIONS = 1_000, 800, 50
IDENTITY = {
    "scan_rdp": ["ip", "port"],
    "scan6_rdp": ["ip", "port"],
    "event4_sinkhole_http": ["src_ip", "infection"],
    "compromised_website": ["http_host", "url"],
}


def _make(out: Path, rows: int = 4_000, day: int = 1) -> BulkReports:
    return bulk(rows=rows, out=out, prefixes=PREFIXES, domains=DOMAINS, organisations=ORGANISATIONS, day=day)


def _registered() -> BulkConstituency:
    return bulk_constituency(prefixes=PREFIXES, domains=DOMAINS, organisations=ORGANISATIONS)


def _read(reports: BulkReports, report_type: str) -> pl.DataFrame:
    paths = [file.path for file in reports.files if file.report_type == report_type]
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in paths])


def _identities(reports: BulkReports) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for report_type, columns in IDENTITY.items():
        found |= {(report_type, *row) for row in _read(reports, report_type).select(columns).rows()}
    return found


def test_it_writes_as_many_rows_as_asked_each_with_its_own_identity(tmp_path: Path) -> None:
    reports = _make(tmp_path)

    written = sum(pl.read_csv(file.path, infer_schema=False).height for file in reports.files)
    assert written == reports.rows == 4_000
    assert len(_identities(reports)) == 4_000


def test_seven_of_ten_rows_are_inside_by_a_slow_reference(tmp_path: Path) -> None:
    assets = _registered().assets
    networks = [ipaddress.ip_network(value) for value in assets.filter(pl.col("kind") == "prefix")["value"]]
    domains = set(assets.filter(pl.col("kind") == "domain")["value"])

    reports = _make(tmp_path, rows=1_000)

    inside = 0
    for report_type in IDENTITY:
        for row in _read(reports, report_type).iter_rows(named=True):
            address = ipaddress.ip_address(row["ip" if "ip" in row else "src_ip"])
            by_prefix = any(address in network for network in networks)
            labels = (row.get("http_host") or "").split(".")
            by_domain = any(".".join(labels[place:]) in domains for place in range(len(labels)))
            inside += by_prefix or by_domain
    assert inside == reports.inside == 700


def test_a_later_day_repeats_95_of_100_identities_at_other_times(tmp_path: Path) -> None:
    first = _make(tmp_path / "1")
    second = _make(tmp_path / "2", day=2)

    shared = _identities(first) & _identities(second)
    assert len(shared) == second.known == 3_800
    assert _read(first, "scan_rdp")["timestamp"].str.starts_with("2026-11-16 ").all()
    assert _read(second, "scan_rdp")["timestamp"].str.starts_with("2026-11-17 ").all()


def test_it_splits_where_a_file_would_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[bulk.__module__], "FILE_ROWS", 100_000)
    reports = bulk(rows=300_000, out=tmp_path)

    assert [file.rows for file in reports.files if file.report_type == "scan_rdp"] == [60_000, 60_000]
    assert max(file.rows for file in reports.files) <= 100_000


def test_it_uses_documentation_addresses_and_example_names_only(tmp_path: Path) -> None:
    four, six = ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("2001:db8::/32")

    reports = _make(tmp_path)

    for report_type in IDENTITY:
        frame = _read(reports, report_type)
        for name in {"ip", "src_ip", "dst_ip"} & set(frame.columns):
            for text in frame[name].drop_nulls().unique():
                address = ipaddress.ip_address(text)
                assert address in four or address in six
                assert str(address) == text
        for name in {"hostname", "src_hostname", "http_host"} & set(frame.columns):
            assert frame[name].drop_nulls().str.ends_with(".example").all()


def test_the_constituency_has_the_sizes_asked_for(tmp_path: Path) -> None:
    constituency = _registered()

    constituency.write(tmp_path)

    assert pl.read_parquet(tmp_path / "assets.parquet").equals(constituency.assets)
    assert constituency.assets["value"].n_unique() == PREFIXES + DOMAINS
    assert constituency.assets.filter(pl.col("kind") == "prefix").height == PREFIXES
    assert constituency.organisations["code"].n_unique() == ORGANISATIONS
    assert set(constituency.assets["organisation"]) <= set(constituency.organisations["code"])
    for file, column in (("regions", "region"), ("sectors", "sector"), ("coordinators", "coordinator")):
        assert set(constituency.organisations[column]) <= set(pl.read_csv(tmp_path / f"{file}.csv")["code"])


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for run in ("a", "b"):
        reports = _make(tmp_path / run)
        hashes.append([(file.path.name, hashlib.sha256(file.path.read_bytes()).hexdigest()) for file in reports.files])

    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("wrong", [{"share_inside": 1.1}, {"known_share": -0.1}, {"day": 0}, {"rows": 0}])
def test_it_refuses_impossible_demands(tmp_path: Path, wrong: dict[str, float]) -> None:
    demand = {"rows": 10, **wrong}

    with pytest.raises(ValueError, match="shares run from 0 to 1"):
        bulk(out=tmp_path, **demand)  # type: ignore[arg-type]  # one of them is wrong on purpose


def test_it_refuses_more_identities_than_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"only \d+ possible"):
        bulk(rows=200_000, out=tmp_path, prefixes=10, domains=10, organisations=10)
