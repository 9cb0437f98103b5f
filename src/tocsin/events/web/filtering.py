"""Filters of lists: the address holds them, words show them."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm

from tocsin.web.address import Address
from tocsin.web.components import Filters, FilterWord
from tocsin.web.phrases import Phrase


def filters_of(
    address: Address,
    form: BaseForm,
    labels: Mapping[str, Phrase],
    shown: Mapping[str, Mapping[str, object]],
    keep: tuple[str, ...] = (),
) -> Filters:
    """Show the active filters as words.

    Args:
        labels: what each filter is called, in order.
        shown: for filters whose values are no words, the word of each value.
        keep: names that stay in the address and are no filters.
    """
    words = tuple(
        FilterWord(label=label, value=shown.get(name, {}).get(held, held), remove_url=address.without(name))
        for name, label in labels.items()
        if (held := address.get(name))
    )
    kept = tuple((name, address.get(name)) for name in keep if address.get(name))
    return Filters(words=words, clear_url=address.path, form=form, keep=kept)


def cleaned(form: BaseForm) -> Mapping[str, Any]:
    """Give what is acceptable of a form's values; what is not cuts nothing, and the form says so."""
    form.is_valid()
    return getattr(form, "cleaned_data", {})
