"""Text becomes events of one shape; every row is an event or refused with a reason."""

import io
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.events.feeds import feed_for
from tocsin.events.feeds.feed import Feed, Side
from tocsin.events.schemas import FIELD, NORMAL, RAW, REJECTED, Flag
from tocsin.events.services.preparing import arrivals
from tocsin.events.stages.normalise import normalise
from tocsin.events.stages.read import read

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HEADER = "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,subject_common_name"
GOOD = "2026-11-22 01:02:03,high,198.18.0.1,tcp,3389,Host.Example.COM.,rdp,64496,at,rdp.example"


def normalised(text: str, feed: Feed | str = "scan_rdp") -> tuple[pl.DataFrame, pl.DataFrame]:
    (arrived,) = arrivals(io.BytesIO(text.encode()), name="x.csv")
    ((frame, _),) = read(arrived.delivered)
    return normalise(frame, feed_for(feed) if isinstance(feed, str) else feed, NOW)


def event(header: str, row: str, feed: Feed | str = "scan_rdp") -> dict[str, object]:
    events, refused = normalised(f"{header}\n{row}\n", feed)
    assert refused.is_empty()
    return events.row(0, named=True)


def refusal(header: str, row: str, feed: Feed | str = "scan_rdp") -> dict[str, object]:
    events, refused = normalised(f"{header}\n{row}\n", feed)
    assert events.is_empty()
    return refused.row(0, named=True)


def test_a_row_becomes_an_event() -> None:
    found = event(HEADER, GOOD)

    assert {name: found[name] for name in NORMAL} == {
        "row": 1,
        "line": 2,
        "observed_at": datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        "problem": "open-rdp",
        "address": "198.18.0.1",
        "ip_hi": -(2**63),
        "ip_lo": 0xFFFF_C612_0001 - 2**63,
        "port": 3389,
        "transport": "tcp",
        "host": None,
        "ptr": "host.example.com",
        "url": None,
        "asn": 64496,
        "country": "AT",
        "row_severity": 3,
        "flags": 0,
    }
    assert found["f_tls_subject"] == "rdp.example"
    assert found["raw_hostname"] == "Host.Example.COM."


def test_columns_have_the_declared_types_and_order() -> None:
    events, _ = normalised(f"{HEADER}\n{GOOD}\n")

    assert dict(list(events.schema.items())[: len(NORMAL)]) == NORMAL
    rest = events.columns[len(NORMAL) :]
    assert rest == sorted(rest, key=lambda name: not name.startswith(FIELD))
    assert all(name.startswith((FIELD, RAW)) for name in rest)
    assert {events.schema[name] for name in rest} == {pl.String}


def test_every_field_of_the_feed_is_there_and_empty_columns_are_not() -> None:
    found = event("timestamp,ip,tag", "2026-11-22 01:02:03,198.18.0.1,")

    assert {f"f_{name}" for name in feed_for("scan_rdp").fields} <= found.keys()
    assert "raw_tag" not in found


def test_missing_columns_are_not_given() -> None:
    found = event("timestamp,ip", "2026-11-22 01:02:03,198.18.0.1")

    # Files of old have no `protocol`; the type says what it ran over, so that old and new meet in one finding.
    assert found["transport"] == "tcp"
    assert [found[name] for name in ("port", "ptr", "asn", "country", "row_severity")] == [None] * 5
    assert found["flags"] == 0


def test_an_unknown_column_is_kept_and_flagged() -> None:
    found = event("timestamp,ip,brand_new", "2026-11-22 01:02:03,198.18.0.1,x")

    assert found["flags"] == Flag.UNKNOWN_COLUMN
    assert found["raw_brand_new"] == "x"


def test_a_column_twice_is_no_unknown_column() -> None:
    assert event("timestamp,ip,tag,tag", "2026-11-22 01:02:03,198.18.0.1,rdp,b")["flags"] == 0


