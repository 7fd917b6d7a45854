"""Goals over one small world that was worked out by hand: reached so far, pace, forecast, and who sees which."""

from dataclasses import replace
from datetime import date

import pytest

from bot import claims, pipeline
from bot.actors import known
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.people import Profile
from bot.reports import asking, goal_setting
from bot.reports.goals import GOALS
from bot.reports.goals import behind as leads_of
from store.models import Goal, Opportunity
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, Office
from tests.reporting import ask, asked, plain, said

WEDNESDAY = date(2026, 11, 25), date(2026, 11, 26)


@pytest.fixture
def world(office: Office) -> list[int]:
    """It is Wednesday, 18:00, when work ends: of the working week three fifths are over, of November 18 of 21 days.

    Two leads came on Tuesday, one of them an MQL; Alice claimed one and won it for 1,000.00 EUR.
    """
    first, second = (office.lead(name=name, email=f"{name}@acme.example") for name in ("ann", "bea"))
    claims.claim(office.services, ALICE.slack_id, first)
    with office.services.unit_of_work() as uow:
        now = office.clock.now()
        uow.deals.add(Opportunity(lead_id=first, cents=100_000, currency="EUR", created_at=now, changed_at=now))
        lead = uow.leads.get(second)
        assert lead is not None
        lead.level = "mql"
        uow.commit()
    pipeline.move_stage(office.services, DANA.slack_id, first, "won")
    office.clock.set("2026-11-25T18:00:00+00:00")
    return [first, second]


def goal(office: Office, words: str) -> str:
    return goal_setting.set_goal(office.services, DANA.slack_id, words).text


def test_goals_by_hand(office: Office, world: list[int]) -> None:
    for words in ("5 mqls a week team:smb", "3 leads a week", "won value 1,500 per month", "1 won a week rep:Alice"):
        goal(office, words)
    rows = plain(ask(office, GOALS, *WEDNESDAY))
    month = 18 / 21
    # goal, time, target, reached, of the target, expected, forecast, state
    assert rows == [
        ["mqls per week, team smb", "week of 23 November 2026", 5, 1, 0.2, pytest.approx(3), pytest.approx(5 / 3),
         "behind"],
        ["leads per week", "week of 23 November 2026", 3, 2, 2 / 3, pytest.approx(1.8), pytest.approx(10 / 3), "ahead"],
        ["won value per month", "November 2026", 150_000, 100_000, pytest.approx(2 / 3), round(150_000 * month),
         round(100_000 / month), "behind"],
        ["won per week, Alice", "week of 23 November 2026", 1, 1, 1.0, pytest.approx(0.6), pytest.approx(5 / 3),
         "reached"],
    ]  # fmt: skip


def test_the_sentence_names_the_goal_that_is_furthest_behind(office: Office, world: list[int]) -> None:
    goal(office, "5 mqls a week")
    goal(office, "2 leads a week")
    report = ask(office, GOALS, *WEDNESDAY)
    assert said(report).startswith(
        "1 of 2 goals are on pace or better. Mqls per week: 1 of 5, behind; at this pace 1.66"
    )
    assert [chart.shape for chart in report.charts] == ["bar", "line"]
    line = report.charts[1]
    assert line.categories == ("24 November", "25 November", "until now")
    assert [series.values for series in line.series] == [(0.0, 1.0, 1.0), (1.0, 2.0, 3.0)]


def test_what_happened_later_changes_no_earlier_report(office: Office, world: list[int]) -> None:
    """A goal set, raised and ended, and a lead that came: as of then nothing of it was known."""
    goal(office, "5 mqls a week")
    then = office.clock.advance(minutes=1)
    before = ask(office, GOALS, *WEDNESDAY, as_of=then)
    assert [row[2] for row in plain(before)] == [5]
    office.clock.advance(minutes=1)
    goal(office, "9 mqls a week")
    goal(office, "9 leads a week")
    office.lead(name="late", email="late@acme.example")
    assert ask(office, GOALS, *WEDNESDAY, as_of=then) == before
    office.clock.advance(minutes=1)
    goal_setting.end(office.services, DANA.slack_id, 2)
    assert [row[0] for row in plain(ask(office, GOALS, *WEDNESDAY))] == ["leads per week"]


def test_a_goal_counts_from_the_week_in_which_it_was_set(office: Office, world: list[int]) -> None:
    goal(office, "5 mqls a week")
    last_week = ask(office, GOALS, date(2026, 11, 16), date(2026, 11, 23), as_of=office.clock.advance(minutes=1))
    assert plain(last_week) == []


def test_a_new_goal_takes_the_place_of_the_same_one(office: Office) -> None:
    goal(office, "5 mqls a week")
    assert "It takes the place of 5 mqls per week." in goal(office, "7 mqls a week")
    goal(office, "7 mqls a week team:smb")
    assert [(one.target, one.ended_at is None) for one in office.rows(Goal)] == [(5, False), (7, True), (7, True)]
    with pytest.raises(DibsError, match="set already, as number 2"):
        goal(office, "7 mqls a week")


def test_a_goal_is_ended_once(office: Office) -> None:
    goal(office, "5 mqls a week")
    assert goal_setting.end(office.services, DANA.slack_id, 1) == "Ended goal 1: 5 mqls per week."
    assert "had ended already" in goal_setting.end(office.services, DANA.slack_id, 1)
    with pytest.raises(NotFoundError):
        goal_setting.end(office.services, DANA.slack_id, 2)
    assert goal_setting.lines(office.services, DANA.slack_id).text.startswith("No goal is set.")


@pytest.mark.parametrize("who", [ALICE, ERIN])
def test_managers_set_and_end_goals(office: Office, who: Profile) -> None:
    goal(office, "5 mqls a week team:smb")
    with pytest.raises(NotAllowedError):
        goal_setting.set_goal(office.services, who.slack_id, "9 mqls a week")
    with pytest.raises(NotAllowedError):
        goal_setting.end(office.services, who.slack_id, 1)


def test_a_rep_sees_their_own_goals_and_their_teams(office: Office, world: list[int]) -> None:
    """Not those of a colleague, of another team, or of everybody, which count what others' teams do."""
    office.seat(CAROL, "enterprise")
    for words in ("1 mql a week", "2 mqls a week team:smb", "3 mqls a week team:enterprise", "4 mqls a week rep:Alice"):
        goal(office, words)
    seen = {ALICE: [2, 4], BOB: [2], CAROL: [2, 3], DANA: [1, 2, 3, 4]}
    for who, numbers in seen.items():
        rows = asking.answer(office.services, who.slack_id, "goals").report.table.rows
        assert [row.cells[2].value for row in rows] == numbers, who.name  # type: ignore[union-attr]
        listed = goal_setting.lines(office.services, who.slack_id)
        assert listed.text == f"{len(numbers)} goal{'s' if len(numbers) > 1 else ''}", who.name


def test_the_leads_behind_a_goal(office: Office, world: list[int]) -> None:
    goal(office, "5 mqls a week")
    goal(office, "won value 5k a month")
    with asked(office, GOALS, *WEDNESDAY) as one:
        assert [leads_of(one, key) for key in ("1", "2", "9")] == [[world[1]], [world[0]], []]
        mine = replace(one, who=known(one.uow, BOB.slack_id), scope=replace(one.scope, team_ids=frozenset({1})))
        assert leads_of(mine, "1") == []


def test_no_goal_is_set(office: Office) -> None:
    report = ask(office, GOALS, *WEDNESDAY)
    assert said(report).startswith("No goal is set. A manager sets one like: /report goal")
    assert (report.charts, report.notes) == ((), ())
