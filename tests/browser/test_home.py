"""The App Home of the real bot in a real browser: a rep's day, leads and settings, a manager's team."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from bot import claims, followups, handover, people
from bot.people import Profile
from tests.browser.desk import PageAt, shot
from tests.world import TUESDAY, World, world

LONG = "Bärbel Überlang-von-und-zu-Hohenstein <!channel> *bold* <http://evil|Invoice>"
BOB = Profile("U0BOB", "Bob", "Europe/London")


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[World]:
    """Alice has leads in several stages; some of her follow-ups are overdue, some due today, some come later."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}") as made:
        services = made.dibs.services
        for name, company in (("Jane Doe", "Acme"), (LONG, "Werkstatt GmbH & Co. KG"), ("Omar Haddad", "Nile Trading"),
                              ("Mia Chen", "Blue Harbour"), ("Petra Novak", "Novak & Sons")):  # fmt: skip
            number = made.lead(name=name, company=company, email=f"{len(name)}@{company[:4].lower()}.example")
            handover.assign(services, "U0DANA", number, Profile("U0ALICE", "Alice", "Europe/Berlin"))
        for number, hours, what, kind in (
            (1, 1, "call about the offer", "call"), (2, 2, "send the contract", "email"),
            (3, 5, "ask for the order", "task"), (4, 49, "demo with the team", "meeting"),
        ):  # fmt: skip
            followups.set_follow_up(
                services, "U0ALICE", number, TUESDAY + timedelta(hours=hours), what, kind=kind, key=str(number)
            )
        made.command("alice", "/lead stage #2 contacted")
        made.command("alice", "/lead stage #4 qualified")
        made.lead(name="Zoe Adler", company="Adler AG", email="zoe@adler.example")
        made.advance(hours=3)
        made.settled()
        yield made


def home(page_at: PageAt, there: World, person: str, **options: Any) -> Page:
    page = page_at(f"{there.sandbox.url}/?as={person}#app-home", **options)
    expect(region(page)).to_contain_text("My day")
    return page


def region(page: Page) -> Locator:
    return page.get_by_role("region", name="App Home").last


def press(page: Page, name: str) -> None:
    region(page).get_by_role("button", name=name, exact=True).first.click()


def choose(page: Page, shown: str, wanted: str) -> None:
    """In a menu that shows one choice, take another."""
    press(page, shown)
    page.get_by_role("menu").get_by_text(wanted, exact=True).click()


def test_a_rep_works_off_the_day(busy: World, page_at: PageAt) -> None:
    page = home(page_at, busy, "alice", height=1400)
    expect(region(page)).to_contain_text("Overdue: 2")
    expect(region(page)).to_contain_text("<!channel> *bold* <http://evil|Invoice>")
    shot(page, "home-day")
    region(page).get_by_role("button", name="Done: #1 Jane Doe, Acme").click()
    form = page.get_by_role("dialog")
    form.get_by_label("How did it go?").select_option(label="Reached, went well")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    expect(region(page)).to_contain_text("Overdue: 1")
    expect(region(page).get_by_role("button", name="Done: #1 Jane Doe, Acme")).to_have_count(0)


def test_a_rep_filters_and_searches_leads_and_sets_a_next_step(busy: World, page_at: PageAt) -> None:
    page = home(page_at, busy, "alice", height=1400)
    press(page, "Show My leads")
    expect(region(page)).to_contain_text("New: 3")
    expect(region(page)).to_contain_text("No next step")
    shot(page, "home-leads")
    region(page).get_by_label("Search my leads").fill("nova")
    page.keyboard.press("Enter")
    expect(region(page)).not_to_contain_text("Jane Doe")
    expect(region(page)).to_contain_text("Petra Novak")
    press(page, "Show all my leads: no stage, no search")
    expect(region(page)).to_contain_text("Jane Doe")
    expect(region(page).get_by_label("Search my leads")).to_have_value("")
    choose(page, "All stages (5)", "Qualified (1)")
    expect(region(page)).to_contain_text("Mia Chen")
    expect(region(page)).not_to_contain_text("Petra Novak")
    shot(page, "home-leads-filtered")
    press(page, "Set a follow-up for one of my leads")
    form = page.get_by_role("dialog")
    form.get_by_label("Which lead?").fill("petra")
    page.get_by_role("option", name="Petra Novak").click()
    form.get_by_label("When?").select_option(label="Tomorrow, 9:00")
    form.get_by_label("What is to do?").fill("say hello")
    shot(page, "home-follow-up-form")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    press(page, "Show all my leads: no stage, no search")
    expect(region(page)).to_contain_text("Next: Wed 25 Nov, 09:00, say hello")