def test_an_unknown_type_goes_in_by_its_common_columns() -> None:
    found = event(HEADER, GOOD, "scan_newthing")

    assert found["problem"] is None
    assert found["flags"] == Flag.UNKNOWN_TYPE | Flag.UNKNOWN_COLUMN
    assert (found["address"], found["port"], found["asn"], found["f_tag"]) == ("198.18.0.1", 3389, 64496, "rdp")


def test_an_unknown_type_with_two_ends_is_told_at_its_source() -> None:
    found = event("timestamp,src_ip,src_port,dst_ip", "2026-11-22 01:02:03,198.18.0.1,5000,198.18.0.9", "event4_new")

    assert (found["address"], found["port"]) == ("198.18.0.1", 5000)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",198.18.0.1", "Column 'timestamp' is empty."),
        ("yesterday,198.18.0.1", "Column 'timestamp': a value of 9 characters is no time."),
        ("2026-11-32 01:02:03,198.18.0.1", "Column 'timestamp': '2026-11-32 01:02:03' is no time."),
        ("alice@corp.example password=hunter2,198.18.0.1", "Column 'timestamp': a value of 35 characters is no time."),
        ("2026-11-22 01:02:03,bob:S3cr3tPw@10.0.0.1", "Column 'ip': a value of 21 characters is no IP address."),
        (f"2026-11-22 01:02:03,{'1' * 41}", "Column 'ip': a value of 41 characters is no IP address."),
        ("2026-11-22 01:02:03,198.18.0.256", "Column 'ip': '198.18.0.256' has a number above 255."),
        ("2026-11-22 01:02:03,198.18.00.1", "Column 'ip': '198.18.00.1' has leading zeros, which some read as octal."),
        ("2026-11-22 01:02:03,host.example", "Column 'ip': a value of 12 characters is no IP address."),
        ("2026-11-22 01:02:03,fe80::1%eth0", "Column 'ip': a value of 12 characters is no IP address."),
        ("2026-11-22 01:02:03,198.18.0.0/33", "Column 'ip': '198.18.0.0/33' has a mask that is out of range."),
        ("2026-11-22 01:02:03,198.18.0.x,more", "Column 'ip': the value is no IP address (the record is ragged)."),
    ],
)
def test_a_row_that_cannot_be_an_event_is_refused_with_the_reason(row: str, reason: str) -> None:
    refused = refusal("timestamp,ip", row)

    assert refused["reason"] == reason
    assert (refused["row"], refused["line"], refused["stage"]) == (1, 2, "normalise")


def test_a_file_without_times_refuses_every_row() -> None:
    assert refusal("ip,tag", "198.18.0.1,x")["reason"] == "The file has no column 'timestamp'."


def test_a_refused_record_is_kept_as_it_was() -> None:
    refused = refusal("timestamp,ip,tag", 'never,198.18.0.1,"say ""x"", y",extra')

    assert refused["text"] == '"never","198.18.0.1","say ""x"", y",extra'


@pytest.mark.parametrize("address", ["", " "])
def test_a_row_without_address_is_an_event(address: str) -> None:
    found = event("timestamp,ip,tag", f"2026-11-22 01:02:03,{address},rdp")

    assert found["flags"] == Flag.NO_ADDRESS
    assert (found["address"], found["ip_hi"], found["ip_lo"]) == (None, None, None)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("2001:DB8:0:0:0::1", "2001:db8::1"),
        ("::ffff:198.18.0.1", "198.18.0.1"),
        (" 198.18.0.1 ", "198.18.0.1"),
    ],
)
def test_an_address_has_one_spelling(given: str, address: str) -> None:
    assert event("timestamp,ip", f"2026-11-22 01:02:03,{given}")["address"] == address


@pytest.mark.parametrize(
    ("given", "address", "network"),
    [
        ("198.18.7.0/24", "198.18.7.0", "198.18.7.0/24"),
        ("2001:db8:7::/48", "2001:db8:7::", "2001:db8:7::/48"),
        ("198.18.7.1", "198.18.7.1", None),
    ],
)
def test_a_network_stands_by_its_first_address(given: str, address: str, network: str | None) -> None:
    events, _ = normalised(f"timestamp,ip\n2026-11-22 01:02:03,{given}\n", "blocklist")

    assert events.item(0, "address") == address
    assert (events.item(0, "f_network") if "f_network" in events.columns else None) == network


