"""Sequences in a browser: what waits for a yes, a preview, a step's form; narrow, in the dark, and for axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.playbook import versions
from bot.playbook.playbook import read_playbook
from bot.views.cards import CLAIM
from tests.browser.desk import PageAt, shot
from tests.browser.test_accessibility import axe, blemishes, open_with_axe
from tests.factories import PLAYBOOK
from tests.world import World, world

__all__ = ["axe"]  # a fixture of that module, which this one shares


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    """Alice's lead, who may be e-mailed, and the sequences as shipped; what waits for months waits for an hour."""
    text = PLAYBOOK.read_text(encoding="utf-8").replace("days = 90", "hours = 1")
    file = tmp_path / "playbook.toml"
    file.write_text(text, encoding="utf-8")
    rules = read_playbook(file)
    with world(f"sqlite:///{tmp_path / 'dibs.db'}", playbook=rules, writes_to_leads=True) as made:
        versions.record_file(made.dibs.services, text)
        made.lead()
        made.click("alice", made.card(1), CLAIM)
        made.command("alice", "/sequence stop #1")
        yield made


def is_cut_off(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_rep_sends_what_waited_for_a_yes_after_a_look_at_it(shop: World, page_at: PageAt, axe: Path) -> None:
    shop.command("alice", "/sequence enrol #1 win-back")
    shop.advance(hours=1)
    page = open_with_axe(page_at, shop.sandbox, axe, width=360, height=800, scheme="dark")
    page.goto(f"{shop.sandbox.url}/?as=alice#{shop.dm_channel('alice')}")
    waiting = page.get_by_role("article").filter(has_text="waits for your yes")
    expect(waiting).to_contain_text("Has anything changed since?")
    assert (blemishes(page), is_cut_off(page)) == ([], False)
    waiting.get_by_role("button", name="Edit it, then send it to #1 Jane Doe, Acme").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Text").fill("Has anything changed, Jane?")
    assert blemishes(page) == []
    shot(page, "sequence-approval-form")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Alice changed it and sent it on its way.")).to_be_visible()
    letters = shop.eventually(lambda: [one for one in shop.http.get("/sandbox/post").json()["letters"] if
                                       "changed, Jane?" in one["text"]], "the letter as it was edited")  # fmt: skip
    assert letters[0]["subject"] == "Has anything changed since?"


def test_nobody_has_to_read_templates_to_preview_or_edit_a_sequence(shop: World, page_at: PageAt, axe: Path) -> None:
    page = open_with_axe(page_at, shop.sandbox, axe, person="dana")
    page.goto(f"{shop.sandbox.url}/?as=dana#leads-smb")
    for words, seen in (
        ("preview #1 re-engage", "Jane, is this still of interest?"),
        ("show re-engage", "[first name]"),
    ):
        box = page.get_by_label("Message #leads-smb", exact=True)
        box.fill(f"/sequence {words}")
        box.press("Enter")
        answer = page.get_by_role("article").filter(has_text=seen).last
        expect(answer).to_be_visible()
        assert "{{" not in answer.inner_text()
    assert blemishes(page) == []
    page.get_by_role("button", name="Edit a step").last.click()
    page.get_by_role("menuitemradio").first.click()
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Subject of “by-name”")).to_be_visible()
    expect(form).to_contain_text("Hello [first name],")
    assert blemishes(page) == []
    shot(page, "sequence-step-form")
