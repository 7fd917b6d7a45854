"""A lead's story by clicking: form, confirmation, welcome, prices, claim, a time booked, won, a letter after it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.playbook.playbook import read_playbook
from tests.browser.desk import PageAt, command, shot
from tests.factories import PLAYBOOK
from tests.world import World, world


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    """The bot with the playbook as it is shipped, and leads who can be written to."""
    rules = read_playbook(PLAYBOOK)
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=rules, writes_to_leads=True) as made:
        yield made


def letter(page: Page, subject: str) -> Locator:
    """The letter, opened."""
    found = page.get_by_role("article").filter(has_text=subject)
    head = found.get_by_role("button", name=subject)
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    expect(found.get_by_role("button", name="Answer")).to_be_visible()
    return found


def go(page: Page, place: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{place}")).click()


def card(page: Page) -> Locator:
    return page.get_by_role("article").filter(has_text="#1 Jane Doe").first


def confirms(page: Page, mail: Locator) -> None:
    """Nothing is sent to an address that anybody could have typed, until its owner presses the button."""
    with page.context.expect_page() as opened:
        mail.get_by_role("button").filter(has_text="/confirm/").click()
    asking = opened.value
    shot(asking, "story-confirm")
    asking.get_by_role("button", name="Yes, I confirm").click()
    expect(asking.get_by_role("heading", name="Thank you")).to_be_visible()
    asking.close()


def books(page: Page, mail: Locator, there: World) -> None:
    """The lead follows the link to the rep's own page and takes the first time that is free."""
    with page.context.expect_page() as opened:
        mail.get_by_role("button").filter(has_text="/book/").click()
    booking = opened.value
    shot(booking, "story-booking")
    booking.get_by_role("radio").first.check(force=True)
    booking.get_by_role("button", name="Book this time").click()
    expect(booking.get_by_text("Alice").first).to_be_visible()
    shot(booking, "story-booked")
    booking.close()


def test_a_leads_story_from_the_form_to_the_letter_after_the_sale(shop: World, page_at: PageAt) -> None:
    page = page_at(f"{shop.sandbox.url}/?as=alice#leads-side")
    page.get_by_role("button", name="Fill in the website's form").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    confirms(page, letter(page, "Please confirm your e-mail address"))
    shop.eventually(lambda: shop.http.get("/sandbox/post").json()["letters"][1:] or None, "the welcome")
    shop.card_saying(1, "45")  # points, of the 50 that make an MQL
    shop.advance(minutes=1)  # whoever clicks at once is taken for a program
    welcome = letter(page, "Thank you for getting in touch, Jane")
    welcome.get_by_role("button", name="https://acme.example/pricing").click()
    expect(welcome).to_contain_text("Jane Doe (jane@globex.example)")
    expect(welcome).to_contain_text("Jane read it and went to acme.example/pricing.")
    shot(page, "story-welcome")

    go(page, "leads-smb")
    expect(card(page)).to_contain_text("53, MQL")
    card(page).get_by_role("button", name="Claim #1").click()
    expect(card(page)).to_contain_text("Claimed by")

    go(page, "Leads' side")
    shop.advance(days=3)
    books(page, letter(page, "One question about Globex"), shop)

    go(page, "leads-smb")
    shot(page, "story-booked-card")
    command(page, "/lead stage #1 won")
    form = page.get_by_role("dialog")
    form.get_by_label("Amount").fill("12000")
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    expect(card(page)).to_contain_text("won")

    go(page, "Leads' side")
    shop.advance(days=14)
    expect(letter(page, "How is it going?")).to_contain_text("two weeks in")
    shot(page, "story-after-sale")
