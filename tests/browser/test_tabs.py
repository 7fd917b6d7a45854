"""Many tabs at once: all of them hear what is said, however few connections a browser allows."""

from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox import Sandbox
from tests.browser.desk import LEADS, PageAt, at_leads

PEOPLE = ("alice", "bob", "carol", "dana")


def test_nine_tabs_of_one_browser_all_hear_what_is_said(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    first = at_leads(page_at, sandbox)
    tabs = [first]
    for _ in range(8):
        tab = first.context.new_page()
        tab.goto(first.url)
        expect(tab.get_by_text("This is the start of #leads-smb")).to_be_visible()
        tabs.append(tab)
    app.chat_postMessage(channel=LEADS, text="A lead for all of you")
    for tab in tabs:
        expect(tab.get_by_role("article")).to_contain_text("A lead for all of you")


def test_more_people_than_live_lines_still_hear_each_other(sandbox: Sandbox, page_at: PageAt, app: WebClient) -> None:
    first = at_leads(page_at, sandbox)
    tabs = [first]
    for person in PEOPLE[1:]:
        tab = first.context.new_page()
        tab.goto(f"{sandbox.url}/?as={person}#leads-smb")
        expect(tab.get_by_text("This is the start of #leads-smb")).to_be_visible()
        tabs.append(tab)
    app.chat_postMessage(channel=LEADS, text="A lead for all of you")
    for tab in tabs:
        expect(tab.get_by_role("article")).to_contain_text("A lead for all of you")
    # The first three have a line each; closing one must not cut the others off.
    tabs.pop(0).close()
    app.chat_postMessage(channel=LEADS, text="And one more")
    for tab in tabs:
        expect(tab.get_by_role("article").last).to_contain_text("And one more")


def test_a_tab_opened_later_and_one_that_changes_eyes_stay_live(
    sandbox: Sandbox, page_at: PageAt, app: WebClient
) -> None:
    first = at_leads(page_at, sandbox)
    second = first.context.new_page()
    second.goto(first.url)
    second.get_by_role("button", name="You are Alice").click()
    second.get_by_role("menuitem", name="Bob Whitfield").click()
    expect(second.get_by_role("button", name="You are Bob")).to_be_visible()
    app.chat_postEphemeral(channel=LEADS, user="U0BOB", text="Only for Bob")
    expect(second.get_by_role("article")).to_contain_text("Only for Bob")
    app.chat_postMessage(channel=LEADS, text="For both")
    expect(first.get_by_role("article")).to_have_count(1)
    expect(second.get_by_role("article")).to_have_count(2)
