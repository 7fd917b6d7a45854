"""The documentation knows everything that can be set, typed, asked and measured, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import HERE, cli
from bot.settings import Settings
from handlers.clock import TICKS
from handlers.commands import TABLES

METRIC = re.compile(r'"(dibs_[a-z_]+)"')
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
ROUTE = re.compile(r'@app\.(?:get|post)\("(/[^"]*)"')


def documents() -> list[Path]:
    return [path for path in [HERE / "README.md", *sorted((HERE / "docs").glob("*.md"))] if path.is_file()]


def written() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in documents())


def source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def things() -> Iterator[str]:
    """Everything a reader may look for, by the name under which they would."""
    yield from (str(field.alias) for field in Settings.model_fields.values())
    yield from (f"{command} {entry.name}" for command, table in TABLES.items() for entry in table)
    yield from (f"tick {tick.name}" for tick in TICKS)
    yield from METRIC.findall(source("handlers/metrics.py"))
    yield from (
        f"app.py {command.name or command.callback.__name__}" for command in cli.registered_commands if command.callback
    )
    yield from ROUTE.findall(source("handlers/web.py"))


@pytest.mark.parametrize("thing", sorted(set(things())))
def test_it_is_documented(thing: str) -> None:
    kind, _, name = thing.partition(" ")
    if kind == "tick":
        assert re.search(rf"\b{name}\b", written()), f"no document speaks of the tick {name}"
    elif kind == "/report" and name == "help":
        assert "/report" in written()
    else:
        assert thing in written(), f"no document speaks of {thing}"


def test_there_are_documents_to_look_into() -> None:
    assert [path.name for path in documents()][:1] == ["README.md"]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.name))
def test_links_to_files_lead_somewhere(path: Path) -> None:
    targets = [one or other for one, other in LINK.findall(path.read_text(encoding="utf-8"))]
    missing = [target for target in targets if is_file_link(target) and not leads_somewhere(path, target)]
    assert not missing, f"{path.name} links to {missing}"


def is_file_link(target: str) -> bool:
    return not target.startswith(("http://", "https://", "mailto:"))


def leads_somewhere(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    linked = (path.parent / name) if name else path
    return linked.exists() and (not anchor or anchor in anchors(linked))


def anchors(path: Path) -> set[str]:
    """The headings as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_examples_in_the_readme_are_commands_that_exist() -> None:
    names = {command: {entry.name for entry in table} for command, table in TABLES.items()}
    typed = re.findall(r"`(/lead|/team|/report) (\w+)", written())
    assert typed
    assert not [(command, verb) for command, verb in typed if verb not in names[command]]


def test_targets_of_make_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", source("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", written())) <= targets
