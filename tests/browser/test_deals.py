"""A lead moved along in a real browser: the form asks for just what is missing, until it is won, lost or back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot import claims
from bot.playbook.pipeline import Closing
from bot.playbook.playbook import Playbook, read_playbook
from tests.browser.desk import LEADS, PageAt, shot
from tests.browser.test_story import card, open_as, type_command
from tests.factories import PLAYBOOK, everyone_new
from tests.world import World, world


def with_gates() -> Playbook:
    """The shipped stages with all that they ask, and products and competitors to choose from."""
    closing = Closing(products=("Starter", "Team"), competitors=("Globex", "Initech"))
    return everyone_new().model_copy(update={"stages": read_playbook(PLAYBOOK).stages, "closing": closing})


@pytest.fixture
def gated(tmp_path: Path) -> Iterator[World]:
    """Lead 1 is Alice's."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=with_gates()) as made:
        number = made.lead(fields={"budget": "12k"})
        claims.claim(made.dibs.services, "U0ALICE", number)
        made.card_saying(number, "Claimed by Alice")
        yield made


def open_form(page: Page) -> Locator:
    card(page, 1).get_by_role("button", name="to another stage").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("now in")
    return form


def submit(form: Locator, button: str = "Move") -> None:
    form.get_by_role("button", name=button, exact=True).click()


def test_the_form_asks_for_what_the_chosen_stage_needs_and_moves_in_one_go(gated: World, page_at: PageAt) -> None:
    page = open_as(page_at, gated, "alice")
    form = open_form(page)
    form.get_by_label("Stage").select_option("qualified")
    need = form.get_by_label("What do they need it for?")
    expect(need).to_be_visible()
    expect(form).to_contain_text("Needs an answer on need.")
    shot(page, "deal-gate")
    submit(form)
    expect(form).to_contain_text("complete this required field")
    need.fill("Ten seats for the new team")
    submit(form)
    expect(form).to_be_hidden()
    expect(card(page, 1)).to_contain_text("Stage: qualified")


def test_what_was_typed_stays_when_another_stage_is_chosen(gated: World, page_at: PageAt) -> None:
    page = open_as(page_at, gated, "alice")
    form = open_form(page)
    form.get_by_label("Stage").select_option("won")
    amount = form.get_by_label("Amount")
    expect(amount).to_have_value("12k")
    amount.fill("14.000 €")
    form.get_by_label("Stage").select_option("proposal")
    expect(form.get_by_label("Product")).to_have_count(0)
    expect(form.get_by_label("Amount")).to_have_value("14.000 €")


def test_a_deal_is_written_down_and_won(gated: World, page_at: PageAt) -> None:
    page = open_as(page_at, gated, "alice")
    type_command(page, "/lead deal #1")
    form = page.get_by_role("dialog")
    form.get_by_label("Amount").fill("1.500k")
    form.get_by_label("Chance to win it").fill("40")
    form.get_by_label("Expected close").fill("2026-12-12")
    submit(form, "Save")
    expect(form).to_contain_text("Is this 1,500 or 1,500,000?")
    shot(page, "deal-form")
    form.get_by_label("Amount").fill("12.000 €")
    submit(form, "Save")
    expect(form).to_be_hidden()
    expect(card(page, 1)).to_contain_text("Opportunity 12,000 EUR, 40 %, closes 12 Dec 2026")
    shot(page, "deal-card")
    form = open_form(page)
    form.get_by_label("Stage").select_option("won")
    expect(form.get_by_label("Amount")).to_have_value("12,000 EUR")
    form.get_by_label("Product").select_option("Team")
    shot(page, "deal-won")
    submit(form)
    expect(form).to_be_hidden()
    expect(card(page, 1)).to_contain_text("Sold for 12,000 EUR, Team")


def test_a_lead_is_lost_to_a_competitor_and_comes_back_with_its_history(gated: World, page_at: PageAt) -> None:
    page = open_as(page_at, gated, "alice")
    form = open_form(page)
    form.get_by_label("Stage").select_option("lost")
    form.get_by_label("Why is it lost?").select_option("a competitor")
    submit(form)
    expect(form).to_contain_text("Say which competitor it was.")
    shot(page, "deal-lost")
    form.get_by_label("To which competitor?").select_option("Globex")
    submit(form)
    expect(form).to_be_hidden()
    expect(card(page, 1)).to_contain_text("Why: a competitor (Globex)")
    type_command(page, "/lead stage #1 contacted")
    form = page.get_by_role("dialog")
    form.get_by_label("Why is it open again?").fill("Globex did not deliver")
    submit(form)
    expect(form).to_be_hidden()
    line = gated.saying("It was lost once before: a competitor (Globex)")
    assert line["thread_ts"] == gated.card(1)["ts"]
    type_command(page, "/lead show #1")
    told = page.get_by_role("article").filter(has_text="What happened, the newest first")
    expect(told).to_contain_text("moved it from lost to contacted: Globex did not deliver")
    shot(page, "deal-story")


def test_whoever_is_second_is_told_on_their_open_form(gated: World, page_at: PageAt) -> None:
    page = open_as(page_at, gated, "alice")
    form = open_form(page)
    form.get_by_label("Stage").select_option("qualified")
    form.get_by_label("What do they need it for?").fill("Ten seats")
    gated.command("dana", "/lead stage #1 contacted")
    submit(form)
    expect(form).to_contain_text("Dana moved it from new to contacted meanwhile")
    shot(page, "deal-overtaken")


def test_a_deleted_card_comes_back_with_its_whole_story(gated: World, page_at: PageAt) -> None:
    gated.command("alice", "/lead note #1 Wants ten seats")
    gated.settled()
    before = gated.card(1)
    page = open_as(page_at, gated, "alice")
    type_command(page, "/lead rebuild #1")
    standing = page.get_by_role("article").filter(has_text="Nothing is gone")
    expect(standing).to_be_visible()
    expect(standing.get_by_role("button", name="Post the story")).to_have_count(0)
    shot(page, "deal-rebuild")
    gated.dibs.client.chat_delete(channel=LEADS, ts=before["ts"])
    type_command(page, "/lead rebuild #1")
    story = gated.saying("The story of #1")
    assert story["thread_ts"] == gated.card(1)["ts"] != before["ts"]
