"""The identity of a finding never changes: fixed vectors, computed apart from the code with sha256sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.identity import encode_fields, identity

RDP = {
    "subject_kind": "address",
    "subject": "198.18.40.17",
    "port": 3389,
    "transport": "tcp",
    "path": None,
    "problem": "open-rdp",
    "discriminator": "",
}
INFECTION = {
    "subject_kind": "address",
    "subject": "2001:db8::5",
    "port": None,
    "transport": None,
    "path": None,
    "problem": "malware-infection",
    "discriminator": "7:conficker",
}
PHISHING = {
    "subject_kind": "url",
    "subject": "http://www.临江.example/a",
    "port": None,
    "transport": None,
    "path": None,
    "problem": "phishing-page",
    "discriminator": "",
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (RDP, "9f374b5c73180ecb79ae095ced4cbab5"),
        (INFECTION, "690158494d06aa581e6075682085cdce"),
        (PHISHING, "57995b8a845f61e1ee1536e4bf87ab0c"),
    ],
)
def test_the_vectors_hold_for_ever(fields: dict[str, object], expected: str) -> None:
    assert identity(**fields) == expected  # type: ignore[arg-type]  # fields come by name


def test_length_counts_bytes_not_characters() -> None:
    assert encode_fields(("临",)) == "3:临"


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_no_two_lists_of_fields_encode_alike(left: list[str], right: list[str]) -> None:
    assert (encode_fields(tuple(left)) == encode_fields(tuple(right))) == (left == right)
