"""Makes the whole demo and looks whether each fact of the story is true in the database, the files and the pages."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tocsin.project.demo.making import make
from tocsin.project.demo.place import Note, free_port, made_from
from tocsin.project.demo.script import Script, moment
from tocsin.project.together import Together

#: Modules with `CLAIMS` about what lies in the installation; they need Django, so they come in once it is set up.
_MODULES = ("owners", "decisions", "reports", "exits")
FAILED = 1


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a claim is checked against."""

    home: Path
    script: Script
    url: str


#: Looks whether something is true and yields what is not; the first line of its docstring is what it claims.
Claim = Callable[[Demo], Iterator[str]]


@dataclass
class Verdict:
    """What held and what did not."""

    #: Claim -> its faults; none: it held.
    found: dict[str, Sequence[str]] = field(default_factory=dict)

    def ask(self, claims: Sequence[Claim], demo: Demo) -> None:
        """Check each claim; one that cannot be checked at all is a fault like any other."""
        for claim in claims:
            try:
                faults = list(claim(demo))
            except Exception as error:  # noqa: BLE001  (one claim that breaks must not hide the others)
                faults = [f"could not be checked: {type(error).__name__}: {error}"]
            self.found[(claim.__doc__ or claim.__name__).splitlines()[0]] = faults

    @property
    def failed(self) -> int:
        """Count the claims that did not hold."""
        return sum(bool(faults) for faults in self.found.values())


def check(home: Path, monday: date, port: int | None) -> int:
    """Make the demo, serve it, look at everything, stop. Returns 0, or 1 when a claim did not hold."""
    url = f"http://127.0.0.1:{free_port(port or 0)}"
    note = Note(made_from=made_from(), monday=monday, url=url, reached=moment(monday, 1, 31), finished=False)
    watch = make(home, note, console=Console(stderr=True))
    timings = dict(watch.parts)
    demo, verdict = Demo(home=home, script=Script.read(home / "province"), url=url), Verdict()
    began = time.monotonic()
    for name in _MODULES:
        verdict.ask(import_module(f"{__name__}.{name}").CLAIMS, demo)
    timings["check facts"] = time.monotonic() - began
    began = time.monotonic()
    _look_at_pages(demo, verdict)
    timings["check pages"] = time.monotonic() - began
    _tell(verdict, timings, watch.total_s)
    return FAILED if verdict.failed else 0


def _look_at_pages(demo: Demo, verdict: Verdict) -> None:
    """Serve as `script/demo` does, and look through a real server on loopback."""
    os.environ["TOCSIN_CLOCK"] = moment(demo.script.monday, 1, 31).isoformat()
    with Together() as together:
        together.start("web", "--port", demo.url.rpartition(":")[2], "--workers", "1")
        together.start("worker")
        if not together.wait_until_answered(f"{demo.url}/sign-in/"):
            verdict.found["The pages are served."] = ["They did not answer within a minute."]
            return
        verdict.ask(import_module(f"{__name__}.pages").CLAIMS, demo)


def _tell(verdict: Verdict, timings: Mapping[str, float], total_s: float) -> None:
    """Print what held, what did not and how long it took."""
    for said, faults in verdict.found.items():
        print(f"{'FAILED' if faults else 'ok    '}  {said}")
        for fault in faults[:10]:
            print(f"          {fault}")
        if len(faults) > 10:
            print(f"          ... and {len(faults) - 10} more")
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in timings.items())
    print(f"\n{total_s:.0f} s in all: {parts}")
    held = len(verdict.found) - verdict.failed
    print(f"{held} of {len(verdict.found)} claims hold.", file=sys.stderr if verdict.failed else sys.stdout, flush=True)