@pytest.mark.parametrize(
    ("time", "flags"),
    [
        ("2026-11-24 07:00:00", 0),
        ("2026-11-24 07:00:01", Flag.FUTURE_TIME),
        ("2000-01-01 00:00:00", 0),
        ("2026-11-30 07:00:00", Flag.FUTURE_TIME),
    ],
)
def test_a_time_more_than_a_day_ahead_is_flagged(time: str, flags: int) -> None:
    assert event("timestamp,ip", f"{time},198.18.0.1")["flags"] == flags


@pytest.mark.parametrize("time", ["1999-12-31 23:59:59", "2026-11-30 07:00:01", "9999-12-31 23:59:59"])
def test_a_time_out_of_all_bounds_is_refused(time: str) -> None:
    events, rejected = normalised(f"timestamp,ip\n{time},198.18.0.1\n")

    assert events.is_empty()
    assert "too far from today" in rejected.item(0, "reason")


@pytest.mark.parametrize(
    ("url", "host", "read"),
    [
        ("http://www.alpha.example/a", "www.alpha.example", "www.alpha.example"),
        # Browsers go to evil.example, RFC 3986 says alpha: nobody's.
        (r"http://evil.example\@www.alpha.example/a", "evil.example", "evil.example"),
        ("http://www.alpha.example/a", "evil.example", "www.alpha.example"),
        (f"http://www.alpha.example/{'a' * 2048}", "www.alpha.example", "www.alpha.example"),
    ],
)
def test_a_url_and_a_host_that_disagree_bring_nobody_a_name_of_another(url: str, host: str, read: str) -> None:
    made = event("timestamp,url,host,ip,source", f"2026-11-22 01:02:03,{url},{host},198.18.0.1,x", "phish_url")

    assert made["host"] == read
    is_plain = url.endswith("/a") and read == host and "@" not in url
    assert made["flags"] == (0 if is_plain else Flag.UNUSABLE_NAME)


def test_what_is_longer_than_a_finding_holds_is_cut_and_kept_whole_beside_it() -> None:
    made = event(
        "timestamp,src_ip,infection,src_hostname",
        f"2026-11-22 01:02:03,198.18.0.1,{'m' * 3000},{'h' * 400}",
        "event4_sinkhole_http",
    )

    assert made["f_malware"] == "m" * 1000
    assert made["raw_infection"] == "m" * 3000
    assert made["ptr"] is None
    assert made["raw_src_hostname"] == "h" * 400


@pytest.mark.parametrize(
    ("column", "text", "attribute", "value"),
    [
        ("port", "65535", "port", 65535),
        ("port", "65536", "port", None),
        ("port", "-1", "port", None),
        ("port", "http", "port", None),
        ("asn", "AS64496", "asn", 64496),
        ("asn", "0", "asn", None),
        ("asn", "4294967295", "asn", 4294967295),
        ("asn", "4294967296", "asn", None),
        ("geo", "at", "country", "AT"),
        ("geo", "--", "country", None),
        ("geo", "AUT", "country", None),
        ("protocol", "UDP", "transport", "udp"),
        ("protocol", "http", "transport", "tcp"),
        ("severity", "Critical", "row_severity", 4),
        ("severity", "info", "row_severity", 0),
        ("severity", "awful", "row_severity", None),
        ("hostname", ".", "ptr", None),
        ("tag", "SSL, ssl-poodle;vpn | x", "f_tag", "ssl;ssl-poodle;vpn;x"),
    ],
)
def test_a_value_is_read_or_not_given(column: str, text: str, attribute: str, value: object) -> None:
    found = event(f"timestamp,ip,{column}", f'2026-11-22 01:02:03,198.18.0.1,"{text}"')

    assert found[attribute] == value


