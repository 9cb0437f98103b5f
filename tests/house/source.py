"""The rules of docs and style that a reader of the syntax tree can check; each gives the faults of one file."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "tocsin"

DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "shared", "stuff"})
MOST_LINES = 399
MOST_STATEMENTS = 39

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[["Module"], list[str]]


@dataclass(frozen=True)
class Module:
    """One Python file of the package, `path` relative to src/tocsin."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def app(self) -> str:
        return self.path.parts[0]

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts


def modules(folder: Path = PACKAGE) -> list[Module]:
    """Read every file of the package, or of another folder; paths are relative to it."""
    found = sorted(folder.rglob("*.py"))
    return [Module(PurePosixPath(path.relative_to(folder).as_posix()), path.read_text()) for path in found]


def drawers(module: Module) -> list[str]:
    parts = [*module.path.parts[:-1], module.path.stem]
    return [f"{part} says nothing: name it for what it knows" for part in parts if part in DRAWERS]


def undescribed(module: Module) -> list[str]:
    if module.is_migration or ast.get_docstring(module.tree):
        return []
    return ["no docstring that says what the module knows"]


def too_long(module: Module) -> list[str]:
    if module.is_migration:
        return []
    lines = len(module.text.splitlines())
    faults = [f"{lines} lines: make it a package of the same name"] if lines > MOST_LINES else []
    for function in functions(module.tree):
        statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
        statements -= ast.get_docstring(function) is not None
        if statements > MOST_STATEMENTS:
            faults.append(f"line {function.lineno}: {function.name} has {statements} statements: divide it")
    return faults


def loops_over_frames(module: Module) -> list[str]:
    if not is_pipeline(module):
        return []
    return [
        f"line {node.lineno}: {node.attr} goes row by row: use expressions"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"map_elements", "iter_rows", "map_rows"}
    ]


def unexplained_ignores(module: Module) -> list[str]:
    lines = enumerate(module.text.splitlines(), start=1)
    pattern = re.compile(r"# type:\s*ignore(?!\[[\w, -]+\]\s+# \S)")
    return [f"line {number}: an ignore without code and reason" for number, line in lines if pattern.search(line)]


#: What opens a transaction, by the name it is called by.
_TRANSACTIONS = frozenset({"atomic", "acting", "signing_in"})


def records_outside_transactions(module: Module) -> list[str]:
    """Find entries of the trail that may stay when the change that they speak of does not.

    A function whose docstring says so leaves the transaction to those who call it, which is looked at too.
    """
    said = re.compile(r"Call within|within the caller's")
    within = {function.name for function in functions(module.tree) if said.search(ast.get_docstring(function) or "")}
    return [
        f"line {call.lineno}: {function.name} calls {name} outside a transaction: open one, or say `Call within`"
        for function in functions(module.tree)
        if function.name not in within
        for call, name in _calls_outside(function, within | {"record"})
    ]


def _calls_outside(node: ast.AST, names: set[str]) -> Iterator[tuple[ast.Call, str]]:
    """Find calls of these names below a node that no `with` of a transaction encloses."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            continue
        if isinstance(child, ast.With) and any(_opens_transaction(item.context_expr) for item in child.items):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in names:
            yield child, child.func.id
        yield from _calls_outside(child, names)


def _opens_transaction(expression: ast.expr) -> bool:
    match expression:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in _TRANSACTIONS
    return False


def is_pipeline(module: Module) -> bool:
    return module.path.parts[:2] in {("events", "stages"), ("registry", "attribution")} or module.app == "formats"


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def unguarded_services(
    found: list[Module],
    *,
    system: Mapping[str, str] = {},
) -> list[str]:
    """Check that a service takes its actor first, by name, and requires a permission before anything else.

    A `services.py` is checked whole, and so is a `services/` whose `__init__.py` exports nothing; where it exports,
    what it exports is the service, and nobody outside may reach behind it (`reaching_behind_services`).
    `system` names the exceptions, `app.function`, each with its reason.
    """
    faults = []
    for module in found:
        if "services" not in (module.path.stem, *module.path.parts[1:-1]):
            continue
        exported = exports(found, module)
        for function in module.tree.body:
            if not isinstance(function, Function) or function.name.startswith("_"):
                continue
            if exported is not None and function.name not in exported:
                continue
            if f"{module.app}.{function.name}" not in system:
                faults += [f"{module.path}: {function.name}: {fault}" for fault in faults_of_service(function)]
    return faults


def faults_of_service(function: Function) -> list[str]:
    faults = []
    arguments = function.args
    if arguments.posonlyargs or arguments.args or arguments.vararg:
        faults.append("takes arguments by position")
    if [argument.arg for argument in arguments.kwonlyargs][:1] != ["actor"]:
        faults.append("its first argument is not actor")
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    match body[:1]:
        case [ast.Expr(ast.Call(func=ast.Name("require"), args=[ast.Name("actor"), _]))]:
            pass
        case _:
            faults.append("does not begin with require(actor, ...)")
    return faults


def exports(found: list[Module], module: Module) -> frozenset[str] | None:
    """Give the names that a services package offers; None when all of it is open."""
    if module.path.stem == "services":
        return None
    folder = PurePosixPath(*module.path.parts[: module.path.parts.index("services") + 1])
    front = next((other for other in found if other.path == folder / "__init__.py"), None)
    if front is None:
        return None
    names = {
        alias.asname or alias.name
        for node in front.tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names |= {node.name for node in front.tree.body if isinstance(node, Function)}
    return frozenset(names) or None


def reaching_behind_services(found: list[Module]) -> list[str]:
    faults = []
    for module in found:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            target = re.fullmatch(r"tocsin\.(\w+)\.services\.\w+", node.module)
            inside = module.path.parts[:2] == (target[1], "services") if target else True
            if not inside and target and exports(found, Module(PurePosixPath(target[1], "services", "x.py"), "")):
                faults.append(
                    f"{module.path}: {node.module} is behind the door: import from tocsin.{target[1]}.services"
                )
    return faults
