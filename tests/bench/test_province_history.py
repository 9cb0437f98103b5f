"""Ninety days of reports: volumes, shares, rhythm, odd files; that it is the same every time and wholly invented."""

import csv
import hashlib
import ipaddress
import os
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from bench.province.columns import COLUMNS
from bench.province.constituency import Asset, constituency
from bench.province.days import Calendar
from bench.province.history import Delivery, History
from bench.province.volumes import FAULT_DAY

REPOSITORY = Path(__file__).resolve().parents[2]
FOUR, SIX = ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("2001:db8::/32")
MONDAY = "2026-11-23"
DAILY = 90
HEADER_ONLY = ("scan_ssl_poodle", "2026-11-14")
NAMES = ("hostname", "src_hostname", "host", "http_host", "url", "redirect_target")
NAME = re.compile(r"(?:https?://)?([a-z0-9][a-z0-9.-]*\.[a-z]{2,})")


def rows_of(written: History, delivery: Delivery) -> list[dict[str, str]]:
    """Read a whole file; the rows that are not broken."""
    with (written.out / delivery.path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[: delivery.rows - delivery.broken]


def _sizes(written: History) -> dict[str, list[tuple[str, int]]]:
    sizes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one in written.deliveries:
        if not one.repeats:
            sizes[one.report_type].append((one.day, one.rows))
    return sizes


def test_files_are_named_by_day_and_type_and_hold_the_rows_declared(written: History) -> None:
    for one in written.deliveries:
        path = written.out / one.path
        suffix = "linhai" if one.source == "linhai" else "linjiang"
        day = next(first.day for first in written.deliveries if first.path == (one.repeats or one.path))

        with path.open(encoding="utf-8", newline="") as file:
            records = list(csv.reader(file))

        assert path.name == f"{day}-{one.report_type}-{suffix}.csv"
        assert tuple(records[0]) == COLUMNS[one.report_type]
        assert len(records) - 1 == one.rows


def test_days_are_moderate_and_the_monday_is_not(written: History) -> None:
    usual: dict[str, int] = defaultdict(int)
    monday = 0
    for one in written.deliveries:
        if one.report_type != "population_http_proxy" and not one.repeats:
            usual[one.day] += one.rows
        monday += one.rows if one.day == MONDAY else 0

    assert len(usual) == 90
    assert all(400 <= rows <= 900 for day, rows in usual.items() if day != MONDAY)
    assert monday >= 30_000


def test_only_the_flood_and_the_fault_are_above_three_times_their_median(written: History) -> None:
    fault_day = Calendar().text(FAULT_DAY)

    above = set()
    for report_type, sizes in _sizes(written).items():
        for place, (day, rows) in enumerate(sizes):
            before = [
                count
                for other, count in sizes[:place]
                if (date.fromisoformat(day) - date.fromisoformat(other)).days <= 28
            ]
            if before and rows > 3 * median(before):
                above.add((day, report_type))

    assert above == {(MONDAY, "scan_rdp"), (fault_day, "scan_dns")}


def test_the_flood_is_six_times_its_median(written: History) -> None:
    sizes = [rows for _, rows in _sizes(written)["scan_rdp"]]

    assert sizes[-1] == round(6 * median(sizes[-29:-1]))


def test_reports_of_states_always_cover(written: History) -> None:
    for report_type, sizes in _sizes(written).items():
        if not report_type.startswith("scan_") or len(sizes) < DAILY:
            continue
        for place in range(1, DAILY):
            usual = median(rows for _, rows in sizes[max(0, place - 28) : place])
            short = usual >= 50 and sizes[place][1] < 0.7 * usual
            assert not short or (report_type, sizes[place][0]) == HEADER_ONLY, (report_type, sizes[place])


def _owner(row: dict[str, str], day: date, assets: list[Asset]) -> bool:
    """Attribute one row the slow way: name by label, then prefix, then AS number."""

    def lives(asset: Asset) -> bool:
        start, end = asset.valid_from, asset.valid_until
        return (not start or date.fromisoformat(start) <= day) and (not end or day < date.fromisoformat(end))

    live = [one for one in assets if one.state in ("entered", "proven") and lives(one)]
    host = row.get("http_host") if "category" in row else row.get("host")
    address = ipaddress.ip_address(row.get("ip") or row["src_ip"])
    asn = row.get("asn") or row.get("src_asn")
    for one in live:
        if one.kind == "prefix" and address in ipaddress.ip_network(one.value):
            return True
        if one.kind == "domain" and host and (host == one.value or host.endswith(f".{one.value}")):
            return True
        if one.kind == "asn" and one.value == asn:
            return True
    return False


@pytest.mark.parametrize("day", ["2026-08-26", "2026-10-12", "2026-11-13", "2026-11-17"])
def test_rows_with_an_owner_are_as_many_as_a_slow_reference_finds(written: History, day: str) -> None:
    assets = list(constituency().assets)

    for one in written.deliveries:
        if one.day == day and one.rows < 100:
            found = sum(_owner(row, date.fromisoformat(day), assets) for row in rows_of(written, one))
            assert found == one.owned, one.path


def test_a_third_of_all_rows_has_no_constituent(written: History) -> None:
    for days in (None, MONDAY):
        chosen = [one for one in written.deliveries if days in (None, one.day)]
        nobody = sum(one.rows - one.broken - one.owned for one in chosen)

        assert 0.31 <= nobody / sum(one.rows for one in chosen) <= 0.36


def test_the_second_source_falls_silent_five_days_before_the_monday(written: History) -> None:
    days = [one.day for one in written.deliveries if one.source == "linhai"]

    assert len(days) == 85
    assert (days[0], days[-1]) == ("2026-08-26", "2026-11-18")


def test_rows_lie_in_the_first_hour_of_the_day_of_their_file_in_order(written: History) -> None:
    for one in written.deliveries:
        times = [row["timestamp"] for row in rows_of(written, one)]

        day = Path(one.path).name[:10]
        assert times == sorted(times)
        assert all(time.startswith(f"{day} 00:") for time in times)


def test_addresses_are_documentation_space_and_names_are_example(written: History) -> None:
    addresses: set[str] = set()
    names: set[str] = set()
    for one in written.deliveries:
        for row in rows_of(written, one):
            addresses |= {row[name] for name in ("ip", "src_ip", "dst_ip") if row.get(name)}
            for name in NAMES:
                found = NAME.match(row.get(name) or "")
                names |= {found.group(1)} if found and not row[name].startswith("/") else set()

    assert len(addresses) > 30_000
    assert len(names) > 1_000
    assert all(ipaddress.ip_address(one) in (SIX if ":" in one else FOUR) for one in addresses)
    assert all(name.endswith(".example") for name in names)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(written: History, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.province", "history", "--out", str(tmp_path / "again")]

    subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": "4711"}, check=True, capture_output=True
    )

    assert _digest(tmp_path / "again") == _digest(written.out)


def test_it_refuses_an_end_that_is_no_monday(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.province", "history", "--out", str(tmp_path), "--until", "2026-11-24"]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)

    assert done.returncode == 2
    assert "ends on a Monday; 2026-11-24 is none" in done.stderr