def test_the_side_to_notify_is_the_feeds() -> None:
    victim = Feed(type="event4_honeypot_ddos_target", problem="ddos-participant", side=Side.DESTINATION)
    header = "timestamp,src_ip,src_port,src_asn,src_geo,dst_ip,dst_port,dst_asn,dst_geo,dst_hostname"
    row = "2026-11-22 01:02:03,198.18.0.1,1,64496,AT,198.18.0.9,80,64497,DE,www.example"

    found = event(header, row, victim)

    assert [found[name] for name in ("address", "port", "asn", "country", "ptr")] == [
        "198.18.0.9",
        80,
        64497,
        "DE",
        "www.example",
    ]


@pytest.mark.parametrize(
    ("url", "host", "port", "application", "expected"),
    [
        ("/a.php", "Example.com", "80", "http", ("http://example.com/a.php", "example.com", 0)),
        ("/a.php?x=1", "example.com", "8080", "", ("http://example.com:8080/a.php", "example.com", 0)),
        ("/a", "example.com", "443", "", ("https://example.com/a", "example.com", 0)),
        ("/a", "example.com:8443", "8443", "https", ("https://example.com:8443/a", "example.com", 0)),
        ("http://u:p@example.com/a", "", "80", "", ("http://example.com/a", "example.com", 0)),
        ("", "example.com", "80", "http", (None, "example.com", 0)),
        # A path alone is no URL that could not be read.
        ("/a", "", "80", "http", (None, None, 0)),
        ("", "not a host", "80", "http", (None, None, Flag.UNUSABLE_NAME)),
        ("gopher://example.com/", "", "80", "", (None, None, Flag.UNUSABLE_NAME)),
        ("http://198.18.0.1/a", "198.18.0.1", "80", "http", ("http://198.18.0.1/a", None, 0)),
        ("", "", "80", "http", (None, None, 0)),
    ],
)
def test_a_website_is_its_host_and_url(
    url: str, host: str, port: str, application: str, expected: tuple[str | None, str | None, int]
) -> None:
    found = event(
        "timestamp,ip,port,application,url,http_host",
        f"2026-11-22 01:02:03,198.18.0.1,{port},{application},{url},{host}",
        "compromised_website",
    )

    assert (found["url"], found["host"], found["flags"]) == expected


def test_a_host_that_is_an_address_lends_it() -> None:
    found = event("timestamp,url,host,ip", "2026-11-22 01:02:03,http://198.18.0.1:81/m,198.18.0.1,", "malware_url")

    assert (found["address"], found["ip_lo"], found["host"]) == ("198.18.0.1", 0xFFFF_C612_0001 - 2**63, None)
    assert found["flags"] == 0


def test_a_botnets_name_is_no_host_of_the_owner() -> None:
    found = event(
        "timestamp,src_ip,src_hostname,http_host,http_url",
        "2026-11-22 01:02:03,198.18.0.1,dsl.example,evil.example,/gate.php",
        "event4_sinkhole_http",
    )

    assert (found["host"], found["url"], found["ptr"]) == (None, None, "dsl.example")
    assert found["f_contacted_name"] == "evil.example"


@pytest.mark.parametrize(
    ("report_type", "tag", "problem", "cve"),
    [
        ("scan_exchange", "exchange;cve-2021-26855", "vulnerable-exchange", "CVE-2021-26855"),
        (
            "scan_exchange",
            "cve-2021-34473;cve-2021-26855;CVE-2021-26855",
            "vulnerable-exchange",
            "CVE-2021-26855,CVE-2021-34473",
        ),
        ("scan_exchange", "exchange;webshell", "exchange-webshell", None),
        ("scan_exchange", "", "vulnerable-exchange", None),
        ("scan_http_vulnerable", "basic-auth,http", "unencrypted-web-login", None),
        ("scan_http_vulnerable", "http,basic-auth", "unencrypted-web-login", None),
        ("scan_http_vulnerable", "basic-auth,https", "vulnerable-web-service", None),
        ("scan_http_vulnerable", "basic-auth,cve-2024-1234", "vulnerable-web-service", "CVE-2024-1234"),
        ("scan_http_vulnerable", "git-config-file", "exposed-git-folder", None),
        ("scan_http_vulnerable", "http,basic-auth,git-config-file", "exposed-git-folder", None),
    ],
)
def test_the_tag_decides_the_problem(report_type: str, tag: str, problem: str, cve: str | None) -> None:
    found = event("timestamp,ip,tag", f'2026-11-22 01:02:03,198.18.0.1,"{tag}"', report_type)

    assert (found["problem"], found["f_cve"]) == (problem, cve)


