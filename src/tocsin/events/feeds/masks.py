"""How whole cells are masked before they are stored: what tells of a machine stays, what tells a person goes."""

import polars as pl

#: What stands where something was taken out.
MASK = "***"
#: Longer path segments are data that a program put there, not names of files.
_LONGEST_SEGMENT = 64


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
        .str.replace(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?[^\s/@]*(?:@[^\s/@]*)*@", "${1}")
        .replace("", None)
    )


def cut_request(text: pl.Expr) -> pl.Expr:
    """Do the same to what a client asked for, and mask long path segments: those are data sent, not names."""
    return cut_link(text).str.replace_all(rf"[^/\s]{{{_LONGEST_SEGMENT},}}", MASK)
