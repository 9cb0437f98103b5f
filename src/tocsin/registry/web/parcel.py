"""Uploaded files, carried by the page that shows what they would change, until they are applied.

Nothing is kept on the server between the two steps: contacts are personal data, and any machine may answer the second.
"""

import base64
import io
import zipfile
from collections.abc import Mapping

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

#: How long one may look at a difference before it must be made anew.
GOOD_FOR_S = 3600
#: Characters of a parcel that a form may carry; Django refuses larger ones unread. Two of base64's 64 signs, `+` and
#: `/`, travel as three characters each: a sixteenth more.
MOST = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 65_536) * 16 // 17


def _signer(person: str) -> TimestampSigner:
    return TimestampSigner(salt=f"tocsin.registry.import.{person}")


def pack(files: Mapping[str, bytes], *, person: str) -> str:
    """Make a text of files, sealed for one person."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return _signer(person).sign(base64.b64encode(target.getvalue()).decode())


def unpack(text: str, *, person: str) -> dict[str, bytes] | None:
    """Read the files back; null: it is not ours, another's or too old."""
    try:
        content = base64.b64decode(_signer(person).unsign(text, max_age=GOOD_FOR_S))
    except BadSignature:
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
