"""Columns that many report types of Shadowserver share (public report schema; names only).

`sic` went in 2023; `severity`, `hostname_source` and `sector` came: files of any year are read.
"""


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Of everything that is seen at one machine.
SCAN = _columns("timestamp severity ip protocol port hostname hostname_source tag asn geo region city naics sic sector")
#: Of everything that has two ends.
CONNECTION = _columns(
    "timestamp severity protocol src_ip src_port src_asn src_geo src_region src_city src_hostname src_naics src_sector"
    " device_vendor device_type device_model device_version device_sector"
    " dst_ip dst_port dst_asn dst_geo dst_region dst_city dst_hostname dst_naics dst_sector"
    " domain_source public_source infection family tag application version event_id"
)
DEVICE = _columns("device_vendor device_type device_model device_version device_sector device_id")
_PERSONAL = "surname given_name email_address"
_NAME_PARTS = (
    "organization_name organization_unit_name country state_or_province_name locality_name street_address postal_code"
    f" {_PERSONAL} business_category serial_number"
)
#: Of a certificate and the handshake that showed it.
CERTIFICATE = _columns(
    "handshake cipher_suite cert_length subject_common_name issuer_common_name cert_issue_date cert_expiration_date"
    " sha1_fingerprint sha256_fingerprint sha512_fingerprint md5_fingerprint cert_serial_number ssl_version"
    " signature_algorithm key_algorithm cert_valid self_signed cert_expired validation_level browser_trusted"
    " browser_error tlsv13_support tlsv13_cipher jarm raw_cert raw_cert_chain issuer_serialnumber"
) | {f"{end}_{part}" for end in ("subject", "issuer") for part in _NAME_PARTS.split()}
#: Of an answer over HTTP, as two generations of reports call them.
WEB_ANSWER = _columns(
    "http http_code http_reason http_response_type content_type connection http_connection www_authenticate set_cookie"
    " server server_type content_length transfer_encoding http_date date page_sha256fp"
)
#: Of a request that a sinkhole was asked.
WEB_REQUEST = _columns("http_url http_host http_agent forwarded_by ssl_cipher ssl_servername http_referer")

#: Facts with a fixed shape, written by the reporter's own programs: numbers, times, places, fingerprints.
FACTS = _columns(
    "timestamp severity ip protocol port asn geo region city naics sic sector hostname_source"
    " src_ip src_port src_asn src_geo src_region src_city src_naics src_sector"
    " dst_ip dst_port dst_asn dst_geo dst_region dst_city dst_naics dst_sector"
    " http_code content_length cert_length cert_issue_date cert_expiration_date cert_serial_number ssl_version"
    " sha1_fingerprint sha256_fingerprint sha512_fingerprint md5_fingerprint signature_algorithm key_algorithm jarm"
    " self_signed cert_valid cert_expired browser_trusted validation_level tlsv13_support handshake rdp_protocol"
    " cve20190708_vulnerable bluekeep_vulnerable ssl_poodle min_amplification amplification response_size"
)

Fields = dict[str, tuple[str, ...]]

TAG: Fields = {"tag": ("tag",)}
#: Who a certificate says it is for is evidence and attributes nothing: anyone may write any name into one.
TLS: Fields = {
    "tls_subject": ("subject_common_name",),
    "tls_issuer": ("issuer_common_name",),
    "tls_expires": ("cert_expiration_date",),
    "tls_fingerprint": ("sha256_fingerprint", "sha1_fingerprint"),
}
DEVICE_KIND: Fields = {
    "vendor": ("device_vendor",),
    "product": ("device_type",),
    "model": ("device_model",),
}
#: The other end of an attack or of a call home.
TARGET: Fields = {"target_address": ("dst_ip",), "target_port": ("dst_port",)}
