"""The command line as scripts use it: help at once, JSON, exit codes, and all of it stopped by one Ctrl-C."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.house.source import REPOSITORY
from tests.project.conftest import Tocsin
from tocsin.project.cli import main


def test_help_loads_nothing_heavy() -> None:
    """Measured by what is imported, for a clock would tell of the machine's load."""
    script = "import sys, tocsin.project.cli as c\ntry:\n  c.main(['--help'])\nexcept SystemExit: pass\n"
    script += "print([n for n in sys.modules if n.split('.')[0] in ('django', 'polars', 'psycopg', 'granian', 'rich')])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_without_a_command_it_helps_and_says_that_this_was_no_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 64
    said = capsys.readouterr().out
    assert [
        name for name in ("up", "web", "worker", "ingest", "registry", "notify", "doctor") if name not in said
    ] == []


def test_accounts_are_made_and_listed(tocsin: Tocsin) -> None:
    made = tocsin("user", "add", "lin@desk.example", "--role", "analyst", "--json")
    again = tocsin("user", "add", "LIN@desk.example", "--role", "analyst", "--json")
    short = tocsin("user", "add", "wu@desk.example", "--role", "analyst", "--password-stdin", text="short\n")
    lost = tocsin("user", "add", "wu@desk.example", "--role", "organisation_member", "--organisation", "none")

    assert made.returncode == 0
    assert len(json.loads(made.stdout)["password"]) >= 12
    assert (again.returncode, "account" in again.stderr) == (1, True)
    assert (short.returncode, "12" in short.stderr) == (1, True)
    assert (lost.returncode, "none" in lost.stderr) == (1, True)
    listed = json.loads(tocsin("user", "list", "--json").stdout)
    assert [(person["email"], person["roles"][0]["role"]) for person in listed] == [("lin@desk.example", "analyst")]


def test_roles_are_given_and_taken_and_accounts_end(tocsin: Tocsin) -> None:
    tocsin("user", "add", "lin@desk.example", "--role", "analyst", "--json")

    def roles() -> str:
        return tocsin("user", "list").stdout

    given = tocsin("user", "give-role", "lin@desk.example", "--role", "auditor", "--until", "2100-01-01")
    assert (given.returncode, "analyst, auditor until 2100-01-01" in roles()) == (0, True), given.stderr
    taken = tocsin("user", "take-role", "lin@desk.example", "--role", "analyst")
    again = tocsin("user", "take-role", "lin@desk.example", "--role", "analyst")
    assert (taken.returncode, again.returncode, "auditor until" in again.stderr) == (0, 1, True)
    assert "analyst" not in roles()

    ended = tocsin("user", "end", "lin@desk.example")
    assert (ended.returncode, "switched off" in roles()) == (0, True), ended.stderr
    restored = tocsin("user", "restore", "lin@desk.example", "--password-stdin", text="a horse on a boat\n")
    assert (restored.returncode, "switched off" in roles()) == (0, False), restored.stderr
    assert tocsin("user", "end", "nobody@desk.example").returncode == 1


def test_tokens_are_made_listed_and_revoked(tocsin: Tocsin) -> None:
    made = json.loads(tocsin("token", "add", "probe", "--role", "auditor", "--json").stdout)
    ended = tocsin("token", "revoke", str(made["id"]))
    again = tocsin("token", "revoke", str(made["id"]))

    assert made["secret"].startswith("tocsin_")
    assert (ended.returncode, again.returncode) == (0, 1)
    listed = tocsin("token", "list", "--json").stdout
    assert made["secret"] not in listed
    assert json.loads(listed)[0]["revoked_at"]


def test_a_round_without_news_is_no_fault(tocsin: Tocsin) -> None:
    issued = tocsin("notify", "--json", "--deliver")
    preview = tocsin("notify", "--preview", "--json")

    assert (issued.returncode, json.loads(issued.stdout)["round"]) == (0, None)
    assert json.loads(preview.stdout) == {"notices": 0, "items": 0, "kept_back": 0, "letters": []}


def test_the_worker_ends_when_nothing_is_due(tocsin: Tocsin) -> None:
    done = tocsin("worker", "--until-idle", "--clock", "--json")
    strange = tocsin("worker", "--queues", "post")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["jobs"] > 0
    assert (strange.returncode, "mail, clock, ingest" in strange.stderr) == (1, True)


def test_the_doctor_finds_a_sound_installation_sound(tocsin: Tocsin) -> None:
    done = tocsin("doctor", "--json")
    told = json.loads(done.stdout)

    assert [check for check in told["checks"] if not check["ok"] and check["check"] != "disk"] == []
    assert {check["check"] for check in told["checks"]} >= {"database", "roles", "row-level security", "mail", "queue"}


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(tocsin: Tocsin, home: Path) -> None:
    secret = home / "secrets" / "signing"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        secret.chmod(0o644)
        try:
            done = tocsin("doctor", "--json", TOCSIN_MAIL=f"smtp://127.0.0.1:{nobody.getsockname()[1]}")
        finally:
            secret.chmod(0o600)

    faults = {check["check"]: check for check in json.loads(done.stdout)["checks"] if not check["ok"]}
    assert done.returncode == 1
    assert "chmod go-rwx" in faults["secrets"]["way_out"]
    assert "mail" in faults


def test_a_taken_port_is_said(tocsin: Tocsin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = tocsin("web", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "Name another with --port" in done.stderr


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def answers(port: int) -> bool:
    request = Request(f"http://127.0.0.1:{port}/api/v1/me")
    try:
        urlopen(request, timeout=5)
    except HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return False


def descendants(pid: int) -> set[int]:
    """Give all processes below one, by what the kernel says."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def python_of(processes: set[int]) -> set[int]:
    """Keep those that run our code, not the database's."""
    return {pid for pid in processes if "python" in str(Path(f"/proc/{pid}/exe").readlink())}


def wait_until(told: object, timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while not told():  # type: ignore[operator]  # a question without arguments
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes by /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_up_serves_works_and_leaves_nothing_behind(
    installation: dict[str, str], port: int, how: signal.Signals
) -> None:
    up = subprocess.Popen(
        [sys.executable, "-m", "tocsin.project.cli", "up", "--port", str(port), "--workers", "1"],
        cwd=REPOSITORY,
        env=installation,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port))
        below = python_of(descendants(up.pid))
        assert len(below) >= 3  # web, its process that serves, worker

        up.send_signal(how)

        assert up.wait(60) == (0 if how == signal.SIGINT else -signal.SIGKILL)
        wait_until(lambda: not [pid for pid in below if Path(f"/proc/{pid}/cmdline").exists() and alive(pid)])
    finally:
        up.kill()
        up.wait()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes by /proc")
def test_what_serves_pages_ends_with_a_web_that_is_killed(installation: dict[str, str], port: int) -> None:
    web = subprocess.Popen(
        [sys.executable, "-m", "tocsin.project.cli", "web", "--port", str(port), "--workers", "1"],
        cwd=REPOSITORY,
        env=installation,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port))
        below = python_of(descendants(web.pid))

        web.kill()
        web.wait()

        wait_until(lambda: not [pid for pid in below if alive(pid)], timeout_s=30)
        assert not answers(port)
    finally:
        web.kill()
        web.wait()


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
