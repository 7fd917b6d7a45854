"""Files shared by people in every kind of place, reactions, presence, and choices that stay."""

import base64
import re

import httpx
from playwright.sync_api import FilePayload, Locator, Page, expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import LEADS, PageAt, Post, at_leads, box, shot

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
LEADS_CSV: FilePayload = {"name": "leads.csv", "mimeType": "text/csv", "buffer": b"name,mail\nJane,jane@acme.example\n"}
DROP = """(zone, name) => {
  const held = new DataTransfer();
  held.items.add(new File(["a,b"], name, { type: "text/csv" }));
  zone.dispatchEvent(new DragEvent("dragover", { dataTransfer: held, bubbles: true, cancelable: true }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def choose(page: Page, button: Locator, *files: FilePayload) -> None:
    with page.expect_file_chooser() as asked:
        button.click()
    asked.value.set_files(list(files))


def test_files_are_sent_with_a_message_and_can_be_fetched(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    alice, bob = at_leads(page_at, sandbox), at_leads(page_at, sandbox, "bob")
    picture: FilePayload = {"name": "card.png", "mimeType": "image/png", "buffer": DOT}
    choose(alice, alice.get_by_role("button", name="Attach files"), LEADS_CSV, picture)
    waiting = alice.get_by_role("list", name="Files to send").get_by_role("listitem")
    expect(waiting).to_have_text([re.compile("leads.csv · 33 bytes"), re.compile("card.png")])
    box(alice).fill("From the fair")
    box(alice).press("Enter")
    expect(waiting).to_have_count(0)
    first = bob.get_by_role("article").first
    expect(first).to_contain_text("From the fair")
    link = first.get_by_role("link", name="leads.csv, 33 bytes, download")
    expect(link).to_be_visible()
    answer = httpx.get(sandbox.url + (link.get_attribute("href") or ""))
    assert answer.content == LEADS_CSV["buffer"]
    seen = bob.get_by_role("img", name="card.png")
    expect(seen).to_be_visible()
    assert seen.evaluate("image => image.naturalWidth") == 1
    shot(bob, "files")


def test_a_file_dropped_on_a_thread_goes_into_the_thread(
    sandbox: Sandbox, page_at: PageAt, app: WebClient, post: Post
) -> None:
    ts = post("message", user="bob", channel="leads-smb", text="Send me the list")["ts"]
    page = page_at(f"{sandbox.url}/?as=alice#leads-smb/{ts}")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("article")).to_have_count(1)
    thread.evaluate(DROP, "list.csv")
    thread.get_by_role("button", name="Send").click()
    expect(thread.get_by_role("article").last).to_contain_text("list.csv")
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()


def test_a_file_reaches_the_app_in_the_direct_message(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = page_at(f"{sandbox.url}/?as=alice#@app")
    expect(page.get_by_text("This is where Dibs writes to you alone")).to_be_visible()
    page.get_by_role("region", name="Channel").evaluate(DROP, "mine.csv")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("article")).to_contain_text("mine.csv")


def test_a_reaction_is_added_counted_and_taken_back(
    sandbox: Sandbox, page_at: PageAt, app: WebClient, post: Post
) -> None:
    post("message", user="carol", channel="leads-smb", text="Won!")
    alice, bob = at_leads(page_at, sandbox), at_leads(page_at, sandbox, "bob")
    alice.get_by_role("button", name="Add a reaction").press("Enter")
    alice.get_by_role("menuitem", name="tada").click()
    seen = bob.get_by_role("button", name="tada, 1: Alice Becker")
    expect(seen).to_have_attribute("aria-pressed", "false")
    seen.click()
    both = alice.get_by_role("button", name="tada, 2: Alice Becker, Bob Whitfield")
    expect(both).to_have_attribute("aria-pressed", "true")
    shot(alice, "reactions")
    both.click()
    expect(bob.get_by_role("button", name="tada, 1: Bob Whitfield")).to_be_visible()


def test_who_is_there_shows_and_what_was_changed_is_marked(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    ts = app.chat_postMessage(channel=LEADS, text="Petra")["ts"]
    page = at_leads(page_at, sandbox)
    at_leads(page_at, sandbox, "bob")
    app.chat_update(channel=LEADS, ts=ts, text="Petra Lindqvist")
    expect(page.get_by_role("article")).to_contain_text("(edited)")
    page.get_by_role("button", name="5 members").click()
    expect(page.get_by_role("menuitem", name="Bob Whitfield")).to_contain_text("active")
    expect(page.get_by_role("menuitem", name="Carol Reyes")).to_contain_text("away")


def test_a_choice_made_in_a_message_stays_when_the_message_changes(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    row = {"type": "actions", "block_id": "stages", "elements": [practice.stage_menu()]}
    ts = app.chat_postMessage(channel=LEADS, text="-", blocks=[row])["ts"]
    page = at_leads(page_at, sandbox)
    page.get_by_role("button", name="Stage").click()
    page.get_by_role("menuitemradio", name="Won").click()
    expect(page.get_by_role("button", name="Won")).to_be_visible()
    words = {"type": "section", "text": practice.words("Changed")}
    app.chat_update(channel=LEADS, ts=ts, text="-", blocks=[words, row])
    expect(page.get_by_role("article")).to_contain_text("Changed")
    expect(page.get_by_role("button", name="Won")).to_be_visible()
