"""The Traffic Light Protocol: which label is stricter, and what an organisation may have."""

import pytest

from tocsin.kernel.errors import Invalid
from tocsin.kernel.tlp import Tlp, may_reach_organisation, strictest


def test_labels_stand_from_the_strictest_to_the_freest() -> None:
    assert sorted(Tlp, reverse=True) == list(Tlp)[::-1]
    assert strictest(Tlp.GREEN, Tlp.AMBER_STRICT, Tlp.CLEAR) is Tlp.AMBER_STRICT
    assert strictest() is Tlp.AMBER


def test_an_organisation_has_all_but_what_is_for_one_person() -> None:
    assert [tlp for tlp in Tlp if not may_reach_organisation(tlp)] == [Tlp.RED]


@pytest.mark.parametrize(
    ("text", "tlp"), [("TLP:AMBER+STRICT", Tlp.AMBER_STRICT), (" white ", Tlp.CLEAR), ("red", Tlp.RED)]
)
def test_labels_are_read_as_people_write_them(text: str, tlp: Tlp) -> None:
    assert Tlp.parse(text) is tlp


def test_what_is_no_label_is_refused() -> None:
    with pytest.raises(Invalid, match="TLP:GREEN"):
        Tlp.parse("purple")
