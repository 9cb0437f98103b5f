"""Random streams that give the same numbers in every process: nothing here depends on `hash()`."""

import hashlib
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: The seed of the demo and of the benches.
SEED = 20261123

#: Unsigned 64-bit numbers.
Words: TypeAlias = npt.NDArray[np.uint64]


def stream(seed: int, *names: object) -> np.random.Generator:
    """Return the generator of one named purpose; other purposes never shift its numbers."""
    digest = hashlib.sha256("\x1f".join(str(name) for name in names).encode()).digest()
    return np.random.Generator(np.random.PCG64([seed, int.from_bytes(digest[:8], "big")]))


def mix(numbers: Words, salt: int) -> Words:
    """Scatter numbers over 64 bits (the finaliser of SplitMix64); equal in, equal out."""
    offset = np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    with np.errstate(over="ignore"):
        mixed = numbers + offset
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


def shares(numbers: Words, salt: int) -> npt.NDArray[np.float64]:
    """Return one share in [0, 1) for each number."""
    return (mix(numbers, salt) >> np.uint64(11)).astype(np.float64) / 2.0**53


def hexadecimal(name: str, length: int) -> str:
    """Return `length` lower-case hexadecimal digits that stand for a name."""
    digits = ""
    block = 0
    while len(digits) < length:
        digits += hashlib.sha256(f"{name}\x1f{block}".encode()).hexdigest()
        block += 1
    return digits[:length]


def fingerprint(name: str, octets: int) -> str:
    """Return a made-up certificate fingerprint, `AB:CD:..`, of that many octets."""
    digits = hexadecimal(name, octets * 2).upper()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
