"""What must never be kept is gone after normalise, wherever it stood; what is evidence stays."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tocsin.events.feeds import Treatment, feed_for, feeds
from tocsin.events.feeds.feed import Feed
from tocsin.events.feeds.never_kept import RULES, treatment_of
from tocsin.events.schemas import READ, Flag
from tocsin.events.stages.normalise import normalise

NOW = datetime(2026, 11, 23, tzinfo=UTC)
#: Never in any frame, in whatever it is wrapped.
SECRET = "hunter2geheim"
PERSON = "alice.wang"
WRAPPINGS = (
    f"https://{PERSON}:{SECRET}@www.example.org/path?token={SECRET}#{SECRET}",
    f"GET /a/b?session={SECRET} HTTP/1.1",
    f"/index.php?user={PERSON}&password={SECRET}",
    f"password={SECRET}",
    f"Welcome, login: {PERSON} Password: {SECRET}",
    f"login: Password: {SECRET}",
    f"Username: {PERSON}\nPassword: {SECRET}\n",
    f'password = "{SECRET} {SECRET}"',
    f'{{"api_key": "{SECRET}"}}',
    f"Authorization: Basic {SECRET}aaaa==",
    f"Bearer {SECRET}.{SECRET}",
    f"Set-Cookie: id={SECRET}; path=/",
    f"Contact {PERSON}@example.org now",
    f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
    f"PHPSESSION={SECRET}",
    f"url = https://{PERSON}:{SECRET}@git.example.org/x.git",
    f"DELETE /u?id={PERSON} HTTP/1.1",
    f"GET  /x?q={PERSON}",
    f"{PERSON}@例子.cn",
    f'"{PERSON} smith"@corp.example',
    f"{PERSON}%40corp.example",
    f"USER {PERSON}\r\nPASS {SECRET}",
    f"password is {SECRET}",
    f"<password>{SECRET}</password>",
    f"密码：{SECRET}",
    f"snmp-server community {SECRET} RO",
    f"//{PERSON}:{SECRET}@host/x",
    f"Authorization: Token {SECRET}",
)
#: Columns whose names alone say that their content is never kept, whatever it looks like.
BARE = [
    "username",
    "password",
    "account",
    "set_cookie",
    "cookie",
    "http_referer",
    "referer",
    "http_postdata",
    "raw_packet",
    "raw_response",
    "raw_cert",
    "raw_cert_chain",
    "subject_surname",
    "subject_given_name",
    "issuer_surname",
    "issuer_given_name",
    "community",
    "key",
    "api_key",
    "access_token",
    "client_secret",
    "badsecret_secret",
    "authorization",
    "private_key",
    "session_id",
    "smtp_body",
    "message",
    "query_string",
    "api-key",
    "user-name",
    "user name",
    "pass word",
    "apitoken",
    "accesstoken",
    "authtoken",
    "userpassword",
    "passcode",
    "ntlm_hash",
    "密码",
    "用户名",
]
ALL = sorted(feeds().values(), key=lambda feed: feed.type)


def read_frame(columns: dict[str, list[str | None]], flags: int = 0, extra: str | None = None) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.int_range(1, height + 1, dtype=pl.Int32).alias("_row"),
        pl.int_range(2, height + 2, dtype=pl.Int32).alias("_line"),
        pl.lit(flags, pl.Int32).alias("_flags"),
        pl.lit(extra, pl.String).alias("_extra"),
    )


def everything(frame: pl.DataFrame) -> str:
    return "\n".join(str(cell) for row in frame.rows() for cell in row if cell is not None)


def written(feed: Feed) -> list[str]:
    """Name the columns of a type in which a person or a program wrote something."""
    treatments = feed.treatments(sorted(feed.known_columns))
    return [name for name, treatment in treatments.items() if treatment is not Treatment.PLAIN]


@pytest.mark.parametrize("feed", [*ALL, feed_for("scan_newthing")], ids=lambda feed: feed.type)
def test_no_secret_survives_in_any_column_of_any_type(feed: Feed) -> None:
    height = len(WRAPPINGS)
    columns: dict[str, list[str | None]] = {name: [*WRAPPINGS] for name in [*written(feed), "unheard_of"]}
    columns |= {"timestamp": ["2026-11-22 00:00:00"] * height, feed.sided("address")[0]: ["198.18.0.1"] * height}
    frame = read_frame(columns).with_columns(pl.Series("_extra", WRAPPINGS))

    events, refused = normalise(frame, feed, NOW)

    assert (events.height, refused.height) == (height, 0)
    kept = everything(events)
    assert SECRET not in kept
    assert PERSON not in kept


@pytest.mark.parametrize("feed", [*ALL, feed_for("scan_newthing")], ids=lambda feed: feed.type)
@pytest.mark.parametrize("column", BARE)
def test_columns_of_secrets_are_dropped_by_name(feed: Feed, column: str) -> None:
    address = feed.sided("address")[0]
    frame = read_frame({"timestamp": ["2026-11-22 00:00:00"], address: ["198.18.0.1"], column: [SECRET]})

    events, _ = normalise(frame, feed, NOW)

    assert SECRET not in everything(events)


@pytest.mark.parametrize(
    ("cells", "extra"),
    [
        # One cell too many: the password moved to the right, out of its column.
        (["2026-11-22 00:00:00", "198.18.0.1", "a", "b", "root", SECRET, "x"], '"y"'),
        (["2026-11-22 00:00:00", "198.18.0.1", "a", "b", "c", "root", "x"], SECRET),
        # Cells too few: it moved to the left.
        (["2026-11-22 00:00:00", "198.18.0.1", SECRET, "x", None, None, None], None),
        (["2026-11-22 00:00:00", "198.18.0.1", "a", SECRET, "x", None, None], None),
        (["2026-11-22 00:00:00", "198.18.0.1", "a", "root", SECRET, None, None], None),
    ],
)
def test_no_secret_survives_under_the_wrong_name(cells: list[str | None], extra: str | None) -> None:
    header = ["timestamp", "src_ip", "service", "client_version", "username", "password", "application"]
    # From the right on: what moved right stands one column further.
    frame = read_frame({name: [cell] for name, cell in zip(header, cells, strict=True)}, int(Flag.RAGGED), extra)

    events, _ = normalise(frame, feed_for("event4_honeypot_brute_force"), NOW)

    assert events.get_column("address").to_list() == ["198.18.0.1"]
    assert events.item(0, "flags") & Flag.RAGGED
    assert SECRET not in everything(events)


def test_a_ragged_row_without_secrets_keeps_its_evidence() -> None:
    columns: dict[str, list[str | None]] = {
        "timestamp": ["2026-11-22 00:00:00"],
        "ip": ["198.18.0.1"],
        "subject_common_name": ["rdp.example"],
        "jarm": [None],
    }
    events, _ = normalise(read_frame(columns, int(Flag.RAGGED), "more"), feed_for("scan_rdp"), NOW)

    assert events.item(0, "f_tls_subject") == "rdp.example"
    assert events.item(0, "raw__extra") == "more"


@pytest.mark.parametrize(
    ("report_type", "column", "text", "kept"),
    [
        ("scan_telnet", "banner", "|MikroTik v6.5|Login:", "|MikroTik v6.5|Login:"),
        ("scan_telnet", "banner", "router login: Password:", "router login: ***"),
        ("scan_telnet", "banner", "admin/admin password: 1234|", "admin/admin password: ***|"),
        ("population_http_proxy", "proxy_authenticate", 'Basic realm="Squid"', 'Basic realm="Squid"'),
        ("scan_ssl_poodle", "subject_email_address", "support@example.com", "***@example.com"),
        ("scan_ssl_poodle", "subject_email_address", "support", "***"),
        ("scan_ssl_poodle", "key_algorithm", "rsaEncryption", "rsaEncryption"),
        ("scan_ssl_poodle", "www_authenticate", "NTLM", "NTLM"),
        ("event4_ip_spoofer", "session", "1112907", "1112907"),
        ("event4_honeypot_brute_force", "payload_md5", "d41d8cd9", "d41d8cd9"),
        ("event4_honeypot_brute_force", "payload_url", "http://198.18.3.4/x.sh?k=1", "http://198.18.3.4/x.sh"),
        ("event4_ddos_participant", "http_path", "/??=GovpfOoaWYlk", "/"),
        ("event4_sinkhole_http", "http_url", f"GET /{'A' * 64}/x HTTP/1.1", "GET /***/x HTTP/1.1"),
        ("event4_sinkhole_http", "http_url", "/news/stream.php;jsessionid=1?a=b", "/news/stream.php"),
        (
            "event4_sinkhole_http",
            "http_agent",
            "Mozilla/4.0 (compatible; MSIE 6.0)",
            "Mozilla/4.0 (compatible; MSIE 6.0)",
        ),
        ("scan_mongodb", "visible_databases", "local | users | admin", "local | users | admin"),
        ("scan_http_vulnerable", "detail", "url = https://u:p@example.org/x.git;bare = false", None),
        ("phish_url", "url", "https://a.example/p/alice@example.org/?e=bob", "https://a.example/p/***@example.org/"),
    ],
)
def test_evidence_stays_and_its_secrets_go(report_type: str, column: str, text: str, kept: str | None) -> None:
    feed = feed_for(report_type)
    address = feed.sided("address")[0]
    frame = read_frame({"timestamp": ["2026-11-22 00:00:00"], address: ["198.18.0.1"], column: [text]})

    events, _ = normalise(frame, feed, NOW)

    assert events.item(0, f"raw_{column}") == (kept or "url = https://example.org/x.git;bare = false")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.pattern[:30])
def test_every_rule_says_why(rule: object) -> None:
    assert getattr(rule, "why", "").endswith(".")


@pytest.mark.parametrize(
    ("name", "treatment"),
    [
        ("password", Treatment.DROP),
        ("password_2", Treatment.DROP),
        ("smtp_auth_token", Treatment.DROP),
        ("passport_country", Treatment.PROSE),
        ("authority", Treatment.PROSE),
        ("monkey", Treatment.PROSE),
        ("key_length", Treatment.PLAIN),
        ("server_host_key", Treatment.DROP),
        ("badsecret_type", Treatment.PROSE),
        ("contact_email", Treatment.MAIL),
        ("e-mail", Treatment.MAIL),
        ("邮箱", Treatment.MAIL),
        ("user-agent", Treatment.PROSE),
        ("bypass_count", Treatment.PROSE),
        ("content_hash", Treatment.PROSE),
        ("build_hash", Treatment.PROSE),
        ("http_path", Treatment.REQUEST),
        ("cc_url", Treatment.LINK),
        ("http_user_agent", Treatment.PROSE),
    ],
)
def test_the_table_tells_secrets_from_words_that_look_like_them(name: str, treatment: Treatment) -> None:
    assert treatment_of(name, mask={}, keep=(), plain=()) is treatment


@pytest.mark.parametrize("name", ["x_words", "x-words", "X words", "x_words_2"])
def test_what_a_feed_drops_goes_however_it_is_spelt(name: str) -> None:
    feed = Feed(type="scan_x", problem=None, drop=frozenset({"x_words"}), mask={"x_place": Treatment.LINK})

    assert feed.treatments([name, "x-place"]) == {name: Treatment.DROP, "x-place": Treatment.LINK}


def test_the_columns_that_the_reader_adds_are_no_columns_of_the_file() -> None:
    assert not set(READ) & {name for feed in ALL for name in feed.known_columns}
