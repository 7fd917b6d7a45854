"""The inspector: what passed between the workspace and the app, and what is made to go wrong."""

import json
import re

import httpx
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser.desk import LEADS, PageAt, at_leads, command, shot


def inspector(page: Page) -> Locator:
    page.get_by_role("button", name="Inspector", exact=True).click()
    drawer = page.get_by_role("complementary", name="Inspector")
    expect(drawer.locator(".traffic").first).to_be_visible()
    return drawer


def test_the_inspector_shows_each_exchange_newest_first_and_live(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    app.chat_postMessage(channel=LEADS, text="Lead")
    page = at_leads(page_at, sandbox)
    drawer = inspector(page)
    titles = drawer.locator(".traffic-title")
    expect(titles.first).to_have_text("chat.postMessage")
    command(page, "/leads mine")
    expect(titles).to_contain_text(["Acknowledged", "Slash command", "chat.postMessage"])
    asked = drawer.locator(".traffic").filter(has_text="Slash command")
    expect(asked).to_contain_text("/leads mine")
    expect(asked.locator(".traffic-took")).to_have_text(re.compile(r"\d ms"))
    asked.locator("summary").click()
    request = json.loads(asked.get_by_role("region", name="Request").inner_text())
    assert request["command"] == "/leads"
    expect(asked.get_by_role("region", name="Answer")).to_contain_text("Nothing open")
    shot(page, "inspector")


def test_the_inspector_is_filtered_by_kind_method_and_text(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    app.chat_postMessage(channel=LEADS, text="Petra")
    app.chat_postMessage(channel=LEADS, text="Jonas")
    drawer = inspector(at_leads(page_at, sandbox))
    titles = drawer.locator(".traffic-title")
    drawer.get_by_label("Every kind").select_option("hello")
    expect(titles).to_have_text(["Connected"])
    drawer.get_by_label("Every kind").select_option("")
    drawer.get_by_label("Every method").select_option("chat.postMessage")
    expect(titles).to_have_count(2)
    drawer.get_by_label("Text in an entry").fill("petra")
    expect(titles).to_have_count(1)
    expect(drawer.get_by_role("status")).to_have_text("1 entry")
    drawer.get_by_label("Only trouble").check()
    expect(titles).to_have_count(0)


def test_what_the_app_never_acknowledged_is_marked(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox)
    command(page, "/leads")
    expect(page.get_by_role("article")).to_contain_text("failed")
    drawer = inspector(page)
    expect(drawer.locator(".traffic-bad")).to_contain_text("not acknowledged")
    drawer.get_by_label("Only trouble").check()
    expect(drawer.locator(".traffic")).to_have_count(1)


def test_the_keyboard_opens_the_inspector_and_sets_the_exact_time(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    page = at_leads(page_at, sandbox)
    page.keyboard.press("Control+.")
    drawer = page.get_by_role("complementary", name="Inspector")
    expect(drawer.get_by_role("tab", name="Traffic")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(drawer.get_by_role("tab", name="Clock and faults")).to_be_focused()
    drawer.get_by_label("Date and time").fill("2027-03-01T08:15")
    drawer.get_by_role("button", name="Set the clock").press("Enter")
    expect(page.locator(".clock-time")).to_have_text("08:15")
    assert sandbox.now().isoformat().startswith("2027-03-01T07:15")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Inspector", exact=True)).to_be_focused()


def test_a_planned_fault_is_listed_strikes_and_can_be_cleared(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    page = at_leads(page_at, sandbox)
    drawer = inspector(page)
    drawer.get_by_role("tab", name="Clock and faults").click()
    faults = drawer.get_by_role("list", name="Planned faults").get_by_role("listitem")
    for times in ("2", "1"):
        drawer.get_by_label("Method, socket").fill("chat.postMessage")
        drawer.get_by_label("How often").fill(times)
        drawer.get_by_label("Retry-After").fill("7")
        drawer.get_by_role("button", name="Plan it").click()
        expect(faults.last).to_contain_text("once" if times == "1" else "2 times")
    headers = {"Authorization": f"Bearer {sandbox.bot_token}"}
    answer = httpx.post(f"{sandbox.api_url}chat.postMessage", headers=headers, json={"channel": LEADS, "text": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    drawer.get_by_role("button", name="Clear all faults").click()
    expect(faults).to_have_count(0)
    answer = httpx.post(f"{sandbox.api_url}chat.postMessage", headers=headers, json={"channel": LEADS, "text": "x"})
    assert answer.status_code == 200
    drawer.get_by_role("tab", name="Traffic").click()
    expect(drawer.locator(".traffic-bad")).to_contain_text("ratelimited")


def test_a_disconnect_frame_reaches_the_app(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    drawer = inspector(at_leads(page_at, sandbox))
    drawer.get_by_role("tab", name="Clock and faults").click()
    drawer.get_by_label("Disconnect the app").select_option("refresh_requested")
    drawer.get_by_role("button", name="Disconnect").click()
    drawer.get_by_role("tab", name="Traffic").click()
    expect(drawer.locator(".traffic").filter(has_text="Disconnect")).to_contain_text("refresh_requested")
