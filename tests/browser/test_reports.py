"""A manager asks a report by clicking in a real browser: a sentence, a chart, a table, and what is done with them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot import claims
from tests.browser.desk import PageAt, shot
from tests.browser.test_story import open_as, type_command
from tests.workspaces import without_charts
from tests.world import World, world

SOURCES = ("website", "website", "webinar", "<!here> fair")


def fill(there: World) -> None:
    """Four leads of three sources; the first is Alice's."""
    numbers = [there.lead(source=source, email=f"{place}@acme.example") for place, source in enumerate(SOURCES)]
    claims.claim(there.dibs.services, "U0ALICE", numbers[0])
    there.settled()


@pytest.fixture
def busy(there: World) -> World:
    fill(there)
    return there


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[World]:
    """A workspace that does not take Slack's own charts and tables."""
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", seed=without_charts(tmp_path)) as made:
        fill(made)
        yield made


def ask(page: Page, words: str) -> Locator:
    type_command(page, f"/report {words}")
    answer = page.get_by_role("article").filter(has=page.get_by_role("button", name="CSV")).last
    expect(answer).to_be_visible()
    return answer


def test_a_report_is_a_sentence_a_chart_and_a_table_that_only_the_asker_sees(busy: World, page_at: PageAt) -> None:
    page = open_as(page_at, busy, "dana")
    answer = ask(page, "pipeline by:source")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("4 open leads")
    expect(answer.get_by_role("img", name=re.compile("Bar chart: Leads by stage"))).to_be_visible()
    shot(page, "report-pipeline")
    answer.get_by_role("button", name="Show the numbers").first.click()
    expect(answer.get_by_role("table", name="Leads by stage")).to_contain_text("new")
    table = answer.get_by_role("table", name="Pipeline")
    table.get_by_role("button", name="Source").click()
    expect(table.get_by_role("rowheader").nth(0)).to_have_text("<!here> fair")
    expect(table.get_by_role("columnheader", name="Source")).to_have_attribute("aria-sort", "ascending")


def test_a_report_is_shared_in_the_channel_where_everybody_sees_it(busy: World, page_at: PageAt) -> None:
    page = open_as(page_at, busy, "dana")
    ask(page, "pipeline").get_by_role("button", name="Share").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Share").click()
    expect(form).to_be_hidden()
    alice = open_as(page_at, busy, "alice")
    shared = alice.get_by_role("article").filter(has_text="Shared by Dana")
    expect(shared.get_by_role("img", name=re.compile("Leads by stage"))).to_be_visible()
    expect(shared.get_by_role("button", name="Share")).to_have_count(0)


def test_a_report_is_refined_in_a_form_that_knows_what_was_asked(busy: World, page_at: PageAt) -> None:
    page = open_as(page_at, busy, "dana")
    ask(page, "pipeline").get_by_role("button", name="Refine").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Source").fill("webinar")
    form.get_by_role("button", name="Ask").click()
    answer = page.get_by_role("article").filter(has=page.get_by_role("button", name="CSV")).last
    expect(answer).to_contain_text("1 open lead")


def test_a_report_is_given_as_a_file(busy: World, page_at: PageAt) -> None:
    page = open_as(page_at, busy, "dana")
    ask(page, "pipeline").get_by_role("button", name="CSV").click()
    page.get_by_role("link", name="Dibs").first.click()
    expect(page.get_by_role("article").filter(has_text=".csv").last).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_workspace_that_refuses_charts_sees_them_in_letters(plain: World, page_at: PageAt, scheme: str) -> None:
    page = page_at(f"{plain.sandbox.url}/?as=dana#leads-smb", scheme="dark" if scheme == "dark" else "light")
    answer = ask(page, "pipeline")
    expect(answer).to_contain_text(re.compile("new +█+ 4"))
    expect(answer.get_by_role("img", name=re.compile("chart"))).to_have_count(0)
    shot(page, f"report-in-letters-{scheme}")


def test_what_is_shared_where_charts_are_refused_has_pictures_below_it(plain: World, page_at: PageAt) -> None:
    page = open_as(page_at, plain, "dana")
    ask(page, "pipeline").get_by_role("button", name="Share").click()
    page.get_by_role("dialog").get_by_role("button", name="Share").click()
    shared = page.get_by_role("article").filter(has_text="Shared by Dana")
    shared.get_by_role("button", name=re.compile("repl")).click()
    picture = page.get_by_role("img", name=re.compile("Bar chart: Leads by stage.*new 4"))
    expect(picture).to_be_visible()
    shot(page, "report-picture")
