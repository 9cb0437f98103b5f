"""The source keeps the rules of style; each rule is first shown to find what it looks for."""

from pathlib import PurePosixPath

import pytest

from tests.house import source
from tests.house.source import Module

MODULES = source.modules()

#: Services without an actor to ask for a permission, each with its reason.
SYSTEM = {
    "accounts.sign_in": "who comes in is nobody yet: this makes the actor",
    "accounts.actor_for_session": "makes the actor from a session",
    "accounts.actor_for_token": "makes the actor from a token",
    "findings.wait_for_folds": "reads and writes no row: it waits, in the transaction of a service that has asked",
}

#: Files in which an entry of the trail stands outside a transaction, each with its reason.
ALONE = {"findings/services/exporting.py": "the entry is all that is written"}

RULES: list[source.Rule] = [
    source.drawers,
    source.undescribed,
    source.too_long,
    source.loops_over_frames,
    source.unexplained_ignores,
]

#: In two pieces: this file too is looked at.
IGNORE = "# type:" + " ignore"
MANY = "\n".join(f"    a = {number}" for number in range(40))
BAD = [
    (source.drawers, "events/utils.py", '"""Doc."""'),
    (source.drawers, "events/helpers/time.py", '"""Doc."""'),
    (source.undescribed, "events/rules.py", "import os"),
    (source.undescribed, "events/__init__.py", ""),
    (source.too_long, "events/rules.py", "\n" * 400),
    (source.too_long, "events/rules.py", f"def long():\n{MANY}"),
    (source.too_long, "events/rules.py", f"class A:\n  async def long(self):\n{MANY}"),
    (source.loops_over_frames, "events/stages/fold.py", "frame.map_elements(f)"),
    (source.loops_over_frames, "registry/attribution/index.py", "for row in frame.iter_rows(): pass"),
    (source.unexplained_ignores, "events/stages/fold.py", f"a = b  {IGNORE}"),
    (source.unexplained_ignores, "notices/web/pages.py", f"a = b  {IGNORE}[attr-defined]"),
]
GOOD = [
    (source.drawers, "events/based.py", ""),
    (source.undescribed, "events/migrations/0001_tables.py", ""),
    (source.too_long, "events/rules.py", "\n" * 399),
    (source.too_long, "events/rules.py", f"def long():\n    '''Doc.'''\n{MANY[MANY.index(chr(10)) + 1 :]}"),
    (source.loops_over_frames, "notices/web/pages.py", "frame.iter_rows()"),
    (source.unexplained_ignores, "events/stages/fold.py", f"a = b  {IGNORE}[attr-defined]  # a plug-in adds it"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_the_rule_finds_the_fault(rule: source.Rule, path: str, text: str) -> None:
    assert len(rule(Module(PurePosixPath(path), text))) == 1


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_the_rule_leaves_the_sound_alone(rule: source.Rule, path: str, text: str) -> None:
    assert rule(Module(PurePosixPath(path), text)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: source.Rule) -> None:
    assert len(MODULES) > 10
    faults = [f"src/tocsin/{module.path}: {fault}" for module in MODULES for fault in rule(module)]
    assert not faults, "\n".join(faults)


RECORDS = [
    ("def close():\n    with transaction.atomic():\n        record()", 0),
    ("def close():\n    with acting(actor), open(p) as f:\n        if f:\n            record()", 0),
    ("def close():\n    'Close. Call within a transaction.'\n    record()", 0),
    ("def close():\n    record()", 1),
    ("def close():\n    with transaction.atomic():\n        save()\n    record()", 1),
    ("def _told():\n    'Call within a transaction.'\n    record()\ndef close():\n    _told()", 1),
    ("def _told():\n    record()\ndef close():\n    with transaction.atomic():\n        _told()", 1),
]


@pytest.mark.parametrize(("text", "faults"), RECORDS)
def test_an_entry_of_the_trail_outside_a_transaction_is_found(text: str, faults: int) -> None:
    assert len(source.records_outside_transactions(service(text))) == faults


def test_the_trail_stands_and_falls_with_what_it_speaks_of() -> None:
    found = {str(module.path): source.records_outside_transactions(module) for module in MODULES}
    faults = {path: found[path] for path in found if found[path]}

    assert {path: faults[path] for path in faults if path not in ALONE} == {}
    assert faults.keys() == ALONE.keys()


def test_the_tests_explain_what_they_ignore() -> None:
    tests = source.modules(source.REPOSITORY / "tests")
    assert len(tests) > 50
    assert [f"{module.path}: {fault}" for module in tests for fault in source.unexplained_ignores(module)] == []


def service(text: str, path: str = "events/services.py") -> Module:
    return Module(PurePosixPath(path), text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def close(*, actor): save()", "begin with require"),
        ("def close(*, actor):\n    '''Doc.'''\n    save()\n    require(actor, P.CLOSE)", "begin with require"),
        ("def close(*, actor):\n    if now: require(actor, P.CLOSE)", "begin with require"),
        ("def close(*, actor):\n    require(SYSTEM, P.CLOSE)", "begin with require"),
        ("async def close(actor, *, now):\n    require(actor, P.CLOSE)", "by position"),
        ("def close(*, now, actor):\n    require(actor, P.CLOSE)", "first argument"),
    ],
)
def test_an_unguarded_service_is_found(text: str, fault: str) -> None:
    assert fault in " ".join(source.unguarded_services([service(text)]))
    assert fault in " ".join(source.unguarded_services([service(text, "events/services/closing.py")]))


def test_guarded_services_private_parts_and_named_exceptions_pass() -> None:
    guarded = "def close(*, actor, now):\n    '''Doc.'''\n    require(actor, P.CLOSE)\n    save()"
    private = "def _part(row): save()"
    named = "def fold(rows): save()"

    found = [service("\n".join([guarded, private, named]))]

    assert source.unguarded_services(found, system={"events.fold": "the pipeline"}) == []
    assert len(source.unguarded_services(found)) == 3


def test_what_a_services_package_exports_is_guarded_and_the_rest_is_out_of_reach() -> None:
    front = service("from tocsin.events.services.closing import close", "events/services/__init__.py")
    closing = service("def close(row): save()\ndef write(row): save()", "events/services/closing.py")
    outside = Module(PurePosixPath("notices/tasks.py"), "from tocsin.events.services.closing import write")
    beside = service("from tocsin.events.services.closing import write", "events/services/opening.py")

    assert {fault.split(": ")[1] for fault in source.unguarded_services([front, closing])} == {"close"}
    assert source.reaching_behind_services([front, closing, outside, beside]) == [
        "notices/tasks.py: tocsin.events.services.closing is behind the door: import from tocsin.events.services"
    ]


def test_every_service_requires_a_permission_first() -> None:
    faults = source.unguarded_services(MODULES, system=SYSTEM)
    assert not faults, "\n".join(faults)


def test_nobody_reaches_behind_a_services_package() -> None:
    faults = source.reaching_behind_services(MODULES)
    assert not faults, "\n".join(faults)


def test_every_exception_is_still_one() -> None:
    all_faults = " ".join(source.unguarded_services(MODULES))

    assert [name for name in SYSTEM if f"{name.split('.')[1]}: " not in all_faults] == []


def folders_without_init(found: list[Module]) -> list[str]:
    """Find folders whose files no import contract sees."""
    paths = {module.path for module in found}
    return sorted({str(path.parent) for path in paths if path.parent / "__init__.py" not in paths})


def test_a_folder_that_is_no_package_is_found() -> None:
    inside = [service("", "events/__init__.py"), service("", "events/rules.py"), service("", "events/stages/read.py")]

    assert folders_without_init(inside) == ["events/stages"]


def test_every_folder_is_a_package() -> None:
    assert folders_without_init(MODULES) == []