@pytest.mark.parametrize(
    ("infection", "family", "tag", "malware"),
    [("Necurs", "x", "y", "necurs"), ("", "Andromeda", "y", "andromeda"), ("", "", "3ve", "3ve"), ("", "", "", None)],
)
def test_the_first_name_of_a_malware_is_taken(infection: str, family: str, tag: str, malware: str | None) -> None:
    found = event(
        "timestamp,src_ip,infection,family,tag",
        f"2026-11-22 01:02:03,198.18.0.1,{infection},{family},{tag}",
        "event4_sinkhole_http",
    )

    assert found["f_malware"] == malware


def test_a_ragged_row_is_an_event_with_a_flag() -> None:
    events, refused = normalised(
        "timestamp,ip,tag\n2026-11-22 01:02:03,198.18.0.1\n2026-11-22 01:02:03,198.18.0.2,a,b\n"
    )

    assert events["flags"].to_list() == [Flag.RAGGED, Flag.RAGGED]
    assert events["raw__extra"].to_list() == [None, "b"]
    assert refused.is_empty()


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["2026-11-22 01:02:03", "2026-11-22T01:02:03Z", "2026", "198.18.0.1", "198.18.0.999", "2001:db8::1", "::1/64"]
    ),
    st.sampled_from(["www.example", "http://a.example/?q", "/x", "tcp", "443", "high", "a;b", "%", "\N{BALLOON}", " "]),
    st.text(max_size=8),
)
COLUMNS = [
    "timestamp",
    "severity",
    "ip",
    "src_ip",
    "dst_ip",
    "protocol",
    "port",
    "src_port",
    "hostname",
    "tag",
    "asn",
    "geo",
    "url",
    "host",
    "http_host",
    "infection",
    "password",
    "subject_email_address",
    "application",
    "network",
    "new",
]


@settings(max_examples=150, deadline=None)
@given(
    data=st.data(),
    report_type=st.sampled_from(
        ["scan_rdp", "event4_sinkhole_http", "malware_url", "compromised_website", "scan_exchange", "new"]
    ),
)
def test_every_row_is_an_event_or_refused(data: st.DataObject, report_type: str) -> None:
    columns = data.draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1))
    height = data.draw(st.integers(0, 8))
    cells = {name: data.draw(st.lists(CELLS, min_size=height, max_size=height)) for name in columns}
    flags = data.draw(st.lists(st.sampled_from([0, 1, 8, 9]), min_size=height, max_size=height))
    extra = data.draw(st.lists(st.one_of(st.none(), st.just("x")), min_size=height, max_size=height))
    frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.int_range(1, height + 1, dtype=pl.Int32).alias("_row"),
        pl.int_range(2, height + 2, dtype=pl.Int32).alias("_line"),
        pl.Series("_flags", flags, pl.Int32),
        pl.Series("_extra", extra, pl.String),
    )

    events, refused = normalise(frame, feed_for(report_type), NOW)

    assert sorted(events["row"].to_list() + refused["row"].to_list()) == list(range(1, height + 1))
    assert events["row"].is_sorted()
    assert refused["row"].is_sorted()
    assert refused.schema == REJECTED
    assert dict(list(events.schema.items())[: len(NORMAL)]) == NORMAL
    assert events["observed_at"].null_count() == 0
    assert refused["reason"].null_count() == 0
    assert refused["text"].null_count() == 0
