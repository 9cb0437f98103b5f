"""The history of the demo, written once for all tests that look at it."""

from pathlib import Path

import pytest

from bench.province.history import History, history


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> History:
    out: Path = tmp_path_factory.mktemp("province")
    return history(out=out)
