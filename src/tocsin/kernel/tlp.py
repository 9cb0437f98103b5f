"""The Traffic Light Protocol, version 2.0 (FIRST, 2022), and what may go to an organisation."""

from enum import Enum

from tocsin.kernel.errors import Invalid


class Tlp(Enum):
    """The five labels, from most to least restricted; compare with `<` (a smaller one is stricter)."""

    RED = "red"
    AMBER_STRICT = "amber+strict"
    AMBER = "amber"
    GREEN = "green"
    CLEAR = "clear"

    @property
    def label(self) -> str:
        """Give the label as the standard writes it: capitals, no space, never translated."""
        return f"TLP:{self.value.upper()}"

    def __lt__(self, other: "Tlp") -> bool:
        steps = list(Tlp)
        return steps.index(self) < steps.index(other)

    @classmethod
    def parse(cls, text: str) -> "Tlp":
        """Read `TLP:AMBER`, `amber` or the old `WHITE`.

        Raises:
            Invalid: it is no label of TLP 1 or 2.
        """
        word = text.strip().lower().removeprefix("tlp:")
        try:
            return cls("clear" if word == "white" else word)
        except ValueError as error:
            raise Invalid(f"'{text}' is no TLP label; one of: {', '.join(step.label for step in cls)}.") from error


def may_reach_organisation(tlp: Tlp) -> bool:
    """Tell whether something marked so may go to an organisation: RED is for the person it is given to, nobody else.

    TLP 2.0, section 4.
    """
    return tlp is not Tlp.RED


def strictest(*marks: Tlp) -> Tlp:
    """Give the mark of a whole made of parts: the strictest wins; without parts AMBER."""
    return min(marks, default=Tlp.AMBER)
