"""How free text is masked before it is stored: what tells of a machine stays, what tells a secret or a person goes."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tocsin.events.feeds.masks import MASK


@dataclass(frozen=True, kw_only=True)
class Family:
    """Patterns of one kind, and what every text has that any of them matches: looking for that is ten times cheaper."""

    #: Literals, whatever their case.
    triggers: tuple[str, ...]
    #: In this order: (pattern, what stands there afterwards).
    patterns: tuple[tuple[str, str], ...]


#: Alone or within a longer name.
_SECRET = (
    r"passw(?:or)?d|passphrase|passcode|pwd|secret|token|api[_ -]?key|access[_-]?key|private[_-]?key|credential|jwt"
    r"|密[码碼钥鑰]|口令|令牌"
)
#: What stands before a value, alone or within a longer name. Who signs in is no evidence either.
_NAMED = (
    rf"(?:{_SECRET}|session|sessid|authorization|community(?: strings?)?|用[户戶]名|[账帐]号|帳號|[账帐]户)[\w.-]*"
    r"|(?:\b|_)(?:pass|sid|auth|(?:login|user|account)(?:[_ -]?(?:name|id))?)"
)
_IS = r"[\\\"'\]]*\s*(?:%3[ad]|[:=：＝]+>?)\s*"
_VALUE = r"(?:\\?\"[^\"]*\"|'[^']*'|[^\s\"'&;,|，；。]+)"
_LINE = r"(?:^|[\r\n|]|\\[rn])[ \t]*"
#: A name and its value in words.
_SAYS = r"(?:\s+(?:(?:(?:is|was|been)\s+)?(?:set|changed)\s+to|is|was)\b|[是为為])\s*[:：]?\s*"
_CONFIGURED_USER = r"username[ \t]+\S+(?:[ \t]+privilege[ \t]+\d+)?"
#: How a configuration says that a password is written.
_LEVEL = r"[ \t]+(?:(?:\d|cipher|simple|irreversible-cipher)[ \t]+)?"
#: Before the community; alone it is a word like another (`MySQL Community Server`).
_SNMP = r"(?:\bsnmp-(?:server|agent)[ \t]+|\bset[ \t]+snmp[ \t]+|\br[ow])"
_PRIVATE_KEY = r"[A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
_SCHEME = r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?"
#: Headers that are taken out whole.
_HEADER = r"(?:\b|_)(?:(?:set-)?cookie2?|(?:proxy-)?authorization|referr?er)"
_DOMAIN = r"(?:[\w-]+\.)+[\w-]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9A-Fa-f.:]+\]"
#: Says that an address follows.
_MAIL_TO = r"(?i:\b(?:mailto|e?-?mail|sips?|contact|from|to|cc):)?"
_LOCAL_PART = r"[^\s@＠<>,;:\"'()\[\]/=&?|：，；（）]+"

#: Families in this order.
PROSE = (
    # A private key, whole or cut off.
    Family(
        triggers=("private key",),
        patterns=((rf"(?s)-----BEGIN {_PRIVATE_KEY}.*?(?:-----END {_PRIVATE_KEY}|$)", MASK),),
    ),
    Family(
        triggers=("//", "?", " /", "\t/"),
        patterns=(
            # User and password of a URL, which may come without its scheme (RFC 3986, sections 3.2.1 and 4.2).
            (rf"({_SCHEME}//)[^\s/?#@]*(?:@[^\s/?#@]*)*@", "${1}"),
            # Query and fragment of a URL, and of the target of a request line, whatever its method.
            (rf"({_SCHEME}//[^\s?#\"'<>]*)[?#][^\s\"'<>]*", "${1}"),
            (r"\b([A-Z]{3,20}[ \t]+/[^\s?#]*)[?#]\S*", "${1}"),
            # Any other query that has a name and a value.
            (r"\?[\w.%~\[\]-]+=[^\s\"'<>]*", ""),
        ),
    ),
    # Headers as JSON, then plain, to the end of the line.
    Family(
        triggers=("cookie", "authorization", "referer", "referrer"),
        patterns=(
            (rf"(?i)({_HEADER}\\?[\"']\s*[:=]>?\s*)(?:\[[^\]]*\]|\\?\"[^\"]*\"|'[^']*')", "${1}" + MASK),
            (rf"(?i)({_HEADER}\s*[:=：])[^\r\n|]*", "${1} " + MASK),
        ),
    ),
    # Credentials of HTTP (RFC 9110, section 11.4); a challenge (`Basic realm="x"`) stays.
    Family(
        triggers=("basic", "bearer", "digest", "ntlm", "negotiate"),
        patterns=((r"(?i)\b(basic|bearer|digest|ntlm|negotiate)\s+[A-Za-z0-9+/_.~-]{8,}=*", "${1} " + MASK),),
    ),
    Family(
        triggers=(
            *("pass", "pwd", "secret", "token", "cred", "jwt", "api_key", "apikey", "api-key", "api key", "access_key"),
            *("accesskey", "access-key", "private_key", "privatekey", "private-key", "session", "sessid", "sid"),
            *("auth", "login", "user", "account", "community"),
            *(
                "密码",
                "密碼",
                "密钥",
                "密鑰",
                "口令",
                "令牌",
                "用户名",
                "用戶名",
                "账号",
                "帐号",
                "帳號",
                "账户",
                "帐户",
            ),
        ),
        patterns=(
            # Named secrets and log-ins, `name=value` or `name: value`, quoted or not.
            # Several names in a row are prompts, and the value comes behind the last: `login: Password: x`.
            (rf"(?i)((?:(?:{_NAMED}){_IS})+){_VALUE}", "${1}" + MASK),
            # The same in words, and as an element.
            (rf"(?i)((?:{_SECRET}|community string|user ?name|用[户戶]名){_SAYS}){_VALUE}", "${1}" + MASK),
            (rf"(?i)(<(?:[\w.-]*:)?(?:{_NAMED})(?:\s[^<>]*)?>)\s*[^<\s][^<]*", "${1}" + MASK),
        ),
    ),
    # What a client sends to sign in: FTP, POP3, SMTP, IMAP (RFC 959, 1939, 4954, 9051).
    Family(
        triggers=tuple(f"{verb}{blank}" for verb in ("user", "pass", "acct", "auth", "login") for blank in " \t"),
        patterns=(
            (rf"({_LINE}(?:USER|PASS|ACCT|user|pass)[ \t]+)[^\s|\\]+", "${1}" + MASK),
            (rf"({_LINE}(?:AUTH|auth)[ \t]+[\w-]+[ \t]+)[A-Za-z0-9+/]{{8,}}=*", "${1}" + MASK),
            (rf"({_LINE}[A-Za-z]{{0,4}}[0-9]{{1,6}}[ \t]+(?:LOGIN|login)[ \t]+)\S+[ \t]+[^\s|\\]+", "${1}" + MASK),
        ),
    ),
    # What stands in the configuration of routers and agents.
    Family(
        triggers=("privilege", "password", "secret", "community"),
        patterns=(
            (rf"({_LINE}username[ \t]+)\S+([ \t]+(?:privilege|password|secret)\b)", "${1}" + MASK + "${2}"),
            (rf"(?i)((?:\benable|{_LINE}{_CONFIGURED_USER})[ \t]+(?:password|secret){_LEVEL})[^\s|]+", "${1}" + MASK),
            (rf"(?i)({_SNMP}community6?[ \t]+(?:(?:read|write|cipher|simple)[ \t]+)*)[^\s|]+", "${1}" + MASK),
        ),
    ),
    # Tokens that are known by their shape.
    Family(
        triggers=("eyj", "akia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        patterns=(
            (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?", MASK),
            (r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,})", MASK),
        ),
    ),
    # The local part of a mail address (RFC 5322, section 3.4.1), also one that a URL escapes; domains in any script.
    Family(
        triggers=("@", "%40", "＠"),
        patterns=(
            (rf"\"[^\"\r\n]*\"(@|%40|＠)({_DOMAIN})", MASK + "${1}${2}"),
            # `name:password@host` is a log-in at a host.
            (rf"({_MAIL_TO})(?:{_LOCAL_PART}:)?{_LOCAL_PART}(@|%40|＠)({_DOMAIN})", "${1}" + MASK + "${2}${3}"),
        ),
    ),
)
_TRIGGERS = sorted({trigger for family in PROSE for trigger in family.triggers})


def has_secrets(text: pl.Expr) -> pl.Expr:
    """Say of each text whether it may hold something that `mask_prose` masks."""
    return _has_any(text, _TRIGGERS)


def mask_prose(texts: pl.Series) -> pl.Series:
    """Mask credentials, cookies, query strings and the local parts of mail addresses within free text."""
    for family in PROSE:
        suspects = texts.to_frame("text").select(_has_any(pl.col("text"), family.triggers)).to_series().arg_true()
        if not suspects.is_empty():
            masked = pl.col("text")
            for pattern, replacement in family.patterns:
                masked = masked.str.replace_all(pattern, replacement)
            texts = texts.clone().scatter(suspects, texts.gather(suspects).to_frame("text").select(masked).to_series())
    return texts


def _has_any(text: pl.Expr, triggers: Iterable[str]) -> pl.Expr:
    return text.str.contains_any(list(triggers), ascii_case_insensitive=True)
