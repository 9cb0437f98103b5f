"""The address of a list: filters, sort order and cursor stand in it, so that it can be sent to a colleague."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Address:
    """Hold a path with its query, in order; a name may come more than once."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Address":
        """Read the address of a request; empty values (a form field left blank) are dropped."""
        pairs = tuple((name, value) for name, values in request.GET.lists() for value in values if value)
        return cls(path=request.path, pairs=pairs)

    def get(self, name: str, default: str = "") -> str:
        """Give the last value of a name, as Django's `QueryDict` does."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def changed(self, **values: str | None) -> str:
        """Give the address with these values instead; None takes the name away."""
        kept = [(name, value) for name, value in self.pairs if name not in values]
        return self._spell([*kept, *((name, value) for name, value in values.items() if value is not None)])

    def without(self, name: str, value: str | None = None) -> str:
        """Give the address without a name, or without one of its values; the cursor goes too, for the list changes."""
        return self._spell(
            (key, held)
            for key, held in self.pairs
            if key != "cursor" and not (key == name and (value is None or held == value))
        )

    def _spell(self, pairs: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(pairs))
        return f"{self.path}?{query}" if query else self.path
