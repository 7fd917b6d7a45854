"""A rep's whole morning in a real browser: from the digest to an empty list."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot import followups, handover
from bot.people import Profile
from tests.browser.desk import PageAt, shot
from tests.world import TUESDAY, World, world

ALICE = "U0ALICE"


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[World]:
    """Alice leaves one thing lying on Tuesday, and has promised three for Wednesday; it is Wednesday, 8:50 for her."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        services = made.dibs.services
        for number, name, company in ((1, "Jane Doe", "Acme"), (2, "Omar Haddad", "Nile Trading"),
                                      (3, "Mia Chen", "Blue Harbour"), (4, "Petra Novak", "Novak & Sons")):  # fmt: skip
            assert made.lead(name=name, company=company, email=f"{number}@{company[:4].lower()}.example") == number
            handover.assign(services, "U0DANA", number, Profile(ALICE, "Alice", "Europe/Berlin"))
            made.command("alice", f"/lead note #{number} first contact made")
        for number, hours, what, kind in (
            (1, 4, "the offer", "call"), (2, 23, "send the contract", "email"), (3, 23.5, "demo", "meeting"),
            (4, 25, "ask for the order", "task"),
        ):  # fmt: skip
            due = TUESDAY + timedelta(hours=hours)
            followups.set_follow_up(services, ALICE, number, due, what, kind=kind, key=str(number))
        made.advance(hours=5)
        made.saying("the offer", channel=made.dm_channel("alice"))
        made.advance(hours=17, minutes=20)
        made.settled()
        yield made


def dm(page: Page, words: str) -> Locator:
    return page.get_by_role("article").filter(has_text=words).filter(has=page.get_by_role("button", name="Done"))


def save(page: Page, **chosen: str) -> None:
    form = page.get_by_role("dialog")
    for label, option in chosen.items():
        form.get_by_label(label.replace("_", " ")).select_option(label=option)
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()


def test_a_rep_goes_from_the_digest_to_an_empty_list(evening: World, page_at: PageAt) -> None:
    page = page_at(f"{evening.sandbox.url}/?as=alice#leads-smb", height=1100)
    page.get_by_role("link", name="Dibs").first.click()
    evening.advance(minutes=15)
    digest = page.get_by_role("article").filter(has_text="Good morning. 1 overdue, 3 due today.")
    expect(digest).to_have_count(1)
    expect(digest).to_contain_text("Call: the offer")
    expect(digest).to_contain_text("send the contract")
    shot(page, "morning-digest")

    # The one from yesterday: done, with what is next.
    dm(page, "Call: the offer").get_by_role("button", name="Done").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Note").fill("Likes the price, decides next week")
    shot(page, "morning-done-form")
    form.get_by_label("How did it go?").select_option(label="Reached, went well")
    form.get_by_label("What is next?").select_option(label="In a week, 9:00")
    form.get_by_label("What is to do then?").fill("ask for the decision")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    expect(page.get_by_role("article").filter(has_text="✅ Done: Call: the offer")).to_have_count(1)

    # Those of the morning come one by one at their times, each in its own DM.
    evening.advance(hours=1)
    mail = dm(page, "send the contract")
    expect(mail).to_have_count(1)
    mail.get_by_role("button", name="Snooze").click()
    page.get_by_role("menu").get_by_text("Tomorrow 9:00", exact=True).click()
    expect(page.get_by_role("article").filter(has_text="💤 Later: E-mail: send the contract")).to_have_count(1)
    demo = dm(page, "Meeting: demo")
    expect(demo).to_have_count(1)
    demo.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("menu").get_by_text("Not needed", exact=True).click()
    gone = page.get_by_role("article").filter(has_text="No longer needed: Meeting: demo")
    expect(gone).to_have_count(1)
    gone.get_by_role("button", name="Undo").click()
    expect(gone).to_have_count(0)
    dm(page, "Meeting: demo").get_by_role("button", name="Done").click()
    save(page, **{"How did it go?": "Reached, went well"})
    shot(page, "morning-dms")

    evening.advance(hours=2)
    dm(page, "ask for the order").get_by_role("button", name="Done").click()
    save(page, **{"How did it go?": "Left a message"})

    page.goto(f"{evening.sandbox.url}/?as=alice#app-home")
    home = page.get_by_role("region", name="App Home").last
    expect(home).to_contain_text("Nothing is overdue and nothing more is due today.")
    expect(home).not_to_contain_text("Due today:")
    expect(home).to_contain_text("ask for the decision")
    shot(page, "morning-empty")
