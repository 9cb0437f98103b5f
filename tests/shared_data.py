"""Where the shared sample data lie; tests that need them skip, visibly, where they are not."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared(path: str) -> Path:
    """Give a file or folder of the sample data, or skip the test."""
    folder = Path(os.environ.get("TOCSIN_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    found = folder / path
    if not found.exists():
        pytest.skip(f"{found} is absent; TOCSIN_SHARED_DATA names the folder of the sample data")
    return found
