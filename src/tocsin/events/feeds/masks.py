"""How text is masked before it is stored: what tells of a machine stays, what tells a secret goes."""

import polars as pl

#: What stands where something was taken out.
MASK = "***"
#: Longer path segments are data that a program put there, not names of files.
_LONGEST_SEGMENT = 64

#: Text without any of these holds nothing that `PROSE` masks; looking for them is ten times cheaper than masking.
TRIGGERS = (
    *("@", "://", "pass", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "access-key"),
    *("private", "session", "sid=", "sid:", "auth", "cred", "cookie", "login", "user", "basic ", "bearer ", "digest "),
    *("ntlm ", "negotiate ", "jwt", "eyj", "akia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "community"),
    *("get /", "post /", "head /", "put /", "options /", "connect /"),
)

_SECRET_WORD = (
    r"[a-z0-9_.-]*(?:passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|session|credential|authorization|jwt|community)[a-z0-9_.-]*"
    r"|\b(?:pass|sid|auth|login|user|username)"
)
#: In this order: (pattern, what stands there afterwards).
_PROSE = (
    # A private key, whole or cut off.
    (r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", MASK),
    # User and password of a URL (RFC 3986, section 3.2.1).
    (r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#@]*(?:@[^\s/?#@]*)*@", "${1}"),
    # Query and fragment of a URL, and of the target of a request line.
    (r"([A-Za-z][A-Za-z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", "${1}"),
    (r"\b((?:GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS|CONNECT)\s+/[^\s?#]*)[?#]\S*", "${1}"),
    # A cookie header, to the end of its line.
    (r"(?i)\b((?:set-)?cookie2?\s*[:=])[^\r\n|]*", "${1} " + MASK),
    # Credentials of HTTP (RFC 9110, section 11.4); a challenge (`Basic realm="x"`) stays.
    (r"(?i)\b(basic|bearer|digest|ntlm|negotiate)\s+[A-Za-z0-9+/_.~-]{8,}=*", "${1} " + MASK),
    # Named secrets and log-ins, `name=value` or `name: value`, quoted or not.
    # Several names in a row are prompts, and the value comes behind the last: `login: Password: x`.
    (
        rf"(?i)((?:(?:{_SECRET_WORD})[\"']?\s*[:=]\s*)+)(?:\"[^\"]*\"|'[^']*'|[^\s\"'&;,|]+)",
        "${1}" + MASK,
    ),
    # Tokens that are known by their shape.
    (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?", MASK),
    (r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,})", MASK),
    # The local part of a mail address.
    (r"[^\s@<>,;:\"'()\[\]/=&?|]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})", MASK + "@${1}"),
)


def has_secrets(text: pl.Expr) -> pl.Expr:
    """Say whether any row may hold something that `mask_prose` masks."""
    return text.str.contains_any(list(TRIGGERS), ascii_case_insensitive=True)


def mask_prose(text: pl.Expr) -> pl.Expr:
    """Mask credentials, cookies, query strings and the local parts of mail addresses within free text."""
    for pattern, replacement in _PROSE:
        text = text.str.replace_all(pattern, replacement)
    return text


def mask_mail(text: pl.Expr) -> pl.Expr:
    """Mask the local part of a mail address; a value without a domain is masked whole."""
    return (
        pl.when(text.str.contains("@", literal=True))
        .then(text.str.replace(r"(?s)^.*@", MASK + "@"))
        .when(text.is_not_null())
        .then(pl.lit(MASK))
    )


def cut_link(text: pl.Expr) -> pl.Expr:
    """Cut query, fragment, path parameters and user out of a URL, a path or a request line."""
    return (
        text.str.replace(r"(?s)[?#].*", "")
        .str.replace_all(r";[^/\s]*", "")
        .str.replace(r"^([A-Za-z][A-Za-z0-9+.-]*://)?[^\s/@]*(?:@[^\s/@]*)*@", "${1}")
        .replace("", None)
    )


def cut_request(text: pl.Expr) -> pl.Expr:
    """Do the same to what a client asked for, and mask long path segments: those are data sent, not names."""
    return cut_link(text).str.replace_all(rf"[^/\s]{{{_LONGEST_SEGMENT},}}", MASK)
