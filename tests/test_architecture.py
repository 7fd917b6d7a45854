"""The house rules, checked on the syntax trees: which floor may know which, and how big a room may grow."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

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
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Of the whole tree, which is walked once."""
    return tuple(ast.walk(tree(path)))


@cache
def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def in_sandbox(path: Path) -> bool:
    return name(path).startswith("bot/sandbox/")


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def assert_everywhere(wrong: Callable[[Path], Iterable[object]], why: str, *, under: str = "") -> None:
    """One case for a rule, which names every file that breaks it with what is wrong there."""
    looked_at = [path for path in sources() if name(path).startswith(under)]
    assert looked_at
    found = {name(path): list(wrong(path)) for path in looked_at}
    offenders = [f"{path}: {', '.join(map(str, what))}" for path, what in found.items() if what]
    assert not offenders, "\n".join([why, *offenders])


def test_imports_point_down_only() -> None:
    def above(path: Path) -> list[str]:
        mine = FLOORS[module(path).split(".")[0]]
        return sorted(found for found in imports(path) if FLOORS.get(found.split(".")[0], 0) > mine)

    assert_everywhere(above, "These know a floor above theirs.")


def test_the_sandbox_is_sealed() -> None:
    def across(path: Path) -> list[str]:
        ours = sorted(found for found in imports(path) if found.split(".")[0] in FLOORS)
        if in_sandbox(path):
            return [found for found in ours if not found.startswith("bot.sandbox")]
        return [found for found in ours if found.startswith("bot.sandbox") and path != ROOT / "app.py"]

    assert_everywhere(across, "The sandbox imports nothing of the bot, and only app.py knows the sandbox.")


def test_libraries_stay_on_their_floor() -> None:
    allowed = {
        "slack_bolt": ("app.py", "handlers/"),
        "sqlmodel": ("store/",), "sqlalchemy": ("store/",), "alembic": ("store/",),
        "fastapi": ("handlers/",), "apscheduler": ("handlers/clock.py",), "typer": ("app.py",),
        "matplotlib": ("bot/charts/",),
    }  # fmt: skip

    def astray(path: Path) -> set[str]:
        used = {found.split(".")[0] for found in imports(path)} & allowed.keys()
        return {library for library in used if not name(path).startswith(allowed[library])}

    assert_everywhere(astray, f"Libraries live here: {allowed}.")


def test_rules_are_pure() -> None:
    impure = {"store", "slack_sdk", "threading", "random", "os", "logging", "structlog", "time", "requests"}
    assert_everywhere(
        lambda path: {found.split(".")[0] for found in imports(path)} & impure, "Rules use none.", under="bot/rules/"
    )


def test_only_app_reads_the_clock() -> None:
    clocks = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}

    def read(path: Path) -> list[int]:
        if path == ROOT / "app.py" or in_sandbox(path):
            return []
        return [
            node.lineno
            for node in nodes(path)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in clocks
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("datetime", "date", "time")
        ]

    assert_everywhere(read, "These read a clock in lines.")


def test_files_keep_to_a_readable_size() -> None:
    def lines(path: Path) -> list[int]:
        count = len(path.read_text(encoding="utf-8").splitlines())
        return [count] if count > MAX_FILE_LINES else []

    assert_everywhere(lines, f"More than {MAX_FILE_LINES} lines: is it two rooms?")


def test_functions_keep_to_a_readable_size() -> None:
    def long(path: Path) -> list[str]:
        sizes = [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions(path)]
        return [f"{function} ({size})" for function, size in sizes if size > MAX_FUNCTION_LINES]

    assert_everywhere(long, f"Functions of more than {MAX_FUNCTION_LINES} lines.")


def test_every_module_says_what_it_is_for() -> None:
    assert_everywhere(lambda path: [] if ast.get_docstring(tree(path)) else ["?"], "These have no opening sentence.")


def test_nothing_is_imported_inside_functions() -> None:
    def hidden(path: Path) -> list[int]:
        inside = [inner for function in functions(path) for inner in ast.walk(function)]
        return sorted({inner.lineno for inner in inside if isinstance(inner, ast.Import | ast.ImportFrom)})

    assert_everywhere(hidden, "These import inside functions, in lines.")


def test_errors_are_not_swallowed_wholesale() -> None:
    def broad(path: Path) -> list[int]:
        handlers = [node for node in nodes(path) if isinstance(node, ast.ExceptHandler)]
        return [node.lineno for node in handlers if is_broad(node) and name(path) not in BROAD_EXCEPTS]

    assert_everywhere(broad, "These catch everything, in lines.")


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
        # Most say so in no word, and need not be taken apart.
        if "mock" in path.read_text(encoding="utf-8")
        and any(found.startswith("unittest.mock") or found == "mock" for found in imports(path))
    ]
    assert not patched
