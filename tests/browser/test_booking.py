"""A lead books, moves and cancels in a browser: by keyboard, on a telephone, in the dark, and without any script."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import people
from bot.contact.outside import Outside
from bot.people import Profile
from tests.browser.desk import PageAt, shot
from tests.browser.test_accessibility import axe, blemishes
from tests.handlers.door import door
from tests.handlers.test_booking_pages import Booth, booth_over

__all__ = ["axe"]  # a fixture of that module, which this one shares
SCREENS: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    minutes = count(step=60)
    with door(f"sqlite:///{tmp_path / 'dibs.db'}", monotonic=lambda: float(next(minutes))) as made:
        yield booth_over(made)


def at(booth: Booth, path: str) -> str:
    return f"{booth.door.http.base_url}".rstrip("/") + path


def fill_in(page: Page, *, email: str = "anna@globex.example") -> None:
    page.get_by_label("Your name").fill("Anna Smith")
    page.get_by_label("Your e-mail address").fill(email)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def test_axe_finds_nothing_on_any_page_and_nothing_is_cut_off(
    booth: Booth, page_at: PageAt, axe: Path, screen: tuple[Literal["light", "dark"], int]
) -> None:
    scheme, width = screen
    page = page_at("about:blank", width=width, height=844, scheme=scheme)
    page.add_init_script(path=axe)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = blemishes(page)
        shot(page, f"booking-{state}-{scheme}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state

    page.goto(at(booth, f"/book/{booth.token}"))
    look("times")
    page.locator("input[type=radio]").nth(3).check()
    fill_in(page, email="anna@nowhere")
    page.get_by_label("What is it about?").fill("Prices for 40 seats")
    look("filled")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("mistake")
    page.get_by_label("Your e-mail address").fill("anna@globex.example")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Your meeting is booked")).to_be_visible()
    look("booked")
    page.get_by_role("link", name="Move it").click()
    expect(page.get_by_role("button", name="Move it here")).to_be_visible()
    look("move")
    page.go_back()
    page.get_by_role("link", name="Cancel it").click()
    expect(page.get_by_role("button", name="Cancel the meeting")).to_be_visible()
    look("cancel")
    page.get_by_role("button", name="Cancel the meeting").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    look("cancelled")
    page.goto(at(booth, "/book/nobody"))
    look("nobody")
    booth.door.services.outside = Outside("https://dibs.example", "Acme <sales@acme.example>", "", frozenset({"email"}))
    page.goto(at(booth, f"/book/{booth.token}"))
    page.locator("input[type=radio]").nth(3).check()
    fill_in(page)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Please look into your mailbox")).to_be_visible()
    look("mailbox")
    people.update_profile(booth.door.services, Profile("U0ALICE", "Alice", "Europe/Berlin", is_active=False))
    page.goto(at(booth, f"/book/{booth.token}"))
    look("left")
    assert {state: each for state, each in found.items() if each} == {}


def test_with_the_keyboard_alone_a_lead_books_on_its_own_link(booth: Booth, page_at: PageAt) -> None:
    page = page_at(at(booth, booth.personal()), width=360, height=844)
    expect(page.get_by_text("Hello Jane")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    chosen = page.locator("input[type=radio]:checked").get_attribute("value")
    shot(page, "booking-keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your meeting is booked")).to_be_visible()
    assert [f"{one.starts_at:%Y%m%dT%H%MZ}" for one in booth.meetings()] == [chosen]


def test_without_scripts_everything_works_in_another_zone(booth: Booth, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(at(booth, f"/book/{booth.token}"))
    page.get_by_label("Times are shown for").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Times are shown for")).to_have_value("Asia/Tokyo")
    page.get_by_role("link", name="Later days").click()
    expect(page.get_by_label("Times are shown for")).to_have_value("Asia/Tokyo")
    page.locator("label", has=page.locator("input[type=radio]")).first.click()
    fill_in(page)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("Tokyo time")).to_be_visible()
    context.close()
    assert booth.meetings()[0].zone == "Asia/Tokyo"
