"""What people see and press in the local workspace's page."""

import re
from typing import Any

from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser import practice
from tests.browser.desk import LEADS, PageAt, Post, at_leads, box, command

HOSTILE = '<img src=x onerror=alert(1)> <b>bold</b> javascript:alert(1) &amp; "quotes"'


def test_hostile_text_is_shown_letter_by_letter(sandbox: Sandbox, page_at: PageAt, app: WebClient, post: Post) -> None:
    blocks: list[Any] = [
        {"type": "header", "text": practice.words(HOSTILE)},
        {"type": "section", "text": practice.marked("&lt;b&gt;no&lt;/b&gt; <javascript:alert(1)|press me>")},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
    ]
    app.chat_postMessage(channel=LEADS, text="Lead", blocks=blocks)
    post("message", user="bob", channel="leads-smb", text=HOSTILE)
    page = at_leads(page_at, sandbox)
    card = page.get_by_role("article", name="Dibs")
    expect(card.get_by_role("heading")).to_have_text(HOSTILE)
    expect(card.locator(".rich-text")).to_have_text(HOSTILE)
    expect(card.get_by_role("columnheader")).to_have_text(HOSTILE)
    expect(card).to_contain_text("<b>no</b> <javascript:alert(1)|press me>")
    expect(page.get_by_role("article", name="Bob Whitfield")).to_contain_text(HOSTILE)
    expect(page.locator("article :is(img, b, script), article a")).to_have_count(0)


