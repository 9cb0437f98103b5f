"""What every schema of the API stands on: text without NUL, strict input, a page of a list."""

from typing import Annotated, Any, Generic, TypeVar

import ninja
from pydantic import ConfigDict, StringConstraints, model_validator

from tocsin.web.paging import PAGE_SIZE, Slice

#: PostgreSQL stores no NUL in text: without this a crafted request ends in a database error instead of a 422.
NO_NUL = r"^[^\x00]*$"
#: For arguments that stand alone, in the path or the query.
Text = Annotated[str, StringConstraints(pattern=NO_NUL)]
MAX_PAGE_SIZE = 500

Item = TypeVar("Item")


def _holds_nul(value: object) -> bool:
    """Look for NUL in every text of a JSON value, keys included."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return any(_holds_nul(part) for part in value)
    return False


def _say_no_nul(schema: dict[str, Any]) -> None:
    """Tell callers of the rule: every property of plain text gets the pattern, unless it has one of its own."""
    for properties in schema.get("properties", {}).values():
        for kind in [properties, *properties.get("anyOf", ())]:
            if kind.get("type") == "string" and not {"pattern", "format", "enum", "const"} & kind.keys():
                kind["pattern"] = NO_NUL


class Schema(ninja.Schema):
    """Stand under every schema of ours, in and out."""

    model_config = ConfigDict(json_schema_extra=_say_no_nul)

    @model_validator(mode="before")
    @classmethod
    def refuse_nul(cls, values: Any) -> Any:
        """Refuse NUL wherever it hides; what is no plain data (rows, dataclasses) comes from us and passes."""
        if isinstance(values, dict) and _holds_nul(values):
            raise ValueError("Text may not hold the character NUL (U+0000).")
        return values


class Input(Schema):
    """Stand under what callers send: a field we don't know is refused, for it is most likely a misspelt one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_say_no_nul)


class Paging(ninja.Schema):
    """Take the arguments of every list: `?cursor=...&limit=...`."""

    #: As an earlier answer gave it; empty is the first page.
    cursor: Text = ""
    limit: Annotated[int, ninja.Field(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE


class Page(Schema, Generic[Item]):
    """Answer a part of a list."""

    items: list[Item]
    #: Cursor of the following page; null at the end.
    next: str | None
    #: Cursor of the page before; null at the beginning.
    previous: str | None
    #: How many there are, where that is known cheaply; an estimate beyond ten thousand.
    about: int | None = None


def page(part: Slice[Any], items: list[Any], *, about: int | None = None) -> dict[str, Any]:
    """Make what `response=Page[...]` takes, from a slice and its items as they are shown."""
    return {"items": items, "next": part.next, "previous": part.previous, "about": about}
