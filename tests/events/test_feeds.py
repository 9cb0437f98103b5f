"""Which report a file is, and what its type says."""

from datetime import date

import pytest

from tocsin.catalogue.queries import problem
from tocsin.events.errors import FileRefused
from tocsin.events.feeds import Side, feed_for, feeds, recognise
from tocsin.events.feeds.feed import Feed
from tocsin.findings.rules.coverage import Strength
from tocsin.kernel.words import Kind

#: A header of today for a type, from the public schema, shortened to what tells the type and what is common.
RDP = [
    "timestamp",
    "severity",
    "ip",
    "protocol",
    "port",
    "hostname",
    "tag",
    "handshake",
    "asn",
    "geo",
    "region",
    "city",
    "rdp_protocol",
    "cert_length",
    "subject_common_name",
    "bluekeep_vulnerable",
    "jarm",
]
SINKHOLE = [
    "timestamp",
    "protocol",
    "src_ip",
    "src_port",
    "src_asn",
    "src_geo",
    "dst_ip",
    "dst_port",
    "infection",
    "family",
    "tag",
    "http_url",
    "http_host",
    "http_agent",
    "forwarded_by",
    "ssl_cipher",
    "http_referer",
]
NEW = ["timestamp", "severity", "ip", "protocol", "port", "hostname", "tag", "thing_version"]
ALL = sorted(feeds().values(), key=lambda feed: feed.type)


@pytest.mark.parametrize(
    ("name", "header", "report_type", "period", "feed"),
    [
        ("2026-11-23-scan_rdp-province-geo.csv", RDP, "scan_rdp", date(2026, 11, 23), "scan_rdp"),
        ("2026-11-23-scan_rdp-a-b-c.csv.gz", RDP, "scan_rdp", date(2026, 11, 23), "scan_rdp"),
        ("2026-11-23-scan_rdp.csv", RDP, "scan_rdp", date(2026, 11, 23), "scan_rdp"),
        ("scan_rdp.csv", RDP, "scan_rdp", None, "scan_rdp"),
        ("SCAN_RDP.CSV", RDP, "scan_rdp", None, "scan_rdp"),
        ("2026-11-23-scan6_rdp-x.csv", RDP, "scan6_rdp", date(2026, 11, 23), "scan_rdp"),
        ("event6_sinkhole_http.csv", SINKHOLE, "event6_sinkhole_http", None, "event4_sinkhole_http"),
        ("event_sinkhole_http.csv", SINKHOLE, "event_sinkhole_http", None, "event4_sinkhole_http"),
        # The order of columns means nothing, and one may be missing.
        ("scan_rdp.csv", [*reversed(RDP)], "scan_rdp", None, "scan_rdp"),
        ("scan_rdp.csv", [name for name in RDP if name != "rdp_protocol"], "scan_rdp", None, "scan_rdp"),
        # Without a telling name the header tells.
        ("download.csv", RDP, "scan_rdp", None, "scan_rdp"),
        ("Report (3).csv", SINKHOLE, "event4_sinkhole_http", None, "event4_sinkhole_http"),
        # A name that the header belies.
        ("scan_telnet.csv", RDP, "scan_rdp", None, "scan_rdp"),
    ],
)
def test_it_tells_type_and_day(name: str, header: list[str], report_type: str, period: date | None, feed: str) -> None:
    found = recognise(name, header)

    assert (found.report_type, found.period, found.feed) == (report_type, period, feed_for(feed))


@pytest.mark.parametrize(
    ("name", "header", "report_type"),
    [
        ("2026-11-23-scan_newthing-x.csv", NEW, "scan_newthing"),
        # A new type is taken at its word, even where an old one's columns are.
        ("2026-11-23-scan_rdp_extra-x.csv", RDP, "scan_rdp_extra"),
        ("scan_newthing.csv", NEW, "scan_newthing"),
        ("Report (3).csv", NEW, "unknown"),
        # A header that has more than a type of ours is no sign of it.
        ("Report (3).csv", [*RDP, "thing_version"], "unknown"),
        ("scan_telnet.csv", NEW, "scan_telnet"),
    ],
)
def test_what_it_does_not_know_is_unknown(name: str, header: list[str], report_type: str) -> None:
    found = recognise(name, header)

    assert found.report_type == report_type
    assert found.feed.problem is None
    assert found.feed.coverage is Strength.NONE


def test_an_impossible_day_is_no_day() -> None:
    assert recognise("2026-02-30-scan_rdp-x.csv", RDP).period is None


def test_a_file_without_times_is_no_report() -> None:
    with pytest.raises(FileRefused, match="no column 'timestamp'"):
        recognise("people.csv", ["name", "phone"])


@pytest.mark.parametrize("feed", ALL, ids=lambda feed: feed.type)
def test_a_feed_names_problems_of_the_catalogue_and_fields_that_they_use(feed: Feed) -> None:
    codes = [code for _, code in feed.problem_by_tag]
    assert feed.problem is not None

    for code in [feed.problem, *codes]:
        assert problem(code).known, code
        given = {*feed.fields, *(["cve"] if feed.cve else [])}
        assert set(problem(code).discriminator) <= given, code


@pytest.mark.parametrize("feed", ALL, ids=lambda feed: feed.type)
def test_a_type_is_recognised_by_its_own_signature(feed: Feed) -> None:
    if not feed.signature:
        pytest.skip("known by name only: its header is another type's too")

    assert recognise("download.csv", {"timestamp", *feed.signature}).feed is feed


@pytest.mark.parametrize("feed", ALL, ids=lambda feed: feed.type)
def test_a_name_of_the_far_end_attributes_nothing(feed: Feed) -> None:
    # In a sinkhole's rows `http_host` is the botnet's name; reverse DNS is whatever its holder writes.
    forbidden = {"hostname", "src_hostname", "dst_hostname", "domain", "subject_common_name", "ssl_servername"}
    assert not forbidden & {*feed.host, *feed.url}
    if feed.side is not Side.SINGLE:
        assert not feed.host
        assert not feed.url


def test_who_attacks_or_is_infected_is_told_and_not_whom_it_met() -> None:
    sided = {feed.type: feed.side for feed in ALL if feed.type.startswith("event")}

    assert set(sided.values()) == {Side.SOURCE}


def test_what_is_only_counted_is_an_inventory_in_the_catalogue() -> None:
    assert problem(str(feed_for("population6_http_proxy").problem)).kind is Kind.INVENTORY


def test_every_type_has_a_file_of_its_name() -> None:
    assert set(feeds()) == {feed.type for feed in ALL}
    assert len(feeds()) == 24
