"""What stands around a list: the words that filter it and the pager."""

from dataclasses import dataclass
from typing import ClassVar

from django.forms import BaseForm

from tocsin.web.address import Address
from tocsin.web.paging import Count, Item, Slice
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class FilterWord:
    """Show one active filter, with a way to take it away."""

    label: Phrase
    value: object
    remove_url: str


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Show the active filters as words, and the form that sets them behind a button; the address holds all."""

    template: ClassVar[str] = "tocsin/c/filters.html"
    words: tuple[FilterWord, ...] = ()
    clear_url: str = ""
    form: BaseForm | None = None
    #: Kept in the address when the form is sent: the sort order.
    keep: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether the form stands open: when what was asked can't be done."""
        return self.form is not None and self.form.is_bound and bool(self.form.errors)


@dataclass(frozen=True, kw_only=True)
class Pager:
    """Say where in the list we are: "1 to 50 of about 3,482", with the pages before and after."""

    template: ClassVar[str] = "tocsin/c/pager.html"
    first: int
    last: int
    total: Count | None = None
    previous_url: str = ""
    next_url: str = ""
    #: Told apart from other pagers on the page, when spoken.
    label: Phrase = ""

    @classmethod
    def of(cls, part: Slice[Item], address: Address, total: Count | None = None) -> "Pager":
        """Make the pager of a slice; the address keeps sort and filters."""
        return cls(
            first=part.first,
            last=part.last,
            total=total,
            previous_url=address.changed(cursor=part.previous) if part.previous else "",
            next_url=address.changed(cursor=part.next) if part.next else "",
        )
