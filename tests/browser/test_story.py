"""The main job by clicking in a real browser: claim, a form with an error and then without, the clock, the reminder."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import PageAt, shot
from tests.world import World


def open_as(page_at: PageAt, there: World, person: str) -> Page:
    return page_at(f"{there.sandbox.url}/?as={person}#leads-smb")


def card(page: Page, number: int) -> Locator:
    return page.get_by_role("article").filter(has_text=f"#{number} ").first


def type_command(page: Page, text: str) -> None:
    box = page.get_by_label("Message #leads-smb", exact=True)
    box.fill(text)
    box.press("Enter")


def test_a_rep_works_a_lead_from_claim_to_reminder_by_clicking(there: World, page_at: PageAt) -> None:
    number = there.lead(message="<!channel> <http://evil|Invoice>")
    page = open_as(page_at, there, "alice")
    lead = card(page, number)
    expect(lead).to_contain_text("<!channel> <http://evil|Invoice>")
    lead.get_by_role("button", name="Claim #1").click()
    expect(lead).to_contain_text("Claimed by")
    expect(lead.get_by_role("button", name="Claim #1")).to_have_count(0)

    lead.get_by_role("button", name="Set a follow-up").click()
    form = page.get_by_role("dialog")
    day = form.get_by_label("Day")
    day.fill("2026-11-23")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_contain_text("This time has already passed")
    day.fill("2026-11-25")
    form.get_by_label("What is to do?").fill("call about the demo")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    expect(lead).to_contain_text("Next follow-up")

    page.get_by_role("button", name="+1 day").click()
    page.get_by_role("link", name="Dibs").first.click()
    reminder = page.get_by_role("article").filter(has_text=re.compile("(⏰|✅ Done:) call about the demo"))
    expect(reminder).to_have_count(1)
    reminder.get_by_role("button", name="Done").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(reminder).to_contain_text("✅ Done")
    expect(reminder.get_by_role("button", name="Done")).to_have_count(0)


def open_lead(there: World) -> int:
    """A lead that two have passed on, so that everyone may take it."""
    number = there.lead()
    for person in ("alice", "bob"):
        there.click(person, there.card_saying(number, f"Offered to {person.capitalize()}"), "lead.pass")
        there.submit(person, reason="")
    there.card_saying(number, "anyone in the team may claim it")
    return number


def test_two_people_race_for_a_claim_and_exactly_one_wins(there: World, page_at: PageAt) -> None:
    number = open_lead(there)
    tabs = {person: open_as(page_at, there, person) for person in ("alice", "bob")}
    buttons = {who: card(page, number).get_by_role("button", name=f"Claim #{number}") for who, page in tabs.items()}
    for button in buttons.values():
        expect(button).to_be_enabled()
    # The card changes late, so that both presses are on their way to the bot.
    there.act("faults", method="chat.update", kind="delay", seconds=1)
    for button in buttons.values():
        # Pressed without waiting for the page to settle, or the second press would come after the race.
        button.evaluate("button => button.click()")
    for page in tabs.values():
        expect(card(page, number)).to_contain_text("Claimed by")
        expect(card(page, number).get_by_role("button", name=f"Claim #{number}")).to_have_count(0)
    winner = "alice" if "Alice" in card(tabs["bob"], number).inner_text().partition("Claimed by")[2][:30] else "bob"
    loser = "bob" if winner == "alice" else "alice"
    told = f"{winner.title()} claimed #{number}"
    expect(tabs[loser].get_by_role("article").filter(has_text=told)).to_contain_text("before you")
    expect(tabs[winner].get_by_text("before you")).to_have_count(0)
    shot(tabs[winner], "race-winner")
    shot(tabs[loser], "race-loser")


def test_two_people_press_claim_and_the_second_is_told_who_won(there: World, page_at: PageAt) -> None:
    number = open_lead(there)
    alice, bob = open_as(page_at, there, "alice"), open_as(page_at, there, "bob")
    expect(card(bob, number)).to_contain_text("anyone in the team may claim it")
    card(alice, number).get_by_role("button", name="Claim #1").click()
    expect(card(bob, number)).to_contain_text("Claimed by")
    type_command(bob, "/lead claim #1")
    answer = bob.get_by_role("article").filter(has_text="Alice claimed #1")
    expect(answer).to_contain_text("before you")
    expect(alice.get_by_role("article").filter(has_text="before you")).to_have_count(0)


def test_a_manager_reads_the_pipeline_and_a_rep_is_told_no(there: World, page_at: PageAt) -> None:
    there.card(there.lead())
    dana = open_as(page_at, there, "dana")
    type_command(dana, "/report pipeline")
    report = dana.get_by_role("article").filter(has_text="1 open lead.")
    expect(report.get_by_role("table", name="Pipeline")).to_contain_text("contacted")
    alice = open_as(page_at, there, "alice")
    type_command(alice, "/report attribution")
    expect(alice.get_by_role("article").filter(has_text="Only managers can do this")).to_be_visible()


def test_the_answer_to_a_command_is_in_sight_even_after_scrolling_up(there: World, page_at: PageAt) -> None:
    for number in range(6):
        there.card(there.lead(name=f"Lead {number}"))
    page = open_as(page_at, there, "alice")
    page.get_by_role("article").filter(has_text="#1 ").first.hover()
    page.get_by_role("article").filter(has_text="#1 ").first.scroll_into_view_if_needed()
    type_command(page, "/lead list team")
    expect(page.get_by_role("article").filter(has_text="Your teams' leads")).to_be_in_viewport()