def test_settings_go_round(busy: World, page_at: PageAt) -> None:
    page = home(page_at, busy, "alice", height=1400)
    press(page, "Show Settings")
    expect(region(page)).to_contain_text("Mon-Fri 09:00-18:00, as your team")
    shot(page, "home-settings")
    press(page, "Edit my settings")
    form = page.get_by_role("dialog")
    form.get_by_label("Friday").uncheck()
    form.get_by_label("Work starts").fill("08:00")
    form.get_by_label("Digest at").fill("08:30")
    form.get_by_label("Public holidays of").fill("Narnia")
    form.get_by_label("Mute reminders until").fill("tomorrow 9am")
    shot(page, "home-settings-form")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_contain_text("I know no holidays of “Narnia”")
    form.get_by_label("Public holidays of").fill("DE-BE")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    for words in ("Mon-Thu 08:00-18:00, your own", "DE-BE", "at 08:30", "muted until Wed 25 Nov, 09:00"):
        expect(region(page)).to_contain_text(words)
    press(page, "Edit my settings")
    expect(form.get_by_label("Friday")).not_to_be_checked()
    expect(form.get_by_label("Digest at")).to_have_value("08:30")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    expect(region(page)).to_contain_text("muted until Wed 25 Nov, 09:00")


def test_going_away_and_coming_back_show_in_both_homes(busy: World, page_at: PageAt) -> None:
    alice, bob = home(page_at, busy, "alice"), home(page_at, busy, "bob", height=1400)
    press(alice, "Be away: choose until when, and who covers")
    form = alice.get_by_role("dialog")
    form.get_by_label("Until when?").fill("monday")
    form.get_by_label("Who covers for you?").select_option("U0BOB")
    shot(alice, "home-away-form")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(region(alice)).to_contain_text(
        "You are away until Mon 30 Nov, 09:00: you get no offers. Bob covers for you."
    )
    expect(region(bob)).to_contain_text("for Alice")
    shot(bob, "home-cover")
    press(alice, "I am back: offers and reminders come to me again")
    expect(region(bob)).not_to_contain_text("for Alice")


def test_a_manager_sees_the_team_and_it_stays_up_to_date(busy: World, page_at: PageAt) -> None:
    people.name_cover(busy.dibs.services, "U0CAROL", BOB)
    people.go_away(busy.dibs.services, "U0CAROL", "friday")
    page = home(page_at, busy, "dana", height=1400)
    press(page, "Show Team")
    choose(page, "enterprise", "smb")
    expect(region(page)).to_contain_text("5 open leads, 2 overdue")
    expect(region(page)).to_contain_text("Nobody's yet: 1")
    shot(page, "home-team")
    with busy.dibs.services.reading() as uow:
        owner = uow.offers.open_for(6)
        assert owner is not None
        slack_id = uow.people.rep(owner.rep_id).slack_id
    claims.claim(busy.dibs.services, slack_id, 6)
    expect(region(page)).not_to_contain_text("Nobody's yet")


def test_tabs_and_buttons_are_reached_by_the_keyboard(busy: World, page_at: PageAt) -> None:
    page = home(page_at, busy, "alice")
    shown = region(page).get_by_role("button", name="My day, shown now")
    shown.focus()
    page.keyboard.press("Tab")
    expect(region(page).get_by_role("button", name="Show My leads")).to_be_focused()
    page.keyboard.press("Enter")
    expect(region(page).get_by_role("button", name="My leads, shown now")).to_be_visible()
    region(page).get_by_label("Search my leads").focus()
    page.keyboard.type("jane")
    page.keyboard.press("Enter")
    expect(region(page)).not_to_contain_text("Petra Novak")


def test_it_fits_on_a_phone(busy: World, page_at: PageAt) -> None:
    page = home(page_at, busy, "alice", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "home-phone")
