"""The identity of a finding: what was seen, not whose it is, stable for ever."""

import hashlib

#: Part of every hash: a change of the recipe would be a new version, and this one stays readable.
VERSION = "tocsin-identity-1"


def encode_fields(fields: tuple[str, ...]) -> str:
    """Join fields so that no two lists collide: each as `<length in UTF-8 bytes>:<text>`.

    Discriminators are chosen by attackers; a plain separator could be forged. Netstrings without the comma.
    """
    return "".join(f"{len(field.encode())}:{field}" for field in fields)


def identity(
    *,
    subject_kind: str,
    subject: str,
    port: int | None,
    transport: str | None,
    path: str | None,
    problem: str,
    discriminator: str,
) -> str:
    """Hash what was seen to 32 hexadecimal digits: the first 128 bits of SHA-256 (FIPS 180-4).

    Args:
        subject_kind: one of `words.SubjectKind`.
        subject: the canonical subject (`subjects`).
        port: null where the problem says that ports do not belong to it.
        transport: `tcp`, `udp`; null likewise.
        path: of a URL, where the subject is a host; null otherwise.
        problem: the catalogue's code.
        discriminator: the discriminator fields, joined by `encode_fields`; empty where there are none.
    """
    fields = (
        VERSION,
        subject_kind,
        subject,
        "" if port is None else str(port),
        transport or "",
        path or "",
        problem,
        discriminator,
    )
    return hashlib.sha256(encode_fields(fields).encode()).hexdigest()[:32]
