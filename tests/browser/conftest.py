"""A real browser for tests of what people see."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import PageAt, Post
from tests.world import World, world

# The first is the same browser without its windows, which take half of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# No sandbox because tests may run as root; the rest keeps the browser from calling anyone.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no browser: none of {', '.join(NAMES)} is installed"
        if "chromium" in os.environ.get("DIBS_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for this folder.

    It is closed when the folder is done, because playwright keeps an event loop running in the main
    thread, and while it does no test after these could run one of its own.
    """
    path = _chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page_at(browser: Browser) -> Iterator[PageAt]:
    """Windows for one test; a script error in any of them fails it."""
    mistakes: list[str] = []
    contexts = []

    def open_at(
        url: str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
        touch: bool = False,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=touch)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert mistakes == []


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(manifest=practice.MANIFEST)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="package")
def aside() -> Iterator[Executor]:
    """Where connections are closed: the client takes up to a second for it, and no test has to wait for that."""
    with ThreadPoolExecutor() as threads:
        yield threads


@pytest.fixture
def app(sandbox: Sandbox, aside: Executor) -> Iterator[WebClient]:
    """The practice app, connected; its client posts as the app."""
    client, handler = practice.connect(sandbox)
    yield client
    aside.submit(handler.close)


@pytest.fixture
def post(sandbox: Sandbox) -> Iterator[Post]:
    """A control call that must succeed."""
    with httpx.Client(base_url=sandbox.url) as client:

        def send(what: str, **body: Any) -> Any:
            answer = client.post(f"/sandbox/{what}", json=body)
            answer.raise_for_status()
            return answer.json()

        yield send


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    """The real bot in its workspace."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        yield made
