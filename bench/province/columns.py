"""The column names of the Shadowserver report types that the generator writes, in today's order.

Source: the public report schema of the Shadowserver Foundation (names only). `sic` went in 2023;
`severity`, `hostname_source` and `sector` are what a file of today carries.
"""

_CERTIFICATE = (
    "cert_length subject_common_name issuer_common_name cert_issue_date cert_expiration_date"
    " sha1_fingerprint cert_serial_number ssl_version signature_algorithm key_algorithm"
)
_PRINTS = "sha256_fingerprint sha512_fingerprint md5_fingerprint"
_NAME_PARTS = (
    "organization_name organization_unit_name country state_or_province_name locality_name"
    " street_address postal_code surname given_name email_address business_category serial_number"
)
_NAMES = " ".join(f"{side}_{part}" for side in ("subject", "issuer") for part in _NAME_PARTS.split())
_HEAD = "timestamp severity ip protocol port hostname tag"
_PLACE = "asn geo region city naics hostname_source sector"
_SOURCE = (
    "timestamp protocol src_ip src_port src_asn src_geo src_region src_city src_hostname src_naics"
    " src_sector device_vendor device_type device_model severity dst_ip dst_port dst_asn dst_geo"
    " dst_region dst_city dst_hostname dst_naics dst_sector public_source infection family tag"
    " application version event_id"
)
_WEB_REQUEST = "http_url http_host http_agent forwarded_by ssl_cipher http_referer"
_RDP = (
    f"{_HEAD} handshake {_PLACE} rdp_protocol {_CERTIFICATE} {_PRINTS}"
    " tlsv13_support tlsv13_cipher cve20190708_vulnerable bluekeep_vulnerable jarm"
)
_PROXY = (
    f"{_HEAD} {_PLACE} http http_code http_reason content_type connection proxy_authenticate via"
    " server content_length transfer_encoding http_date"
)
_POODLE = (
    f"{_HEAD} handshake {_PLACE} cipher_suite ssl_poodle {_CERTIFICATE} {_NAMES} {_PRINTS}"
    " http_response_type http_code http_reason content_type http_connection www_authenticate"
    " set_cookie server_type content_length transfer_encoding http_date cert_valid self_signed"
    " cert_expired browser_trusted validation_level browser_error tlsv13_support tlsv13_cipher"
    " device_model device_sector device_type device_vendor device_version jarm page_sha256fp"
)

_TEXT = {
    "blocklist": "timestamp severity ip hostname source reason asn geo region city naics hostname_source sector tag",
    "compromised_website": "timestamp severity ip port hostname tag application asn geo region city"
    " url http_host category system detected_since server redirect_target naics hostname_source"
    " sector cc_url family account status detail",
    "event4_honeypot_brute_force": f"{_SOURCE} service start_time end_time client_version username"
    " password payload_url payload_md5",
    "event4_sinkhole_http": f"{_SOURCE} {_WEB_REQUEST}",
    "event6_sinkhole_http": f"{_SOURCE} {_WEB_REQUEST}",
    "malware_url": "timestamp severity url host ip asn geo region city naics sector tag source sha256 application",
    "population_http_proxy": _PROXY,
    "scan_dns": f"{_HEAD} {_PLACE} dns_version min_amplification p0f_genre p0f_detail",
    "scan_elasticsearch": f"{_HEAD} version {_PLACE} ok name cluster_name http_code build_hash"
    " build_timestamp build_snapshot lucene_version tagline",
    "scan_http_vulnerable": f"{_HEAD} {_PLACE} http http_code http_reason content_type connection"
    " www_authenticate set_cookie server content_length transfer_encoding http_date version"
    " build_date detail",
    "scan_ics": f"{_HEAD} {_PLACE} device_vendor device_type device_model device_version device_id"
    " response_size raw_response",
    "scan_mongodb": f"{_HEAD} version {_PLACE} gitversion sysinfo opensslversion allocator"
    " javascriptengine bits maxbsonobjectsize ok visible_databases",
    "scan_mqtt_anon": f"{_HEAD} {_PLACE} raw_response hex_code code cipher_suite {_CERTIFICATE} {_PRINTS} {_NAMES}",
    "scan_newthing": f"{_HEAD} {_PLACE} thing_version thing_mode",
    "scan_rdp": _RDP,
    "scan6_rdp": _RDP,
    "scan_smb": f"{_HEAD} {_PLACE} smb_implant arch key smbv1_support smb_major_number"
    " smb_minor_number smb_revision smb_version_string",
    "scan_snmp": f"{_HEAD} sysdesc sysname {_PLACE} version device_vendor device_type device_model"
    " device_version device_sector community response_size amplification",
    "scan_ssl_poodle": _POODLE,
    "scan_telnet": f"{_HEAD} {_PLACE} banner",
}

#: Report type -> its column names in file order.
COLUMNS: dict[str, tuple[str, ...]] = {name: tuple(text.split()) for name, text in _TEXT.items()}
