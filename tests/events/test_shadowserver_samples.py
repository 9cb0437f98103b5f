"""Every real sample goes in whole, and says what a person reads in it; the literals were read off the files by eye."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.shared_data import ROOT, shared
from tocsin.events.feeds import recognise
from tocsin.events.schemas import Flag
from tocsin.events.services.preparing import arrivals
from tocsin.events.stages.normalise import normalise
from tocsin.events.stages.read import read

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Sample:
    rows: int
    #: Number of the row -> what is checked of it.
    events: Mapping[int, Mapping[str, object]]


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def common(text: str) -> dict[str, object]:
    """Spell the usual attributes in one line: problem address port transport ptr asn country; `-` is none."""
    problem, address, port, transport, ptr, asn, country = (None if word == "-" else word for word in text.split())
    return {
        "problem": problem,
        "address": address,
        "port": int(port) if port else None,
        "transport": transport,
        "ptr": ptr,
        "asn": int(asn) if asn else None,
        "country": country,
        "row_severity": None,
    }


SAMPLES: Mapping[str, Sample] = {
    "blocklist": Sample(
        rows=3,
        events={
            1: common("blocklisted-address 198.123.245.134 - - host.local 5678 XX")
            | {"observed_at": at(2019, 9, 4, 7, 0, 19), "f_list_name": "Alien Vault", "f_reason": "Malicious Host AA"},
            2: common("blocklisted-address 198.123.245.171 - - - 5678 XX") | {"f_network": None},
            3: common("blocklisted-address 198.123.245.0 - - - 5678 XX") | {"f_network": "198.123.245.0/24"},
        },
    ),
    "compromised_website": Sample(
        rows=3,
        events={
            1: common("compromised-website 203.0.113.1 80 tcp example.com 64496 AT")
            | {
                "observed_at": at(2017, 1, 16, 0, 43, 48),
                "host": "example.com",
                "url": "http://example.com/header.php",
                "f_tag": "hacked-webserver-stealrat-t1",
                "f_category": "spam",
                "f_server": "Microsoft-IIS/7.5",
                "f_first_detected": "2015-05-09 05:51:12",
                "f_malware": None,
            },
            2: common("compromised-website 203.0.113.1 80 tcp - 64496 AT")
            | {"observed_at": at(2018, 4, 9, 15, 43, 41), "url": "http://example.com/", "f_category": "phishing"},
            3: common("compromised-website 66.249.0.0 - tcp 66-249-0-0.example.com 1234 US")
            | {
                "observed_at": at(2022, 2, 7, 21, 52, 29),
                "host": None,
                "url": None,
                "f_tag": "magecart",
                "f_category": "stealer",
                "raw_cc_url": "https://lolfree.pw/ads.txt",
            },
        },
    ),
    "event4_ddos_participant": Sample(
        rows=3,
        events={
            1: common("ddos-participant 192.168.0.1 38055 tcp node01.example.com 64512 ZZ")
            | {
                "observed_at": at(2010, 2, 10),
                "host": None,
                "f_target_address": "172.16.0.1",
                "f_target_port": "443",
                "f_service": "https",
                "raw_domain": "www.example.com",
                # The query is cut.
                "raw_http_path": "/",
            },
            2: common("ddos-participant 192.168.0.2 53 udp node02.example.com 64512 ZZ") | {"f_service": "dns"},
            3: common("ddos-participant 192.168.0.3 53 udp node03.example.com 64512 ZZ")
            | {"f_vendor": "Microsoft", "f_product": "email", "f_model": "Exchange"},
        },
    ),
    "event4_honeypot_brute_force": Sample(
        rows=6,
        events={
            1: common("brute-force-source 141.98.1.2 30123 tcp - 209588 NL")
            | {
                "observed_at": at(2021, 3, 27),
                "f_target_address": "162.250.1.2",
                "f_target_port": "22",
                "f_service": "ssh",
                "f_client_version": "b'SSH-2.0-Go'",
            },
            3: common("brute-force-source 45.14.5.6 38636 tcp - 44220 RO")
            | {"f_service": "telnet", "f_target_port": "23", "f_target_address": "82.118.5.6"},
            6: common("brute-force-source 5.188.9.10 33289 tcp - 49453 NL") | {"f_target_address": "60.234.9.10"},
        },
    ),
    "event4_ip_spoofer": Sample(
        rows=6,
        events={
            1: common("ip-spoofing-possible 98.191.250.0 - tcp ip-98.191.250.0.atlinkservices.com 22898 US")
            | {
                "observed_at": at(2021, 3, 28, 0, 42, 59),
                "f_network": "98.191.250.0/24",
                "f_spoof_result": "received",
                "f_nat": "True",
                "raw_session": "1112907",
            },
            2: common("ip-spoofing-possible 191.7.16.0 - tcp - 262485 BR") | {"f_nat": "False"},
            6: common("ip-spoofing-possible 197.15.48.0 - tcp - 37671 TN") | {"f_network": "197.15.48.0/24"},
        },
    ),
    "event4_microsoft_sinkhole_http": Sample(
        rows=5,
        events={
            1: common("malware-infection 31.206.1.2 49245 tcp - 8386 TR")
            | {
                "observed_at": at(2021, 6, 7),
                "host": None,
                "f_malware": "necurs",
                "f_target_address": "40.121.206.97",
                "f_target_port": "80",
                "raw_http_url": "/locator.php",
            },
            2: common("malware-infection 177.140.3.4 35919 tcp - 28573 BR")
            | {
                "host": None,
                "f_malware": "caphaw",
                "f_contacted_name": "3fo8jrthz3y.rgk.cc",
                "f_agent": "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; .NET CLR 1.0.6103)",
            },
            4: common("malware-infection 197.157.7.8 55307 tcp - 37129 KE")
            | {"observed_at": at(2021, 6, 7, 0, 0, 1), "raw_http_url": "/news/stream.php"},
        },
    ),
    "event4_sinkhole_http": Sample(
        rows=5,
        events={
            1: common("malware-infection 103.196.1.2 60902 tcp - 134707 PH")
            | {
                "observed_at": at(2021, 3, 4),
                "host": None,
                "f_malware": "andromeda",
                "f_tag": "avalanche-andromeda",
                "f_contacted_name": "differentia.ru",
                "f_target_address": "184.105.1.2",
            },
            3: common("malware-infection 49.145.5.6 31350 tcp - 9299 PH") | {"f_contacted_name": "disorderstatus.ru"},
            5: common("malware-infection 187.189.9.10 45335 tcp - 17072 MX") | {"f_target_port": "80"},
        },
    ),
    "event6_sinkhole_http": Sample(
        rows=3,
        events={
            1: common("malware-infection 2001:448a:1082:4d9b:7491:bf9e:3d5f:a634 49431 tcp - 7713 ID")
            | {
                "observed_at": at(2022, 3, 2, 9, 14, 19),
                "host": None,
                "f_malware": "boaxxe",
                "f_tag": "3ve",
                "f_target_address": "2001:470:1:332::fe",
                # What the infected machine sent home stood in the path.
                "raw_http_url": "GET /*** HTTP/1.1",
            },
            2: common("malware-infection 2001:448a:1082:4d9b:7491:bf9e:3d5f:a634 49460 tcp - 7713 ID")
            | {"f_target_address": "2001:470:1:332::ef"},
            3: common("malware-infection 2603:8080:b20a:dc00:f06e:8304:71f6:27e2 62932 tcp - 11427 US")
            | {"f_agent": "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko"},
        },
    ),
    "malware_url": Sample(
        rows=3,
        events={
            1: common("malware-distribution 41.86.0.0 - tcp - 37203 LR")
            | {
                "observed_at": at(2022, 1, 7, 0, 2, 7),
                "url": "http://41.86.0.0:50008/Mozi.m",
                "host": None,
                "f_cve": "CVE-2016-10372",
                "f_hash_sha256": "12013662c71da69de977c04cd7021f13a70cf7bed4ca6c82acbc100464d4b0ef",
            },
            2: common("malware-distribution 42.225.0.0 - tcp - 4837 CN") | {"url": "http://42.225.0.0:38173/Mozi.m"},
            3: common("malware-distribution 211.52.0.0 - tcp - 4766 KR") | {"f_hash_sha256": None},
        },
    ),
    "phish_url": Sample(
        rows=3,
        events={
            1: common("phishing-page 172.245.0.0 - tcp - 64512 US")
            | {
                "observed_at": at(2022, 2, 1, 8, 0, 7),
                "url": "https://priceless-pare.example.net/Postal-/acec6/",
                "host": "priceless-pare.example.net",
                "f_source_list": "openphish.com",
            },
            2: common("phishing-page 199.34.0.0 - tcp - 64512 US")
            | {"url": "https://mailyahooattt.example.net/", "host": "mailyahooattt.example.net"},
            3: common("phishing-page 216.58.0.0 - tcp - 64512 US")
            | {"url": "https://www.example.net/viewer/vbid-730ec2b1-omsttuer", "host": "www.example.net"},
        },
    ),
    "population_http_proxy": Sample(
        rows=3,
        events={
            1: common("http-proxy-seen 192.168.0.1 3128 tcp node01.example.com 64512 ZZ")
            | {
                "observed_at": at(2010, 2, 10),
                "f_server": "squid/4.10",
                "f_http_code": "407",
                "raw_proxy_authenticate": 'Basic realm="Squid proxy-caching web server"',
            },
            2: common("http-proxy-seen 192.168.0.2 3128 tcp node02.example.com 64512 ZZ")
            | {"f_server": None, "f_realm": 'Basic realm="00:23:24:43:1c:34"'},
            3: common("http-proxy-seen 192.168.0.3 3128 tcp node03.example.com 64512 ZZ")
            | {"f_realm": 'Basic realm="Proxy"', "raw_content_length": "179"},
        },
    ),
    "scan_dns": Sample(
        rows=100,
        events={
            1: common("open-dns-resolver 198.51.100.179 53 udp 198-51-100-189.example.net 25255 AT")
            | {
                "observed_at": at(2018, 4, 14, 0, 14, 34),
                "f_dns_version": "dnsmasq-2.66",
                "f_amplification": "4.6190",
                "f_tag": "openresolver",
            },
            5: common("open-dns-resolver 198.51.100.158 53 udp - 8447 AT")
            | {"f_dns_version": None, "f_amplification": "1.3810"},
            14: common("open-dns-resolver 198.51.100.43 53 udp 198-51-100-43.example.net 6830 AT")
            | {"observed_at": at(2018, 4, 14, 0, 14, 57), "f_dns_version": "vi2zcnsat10, Customer DNS"},
        },
    ),
    "scan_elasticsearch": Sample(
        rows=3,
        events={
            1: common("open-elasticsearch 192.168.0.1 9200 tcp node01.example.com 64512 ZZ")
            | {
                "observed_at": at(2010, 2, 10),
                "f_version": "2.3.5",
                "f_cluster": "elasticsearch",
                "raw_name": "Red Skull",
            },
            2: common("open-elasticsearch 192.168.0.2 9200 tcp node02.example.com 64512 ZZ")
            | {"f_version": "7.17.0", "f_cluster": "docker-cluster"},
            3: common("open-elasticsearch 192.168.0.3 9200 tcp node03.example.com 64512 ZZ")
            | {"raw_tagline": "You Know, for Search"},
        },
    ),
    "scan_exchange": Sample(
        rows=7,
        events={
            1: common("vulnerable-exchange 12.237.1.2 443 tcp afs-exch-cas2.xxx.com 7018 US")
            | {
                "observed_at": at(2021, 5, 14, 0, 11, 30),
                "f_cve": "CVE-2021-26855",
                "f_version": "15.2.721",
                "f_server": "AFS-EXCH2019",
                "f_tag": "exchange;cve-2021-26855",
            },
            2: common("exchange-webshell 98.153.3.4 443 tcp rrcs-98-153-x-x.west.biz.rr.com 20001 US")
            | {"f_cve": None, "f_server": "SSAMAIL"},
            5: common("vulnerable-exchange 41.204.9.10 443 tcp mail.xxx.mg 21042 MG")
            | {"f_version": None, "f_server": "SABMHQE0232"},
        },
    ),
    "scan_http_vulnerable": Sample(
        rows=3,
        events={
            1: common("unencrypted-web-login 192.168.0.1 8080 tcp node01.example.com 64512 ZZ")
            | {
                "observed_at": at(2010, 2, 10),
                "f_server": "TwistedWeb/19.7.0",
                "f_http_code": "401",
                "f_tag": "basic-auth;http",
                "raw_www_authenticate": 'Basic realm="OpenWebif"',
                "f_cve": None,
            },
            2: common("unencrypted-web-login 192.168.0.2 80 tcp node02.example.com 64512 ZZ"),
            3: common("exposed-git-folder 192.168.0.3 443 tcp node03.example.com 64512 ZZ")
            | {
                "f_tag": "git-config-file",
                "f_detail": "repositoryformatversion = 0;filemode = false;bare = false;logallrefupdates = true;"
                "symlinks = false;ignorecase = true",
            },
        },
    ),
    "scan_ics": Sample(
        rows=3,
        events={
            1: common("exposed-control-system 192.168.0.1 502 tcp host1.example.net 64512 ZZ")
            | {
                "observed_at": at(2022, 3, 2, 0, 34, 22),
                "f_vendor": "Vendor 1",
                "f_model": "device_model",
                "f_tag": "modbus",
                "raw_response_size": "5",
            },
            2: common("exposed-control-system 192.168.0.2 502 tcp host2.example.net 64513 ZZ"),
            3: common("exposed-control-system 192.168.0.3 502 tcp host3.example.net 64514 ZZ")
            | {"f_vendor": "Vendor 3"},
        },
    ),
    "scan_kubernetes": Sample(
        rows=3,
        events={
            1: common("exposed-kubernetes 192.168.0.1 6443 tcp node01.example.com 64512 ZZ")
            | {
                "observed_at": at(2010, 2, 10),
                "f_version": "v1.20.13",
                "f_http_code": "200",
                "f_tls_subject": "example.com",
                "raw_http_date": None,
                "raw_date": "Tue, 10 May 2022 14:24:13 GMT",
            },
            2: common("exposed-kubernetes 192.168.0.2 6443 tcp node02.example.com 64512 ZZ")
            | {"f_version": "v1.23.3+e419edf", "raw_sector": "Retail Trade"},
            3: common("exposed-kubernetes 192.168.0.3 6443 tcp node03.example.com 64512 ZZ")
            | {"f_version": "v1.16.9-aliyun.1", "raw_minor": "16+", "raw_git_tree_state": None},
        },
    ),
    "scan_mongodb": Sample(
        rows=10,
        events={
            1: common("open-mongodb 198.51.100.203 27017 tcp 198-51-100-203.example.net 20773 DE")
            | {
                "observed_at": at(2016, 7, 24, 0, 40, 7),
                "f_version": "2.4.5",
                "f_databases": "local | countly | admin",
            },
            4: common("open-mongodb 198.51.100.144 27017 tcp 198-51-100-144.example.net 20773 DE")
            | {
                "f_databases": "errbit_production | DELETED_BECAUSE_YOU_DIDNT_PASSWORD_PROTECT_YOUR_MONGODB"
                " | admin | local",
            },
            5: common("open-mongodb 198.51.100.68 27017 tcp - 201229 DE") | {"f_system": "deprecated"},
        },
    ),
    "scan_mqtt_anon": Sample(
        rows=3,
        events={
            1: common("open-mqtt 47.106.0.0 8883 tcp - 37963 CN")
            | {
                "observed_at": at(2022, 1, 10, 0, 59, 34),
                "f_tls_subject": "Server",
                "f_tls_issuer": "RootCA",
                "f_tls_expires": "2030-05-06 08:07:05",
                "f_code": "Connection Accepted",
                "f_tag": "mqtt;mqtt-anon",
            },
            2: common("open-mqtt 144.76.0.0 8883 tcp - 24940 DE")
            | {"f_tls_subject": "example.com", "f_tls_issuer": "R3"},
            3: common("open-mqtt 173.0.0.0 8883 tcp example.com 5555 US") | {"f_tls_subject": "foo.example.com"},
        },
    ),
    # Its rows have a cell less than its header.
    "scan_rdp": Sample(
        rows=2,
        events={
            1: common("open-rdp 198.123.245.178 5678 tcp - 5678 AA")
            | {
                "observed_at": at(2019, 9, 4, 15, 45, 51),
                "f_tls_subject": "KABESRV.KABE.local",
                "f_tls_expires": "2019-10-29 02:22:06",
                "f_bluekeep": "N",
                "flags": Flag.RAGGED,
            },
            2: common("open-rdp 198.123.245.233 5678 tcp - 5678 AA")
            | {"f_tls_issuer": "RAMBLA01.rambla.local", "raw_sector": "Information Technology", "flags": Flag.RAGGED},
        },
    ),
    "scan_smb": Sample(
        rows=3,
        events={
            1: common("open-smb 192.168.0.1 445 tcp node01.example.com 64512 ZZ")
            | {"observed_at": at(2010, 2, 10), "f_smb_version": "SMB 2.1", "f_smbv1": "N", "f_implant": "N"},
            2: common("open-smb 192.168.0.2 445 tcp node02.example.com 64512 ZZ"),
            3: common("open-smb 192.168.0.3 445 tcp node03.example.com 64512 ZZ")
            | {"observed_at": at(2010, 2, 10, 0, 0, 2)},
        },
    ),
    "scan_snmp": Sample(
        rows=3,
        events={
            1: common("open-snmp 192.168.0.1 161 udp node01.example.com 64512 ZZ")
            | {
                "f_sysdesc": "Linux localhost 3.18.20 #1 SMP Mon Jul 9 14:11:21 CST 2018 armv7l",
                "f_version": "2",
                "f_amplification": "1.94",
            },
            2: common("open-snmp 192.168.0.2 161 udp node02.example.com 64512 ZZ")
            | {"f_vendor": "MikroTik", "f_product": "router", "f_tag": "snmp;iot"},
            3: common("open-snmp 192.168.0.3 161 udp node03.example.com 64512 ZZ") | {"f_sysdesc": None},
        },
    ),
    "scan_ssl_poodle": Sample(
        rows=31,
        events={
            1: common("tls-poodle 203.0.113.85 8443 tcp example.com 65540 AT")
            | {
                "observed_at": at(2018, 8, 8, 0, 51, 42),
                "f_tls_subject": "usg20_107BEF394BA5",
                "f_tls_version": "TLSv1.0",
                "f_cipher": "TLS_RSA_WITH_RC4_128_SHA",
            },
            3: common("tls-poodle 198.51.100.207 443 tcp 198-51-100-94.example.net 25255 AT")
            | {"f_server": None, "raw_http_connection": "close"},
            31: common("tls-poodle 206.162.0.0 10443 tcp - 12345 CA")
            | {
                "observed_at": at(2022, 2, 7, 0, 1, 41),
                "f_tag": "ssl;ssl-poodle;vpn",
                "f_tls_subject": "FWF60D4615000455",
                "f_vendor": "Fortinet",
                # The sample has these under the wrong names; a header is taken at its word.
                "f_version": "firewall",
                "raw_subject_email_address": "***@fortinet.com",
            },
        },
    ),
    "scan_synfulknock": Sample(
        rows=3,
        events={
            1: common("router-implant 66.9.0.0 80 tcp - 18885 US")
            | {"observed_at": at(2022, 1, 10, 9, 18, 23), "f_tag": "synfulknock", "raw_ack_number": "791102"},
            2: common("router-implant 213.131.0.0 80 tcp host-213-131-55-210-customer.wanex.net 35805 GE")
            | {"flags": 0},
            # A cell less than the header: what may have moved into another column is left out.
            3: common("router-implant 213.178.0.0 80 tcp - 29256 SY")
            | {"flags": Flag.RAGGED, "f_tag": "synfulknock", "raw_urgent_pointer": "0", "raw_tcp_flags": None},
        },
    ),
    "scan_telnet": Sample(
        rows=2,
        events={
            1: common("open-telnet 198.123.245.145 5678 tcp example.local 20255 AA")
            | {"observed_at": at(2019, 9, 4, 12, 27, 34), "f_banner": "|MikroTik v6.5|Login:", "f_tag": "telnet-alt"},
            2: common("open-telnet 198.123.245.145 5678 tcp example.local 20255 AA")
            | {"observed_at": at(2019, 9, 4, 12, 27, 40), "f_banner": "|MikroTik v6.45.3 (stable)|Login:"},
        },
    ),
}

#: Columns of the samples that are never kept.
NEVER = [
    "password",
    "username",
    "set_cookie",
    "http_referer",
    "http_postdata",
    "community",
    "raw_packet",
    "raw_response",
    "raw_cert",
    "raw_cert_chain",
    "key",
    "subject_surname",
    "subject_given_name",
    "issuer_surname",
    "issuer_given_name",
    "account",
]


def taken_in(name: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Read and normalise a sample; gives its events, what was refused by either stage, and the frame of text."""
    path = shared(f"shadowserver/{name}.csv")
    with path.open("rb") as stream:
        (arrived,) = arrivals(stream, name=path.name)
        recognised = recognise(arrived.name, arrived.delivered.header)
        ((frame, unread),) = read(arrived.delivered)
    assert recognised.report_type == name
    events, refused = normalise(frame, recognised.feed, NOW)
    return events, pl.concat([unread, refused]), frame


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_becomes_an_event(name: str) -> None:
    events, refused, _ = taken_in(name)

    assert refused.is_empty()
    assert events["row"].to_list() == list(range(1, SAMPLES[name].rows + 1))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_events_say_what_the_file_says(name: str) -> None:
    events, _, _ = taken_in(name)

    for row, expected in SAMPLES[name].events.items():
        found = events.row(row - 1, named=True)
        assert {key: found.get(key) for key in expected} == dict(expected), f"row {row}"


@pytest.mark.parametrize("name", SAMPLES)
def test_no_column_surprises_and_nothing_forbidden_is_kept(name: str) -> None:
    events, _, frame = taken_in(name)

    assert not [flags for flags in events["flags"].to_list() if flags & Flag.UNKNOWN_COLUMN]
    assert not {f"raw_{column}" for column in NEVER} & set(events.columns)
    texts = {cell for row in events.rows() for cell in row if isinstance(cell, str)}
    forbidden = {
        cell
        for column in NEVER
        if column in frame.columns
        for cell in frame[column].drop_nulls().to_list()
        # Shorter words than a secret has occur elsewhere by chance: `public`, `null`.
        if len(cell) > 6
    }
    assert not forbidden & texts


def test_no_sample_is_left_out() -> None:
    folder = shared("shadowserver")

    assert {path.stem for path in folder.glob("*.csv")} == set(SAMPLES), ROOT
