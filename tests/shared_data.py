"""Finds the real inputs that are no part of the repository; tests that need them skip visibly without."""

import os
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parent.parent
ROOT = Path(os.environ.get("TOCSIN_SHARED_DATA", _REPOSITORY.parent / "shared" / "data"))


def shared(path: str) -> Path:
    """Give the path of a shared file or folder, or skip the test that asks."""
    wanted = ROOT / path
    if not wanted.exists():
        pytest.skip(f"{wanted} is absent (set TOCSIN_SHARED_DATA to the folder of real inputs)")
    return wanted
