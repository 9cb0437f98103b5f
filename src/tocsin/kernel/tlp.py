"""The Traffic Light Protocol, version 2.0 (FIRST, 2022), and who may have what."""

from enum import Enum, IntEnum

from tocsin.kernel.errors import Invalid


class Audience(IntEnum):
    """Who stands at an exit, from the narrowest circle to everybody."""

    NAMED_PERSON = 0
    ORGANISATION = 1
    CLIENTS = 2
    COMMUNITY = 3
    PUBLIC = 4


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

    @property
    def widest_audience(self) -> Audience:
        """Name the widest circle that may have it (TLP 2.0, section 4)."""
        return Audience(list(Tlp).index(self))

    def __lt__(self, other: "Tlp") -> bool:
        return self.widest_audience < other.widest_audience

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


def may_leave(tlp: Tlp | None, audience: Audience) -> bool:
    """Tell whether something marked so may go to that circle. Nothing unmarked leaves."""
    return tlp is not None and audience <= tlp.widest_audience


def strictest(*marks: Tlp) -> Tlp:
    """Give the mark of a whole made of parts: the strictest wins; without parts AMBER."""
    return min(marks, default=Tlp.AMBER)
