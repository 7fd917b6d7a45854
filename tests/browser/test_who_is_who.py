"""The question whether two leads are one person, answered in its thread in a real browser, and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot import claims
from bot.playbook.matching import Matching
from tests.browser.desk import PageAt, shot
from tests.browser.test_story import open_as
from tests.factories import everyone_new
from tests.world import World, world


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[World]:
    """#1 is Alice's; #2 has the same name and company, and another way to reach them."""
    asking = everyone_new().model_copy(update={"matching": Matching()})
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=asking) as made:
        first = made.lead()
        claims.claim(made.dibs.services, "U0ALICE", first)
        made.card_saying(first, "Claimed by Alice")
        second = made.lead(email=None, phone="+49 30 555666", message="I wrote last week.")
        assert "is this the same person" in made.saying("is this the same person")["text"]
        made.card(second)
        yield made


def second(page: Page) -> Locator:
    """The card of the second lead, below that of the first, which may speak of it."""
    return page.get_by_role("main").get_by_role("article").filter(has_text="#2 ").last


def question_of(page: Page) -> Locator:
    second(page).get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("is this the same person as #1 Jane Doe, Acme, whom Alice looks after?")
    return thread


def test_same_person_makes_one_lead_of_two_and_split_makes_two_again(pair: World, page_at: PageAt) -> None:
    page = open_as(page_at, pair, "alice")
    thread = question_of(page)
    shot(page, "who-is-who-asked")
    thread.get_by_role("button", name="the same person").click()
    expect(thread).to_contain_text("Alice says that they are the same person")
    gone = second(page)
    expect(gone).to_contain_text("is the same person as #1 Jane Doe, Acme now")
    shot(page, "who-is-who-same")
    gone.get_by_role("button", name="Part #2").click()
    expect(page.get_by_role("main")).to_contain_text("#1 Jane Doe, Acme and #2 Jane Doe, Acme are two leads again")
    expect(page.get_by_role("heading", name="#2 Jane Doe, Acme").first).to_be_visible()
    assert "somebody else" in pair.saying("says that #2 Jane Doe, Acme is somebody else")["text"]
    shot(page, "who-is-who-split")


def test_different_leaves_both_as_they_are(pair: World, page_at: PageAt) -> None:
    page = open_as(page_at, pair, "alice")
    thread = question_of(page)
    thread.get_by_role("button", name="different people").click()
    expect(thread).to_contain_text("Alice says that they are different people")
    expect(thread.get_by_role("button", name="the same person")).to_have_count(0)
    expect(second(page)).to_contain_text("Phone: +4930555666")
    shot(page, "who-is-who-different")
