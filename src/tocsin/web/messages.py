"""Makes, compiles and checks the message catalogues of every app, without gettext programs, for `script/messages`.

Needs Babel, a tool of development: the compiled catalogues are committed, so that running Tocsin needs neither.
"""

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
#: The sample pages choose their words themselves.
_NOT_OURS = ("design/", "migrations/")
_HEADER = "# Messages of tocsin.{app} in Simplified Chinese. Made by script/messages; fill in and compile.\n"


def apps() -> list[str]:
    """Name the apps that have strings for the screen."""
    return sorted(folder.name for folder in SOURCE.iterdir() if folder.is_dir() and any(_messages(folder)))


def po_path(app: str) -> Path:
    """Say where an app's catalogue lies; the compiled one lies beside it, as `.mo`."""
    return SOURCE / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _messages(folder: Path) -> Iterator[tuple[str, object, str | None]]:
    """Find (place, message, context) in the Python files and templates of a folder."""
    for path in sorted(
        [*folder.rglob("*.py"), *folder.rglob("templates/**/*.html"), *folder.rglob("templates/**/*.txt")]
    ):
        place = path.relative_to(folder).as_posix()
        if place.startswith(_NOT_OURS):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Django turns a template into lines with calls of gettext in them; the rest is noise, indents included.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
        for _, message, _, context in extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS):
            yield place, message, context


def extracted(app: str) -> Catalog:
    """Collect the strings of an app. A place is a file without a line, so that moving code changes no catalogue."""
    catalog = Catalog(locale=LOCALE, project="Tocsin", charset="utf-8", header_comment=_HEADER.format(app=app))
    for place, message, context in _messages(SOURCE / app):
        catalog.add(message, locations=[(place, 0)], context=context)  # type: ignore[arg-type]  # babel says it takes no null; it does
    return catalog


def stored(app: str) -> Catalog:
    """Read an app's catalogue; an empty one where there is none yet."""
    path = po_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, charset="utf-8")


def merged(app: str) -> Catalog:
    """Bring the strings of the source together with the translations there are; strings gone from the source go."""
    found, known = extracted(app), stored(app)
    for message in found:
        if message.id and (old := known.get(message.id, message.context)) is not None and not old.fuzzy:
            message.string = old.string
    return found


def po_bytes(catalog: Catalog) -> bytes:
    """Spell a catalogue as a `.po` file, sorted, without times: the same strings give the same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True, sort_output=True, include_lineno=False, width=120)
    app_header = catalog.header_comment
    rules = (
        f'"Language: {LOCALE}\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
    )
    return f'{app_header}msgid ""\nmsgstr ""\n{rules}\n'.encode() + buffer.getvalue()


def mo_bytes(app: str) -> bytes:
    """Compile an app's stored catalogue to a `.mo` file: the same catalogue gives the same bytes."""
    buffer = io.BytesIO()
    catalog = stored(app)
    # Babel writes the time of reading into the header, where the file has none.
    catalog.creation_date = catalog.revision_date = _NO_TIME
    write_mo(buffer, catalog)
    return buffer.getvalue()


def lacking(app: str) -> list[str]:
    """Name what is wrong with an app's catalogue: strings it lacks, that have no Chinese, or that hold other places."""
    known = stored(app)
    faults = []
    for message in extracted(app):
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        held = known.get(message.id, message.context)
        if held is None:
            faults.append(f"{app}: {text!r} is not in the catalogue; run script/messages make {app}")
        elif not held.string or not all([held.string] if isinstance(held.string, str) else held.string):
            faults.append(f"{app}: {text!r} has no Chinese; fill it in at {po_path(app).relative_to(SOURCE.parent)}")
        elif errors := list(held.check()):
            faults.append(f"{app}: {text!r}: {errors[0]}")
    return faults


def make(app: str) -> int:
    """Write an app's `.po` anew; give how many strings still lack Chinese."""
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(merged(app)))
    return len(lacking(app))


def compile_app(app: str) -> None:
    """Write an app's `.mo`."""
    po_path(app).with_suffix(".mo").write_bytes(mo_bytes(app))


def check(app: str) -> list[str]:
    """Name all faults of an app's catalogue, a stale `.mo` too."""
    compiled = po_path(app).with_suffix(".mo")
    stale = not compiled.exists() or compiled.read_bytes() != mo_bytes(app)
    return [
        *lacking(app),
        *([f"{app}: {compiled.name} is older than the .po; run script/messages compile {app}"] if stale else []),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 1 when `check` finds a fault."""
    parser = argparse.ArgumentParser(
        prog="script/messages", description="Message catalogues: English in the source, Chinese in locale/."
    )
    parser.add_argument(
        "act",
        choices=("make", "compile", "check"),
        help="make .po from the source, compile .mo from .po, or check both",
    )
    parser.add_argument("apps", nargs="*", metavar="APP", help="such as `findings`; all when none is named")
    options = parser.parse_args(arguments)
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=[], TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
        )
        django.setup()
    faults = []
    for app in options.apps or apps():
        if not (SOURCE / app).is_dir():
            parser.error(f"there is no app {app!r} in {SOURCE}")
        if options.act == "make":
            print(f"{app}: {make(app)} strings lack Chinese")
        elif options.act == "compile":
            compile_app(app)
        else:
            faults += check(app)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
