"""The demo: its own folder and nothing else, made once, and a story that begins as the script says."""

import io
import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.province.history import history
from tocsin.access.scope import acting
from tocsin.events.models import Report
from tocsin.findings.models import Finding, HeldGroup
from tocsin.kernel.actor import system
from tocsin.notices.models import Answer, Notice, OutgoingMail
from tocsin.notices.services import outbox
from tocsin.project.demo import building, clocks, making, place, running
from tocsin.project.demo.cast import CAST
from tocsin.project.demo.checking import Demo, Verdict
from tocsin.project.demo.checking.exits import _addresses
from tocsin.project.demo.checking.pages import Page, read
from tocsin.project.demo.place import DemoError, Note
from tocsin.project.demo.script import Script, moment
from tocsin.project.demo.stopwatch import Stopwatch
from tocsin.project.demo.telling import welcome

MONDAY = date(2026, 11, 23)
NOTE = Note(
    made_from="a" * 32,
    monday=MONDAY,
    url="http://127.0.0.1:8417",
    reached=datetime(2026, 11, 23, 1, 31, tzinfo=UTC),
    finished=True,
)


def test_a_note_reads_as_it_was_written(tmp_path: Path) -> None:
    NOTE.write(tmp_path)

    assert Note.read(tmp_path) == NOTE


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"monday": "soon", "reached": "late"}'])
def test_a_note_that_says_something_else_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)

    assert Note.read(tmp_path) is None


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")

    with pytest.raises(DemoError, match="is no demo"), place.held(tmp_path):
        pass

    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_a_folder_that_a_demo_uses_is_not_used_by_another(tmp_path: Path) -> None:
    with place.held(tmp_path):
        NOTE.write(tmp_path)
        with pytest.raises(DemoError, match=NOTE.url), place.held(tmp_path):
            pass

    with place.held(tmp_path):
        pass


def test_clearing_leaves_nothing_but_the_lock(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    home = tmp_path / "home"
    with place.held(home):
        NOTE.write(home)
        (home / "archive").mkdir()
        (home / "archive" / "a.parquet").write_text("")
        (home / "link").symlink_to(outside)

        place.clear(home)

    assert [path.name for path in home.iterdir()] == ["demo.lock"]
    assert (outside / "kept").exists()


@pytest.mark.parametrize(
    ("note", "asked", "reset", "why"),
    [
        (NOTE, None, False, None),
        (NOTE, MONDAY, False, None),
        (NOTE, date(2026, 11, 16), False, "ends on 2026-11-23"),
        (NOTE, None, True, "as asked"),
        (None, None, False, "as asked"),
        (replace(NOTE, finished=False), None, False, "interrupted"),
        (replace(NOTE, made_from="b" * 32), None, False, "changed"),
    ],
)
def test_a_finished_demo_is_served_as_it_is(
    monkeypatch: pytest.MonkeyPatch, note: Note | None, asked: date | None, reset: bool, why: str | None
) -> None:
    monkeypatch.setattr(running, "made_from", lambda: NOTE.made_from)

    said = running._why_anew(note, asked=asked, reset=reset)

    assert said is None if why is None else why in str(said)


def test_what_a_demo_is_made_from_names_the_generator_the_tables_and_the_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, "REPOSITORY", tmp_path)
    hashes = [place.made_from()]
    for path in ("bench/province/story.py", "src/tocsin/events/migrations/0001.py", "src/tocsin/project/demo/desk.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("")
        hashes.append(place.made_from())

    assert len(set(hashes)) == 4


def test_without_a_clone_it_says_where_the_generator_was_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, "REPOSITORY", tmp_path)

    with pytest.raises(DemoError, match=re.escape(str(tmp_path))):
        place.generator()


def test_it_takes_no_database_and_no_mail_server_of_somebody_elses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # So that what `settle` sets is put back.
    for name in (*making._NAMES, *making._NOT_OURS, "TOCSIN_HOME", "TOCSIN_URL", "TOCSIN_PROCESS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner@production/tocsin")
    monkeypatch.setenv("TOCSIN_MAIL", "smtp://production")
    monkeypatch.setenv("TOCSIN_NAME_EN", "Our own")

    making.settle(tmp_path, "http://127.0.0.1:9")

    assert "DATABASE_URL" not in os.environ
    assert "TOCSIN_MAIL" not in os.environ
    assert os.environ["TOCSIN_HOME"] == str(tmp_path)
    assert os.environ["TOCSIN_NAME_EN"] == "Our own"