def test_mrkdwn_is_drawn_with_names_links_and_dates(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    date = "<!date^1795000000^{date_short} {time}|later>"
    text = (
        f"*bold* _slanted_ ~gone~ `code` <@U0ALICE> <#C0RANDOM> <!here> <https://example.org|site> {date} :fire: :nope:"
    )
    app.chat_postMessage(channel=LEADS, text="-", blocks=[{"type": "section", "text": practice.marked(text)}])
    message = at_leads(page_at, sandbox).get_by_role("article")
    for tag, words in {"strong": "bold", "em": "slanted", "s": "gone", "code": "code"}.items():
        expect(message.locator(f".section {tag}")).to_have_text(words)
    expect(message.locator(".mention-me")).to_have_text("@Alice Becker")
    expect(message.get_by_role("link", name="#random")).to_have_attribute("href", "#random")
    expect(message.locator(".mention-all")).to_have_text("@here")
    expect(message.get_by_role("link", name="site")).to_have_attribute("href", "https://example.org/")
    expect(message.locator(".date-token")).to_have_text("18 Nov 2026 12:06")
    expect(message.get_by_role("img", name="fire")).to_be_visible()
    expect(message).to_contain_text(":nope:")


def test_verbatim_text_grows_no_links(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    words = "see https://example.org and #random, @everyone"
    loose = {"type": "mrkdwn", "text": words}
    blocks: list[Any] = [{"type": "section", "text": practice.marked(words)}, {"type": "section", "text": loose}]
    app.chat_postMessage(channel=LEADS, text="-", blocks=blocks)
    sections = at_leads(page_at, sandbox).locator("article .section")
    expect(sections.first).to_have_text(words)
    expect(sections.first.locator("a, .mention")).to_have_count(0)
    expect(sections.last.get_by_role("link")).to_have_count(2)
    expect(sections.last.locator(".mention-all")).to_have_text("@everyone")


def test_the_page_can_be_seen_through_someone_elses_eyes(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox)
    app.chat_postEphemeral(channel=LEADS, user="U0ALICE", text="It is your turn.")
    expect(page.get_by_role("article")).to_contain_text("Only visible to you")
    page.get_by_role("button", name="You are Alice").click()
    page.get_by_role("menuitem", name="Bob Whitfield").click()
    expect(page.get_by_role("button", name="You are Bob")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?as=bob#leads-smb$"))
    expect(page.get_by_text("It is your turn.")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="You are Bob")).to_be_visible()


def test_someone_outside_a_channel_starts_where_they_belong(sandbox: Sandbox, page_at: PageAt) -> None:
    page = page_at(f"{sandbox.url}/?as=erin#leads-smb")
    expect(page.get_by_text("You are not in #leads-smb.")).to_be_visible()
    page.get_by_role("button", name="Join channel").click()
    expect(box(page)).to_be_visible()


def test_slash_commands_are_suggested_and_chosen_by_keyboard(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox)
    box(page).press_sequentially("/le")
    choices = page.get_by_role("listbox", name="Slash commands").get_by_role("option")
    expect(choices).to_have_text([re.compile(r"/lead \[name"), re.compile(r"/leads \[mine")])
    box(page).press("ArrowDown")
    expect(choices.nth(1)).to_have_attribute("aria-selected", "true")
    box(page).press("Tab")
    expect(box(page)).to_have_value("/leads ")
    expect(page.locator(".usage-hint")).to_have_text("/leads [mine|team]")
    box(page).press_sequentially("mine")
    box(page).press("Enter")
    expect(page.get_by_role("article")).to_contain_text("Nothing open for “mine”.")
    expect(box(page)).to_have_value("")


def test_an_unknown_command_is_refused_and_kept(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox)
    command(page, "/nothing here")
    expect(page.get_by_role("status", name="Notices")).to_contain_text("/nothing is not a command")
    expect(box(page)).to_have_value("/nothing here")


def test_enter_sends_and_shift_enter_breaks_the_line(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox)
    box(page).press_sequentially("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two @bob")
    box(page).press("Enter")
    article = page.get_by_role("article", name="Alice Becker")
    expect(article.locator(".message-text")).to_have_text(re.compile(r"one\s+two @Bob Whitfield"))


def test_a_modal_shows_what_is_wrong_on_the_field_and_keeps_the_keyboard(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    page = at_leads(page_at, sandbox)
    command(page, "/lead")
    modal = page.get_by_role("dialog", name="Add a lead")
    name = modal.get_by_label("Name")
    expect(name).to_be_focused()
    stops = ["Close", "Not now", "Add lead"]
    page.keyboard.press("Shift+Tab")
    expect(modal.get_by_role("button", name=stops[0])).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(modal.get_by_role("button", name=stops[2])).to_be_focused()
    page.keyboard.press("Tab")
    expect(modal.get_by_role("button", name=stops[0])).to_be_focused()
    modal.get_by_role("button", name="Add lead").click()
    expect(name).to_have_accessible_description(re.compile("required"))
    name.fill("Petra, Jonas")
    modal.get_by_role("button", name="Add lead").click()
    expect(name).to_have_accessible_description("One name only, please.")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_value("Petra, Jonas")
    name.fill("Petra Lindqvist")
    name.press("Enter")
    expect(modal).to_have_count(0)
    expect(page.get_by_role("article", name="Dibs").get_by_role("heading")).to_have_text("Petra Lindqvist")
    expect(box(page)).to_be_focused()


def test_escape_closes_a_modal(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    page = at_leads(page_at, sandbox)
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Add a lead").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_claimed_card_changes_for_everyone_and_the_keyboard_stays(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    app.chat_postMessage(channel=LEADS, text="Lead", blocks=practice.card("Petra Lindqvist", "Your turn"))
    alice, bob = at_leads(page_at, sandbox), at_leads(page_at, sandbox, "bob")
    alice.get_by_role("button", name="Claim").press("Enter")
    for page in (alice, bob):
        expect(page.get_by_role("article")).to_contain_text("Claimed by @Alice Becker")
        expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    expect(alice.get_by_role("article")).to_be_focused()
    alice.get_by_role("article").get_by_role("button", name="More actions", exact=True).press("Enter")
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("article").last).to_contain_text("It is your turn.")
    expect(bob.get_by_role("article")).to_have_count(1)


def test_a_message_shortcut_is_in_the_messages_menu(
    sandbox: Sandbox, page_at: PageAt, app: WebClient, post: Post
) -> None:
    post("message", user="bob", channel="leads-smb", text="Ring Petra")
    page = at_leads(page_at, sandbox)
    page.get_by_role("button", name="More actions for this message").press("Enter")
    page.get_by_role("menuitem", name="Make it a lead").click()
    expect(page.get_by_role("dialog", name="Add a lead")).to_be_visible()


def test_unread_channels_are_bold_with_a_count_for_each_person(sandbox: Sandbox, page_at: PageAt, post: Post) -> None:
    post("message", user="bob", channel="random", text="one")
    page = at_leads(page_at, sandbox)
    expect(page.get_by_role("link", name="random, 1 unread")).to_have_css("font-weight", "700")
    post("message", user="bob", channel="random", text="two")
    page.get_by_role("link", name="random, 2 unread").click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("link", name="random", exact=True)).to_have_attribute("aria-current", "page")
    page.reload()
    expect(page.get_by_role("link", name="random", exact=True)).to_be_visible()
    page.get_by_role("button", name="You are Alice").click()
    page.get_by_role("menuitem", name="Carol Reyes").click()
    expect(page.get_by_role("link", name="random", exact=True)).to_be_visible()
    page.get_by_role("link", name="general").click()
    page.get_by_role("button", name="You are Carol").click()
    page.get_by_role("menuitem", name="Dana Keller").click()
    expect(page.get_by_role("link", name="random, 2 unread")).to_be_visible()


def test_new_messages_are_read_out_politely(sandbox: Sandbox, page_at: PageAt, post: Post) -> None:
    page = at_leads(page_at, sandbox)
    post("message", user="bob", channel="leads-smb", text="Anybody?")
    expect(page.get_by_text("Anybody?").first).to_be_attached()  # the page's live line is open now, if it was not yet
    post("message", user="bob", channel="leads-smb", text="*Hello* there")
    expect(page.get_by_role("log", name="New messages")).to_contain_text("Bob Whitfield: Hello there")


def test_the_workspace_clock_moves_ahead(sandbox: Sandbox, page_at: PageAt) -> None:
    page = at_leads(page_at, sandbox)
    clock = page.get_by_role("group", name="Workspace clock", exact=True)
    before = sandbox.now()
    clock.get_by_role("button", name="+1 h").click()
    expect(clock.get_by_text(re.compile(r"^1 h ahead"))).to_be_visible()
    clock.get_by_role("button", name="+1 day").click()
    expect(clock.get_by_text(re.compile(r"^1 d 1 h ahead"))).to_be_visible()
    assert 89_900 < (sandbox.now() - before).total_seconds() < 90_100
    clock.get_by_role("button", name="to 9:00").click()
    expect(clock.locator("time")).to_have_text("09:00")
    expect(clock).to_contain_text("Berlin")
