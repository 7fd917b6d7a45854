"""What sales says to marketing's leads, over one small world that was worked out by hand, now and as of before."""

from datetime import date

import pytest

from bot import edits, merging, pipeline
from bot.people import Profile
from bot.playbook.playbook import read_playbook
from bot.qualification import verdicts
from bot.reports.quality import QUALITY, behind
from store.database import Database
from tests.factories import ALICE, BOB, CAROL, DANA, PLAYBOOK, Office, everyone_new
from tests.reporting import ask, asked, plain, said

WEEK, NEXT_WEEK = (date(2026, 11, 23), date(2026, 11, 30)), (date(2026, 11, 30), date(2026, 12, 7))


@pytest.fixture
def office(database: Database) -> Office:
    """Whoever is from anywhere is an MQL at once, and nothing has to be asked before sales takes a lead on."""
    scoring = read_playbook(PLAYBOOK).scoring.model_copy(update={"mql": 1, "questions": ()})
    return Office(database, ALICE, BOB, CAROL, playbook=everyone_new().model_copy(update={"scoring": scoring}))


@pytest.fixture
def world(office: Office) -> dict[str, int]:
    """Tuesday 24 November. Five leads become MQLs at once. Ann and Bea of the website are accepted, Cid of the fair is
    rejected for no budget and Dov for wrong data; of Eve, from the fair as well, nobody says a word. A week later Dov
    turns out to be good: so he was accepted then, and before that rejected the week before."""
    came = (("Ann", "website"), ("Bea", "website"), ("Cid", "fair"), ("Dov", "fair"), ("Eve", "fair"))
    leads = {
        name: office.claimed_lead(
            office_rep(number), name=name, email=f"hello@{name.lower()}.example", phone=None, company=None,
            source=source,
        )
        for number, (name, source) in enumerate(came)
    }  # fmt: skip
    office.clock.advance(hours=1)
    for name in ("Ann", "Bea"):
        verdicts.accept(office.services, DANA.slack_id, leads[name])
    for name, why in (("Cid", "no budget"), ("Dov", "wrong data")):
        verdicts.reject(office.services, DANA.slack_id, leads[name], why)
    office.clock.advance(minutes=1)
    return leads


def office_rep(number: int) -> Profile:
    return (ALICE, BOB)[number % 2]


def test_the_quality_by_hand(office: Office, world: dict[str, int]) -> None:
    report = ask(office, QUALITY, *WEEK)
    rows = [[*row[:5], *row[7:]] for row in plain(report)]
    assert rows == [
        ["fair", 3, 0, 2, 0.0, 1, "no budget 1, wrong data 1"], ["website", 2, 2, 0, 1.0, 0, ""],
    ]  # fmt: skip
    assert said(report) == (
        "5 new MQLs; sales accepted 2 and rejected 2, so it took on 0.5. Rejected most often for “no budget”: 1."
    )
    assert report.table.total is not None


def test_by_reason_and_by_team(office: Office, world: dict[str, int]) -> None:
    assert plain(ask(office, QUALITY, *WEEK, by="reason")) == [["no budget", 1, 0.5], ["wrong data", 1, 0.5]]
    assert [row[:4] for row in plain(ask(office, QUALITY, *WEEK, by="team"))] == [["smb", 5, 2, 2]]


def test_the_last_word_counts_and_before_stays_before(office: Office, world: dict[str, int]) -> None:
    office.clock.advance(days=7)
    then = office.clock.now()
    told = [ask(office, QUALITY, *WEEK, as_of=then, by=by) for by in QUALITY.by]
    pipeline.move_stage(office.services, DANA.slack_id, world["Dov"], "qualified", {"back.why": "they called back"})
    verdicts.accept(office.services, DANA.slack_id, world["Dov"])
    edits.correct(office.services, DANA.slack_id, world["Cid"], {"source": "webinar"})
    merging.by_hand(office.services, DANA.slack_id, world["Ann"], world["Bea"])
    office.clock.advance(minutes=1)
    assert [ask(office, QUALITY, *WEEK, as_of=then, by=by) for by in QUALITY.by] == told
    next_week = ask(office, QUALITY, *NEXT_WEEK)
    assert [row[:4] for row in plain(next_week)] == [["fair", 0, 1, 0]]
    assert "so it took on 1.0, after 0.5 in the time before" in said(next_week)
    now = {row[0]: row[1:4] for row in plain(ask(office, QUALITY, *WEEK, as_of=office.clock.now()))}
    assert now == {"fair": [2, 0, 0], "webinar": [1, 0, 1], "website": [1, 1, 0]}


def test_the_leads_behind_a_row(office: Office, world: dict[str, int]) -> None:
    with asked(office, QUALITY, *WEEK) as one:
        assert behind(one, "=fair") == [world["Eve"], world["Dov"], world["Cid"]]
    with asked(office, QUALITY, *WEEK, by="reason") as one:
        assert behind(one, "=no budget") == [world["Cid"]]


def test_nothing_was_said(office: Office) -> None:
    report = ask(office, QUALITY, *WEEK)
    assert plain(report) == []
    assert said(report) == "No lead became an MQL, and sales accepted and rejected none, in this time."
