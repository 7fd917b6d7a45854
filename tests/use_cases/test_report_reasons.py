"""Why leads were won and lost, over one small world that was worked out by hand, now and as of before."""

from datetime import date, timedelta

import pytest

from bot import deals, merging, pipeline
from bot.reports.reasons import REASONS, behind
from bot.rules.reports.report import Figure
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office
from tests.reporting import ask, asked, plain, said

WEEK, NEXT_WEEK = (date(2026, 11, 23), date(2026, 11, 30)), (date(2026, 11, 30), date(2026, 12, 7))


@pytest.fixture
def world(office: Office) -> dict[str, int]:
    """Tuesday 24 November. Ann buys Pro for 1,000.00 EUR; Bea, worth 500.00 EUR, is lost for the price; Cid is lost
    for it, too, and Dov to Rival. A week later Eve is lost for the price."""
    came = (("Ann", "website"), ("Bea", "website"), ("Cid", "fair"), ("Dov", "fair"), ("Eve", "fair"))
    leads = {
        name: office.claimed_lead(ALICE if name in ("Ann", "Cid", "Eve") else BOB, **who(name), source=source)
        for name, source in came
    }
    worth = (("Ann", "1000", "Pro"), ("Bea", "500", "Basic"))
    for name, amount, product in worth:
        given = {"opportunity.amount": amount, "opportunity.product": product}
        deals.save(office.services, DANA.slack_id, leads[name], given)
    office.clock.advance(hours=1)
    pipeline.move_stage(office.services, DANA.slack_id, leads["Ann"], "won")
    for name, reason in (("Bea", "price"), ("Cid", "price"), ("Dov", "a competitor")):
        rival = {"lost.other": "Rival"} if name == "Dov" else {}
        pipeline.move_stage(office.services, DANA.slack_id, leads[name], "lost", {"lost.reason": reason, **rival})
    office.clock.advance(days=7)
    pipeline.move_stage(office.services, DANA.slack_id, leads["Eve"], "lost", {"lost.reason": "price"})
    office.clock.advance(minutes=1)
    return leads


def who(name: str) -> dict[str, str | None]:
    return {"name": name, "email": f"hello@{name.lower()}.example", "phone": None, "company": None}


def test_the_reasons_by_hand(office: Office, world: dict[str, int]) -> None:
    report = ask(office, REASONS, *WEEK)
    assert plain(report) == [
        ["price", 2, pytest.approx(2 / 3), 50_000], ["a competitor", 1, pytest.approx(1 / 3), 0],
    ]  # fmt: skip
    assert report.table.total is not None
    assert report.table.total.cells[1] == Figure(3, "count")
    assert said(report).startswith("Leads were lost most often for “price”: 2 of 3 (0.66")
    assert said(report).endswith(". 1 was won.")


def test_it_says_how_that_was_before(office: Office, world: dict[str, int]) -> None:
    sentence = said(ask(office, REASONS, *NEXT_WEEK))
    assert sentence.startswith("Leads were lost most often for “price”: 1 of 1 (1.0), after 0.66")


def test_by_competitor_and_by_product(office: Office, world: dict[str, int]) -> None:
    assert plain(ask(office, REASONS, *WEEK, by="competitor")) == [
        ["no competitor named", 2, pytest.approx(2 / 3), 50_000], ["Rival", 1, pytest.approx(1 / 3), 0],
    ]  # fmt: skip
    assert plain(ask(office, REASONS, *WEEK, by="product")) == [["Pro", 1, 1.0, 100_000]]


def test_by_source_by_team_and_by_rep(office: Office, world: dict[str, int]) -> None:
    assert plain(ask(office, REASONS, *WEEK, by="source")) == [
        ["fair", 0, 2, 0, "a competitor", 1], ["website", 1, 1, 50_000, "price", 1],
    ]  # fmt: skip
    assert [row[:4] for row in plain(ask(office, REASONS, *WEEK, by="team"))] == [["smb", 1, 3, 50_000]]
    assert [row[:3] for row in plain(ask(office, REASONS, *WEEK, by="rep"))] == [["Bob", 0, 2], ["Alice", 1, 1]]


def test_the_leads_behind_a_reason(office: Office, world: dict[str, int]) -> None:
    with asked(office, REASONS, *WEEK) as one:
        assert behind(one, "=price") == [world["Cid"], world["Bea"]]
    with asked(office, REASONS, *WEEK, by="product") as one:
        assert behind(one, "=Pro") == [world["Ann"]]
    with asked(office, REASONS, *WEEK, by="source") as one:
        assert behind(one, "=website") == [world["Bea"], world["Ann"]]


def test_what_was_opened_again_was_lost_for_nothing(office: Office, world: dict[str, int]) -> None:
    then = office.clock.now()
    office.clock.advance(days=1)
    pipeline.move_stage(office.services, DANA.slack_id, world["Bea"], "qualified", {"back.why": "they called back"})
    assert plain(ask(office, REASONS, *WEEK, as_of=then))[0][:2] == ["price", 2]
    now = office.clock.advance(minutes=1)
    assert [row[:2] for row in plain(ask(office, REASONS, *WEEK, as_of=now))] == [["a competitor", 1], ["price", 1]]


def test_what_is_written_over_later_changes_nothing(office: Office, world: dict[str, int]) -> None:
    """Another product, and a merge that takes what the lead went through along."""
    then = office.clock.now()
    before = [ask(office, REASONS, *WEEK, as_of=then, by=by) for by in REASONS.by]
    office.clock.advance(days=1)
    deals.save(office.services, DANA.slack_id, world["Ann"], {"opportunity.product": "Basic"})
    merging.by_hand(office.services, DANA.slack_id, world["Bea"], world["Cid"])
    office.clock.advance(days=1)
    assert [ask(office, REASONS, *WEEK, as_of=then, by=by) for by in REASONS.by] == before
    assert ask(office, REASONS, *WEEK, as_of=office.clock.now()) != before[0]


def test_nothing_ended(office: Office) -> None:
    report = ask(office, REASONS, *WEEK)
    assert (said(report), plain(report), report.charts) == ("Nothing was won or lost in this time.", [], ())
    lead_id = office.claimed_lead()
    pipeline.move_stage(office.services, ALICE.slack_id, lead_id, "won")
    later = TUESDAY + timedelta(minutes=1)
    assert said(ask(office, REASONS, *WEEK, as_of=later)) == "Nothing was lost in this time; 1 lead was won."
