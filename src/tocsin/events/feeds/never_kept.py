"""What is never kept of a report (design, "What is never kept"): one table, by the names of columns, with reasons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """What happens to a column before anything is stored."""

    #: Not stored at all.
    DROP = "drop"
    #: The local part of mail addresses is masked.
    MAIL = "mail"
    #: Query, fragment, path parameters and user are cut.
    LINK = "link"
    #: The same, and long path segments are masked: what a client sent, not what a server has.
    REQUEST = "request"
    #: Free text: kept, but for what looks like a credential, a cookie, a query or a mail address.
    PROSE = "prose"
    #: Kept as it is: numbers, times, places, fingerprints; nothing that a person or a program wrote.
    PLAIN = "plain"


#: Treatments that say that the column carries what must not be stored, so a shifted cell may too.
SENSITIVE = frozenset({Treatment.DROP, Treatment.MAIL, Treatment.LINK, Treatment.REQUEST})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A treatment for the columns whose whole name matches a pattern, and why."""

    pattern: str
    treatment: Treatment
    why: str


def _word(*words: str) -> str:
    """Match a name that has one of these words between underscores."""
    return rf"(?:.*_)?(?:{'|'.join(words)})(?:_.*)?"


def _part(*stems: str) -> str:
    """Match a name that has one of these anywhere: names are run together, and Chinese has no blanks."""
    return rf".*(?:{'|'.join(stems)}).*"


#: The first rule that matches a name holds. A feed may make a rule stricter; `Feed.keep` excepts one of its columns.
RULES: tuple[Rule, ...] = (
    Rule(
        pattern=r"(?:key|signature|hash)_algorithm|(?:key|payload|response|body|packet|cert|content)_(?:size|length|bits)"
        r"|(?:payload|body|page|file)_?(?:md5|sha1|sha256|sha512|sha256fp)|md5|sha1|sha256|sha512",
        treatment=Treatment.PLAIN,
        why="A measure or a fingerprint of the thing, not the thing.",
    ),
    Rule(
        pattern=r"(?:.*_)?payload_(?:url|uri)",
        treatment=Treatment.LINK,
        why="Where a payload came from is evidence; what it holds is not kept.",
    ),
    Rule(
        pattern=r"(?:www|proxy)_authenticate|(?:http_)?user_?agent|http_agent|(?:subject|issuer)_business_category",
        treatment=Treatment.PROSE,
        why="A challenge names a realm and a program names itself; neither is a credential.",
    ),
    Rule(
        # What is said about a bad secret is evidence, as in `badsecret_type`; the secret is a word of its own there.
        pattern=_part(
            "passw", "pass_?(?:code|phrase|key)", "pwd", "(?<!bad)secret", "token", "密[码碼]", "口令", "令牌"
        )
        + "|"
        + _part("(?:user|db|ftp|smtp|mail|root|admin)_?pass(?![a-z])")
        + "|"
        + _word("pass", "pin", "secrets?", "jwt", "otp", "psk", "(?:nt|lm|ntlm(?:v[12])?)_?(?:hash|response)"),
        treatment=Treatment.DROP,
        why="A password, its hash or a token opens what it belongs to.",
    ),
    Rule(
        pattern=_part(
            "(?:api|priv|private|access|auth)_?key", "credential", "auth_?code", "密钥", "密鑰", "凭[证据]", "憑證"
        )
        + "|"
        + _word("key", "keys", "creds?", "auth", "authorization", "authentication"),
        treatment=Treatment.DROP,
        why="A key or credential opens what it belongs to.",
    ),
    Rule(
        pattern=_word("community"),
        treatment=Treatment.DROP,
        why="An SNMP community is a password that travels in the clear (RFC 3584, section 5).",
    ),
    Rule(
        pattern=_part("cookie", "sess(?:ion)?_?id") + "|" + _word("session", "sessions", "sid"),
        treatment=Treatment.DROP,
        why="A session cookie signs in whoever holds it.",
    ),
    Rule(
        pattern=_part("(?:user|login|logon|account)_?(?:name|id)", "用[户戶]", "[账帐賬帳][号號户戶]", "登[录錄]名")
        + "|"
        + _word("user", "users", "account", "accounts", "login", "logon"),
        treatment=Treatment.DROP,
        why="User names are personal data.",
    ),
    Rule(
        pattern=_word("surname", "given_name", "givenname", "firstname", "lastname", "fullname", "person")
        + "|"
        + _part("姓名"),
        treatment=Treatment.DROP,
        why="Names of persons are personal data.",
    ),
    Rule(
        pattern=_word("referers?", "referrers?"),
        treatment=Treatment.DROP,
        why="A referer tells what somebody read before.",
    ),
    Rule(
        pattern=r"raw|raw_.*|.*_raw|" + _word("postdata", "payload", "payloads", "body", "bodies", "packet", "html"),
        treatment=Treatment.DROP,
        why="A payload may hold anything, and the finding does not need it.",
    ),
    Rule(
        pattern=r"subject|message|messages|text|msg|content|query|query_string|querystring|params|parameters|form"
        r"|.*_(?:query|query_string|params|message_body)",
        treatment=Treatment.DROP,
        why="The words of messages and queries are their senders' own.",
    ),
    Rule(
        pattern=_part("email", "[邮郵][箱件]", "电邮")
        + "|"
        + _word("mail", "mailto", "e_mail", "sender", "recipient", "recipients", "mailfrom", "rcpt"),
        treatment=Treatment.MAIL,
        why="The local part of a mail address names a person.",
    ),
    Rule(
        pattern=r"http_(?:url|path|uri|request)|request|request_(?:url|path|uri)|path|uri",
        treatment=Treatment.REQUEST,
        why="Queries and long path segments carry what an infected machine sends home.",
    ),
    Rule(
        pattern=_word("urls?", "uri", "uris", "link", "links", "location", "href", "redirect", "website"),
        treatment=Treatment.LINK,
        why="Queries and users in URLs carry personal data and secrets.",
    ),
)
_COMPILED = tuple((re.compile(rule.pattern), rule.treatment) for rule in RULES)


def treatment_of(
    name: str, *, drop: Iterable[str] = (), mask: Mapping[str, Treatment], keep: Iterable[str], plain: Iterable[str]
) -> Treatment:
    """Say what happens to a column: the feed's own word first, then the table, else it is free text.

    What is strict holds for a name however it is spelt (`API-Key`, `user name`); what is lenient for the very name.
    """
    # A second column of the same name is called `name_2`.
    bare = re.sub(r"_\d+$", "", re.sub(r"[^\w]+", "_", name.lower()).strip("_"))
    for spelling in (name, bare):
        if spelling in drop:
            return Treatment.DROP
        if spelling in mask:
            return mask[spelling]
    if name in plain:
        return Treatment.PLAIN
    if name in keep:
        return Treatment.PROSE
    return next((treatment for pattern, treatment in _COMPILED if pattern.fullmatch(bare)), Treatment.PROSE)
