"""Subcommands of `tocsin`: one file each, found by being there.

A file holds `COMMAND = Command(...)` and `run(arguments) -> int`. Whatever needs Django is imported by a module that
`run` asks for by name, because `--help` must answer in no time.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a subcommand is called, what it says of itself, and which arguments it takes."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    #: Dotted name of the module with `run(arguments) -> int`; imported after set-up.
    module: str
    description: str = ""
    needs_database: bool = True


def load(module: str) -> Command:
    """Load a subcommand's declaration."""
    command: Command = import_module(module).COMMAND
    return command