def test_a_taken_port_is_said_before_anything_is_made() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} .*--port"):
            place.free_port(port)

    assert place.free_port(0) > 0


def test_the_welcome_holds_every_log_in_whole_and_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    place.keep_token(tmp_path, "tocsin_secret")

    said = welcome(home=tmp_path, note=NOTE, url=NOTE.url)

    assert NOTE.url in said
    assert "tocsin_secret" in said
    for one in CAST:
        assert {one.email, one.password} <= set(said.split())
        assert one.said_en in said
        assert one.said_zh in said


def test_a_claim_that_breaks_is_a_fault_and_hides_no_other(tmp_path: Path) -> None:
    def breaks(demo: Demo) -> Sequence[str]:
        """It breaks."""
        raise KeyError("hospital")

    def holds(demo: Demo) -> Sequence[str]:
        """It holds."""
        return []

    def fails(demo: Demo) -> Sequence[str]:
        """It fails."""
        return ["not so"]

    demo = Demo(home=tmp_path, script=Script(folder=tmp_path, story={}, arrivals={}, acts={}), url="")
    verdict = Verdict()

    verdict.ask((breaks, holds, fails), demo)  # type: ignore[arg-type]  # a function stands for a claim

    assert verdict.found["It breaks."] == ["could not be checked: KeyError: 'hospital'"]
    assert verdict.found["It holds."] == []
    assert verdict.found["It fails."] == ["not so"]
    assert verdict.failed == 2


def test_addresses_of_a_mail_are_found_in_every_writing() -> None:
    text = "198.18.4.7, (198.18.4.8) 198.18.4.9:443 2001:DB8::0:1 version 1.2.3.4.5 127.0.0.1 999.1.1.1"

    assert _addresses(text) == {"198.18.4.7", "198.18.4.8", "198.18.4.9", "2001:db8::1"}


def test_a_page_gives_its_links_headings_and_token() -> None:
    text = '<h1>One <em>two</em></h1><a href="/findings/">f</a><input name="csrfmiddlewaretoken" value="t">'

    found = read(Page(status=200, url="http://127.0.0.1/", kind="text/html", text=text))

    assert (found.headings, found.links, found.token) == (["Onetwo"], ["/findings/"], "t")


@dataclass(frozen=True, kw_only=True)
class Shortened(Script):
    """The first days of the script; none of them is the Monday."""

    length: int

    @property
    def days(self) -> Sequence[date]:
        return super().days[: self.length]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Shortened:
    folder = tmp_path_factory.mktemp("province")
    history(out=folder, until=MONDAY)
    whole = Script.read(folder)
    return Shortened(folder=folder, story=whole.story, arrivals=whole.arrivals, acts=whole.acts, length=4)


def deliver_at_once(round_id: int, now: datetime) -> None:
    outbox.deliver(actor=system("outbox"), clock=lambda: now, round_id=round_id)


@pytest.mark.slow
def test_the_first_days_go_as_the_script_says(database: str, script: Shortened, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    desk, watch, seen = system("test"), Stopwatch(), io.StringIO()

    building.found_province(script, tmp_path, watch)
    building.replay(script, watch, lambda day: print(day, file=seen), deliver_at_once)
    clocks.empty_queue()

    assert seen.getvalue().split() == ["2026-08-26", "2026-08-27", "2026-08-28", "2026-08-29"]
    with acting(desk):
        assert Report.objects.count() == sum(len(script.arrivals[day]) for day in script.days)
        groups = HeldGroup.objects.visible_to(desk)
        # Everything is new on the first day; the desk sends it, and the second day's round tells it.
        assert {f"{one.held_at:%Y-%m-%d}" for one in groups} == {"2026-08-26"}
        assert {one.decision for one in groups} == {"sent"}
        first = Notice.objects.visible_to(desk).order_by("pk").first()
        assert first is not None
        assert first.issued_at == moment(date(2026, 8, 27), 1, 30)
        assert set(OutgoingMail.objects.visible_to(desk).values_list("state", flat=True)) == {"sent"}
        acted = {act.organisation for day in script.days for act in script.acts.get(day, ()) if act.actor == "owner"}
        answered = set(Answer.objects.visible_to(desk).values_list("notice__organisation__code", flat=True))
        assert answered
        assert answered <= acted
        assert not Finding.objects.visible_to(desk).filter(coordinator="closed", closing="verified").exists()
    assert place.api_token(tmp_path).startswith("tocsin_")
