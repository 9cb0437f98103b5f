"""The command `tocsin`: finds its subcommands in `project/commands/`, sets up what they need, runs one."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from tocsin import __version__
from tocsin.project import commands, databases, env
from tocsin.project.allocator import keep_freed_memory
from tocsin.project.commands import Command
from tocsin.project.embedded import ClusterError
from tocsin.project.modes import write_privately

#: Exit codes, beside 0: what scripts may rely on.
FAILED, REFUSED, USAGE = 1, 2, 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code: 0 done, 1 failed, 2 an input was refused, 64 wrong usage."""
    keep_freed_memory()
    parser, found = _parser()
    given = parser.parse_args(arguments)
    command = found.get(given.command)
    if command is None:
        parser.print_help()
        return USAGE
    write_privately()
    try:
        if command.needs_database:
            _set_up(quiet=bool(getattr(given, "json", False)))
        return import_module(command.module).run(given)  # type: ignore[no-any-return]  # every command's module has this `run`
    except ClusterError as error:
        print(f"tocsin: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`); writing more would only say so again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not _is_domain_error(error):
            raise
        print(f"tocsin: {error}", file=sys.stderr)
        return FAILED


def _parser() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    parser = argparse.ArgumentParser(
        prog="tocsin",
        description="Tocsin (警钟): who owns what, what is wrong with it, who was told, and whether it is fixed.",
        epilog="State lies under TOCSIN_HOME. Exit codes: 0 done, 1 failed, 2 an input was refused, 64 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"tocsin {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    found: dict[str, Command] = {}
    for module in iter_modules(commands.__path__, f"{commands.__name__}."):
        command = commands.load(module.name)
        found[command.name] = command
        sub = subparsers.add_parser(
            command.name,
            help=command.help,
            description=command.description or command.help,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(sub)
    return parser, found


def _set_up(*, quiet: bool) -> None:
    """Start the database where it is ours, start Django, and run what set-up is missing."""
    os.environ.setdefault("TOCSIN_PROCESS", "command")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.project.settings"
    environment = env.read(os.environ)
    databases.start(home=environment.home, database_url=environment.database_url)
    start = import_module("tocsin.project.start")
    start.start(say=(lambda _text: None) if quiet else lambda text: print(text, file=sys.stderr))


def _is_domain_error(error: Exception) -> bool:
    return isinstance(error, import_module("tocsin.kernel.errors").DomainError)


if __name__ == "__main__":
    sys.exit(main())
