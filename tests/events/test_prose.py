"""Free text is masked wherever it holds a secret, and what decides whether to look misses none of the patterns."""

import re
from collections.abc import Iterator
from re import _constants as op
from re import _parser as parser

import polars as pl
import pytest

from tocsin.events.feeds.prose import PROSE, Family, has_secrets, mask_prose


def masked(text: str) -> str:
    """Mask as the stage does: only where something tells of a secret."""
    texts = pl.Series("text", [text])
    found = texts.to_frame().select(has_secrets(pl.col("text"))).item()
    return str(mask_prose(texts).item()) if found else text


def examples(tree: object) -> list[str]:
    """Spell out a pattern: the shortest text that it matches, then one for each choice it leaves, one at a time."""
    spelt: list[list[str]] = [list(choices(*node)) for node in tree]  # type: ignore[attr-defined]  # a parsed pattern has no public type
    shortest = [options[0] for options in spelt]
    return [
        "".join(shortest),
        *(
            "".join([*shortest[:place], option, *shortest[place + 1 :]])
            for place, options in enumerate(spelt)
            for option in options[1:]
        ),
    ]


def choices(kind: object, given: object) -> Iterator[str]:
    """Give what one node of a parsed pattern can be, the shortest first."""
    match kind, given:
        case op.LITERAL, int(code):
            yield chr(code)
        case (op.ANY, _) | (op.NOT_LITERAL, _):
            yield "x"
        case op.AT, _:
            yield ""
        case op.IN, [(op.NEGATE, _), *_]:
            yield "x"
        case op.IN, [*members]:
            yield from (member(*each) for each in members)
        case op.BRANCH, (_, branches):
            yield from (text for branch in branches for text in examples(branch))
        case op.SUBPATTERN, (*_, inner):
            yield from examples(inner)
        case op.MAX_REPEAT | op.MIN_REPEAT, (least, _, inner):
            once = examples(inner)
            yield from [""] if least == 0 else []
            yield from (text * max(least, 1) for text in once)
        case _:
            raise NotImplementedError(kind)


def member(kind: object, given: object) -> str:
    """Give one character of a class."""
    if kind is op.RANGE:
        return chr(given[0])  # type: ignore[index]  # a parsed pattern has no public type
    if kind is op.CATEGORY:
        return {
            op.CATEGORY_WORD: "w",
            op.CATEGORY_SPACE: " ",
            op.CATEGORY_NOT_SPACE: "x",
            op.CATEGORY_DIGIT: "5",
        }[given]
    assert isinstance(given, int)
    return chr(given)


@pytest.mark.parametrize(
    ("family", "pattern"), [(family, pattern) for family in PROSE for pattern, _ in family.patterns]
)
def test_every_alternative_of_every_pattern_has_a_trigger(family: Family, pattern: str) -> None:
    spelt = examples(parser.parse(pattern))

    missed = [
        text
        for text in spelt
        if re.search(pattern, text) and not any(trigger in text.lower() for trigger in family.triggers)
    ]

    assert missed == []
    # The examples are what they say: a few begin or end in the midst of a word.
    assert 10 * sum(re.search(pattern, text) is not None for text in spelt) >= 9 * len(spelt)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("DELETE /u?id=alice HTTP/1.1", "DELETE /u HTTP/1.1"),
        ("PATCH /u?mail=a", "PATCH /u"),
        ("PROPFIND /u?alice", "PROPFIND /u"),
        ("GET  /x?q=alice", "GET  /x"),
        ("GET\t/x#alice", "GET\t/x"),
        ("seen at /x?q=alice today", "seen at /x today"),
        ("alice@例子.cn", "***@例子.cn"),
        ("邮箱：alice@corp.example，在", "邮箱：***@corp.example，在"),
        ('"alice smith"@corp.example', "***@corp.example"),
        ("alice%40corp.example", "***%40corp.example"),
        ("alice＠corp.example", "***＠corp.example"),
        ("mailto:alice@corp.example", "mailto:***@corp.example"),
        ("alice:hunter2@10.0.0.1", "***@10.0.0.1"),
        ("USER alice\r\nPASS hunter2", "USER ***\r\nPASS ***"),
        ("220 ftp|user alice|331|pass hunter2|230", "220 ftp|user ***|331|pass ***|230"),
        (r"USER alice\r\nPASS hunter2\r\n", r"USER ***\r\nPASS ***\r\n"),
        ("AUTH PLAIN AGFsaWNlAGh1bnRlcjI=", "AUTH PLAIN ***"),
        ("a1 LOGIN alice hunter2", "a1 LOGIN ***"),
        ("password is hunter2", "password is ***"),
        ("The password was changed to hunter2", "The password was changed to ***"),
        ("SNMP community string: hunter2", "SNMP community string: ***"),
        ("<password>hunter2</password>", "<password>***</password>"),
        ('<ns:user lang="en">alice</ns:user>', '<ns:user lang="en">***</ns:user>'),
        ("密码：hunter2", "密码：***"),
        ("用户名:alice；口令为 hunter2", "用户名:***；口令为 ***"),
        ("snmp-server community hunter2 RO", "snmp-server community *** RO"),
        ("snmp-agent community read cipher hunter2", "snmp-agent community read cipher ***"),
        ("rocommunity hunter2", "rocommunity ***"),
        ("username alice privilege 15 password 7 0822", "username *** privilege 15 password 7 ***"),
        ("enable secret 5 $1$hunter2", "enable secret 5 ***"),
        ("//alice:hunter2@host/x", "//host/x"),
        ("Authorization: Token abcdef123456", "Authorization: ***"),
        ('{"cookie": "a=b; c=d", "server": "nginx"}', '{"cookie": ***, "server": "nginx"}'),
        ("HTTP_COOKIE=a=b; c=d", "HTTP_COOKIE= ***"),
        ("Referer: http://search.example/alice", "Referer: ***"),
        ("'password' => 'hunter2'", "'password' => ***"),
        (r"{\"password\": \"hunter2\"}", r"{\"password\": ***}"),
        ("user[password]=hunter2", "user[password]=***"),
        ("password%3Dhunter2", "password%3D***"),
        ("DB_USER=alice", "DB_USER=***"),
        ("PHPSESSID=hunter2", "PHPSESSID=***"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nhunter2", "***"),
    ],
)
def test_secrets_go(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "5.7.33 MySQL Community Server (GPL)",
        "250-AUTH PLAIN LOGIN CRAM-MD5",
        "530 Please login with USER and PASS.",
        "User Access Verification\r\n\r\nPassword: ",
        "Login incorrect",
        'Basic realm="router"',
        "Referrer-Policy: no-referrer",
        "<user>\n<name>x</name></user>",
        "Is this a proxy? Yes",
        "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips",
        "看门狗：正常",
    ],
)
def test_what_tells_of_a_machine_stays(text: str) -> None:
    assert masked(text) == text


def test_texts_keep_their_order_and_the_given_ones_stay_as_they_are() -> None:
    texts = pl.Series("text", ["password=a", "plain", "a@b.example", "pwd=b"])

    kept = mask_prose(texts).to_list()

    assert kept == ["password=***", "plain", "***@b.example", "pwd=***"]
    assert texts.to_list() == ["password=a", "plain", "a@b.example", "pwd=b"]
