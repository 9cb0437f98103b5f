"""Writes the reference pages of what the code declares: settings, permissions. `script/reference` stores them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tocsin.access.permissions import Role, grants
from tocsin.project.env import VARIABLES, default_home

_MADE = "Made by `script/reference` from `{source}`; a test fails when it is old.\n"
_SETTINGS = """\
# Settings

{made}
Tocsin reads these variables when it starts, and nothing else. One whose value can't be meant refuses to start, and says
what to write instead. A secret may also stand in a file that `<NAME>_FILE` names, as container platforms mount them.

| variable | what it is for | default | secret |
| --- | --- | --- | --- |
"""
_PERMISSIONS = """\
# Who may do what

{made}
A role is held for the whole constituency or for one organisation. Whatever a permission allows, it allows within what
its holder sees: an organisation its own, a link its notice. The page "Who can do what" shows the same.

| permission | held by | why |
| --- | --- | --- |
"""


def settings_page() -> str:
    """Give the page of settings."""
    lines = [
        f"| `{variable.name}` | {_cell(variable.purpose)} | {_default(variable.name, variable.default)} | "
        f"{'yes' if variable.secret else ''} |"
        for variable in VARIABLES
    ]
    return _SETTINGS.format(made=_MADE.format(source="src/tocsin/project/env.py")) + "\n".join(lines) + "\n"


def permissions_page() -> str:
    """Give the page of permissions, by name."""
    lines = [
        f"| `{grant.permission}` | {_cell(', '.join(_held_by(grant.roles)))} | {_cell(grant.reason)} |"
        for grant in sorted(grants(), key=lambda grant: str(grant.permission))
    ]
    made = _MADE.format(source="src/tocsin/*/permissions.py")
    return _PERMISSIONS.format(made=made) + "\n".join(lines) + "\n"


def pages() -> Mapping[str, str]:
    """Give every page by its path below the repository."""
    return {"docs/reference/settings.md": settings_page(), "docs/reference/permissions.md": permissions_page()}


def write(repository: Path) -> Iterator[str]:
    """Write the pages that differ; give their paths."""
    for path, text in pages().items():
        target = repository / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            yield path


def _held_by(roles: frozenset[Role]) -> list[str]:
    return [role.replace("_", " ") for role in Role if role in roles] or ["the system alone"]


def _default(name: str, value: str) -> str:
    # What this machine would take is not what yours does.
    if name == "TOCSIN_HOME" and value == str(default_home()):
        return "`/var/lib/tocsin` as root, else the user's data folder"
    return f"`{value}`" if value else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
