"""Everything by keyboard alone: a lead from its claim to its reminder, without a mouse."""

import re

from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import LEADS, PageAt, at_leads, box, shot
from tests.world import World

MOST_STOPS = 60
FOCUSED = "node => node === document.activeElement"


def walk_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there, as someone without a mouse does."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        if wanted.evaluate(FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def press(page: Page, wanted: Locator, key: str = "Tab") -> None:
    walk_to(page, wanted, key)
    page.keyboard.press("Enter")


def test_a_lead_is_worked_from_claim_to_reminder_without_a_mouse(there: World, page_at: PageAt) -> None:
    number = there.lead()
    page = page_at(f"{there.sandbox.url}/?as=alice#leads-smb")
    lead = page.get_by_role("article").filter(has_text=f"#{number} ").first
    expect(lead).to_be_visible()
    press(page, page.get_by_role("link", name="Skip to the message box"))
    expect(box(page)).to_be_focused()
    press(page, lead.get_by_role("button", name=f"Claim #{number}"), "Shift+Tab")
    expect(lead).to_contain_text("Claimed by")
    expect(lead).to_be_focused()

    press(page, lead.get_by_role("button", name="Set a follow-up"))
    form = page.get_by_role("dialog")
    walk_to(page, form.get_by_label("Day"))
    page.keyboard.type("11252026")
    walk_to(page, form.get_by_label("What is to do?"))
    page.keyboard.type("call about the demo")
    shot(page, "keyboard")
    press(page, form.get_by_role("button", name="Save", exact=True))
    expect(form).to_be_hidden()
    expect(lead).to_contain_text("Next follow-up")

    press(page, page.get_by_role("button", name="+1 day"), "Shift+Tab")
    press(page, page.get_by_role("link", name=re.compile("^Dibs")).first)
    reminder = page.get_by_role("article").filter(has_text=re.compile("(⏰|✅ Done:) call about the demo"))
    press(page, reminder.get_by_role("button", name="Done"))
    walk_to(page, form.get_by_label("Note"))
    page.keyboard.type("spoke to her")
    press(page, form.get_by_role("button", name="Save", exact=True))
    expect(reminder).to_contain_text("✅ Done")


def test_menus_search_and_reactions_need_no_mouse(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [practice.stage_menu()]}]
    app.chat_postMessage(channel=LEADS, text="Petra", blocks=blocks)
    app.chat_postMessage(channel=LEADS, text="Jonas and Petra")
    page = at_leads(page_at, sandbox)
    walk_to(page, page.get_by_role("button", name="Find in this channel"))
    page.keyboard.press("Enter")
    page.keyboard.type("a")
    expect(page.locator(".find-count")).to_have_text("4 of 4")
    page.keyboard.press("Enter")
    expect(page.locator(".find-count")).to_have_text("3 of 4")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    press(page, page.get_by_role("button", name="Stage"), "Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Won")).to_be_focused()
