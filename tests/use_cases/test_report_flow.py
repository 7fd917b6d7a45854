"""Pipeline, funnel and speed over one small world that was worked out by hand, now and as of before."""

from datetime import date, timedelta

import pytest

from bot import claims, pipeline
from bot.reports.before import scope_before
from bot.reports.funnel import FUNNEL
from bot.reports.funnel import behind as behind_funnel
from bot.reports.pipeline import PIPELINE
from bot.reports.speed import SPEED
from store.models import Opportunity
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office
from tests.reporting import ask, asked, plain, said

WEEK = date(2026, 11, 23), date(2026, 11, 30)


@pytest.fixture
def world(office: Office) -> dict[str, int]:
    """Tuesday 24 November, from half past nine in the office's clock.

    Four leads come. Ann is claimed and qualified after an hour, with a deal of 1,000.00 EUR at 40 %; Bea is claimed
    and won after a day; Cid is claimed and lost after a day; Dov nobody speaks to.
    """
    came = (("Ann", "website"), ("Bea", "website"), ("Cid", "fair"), ("Dov", "fair"))
    leads = {
        name: office.lead(name=name, email=f"hello@{name.lower()}.example", phone=None, company=None, source=source)
        for name, source in came
    }
    office.clock.advance(hours=1)
    for name in ("Ann", "Bea", "Cid"):
        claims.claim(office.services, office_rep(office, leads[name]), leads[name], key=name)
    pipeline.move_stage(office.services, DANA.slack_id, leads["Ann"], "qualified")
    with office.services.unit_of_work() as uow:
        now = office.clock.now()
        uow.deals.add(Opportunity(
            lead_id=leads["Ann"], cents=100_000, currency="EUR", probability=40, created_at=now, changed_at=now,
        ))  # fmt: skip
        uow.commit()
    office.clock.advance(days=1)
    pipeline.move_stage(office.services, DANA.slack_id, leads["Bea"], "won")
    pipeline.move_stage(office.services, DANA.slack_id, leads["Cid"], "lost", {"lost.reason": "price"})
    office.clock.advance(minutes=1)
    return leads


def office_rep(office: Office, lead_id: int) -> str:
    offered_to = office.offered_to(lead_id)
    return next(rep.slack_id for rep in (ALICE, BOB) if offered_to in (None, rep.name, rep.slack_id))


def test_the_pipeline_by_hand(office: Office, world: dict[str, int]) -> None:
    report = ask(office, PIPELINE, *WEEK)
    day = timedelta(days=1, minutes=1)
    assert [row for row in plain(report) if row[1]] == [
        ["new", 1, 0, 0, day + timedelta(hours=1)], ["qualified", 1, 100_000, 40_000, day],
    ]  # fmt: skip
    assert said(report).startswith("2 open leads worth 100000, by their chances 40000")


def test_the_pipeline_as_it_was(office: Office, world: dict[str, int]) -> None:
    """A minute after the four came, all of them were new, and nothing was known to be worth anything."""
    then = TUESDAY + timedelta(minutes=1)
    assert [row[:3] for row in plain(ask(office, PIPELINE, *WEEK, as_of=then)) if row[1]] == [["new", 4, 0]]


def test_stages_sum_to_all_whatever_they_are_grouped_by(office: Office, world: dict[str, int]) -> None:
    for by in ("stage", "team", "source"):
        report = ask(office, PIPELINE, *WEEK, by=by)
        assert report.table.total is not None
        leads = 1 if by == "stage" else -3
        assert sum(row.cells[leads].value for row in report.table.rows) == 2  # type: ignore[union-attr, misc]
        assert report.table.total.cells[leads].value == 2  # type: ignore[union-attr]


def test_the_funnel_by_hand(office: Office, world: dict[str, int]) -> None:
    """Whoever was won had been qualified too."""
    report = ask(office, FUNNEL, *WEEK)
    steps = {row[0]: row[1] for row in plain(report)}
    assert steps["arrived"] == 4
    assert steps["qualified"] == 2
    assert steps["won"] == 1
    counts = [row[1] for row in plain(report)]
    assert counts == sorted(counts, reverse=True)


def test_the_funnel_by_source(office: Office, world: dict[str, int]) -> None:
    rows = {row[0]: (row[1], row[-2], row[-1]) for row in plain(ask(office, FUNNEL, *WEEK, by="source"))}
    assert rows == {"website": (2, 1, 0.5), "fair": (2, 0, 0.0)}


def test_the_leads_behind_a_step(office: Office, world: dict[str, int]) -> None:
    with asked(office, FUNNEL, *WEEK) as one:
        assert behind_funnel(one, "qualified") == [world["Bea"], world["Ann"]]


def test_who_still_waits_counts_as_waiting(office: Office, world: dict[str, int]) -> None:
    """Dov waits; Cid was closed without a word, and waits no more."""
    report = ask(office, SPEED, *WEEK)
    assert [row[1] for row in plain(report)][-1] == 1
    within = {row[0]: row[1] for row in plain(report)}
    assert within[timedelta(minutes=30)] == 0
    assert within[timedelta(hours=1)] == pytest.approx(0.25)


def test_no_share_is_told_of_longer_than_anybody_was_looked_at(office: Office, world: dict[str, int]) -> None:
    """They came a day and an hour ago: nothing is known of three days yet."""
    report = ask(office, SPEED, *WEEK)
    within = [row[0] for row in plain(report)]
    assert timedelta(days=1) in within
    assert timedelta(days=3) not in within
    assert report.charts[0].categories[-1] == "1 d"


def test_a_week_that_is_not_over_is_compared_with_as_much_of_the_one_before(office: Office) -> None:
    """On Tuesday at half past nine; of a week that is over, with the whole one before."""
    with asked(office, FUNNEL, *WEEK) as one:
        before = scope_before(one)
    assert (before.starts, before.ends) == (one.scope.starts - timedelta(days=7), one.scope.starts)
    assert before.as_of == one.scope.as_of - timedelta(days=7)
    office.clock.advance(days=30)
    with asked(office, FUNNEL, *WEEK) as one:
        assert scope_before(one).as_of == one.scope.starts
    with asked(office, FUNNEL, date(1970, 1, 1), date(2026, 11, 30)) as one:
        assert scope_before(one).starts == scope_before(one).ends


def test_nothing_came(office: Office) -> None:
    """A sentence, and no table of zeros."""
    for kind in (FUNNEL, SPEED):
        report = ask(office, kind, *WEEK)
        assert said(report) == "No lead arrived in this time."
        assert report.charts == ()
    assert said(ask(office, PIPELINE, *WEEK)) == "No lead is open."
