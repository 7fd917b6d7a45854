"""The house rules, checked on the syntax trees: which floor may know which, and how big a room may grow."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"app": 4, "handlers": 3, "bot": 2, "store": 1}
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 50
# Where one failure must not take the rest along. Everything else lets errors rise to one of these, or names them.
BROAD_EXCEPTS = {
    "bot/outbox/delivery.py", "bot/outbox/sender.py", "handlers/clock.py", "bot/contact/claiming.py",
    "bot/contact/postman.py",
}  # fmt: skip


def sources() -> list[Path]:
    folders = ("handlers", "bot", "store")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in [ROOT / "app.py", *found] if "versions" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def in_sandbox(path: Path) -> bool:
    return name(path).startswith("bot/sandbox/")


EVERY_SOURCE = pytest.mark.parametrize("path", sources(), ids=name)


@EVERY_SOURCE
def test_imports_point_down_only(path: Path) -> None:
    mine = FLOORS[module(path).split(".")[0]]
    above = {found for found in imports(path) if FLOORS.get(found.split(".")[0], 0) > mine}
    assert not above, f"{name(path)} knows a floor above it: {sorted(above)}"


@EVERY_SOURCE
def test_the_sandbox_is_sealed(path: Path) -> None:
    ours = {found for found in imports(path) if found.split(".")[0] in FLOORS}
    if in_sandbox(path):
        assert all(found.startswith("bot.sandbox") for found in ours), f"{name(path)} imports from the bot"
    elif path != ROOT / "app.py":
        assert not any(found.startswith("bot.sandbox") for found in ours), f"{name(path)} knows the sandbox"


@EVERY_SOURCE
def test_libraries_stay_on_their_floor(path: Path) -> None:
    allowed = {
        "slack_bolt": ("app.py", "handlers/"),
        "sqlmodel": ("store/",), "sqlalchemy": ("store/",), "alembic": ("store/",),
        "fastapi": ("handlers/",), "apscheduler": ("handlers/clock.py",), "typer": ("app.py",),
        "matplotlib": ("bot/charts/",),
    }  # fmt: skip
    for library, places in allowed.items():
        used = any(found.split(".")[0] == library for found in imports(path))
        assert not used or name(path).startswith(places), f"{name(path)} uses {library}, which lives in {places}"


@pytest.mark.parametrize("path", [path for path in sources() if name(path).startswith("bot/rules/")], ids=name)
def test_rules_are_pure(path: Path) -> None:
    impure = {"store", "slack_sdk", "threading", "random", "os", "logging", "structlog", "time", "requests"}
    used = {found.split(".")[0] for found in imports(path)} & impure
    assert not used, f"{name(path)} uses {sorted(used)}"


@EVERY_SOURCE
def test_only_app_reads_the_clock(path: Path) -> None:
    if path == ROOT / "app.py" or in_sandbox(path):
        return
    clocks = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
    read = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "time")
    ]
    assert not read, f"{name(path)} reads a clock in lines {read}"


@EVERY_SOURCE
def test_files_and_functions_keep_to_a_readable_size(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE_LINES, f"{name(path)} has {lines} lines: is it two rooms?"
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert not long, f"{name(path)} has long functions: {long}"


@EVERY_SOURCE
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{name(path)} has no opening sentence"


@EVERY_SOURCE
def test_nothing_is_imported_inside_functions(path: Path) -> None:
    hidden = [
        inner.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, f"{name(path)} imports inside functions, lines {hidden}"


@EVERY_SOURCE
def test_errors_are_not_swallowed_wholesale(path: Path) -> None:
    broad = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler) and is_broad(node)]
    assert not broad or name(path) in BROAD_EXCEPTS, f"{name(path)} catches everything in lines {broad}"


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    known = {module(path) for path in sources()}
    graph = {module(path): modules_needed(path, known) for path in sources()}
    assert not list(circles(graph))


def modules_needed(path: Path, known: set[str]) -> set[str]:
    """`from package import module` needs the module, not the package's own names."""
    found = imports(path)
    packages = {one for one in found if any(f"{one}.{rest}" in known for rest in names_under(one, found))}
    return {one for one in found - packages if one in known and one != module(path)}


def names_under(package: str, found: set[str]) -> list[str]:
    return [one.removeprefix(f"{package}.") for one in found if one.startswith(f"{package}.")]


def circles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def walk(here: str, trail: list[str]) -> Iterator[list[str]]:
        if here in trail:
            yield [*trail[trail.index(here) :], here]
        elif here not in done:
            for there in sorted(graph[here]):
                yield from walk(there, [*trail, here])
            done.add(here)

    for start in sorted(graph):
        yield from walk(start, [])


def test_tests_patch_nothing() -> None:
    patched = [
        name(path)
        for path in (ROOT / "tests").rglob("*.py")
        if any(found.startswith("unittest.mock") or found == "mock" for found in imports(path))
    ]
    assert not patched
