"""The signed link of a notice: who holds it may answer that notice until it expires, and may do nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer

from tocsin.kernel.words import Language
from tocsin.notices.errors import LinkDead

#: Raise it when the form of the token or the use of the key changes; older tokens are then refused.
#: The key itself is changed by Django's SECRET_KEY and SECRET_KEY_FALLBACKS.
VERSION = "1"
_SALT = f"tocsin.notices.answer-link.v{VERSION}"


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a token says."""

    notice_id: int
    expires_at: datetime


def token_of(*, notice_id: int, expires_at: datetime) -> str:
    """Make the token of a notice: version, notice, expiry in seconds since 1970, HMAC-SHA-256; the same each time."""
    return _signer().sign(f"{VERSION}.{notice_id}.{int(expires_at.timestamp())}")


def read_token(token: str, *, now: datetime) -> Link:
    """Read a token; the signature is compared in constant time.

    Raises:
        LinkDead: it is forged, of another version, or has expired; which of these is not told.
    """
    try:
        version, notice_id, seconds = _signer().unsign(token).split(".")
        link = Link(notice_id=int(notice_id), expires_at=datetime.fromtimestamp(int(seconds), UTC))
    except (BadSignature, ValueError) as error:
        raise LinkDead from error
    if version != VERSION or link.expires_at <= now:
        raise LinkDead
    return link


def answer_url(*, notice_id: int, expires_at: datetime, language: Language) -> str:
    """Give the whole address of the answer page, in the language of an edition."""
    token = token_of(notice_id=notice_id, expires_at=expires_at)
    return f"{settings.ENVIRONMENT.url}/answer/{token}/?lang={language}"


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".", algorithm="sha256")
