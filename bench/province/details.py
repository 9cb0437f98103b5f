"""What a scanned service says of itself: small made-up tables, from which a row takes one line each.

Every name is invented. Values that the product must never keep (passwords, user names, query strings, cookies,
referers, payloads) carry a word of `NEVER_KEPT`, so that a test can look for it wherever data is stored.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl

from bench.province.streams import Words, fingerprint, hexadecimal, mix

#: Words in values that must not be found in any table, archive, page or mail of the product.
NEVER_KEPT = ("nevkept-password", "nevkept-user", "nevkept-query", "nevkept-cookie", "nevkept-referer")
#: Malware families of the sinkhole reports; invented.
FAMILIES = tuple(
    f"{first}{last}"
    for first in ("ember", "grey", "paper", "tin", "salt", "amber", "moss", "cold")
    for last in ("loader", "finch", "lantern", "root", "spider", "clock")
)
_CERTIFICATES = 512
_SALT_CERTIFICATE = 11
_SALT_PRODUCT = 12
_SALT_EXTRA = 13

Table = Mapping[str, Sequence[str | int | None]]


def _certificates() -> dict[str, list[str | int | None]]:
    """Make the self-signed certificates that Remote Desktop, MQTT and old TLS servers show."""
    numbers = range(_CERTIFICATES)
    names = [f"WS-{hexadecimal(f'machine {number}', 6).upper()}" for number in numbers]
    return {
        "cert_length": [1024 if number % 9 == 0 else 2048 for number in numbers],
        "subject_common_name": list(names),
        "issuer_common_name": list(names),
        "cert_issue_date": [f"2026-{3 + n % 4:02}-{1 + n % 28:02} {n % 24:02}:{n % 60:02}:07" for n in numbers],
        "cert_expiration_date": [f"2026-{9 + n % 4:02}-{1 + n % 28:02} {n % 24:02}:{n % 60:02}:07" for n in numbers],
        "sha1_fingerprint": [fingerprint(f"sha1 {name}", 20) for name in names],
        "cert_serial_number": [hexadecimal(f"serial {name}", 32).upper() for name in names],
        "ssl_version": [2] * _CERTIFICATES,
        "signature_algorithm": ["sha256WithRSAEncryption"] * _CERTIFICATES,
        "key_algorithm": ["rsaEncryption"] * _CERTIFICATES,
        "sha256_fingerprint": [fingerprint(f"sha256 {name}", 32) for name in names],
        "sha512_fingerprint": [fingerprint(f"sha512 {name}", 64) for name in names],
        "md5_fingerprint": [fingerprint(f"md5 {name}", 16) for name in names],
    }


_RDP: Table = {
    "tag": ["rdp"],
    "rdp_protocol": ["RDP"],
    "tlsv13_support": ["N"],
    "cve20190708_vulnerable": ["N"],
    "bluekeep_vulnerable": ["N"],
    "jarm": [hexadecimal("jarm of a desktop", 62)],
}
_SMB: Table = {
    "tag": ["smb"] * 3,
    "smb_implant": ["N"] * 3,
    "smbv1_support": ["N", "Y", "N"],
    "smb_major_number": [2, 1, 3],
    "smb_minor_number": [1, 0, 0],
    "smb_revision": [0, 0, 2],
    "smb_version_string": ["SMB 2.1", "SMB 1.0", "SMB 3.0.2"],
}
_TELNET: Table = {
    "tag": ["telnet", "telnet", "telnet", "telnet-alt"],
    "banner": [
        "|Linjiang access switch|Username:",
        'Welcome, "authorised" staff only\nlogin:',
        "|Router 4400 series, release 7.2|Login:",
        "Pump house controller, password:",
    ],
}
_SNMP: Table = {
    "tag": ["snmp"] * 3,
    "sysdesc": [
        "Access switch S48, software 5.20, release 2210",
        "Office printer P300, firmware 1.4",
        "Uninterruptible power supply, card 6.9",
    ],
    "sysname": ["sw-floor-2", "print-hall", "ups-basement"],
    "version": [2, 1, 2],
    "device_vendor": ["Fanglian", "Moyin", None],
    "device_type": ["switch", "printer", None],
    "community": ["public"] * 3,
    "response_size": [165, 142, 131],
    "amplification": ["1.94", "1.67", "1.54"],
}
_DNS: Table = {
    "tag": ["openresolver"] * 3,
    "dns_version": ["dnsmasq-2.66", "unbound 1.9.0", None],
    "min_amplification": ["4.6190", "1.3810", "6.0952"],
}
_MONGODB: Table = {
    "tag": ["mongodb"] * 3,
    "version": ["3.6.8", "4.0.28", "2.6.12"],
    "gitversion": [hexadecimal(f"mongodb {number}", 40) for number in range(3)],
    "allocator": ["tcmalloc"] * 3,
    "javascriptengine": ["mozjs", "mozjs", "V8"],
    "bits": [64] * 3,
    "maxbsonobjectsize": [16777216] * 3,
    "ok": [1] * 3,
    "visible_databases": ["local | lis | admin", "none visible", "local | attendance"],
}
_ELASTICSEARCH: Table = {
    "tag": ["elasticsearch"] * 3,
    "version": ["7.10.2", "6.8.23", "7.17.0"],
    "name": ["node-1", "search-a", "archive-3"],
    "cluster_name": ["elasticsearch", "pupil-records", "meter-logs"],
    "build_hash": [hexadecimal(f"elasticsearch {number}", 40) for number in range(3)],
    "build_snapshot": ["false"] * 3,
    "lucene_version": ["8.7.0", "7.7.3", "8.11.1"],
    "tagline": ["You Know, for Search"] * 3,
}
_MQTT: Table = {
    "tag": ["mqtt,mqtt-anon"],
    "raw_response": ["20020000"],
    "hex_code": ["00"],
    "code": ["Connection Accepted"],
    "cipher_suite": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
}
_POODLE: Table = {
    "tag": ["ssl-poodle"] * 2,
    "handshake": ["TLSv1.0", "SSLv3"],
    "cipher_suite": ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"],
    "ssl_poodle": ["Y"] * 2,
    "http_response_type": ["HTTP/1.1"] * 2,
    "http_code": [200, 401],
    "http_reason": ["OK", "Unauthorized"],
    "content_type": ["text/html", "text/html; charset=utf-8"],
    "www_authenticate": [None, 'Basic realm="camera"'],
    "set_cookie": ["session=nevkept-cookie", None],
    "cert_valid": ["Y"] * 2,
    "self_signed": ["Y"] * 2,
    "cert_expired": ["N"] * 2,
    "browser_trusted": ["N"] * 2,
}
_ICS: Table = {
    "tag": ["modbus", "s7", "modbus"],
    "device_vendor": ["Yunting Automation", "Shuoxing Instruments", "Yunting Automation"],
    "device_type": ["plc", "plc", "gateway"],
    "device_model": ["YT-200", "BH-31", "YT-GW4"],
    "device_version": ["2.1", "4.0.3", "1.8"],
    "response_size": [62, 109, 41],
    "raw_response": ["bWFkZSB1cA==", "aW52ZW50ZWQ=", "bm90IHJlYWw="],
}
_PROXY: Table = {
    "tag": ["http-proxy", "http-connect-proxy", "http-connect-proxy-closed"],
    "http": ["HTTP/1.1"] * 3,
    "http_code": [200, 200, 407],
    "http_reason": ["OK", "Connection established", "Proxy Authentication Required"],
    "content_type": ["text/html", None, "text/html;charset=utf-8"],
    "proxy_authenticate": [None, None, 'Basic realm="gateway"'],
    "via": ["1.1 cache", None, None],
    "server": ["squid/4.10", "tinyproxy/1.8.4", "squid/3.5.27"],
}
_WEB_LOGIN: Table = {
    "tag": ["basic-auth,http"] * 3,
    "http": ["HTTP/1.1"] * 3,
    "http_code": [401] * 3,
    "http_reason": ["Unauthorized"] * 3,
    "content_type": ["text/html; charset=utf-8"] * 3,
    "www_authenticate": ['Basic realm="recorder"', 'Basic realm="router"', 'Basic realm="boiler"'],
    "set_cookie": ["sid=nevkept-cookie", None, None],
    "server": ["TinyWeb/2.1", "GateHTTP/1.0", None],
}
_SINKHOLE: Table = {
    "infection": FAMILIES,
    "family": FAMILIES,
    "tag": FAMILIES,
    "http_host": [f"c2-{family}.example" for family in FAMILIES],
}
_WEB_REQUEST: Table = {
    "application": ["http"] * 2,
    "http_url": ["/gate.php?id=nevkept-query", "/check"],
    "http_agent": ["Mozilla/4.0 (compatible; updater 1.2)", None],
    "http_referer": ["http://front.example/?nevkept-referer", None],
    "public_source": ["sinkhole"] * 2,
}
_BRUTE_FORCE: Table = {
    "infection": ["ssh-brute-force", "ssh-brute-force", "telnet-brute-force"],
    "tag": ["ssh", "ssh", "telnet"],
    "application": ["ssh", "ssh", "telnet"],
    "service": ["ssh", "ssh", "telnet"],
    "public_source": ["HONEY-NET"] * 3,
    "client_version": ["b'SSH-2.0-Probe'", "b'SSH-2.0-lib_1.9'", None],
    "username": ["nevkept-user", "nevkept-user-2", None],
    "password": ["nevkept-password", None, "nevkept-password-2"],
}
_BLOCKLIST: Table = {
    "source": ["Open list A", "Mail list B", "Attack list C"],
    "reason": ["Malicious host", "Spam source", "Brute force source"],
}
_COMPROMISED: Table = {
    "tag": ["hacked-webserver-mailer", "webshell", "seo-spam"],
    "application": ["http"] * 3,
    "category": ["spam", "webshell", "redirect"],
    "system": ["WINNT", "Linux", "Linux"],
    "server": ["Microsoft-IIS/7.5", "nginx/1.14.0", "Apache/2.4.29"],
    "redirect_target": [None, None, "http://shop-amber.example/"],
    "account": ["nevkept-user", None, None],
}
_MALWARE: Table = {
    "tag": ["elf", "iot", "windows"],
    "source": ["URL list A", "URL list B", "URL list A"],
    "application": ["http"] * 3,
    "sha256": [hexadecimal(f"sample {number}", 64) for number in range(3)],
}
_NEWTHING: Table = {"tag": ["newthing"] * 2, "thing_version": ["0.9", "1.0"], "thing_mode": ["open", "half-open"]}

#: Report type -> (salt, table) pairs; tables with one salt and one length stay in step.
_TABLES: dict[str, tuple[tuple[int, Table], ...]] = {
    "scan_rdp": ((_SALT_CERTIFICATE, _certificates()), (_SALT_PRODUCT, _RDP)),
    "scan6_rdp": ((_SALT_CERTIFICATE, _certificates()), (_SALT_PRODUCT, _RDP)),
    "scan_smb": ((_SALT_PRODUCT, _SMB),),
    "scan_telnet": ((_SALT_PRODUCT, _TELNET),),
    "scan_snmp": ((_SALT_PRODUCT, _SNMP),),
    "scan_dns": ((_SALT_PRODUCT, _DNS),),
    "scan_mongodb": ((_SALT_PRODUCT, _MONGODB),),
    "scan_elasticsearch": ((_SALT_PRODUCT, _ELASTICSEARCH),),
    "scan_mqtt_anon": ((_SALT_CERTIFICATE, _certificates()), (_SALT_PRODUCT, _MQTT)),
    "scan_ssl_poodle": ((_SALT_CERTIFICATE, _certificates()), (_SALT_PRODUCT, _POODLE)),
    "scan_ics": ((_SALT_PRODUCT, _ICS),),
    "scan_http_vulnerable": ((_SALT_PRODUCT, _WEB_LOGIN),),
    "scan_newthing": ((_SALT_PRODUCT, _NEWTHING),),
    "population_http_proxy": ((_SALT_PRODUCT, _PROXY),),
    "event4_sinkhole_http": ((_SALT_PRODUCT, _SINKHOLE), (_SALT_EXTRA, _WEB_REQUEST)),
    "event6_sinkhole_http": ((_SALT_PRODUCT, _SINKHOLE), (_SALT_EXTRA, _WEB_REQUEST)),
    "event4_honeypot_brute_force": ((_SALT_PRODUCT, _BRUTE_FORCE),),
    "blocklist": ((_SALT_PRODUCT, _BLOCKLIST),),
    "compromised_website": ((_SALT_PRODUCT, _COMPROMISED),),
    "malware_url": ((_SALT_PRODUCT, _MALWARE),),
}


@cache
def _frames(report_type: str) -> tuple[tuple[int, pl.DataFrame], ...]:
    return tuple((salt, pl.DataFrame(table)) for salt, table in _TABLES[report_type])


def details(report_type: str, token: Words) -> dict[str, pl.Series]:
    """Return the service columns of a report type, one value a token; an equal token says the same every day."""
    columns: dict[str, pl.Series] = {}
    for salt, frame in _frames(report_type):
        lines = (mix(token, salt) % np.uint64(frame.height)).astype(np.int64)
        columns.update({series.name: series.gather(lines) for series in frame})
    return columns
