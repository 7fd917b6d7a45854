"""Threads, the home, the direct message, the phone's drawer and long channels."""

import json

import httpx
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import LEADS, PageAt, Post, at_leads, shot


def test_a_thread_opens_beside_the_channel_and_takes_replies(sandbox: Sandbox, page_at: PageAt, post: Post) -> None:
    ts = post("message", user="bob", channel="leads-smb", text="Who calls Petra?")["ts"]
    post("message", user="carol", channel="leads-smb", text="I do", thread_ts=ts)
    page = at_leads(page_at, sandbox)
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    reply = thread.get_by_label("Reply in thread", exact=True).last
    expect(reply).to_be_focused()
    reply.fill("Thank you")
    reply.press("Enter")
    expect(thread.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    reply.fill("/lead")
    reply.press("Enter")
    expect(page.get_by_role("status", name="Notices")).to_contain_text("do not work in threads")
    reply.fill("")
    reply.press("Escape")
    expect(thread).to_be_hidden()
    page.goto(f"{sandbox.url}/?as=alice#leads-smb/{ts}")
    expect(thread.get_by_role("article")).to_have_count(3)


def test_the_home_tab_shows_what_the_app_publishes(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox)
    page.get_by_role("link", name="App Home").click()
    expect(page.get_by_role("region", name="App Home").last).to_contain_text("2 follow-ups")


def test_the_direct_message_with_the_app_takes_messages(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox)
    page.get_by_role("link", name="Dibs").click()
    page.get_by_label("Message Dibs", exact=True).fill("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Alice Becker")).to_contain_text("Hello")


def test_on_a_phone_the_side_bar_is_a_drawer(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox, width=390, height=844)
    link = page.get_by_role("link", name="random")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Channels and people").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Channels and people").click()
    link.click()
    expect(page.get_by_label("Message #random", exact=True)).to_be_visible()
    expect(link).to_be_hidden()
    shot(page, "phone")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_dangerous_button_asks_first_and_a_menu_acts_once_chosen(
    sandbox: Sandbox, page_at: PageAt, app: WebClient, post: Post
) -> None:
    ask = {"title": "Sure?", "text": "It is gone then.", "confirm": "Drop it", "deny": "Keep it"}
    confirm = {name: practice.words(text) for name, text in ask.items()} | {"style": "danger"}
    options = [{"text": practice.words(name), "value": name} for name in ("New", "Won", "Lost")]
    stage = {"type": "static_select", "action_id": "stage", "placeholder": practice.words("Stage"), "options": options}
    drop = practice.button("Drop", "drop", style="danger", confirm=confirm)
    app.chat_postMessage(channel=LEADS, text="-", blocks=[{"type": "actions", "elements": [drop, stage]}])
    page = at_leads(page_at, sandbox)
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Stage").press("Enter")
    page.keyboard.press("ArrowDown")
    with page.expect_request("**/sandbox/click") as sent:
        page.keyboard.press("Enter")
    assert json.loads(sent.value.post_data or "{}")["selected"] == "Won"
    expect(page.get_by_role("button", name="Won")).to_be_visible()
    entries = httpx.get(f"{sandbox.url}/sandbox/log").json()["entries"]
    assert [entry["kind"] for entry in entries].count("block_actions") == 1


def test_a_newcomer_is_alice_in_the_first_leads_channel_with_messages(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    app.chat_postMessage(channel="C0LEADSENT", text="Lead")
    page = page_at(sandbox.url)
    expect(page.get_by_role("button", name="You are Alice")).to_be_visible()
    expect(page.get_by_role("heading", name="leads-enterprise")).to_be_visible()
    expect(page.get_by_text("Local workspace", exact=True)).to_be_visible()


def test_a_long_channel_shows_its_newest_messages_and_more_on_demand(
    sandbox: Sandbox, page_at: PageAt, post: Post
) -> None:
    for number in range(205):
        post("message", user="bob", channel="leads-smb", text=f"Message {number}")
    page = at_leads(page_at, sandbox)
    expect(page.get_by_role("article")).to_have_count(200)
    expect(page.get_by_text("Message 204", exact=True)).to_be_in_viewport()
    page.get_by_role("button", name="Show earlier messages (5)").click()
    expect(page.get_by_role("article")).to_have_count(205)
    expect(page.get_by_text("Message 0", exact=True)).to_be_attached()
