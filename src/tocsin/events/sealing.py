"""Encrypts what is kept only for some days: quarantined rows and files that wait (AES-256-GCM, SP 800-38D)."""

import base64
import os
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tocsin.events.errors import SealBroken

#: First byte of everything sealed, so that a later key or cipher can be told apart.
_VERSION = b"\x01"
_NONCE_BYTES = 12


def seal(plain: bytes, *, place: str) -> bytes:
    """Encrypt bytes for one place; sealed bytes moved elsewhere do not open."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher().encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, *, place: str) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        SealBroken: the bytes were changed or moved, or the key is another.
    """
    try:
        if sealed[:1] != _VERSION:
            raise SealBroken
        nonce = sealed[1 : 1 + _NONCE_BYTES]
        return _cipher().decrypt(nonce, sealed[1 + _NONCE_BYTES :], place.encode())
    except InvalidTag as error:
        raise SealBroken from error


@dataclass(frozen=True, kw_only=True)
class SealedRow:
    """A record that could not be read, with the column names that it has to be read by."""

    header: tuple[str, ...]
    text: str


def seal_row(row: SealedRow, *, report_id: int, row_number: int) -> bytes:
    """Encrypt a quarantined row and its header together."""
    plain = orjson.dumps({"header": row.header, "text": row.text})
    return seal(plain, place=_place(report_id, row_number))


def unseal_row(sealed: bytes, *, report_id: int, row_number: int) -> SealedRow:
    """Decrypt a quarantined row.

    Raises:
        SealBroken: see `unseal`.
    """
    plain = orjson.loads(unseal(sealed, place=_place(report_id, row_number)))
    return SealedRow(header=tuple(plain["header"]), text=plain["text"])


def _place(report_id: int, row_number: int) -> str:
    return f"quarantine:{report_id}:{row_number}"


def _cipher() -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(settings.SEALING_KEY + "=="))
