"""A lead is qualified in a real browser: what is missing is said on its field, then sales takes it on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot import claims
from bot.playbook.playbook import read_playbook
from tests.browser.desk import PageAt, shot
from tests.browser.test_story import card, open_as
from tests.factories import PLAYBOOK, everyone_new
from tests.world import World, world


@pytest.fixture
def scored(tmp_path: Path) -> Iterator[World]:
    """Lead 1 is Alice's, and the shipped rules say how good it is."""
    rules = everyone_new().model_copy(update={"scoring": read_playbook(PLAYBOOK).scoring})
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=rules) as made:
        number = made.lead(title="Head of Sales", fields={"company_size": 80})
        claims.claim(made.dibs.services, "U0ALICE", number)
        made.card_saying(number, "Claimed by Alice")
        yield made


def test_the_questions_are_answered_and_the_lead_is_accepted(scored: World, page_at: PageAt) -> None:
    page = open_as(page_at, scored, "alice")
    lead = card(page, 1)
    expect(lead).to_contain_text("+20 head of a team")
    lead.get_by_role("button", name="Qualify #1").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Is there a budget").fill("12,000 EUR")
    form.get_by_label("Who decides?").fill("She does")
    form.get_by_label("And then?").select_option("accept")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_contain_text("Sales takes nothing on without an answer here.")
    shot(page, "qualify-missing")
    form.get_by_label("What do they need it for?").fill("Ten seats for the new team")
    form.get_by_label("By when?").select_option(label="this quarter")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()
    expect(lead).to_contain_text("SQL")
    shot(page, "qualify-card")
    scored.settled()
    line = scored.saying("accepted it")
    assert line["thread_ts"] == scored.card(1)["ts"]
