"""The page that asks whether a yes was theirs, as people who do not see it or have a small telephone come to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PageAt, shot
from tests.browser.test_accessibility import axe, blemishes
from tests.handlers.door import Door, door
from tests.handlers.test_confirm_page import asked

__all__ = ["axe"]  # a fixture of that module, which this one shares


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Door]:
    with door(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        yield made


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_the_button_is_pressed_by_keyboard(
    there: Door, page_at: PageAt, axe: Path, width: int
) -> None:  # fmt: skip
    page = page_at("about:blank", width=width, height=844)
    page.add_init_script(path=axe)
    _, path = asked(there)
    _, old = asked(there, age=1.01)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = blemishes(page)
        shot(page, f"confirm-{state}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state

    here = f"{there.http.base_url}".rstrip("/")
    page.goto(here + old)
    look("late")
    page.goto(here + path)
    look("asks")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, I confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    look("done")
    assert not any(found.values()), found
