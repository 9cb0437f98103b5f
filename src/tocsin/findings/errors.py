"""What can go wrong with a finding, for callers that can say so."""

from typing import ClassVar

from tocsin.kernel.errors import Conflict


class ActionNotAllowed(Conflict):
    """The finding's state does not allow this."""

    slug: ClassVar[str] = "finding-action-not-allowed"

    def __init__(self, *, action: str, why: str, way_out: str, **values: object) -> None:
        """Say why and the way out; both are msgids of `rules/texts.py`, filled with `values`."""
        self.why = why
        self.way_out = way_out
        self.values = values
        super().__init__(f"{why} {way_out}".format(**values), action=action, **values)
