"""One value under the rules of a column: what a form takes, an export gives back and an import accepts."""

import re

from tocsin.kernel.errors import Invalid
from tocsin.registry.tables.checking import CODE, CONTROL, EMAIL
from tocsin.registry.tables.layout import LENGTHS


def plain_text(column: str, text: str) -> str:
    """Trim a text as cells are trimmed.

    Raises:
        Invalid: it is too long, or holds invisible characters.
    """
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LENGTHS[column]:
        raise Invalid(f"It is longer than {LENGTHS[column]} characters.", field=column)
    if re.search(CONTROL, text):
        raise Invalid("It holds invisible control characters.", field=column)
    return text


def plain_code(text: str) -> str:
    """Check the code of an organisation.

    Raises:
        Invalid: it is none.
    """
    code = plain_text("code", text)
    if not re.fullmatch(CODE, code):
        raise Invalid("A code is made of A-Z, a-z, 0-9, '.', '_' and '-'.", field="code")
    return code


def canonical_email(text: str) -> str:
    """Spell an e-mail address with its domain in lower case; case before the `@` is the receiver's affair.

    Raises:
        Invalid: it is none.
    """
    email = plain_text("email", text)
    if not re.fullmatch(EMAIL, email):
        raise Invalid("It is no e-mail address such as soc@example.org.", field="email")
    place, _, domain = email.rpartition("@")
    return f"{place}@{domain.lower()}"
