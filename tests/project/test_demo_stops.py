"""Ctrl-C while the demo is being made: all of it ends, and nothing is said that looks like a fault."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.source import REPOSITORY


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at processes by /proc")
@pytest.mark.parametrize("after_s", [2, 8], ids=["setting-up", "further-on"])
def test_ctrl_c_stops_all_of_it_quietly(tmp_path: Path, after_s: float) -> None:
    home = tmp_path / "demo"
    making = subprocess.Popen(
        [sys.executable, "-m", "tocsin.project.cli", "demo", "--no-serve"],
        cwd=REPOSITORY,
        env={**os.environ, "TOCSIN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A group of its own: a terminal sends Ctrl-C to every process of the command.
        start_new_session=True,
    )
    try:
        time.sleep(after_s)
        os.killpg(making.pid, signal.SIGINT)
        said, _ = making.communicate(timeout=60)

        assert (making.returncode, said) == (130, "")
        assert of(home) == []
    finally:
        if making.poll() is None:
            os.killpg(making.pid, signal.SIGKILL)


def of(home: Path) -> list[str]:
    """Give the command lines that name the folder, of whatever still runs; the server has a moment to stop."""
    end = time.monotonic() + 20
    while found := [line for line in command_lines() if str(home) in line]:
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    return found


def command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found
