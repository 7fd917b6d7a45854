"""Questions to what was written down, in a world small enough to be worked out by hand."""

from typing import Any

import pytest

from store.database import Database
from store.reporting.reached import reached
from store.reporting.speed import Took, took, waits
from store.reporting.standing import standing
from store.reporting.stays import StageTime, closed, in_stage
from tests.store.story import ANN, BOB, ENTERPRISE, SMB, Story, moment, scope

OCTOBER = ("2026-10-01", "2026-11-01")
THEN, LATER = "2026-10-15", "2026-11-01"
MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.fixture
def world(database: Database) -> Story:
    """#1 is won, #2 lost, #3 waits, #4 was #1 as well, #5 skipped a stage and is cleared out later."""
    told = Story(database)
    one = told.at("2026-10-01 09:00").arrives("web")
    told.at("2026-10-01 09:05").claims(ANN, one)
    told.at("2026-10-01 09:30").change(one, first_contact_at=told.now, response_waited=1200)
    two = told.at("2026-10-02 12:00").arrives("web")
    told.at("2026-10-02 14:01").claims(BOB, two)
    told.at("2026-10-03 09:00").change(one, stage="qualified")
    told.at("2026-10-03 10:00").deal(one, 100_000)
    told.at("2026-10-04 12:00").change(two, stage="lost", closed_at=told.now)
    told.at("2026-10-05 00:00").arrives("fair", ENTERPRISE)
    four = told.at("2026-10-06 08:00").arrives("web")
    told.at("2026-10-07 08:00").change(four, state="merged", merged_into_id=one, closed_at=told.now)
    five = told.at("2026-10-08 08:00").arrives("fair")
    told.at("2026-10-08 08:01:30").claims(ANN, five)
    told.at("2026-10-10 08:00").change(five, stage="proposal")
    told.at("2026-10-10 09:00").deal(five, 20_000, probability=50)
    told.at("2026-10-13 09:00").change(one, stage="won", closed_at=told.now)
    told.at("2026-10-20 08:00").change(five, state="archived", closed_at=told.now)
    return told


def test_the_pipeline_as_of_a_day_is_what_stood_then(world: Story) -> None:
    with world.reading() as session:
        found = {(one.stage, one.source): one for one in standing(session, scope(*OCTOBER, THEN))}
    assert {key: one.leads for key, one in found.items()} == {
        ("won", "web"): 1, ("lost", "web"): 1, ("new", "fair"): 1, ("proposal", "fair"): 1,
    }  # fmt: skip
    proposal = found["proposal", "fair"]
    assert (proposal.team_id, proposal.kind, proposal.currency, proposal.cents) == (SMB, "open", "EUR", 20_000)
    assert proposal.weighted == 20_000 * 50
    assert proposal.since == moment("2026-10-10 08:00").timestamp()
    assert (found["won", "web"].cents, found["won", "web"].weighted) == (100_000, 100_000 * 100)
    assert (found["new", "fair"].currency, found["new", "fair"].cents) == ("", 0)


def test_one_that_was_cleared_out_is_not_in_the_pipeline(world: Story) -> None:
    with world.reading() as session:
        assert {one.stage for one in standing(session, scope(*OCTOBER, LATER))} == {"won", "lost", "new"}


def test_one_day_earlier_it_was_another_pipeline(world: Story) -> None:
    with world.reading() as session:
        found = standing(session, scope(*OCTOBER, "2026-10-04"))
    assert [(one.stage, one.leads) for one in sorted(found, key=lambda one: one.stage)] == [
        ("new", 1),
        ("qualified", 1),
    ]


@pytest.mark.parametrize(
    ("limits", "leads"),
    [
        ({"team_ids": {ENTERPRISE}}, 1), ({"team_ids": {SMB, ENTERPRISE}}, 4), ({"team_ids": set()}, 0),
        ({"rep_ids": {ANN}}, 2), ({"rep_ids": {BOB}}, 1), ({"sources": {"fair"}}, 2),
        ({"sources": {"fair"}, "rep_ids": {ANN}, "team_ids": {SMB}}, 1),
    ],
)  # fmt: skip
def test_the_pipeline_of_some_is_theirs_alone(world: Story, limits: dict[str, Any], leads: int) -> None:
    with world.reading() as session:
        assert sum(one.leads for one in standing(session, scope(*OCTOBER, THEN, **limits))) == leads


def steps(world: Story, as_of: str, **limits: Any) -> dict[str, int]:
    with world.reading() as session:
        found: dict[str, int] = {}
        for one in reached(session, scope(*OCTOBER, as_of, **limits)):
            found[one.step] = found.get(one.step, 0) + one.leads
        return found


def test_a_funnel_counts_how_far_those_got_that_arrived(world: Story) -> None:
    assert steps(world, THEN) == {"@arrived": 4, "@claim": 3, "@contact": 1, "qualified": 2, "proposal": 2, "@won": 1}


def test_a_lead_counts_until_it_is_known_to_be_another(world: Story) -> None:
    assert steps(world, "2026-10-07 07:59")["@arrived"] == 4
    assert steps(world, "2026-10-07 08:01")["@arrived"] == 3


def test_a_step_counts_from_the_moment_it_was_taken(world: Story) -> None:
    assert "@won" not in steps(world, "2026-10-13 09:00")
    assert steps(world, "2026-10-13 09:01")["@won"] == 1


def test_the_funnel_of_a_rep_has_all_steps_of_their_leads(world: Story) -> None:
    assert steps(world, THEN, rep_ids={ANN}) == {
        "@arrived": 2, "@claim": 2, "@contact": 1, "qualified": 2, "proposal": 2, "@won": 1,
    }  # fmt: skip
    assert steps(world, THEN, rep_ids={BOB}) == {"@arrived": 1, "@claim": 1}
    assert steps(world, THEN, rep_ids={BOB}, team_ids={ENTERPRISE}) == {}


def test_the_time_to_a_step_is_summed(world: Story) -> None:
    with world.reading() as session:
        found = {(one.source, one.step): one.seconds for one in reached(session, scope(*OCTOBER, THEN))}
    assert found["web", "@claim"] == 300 + 7260
    assert found["web", "@won"] == 12 * DAY
    assert found["fair", "qualified"] == 2 * DAY


def test_who_took_how_long_comes_in_buckets(world: Story) -> None:
    with world.reading() as session:
        assert took(session, scope(*OCTOBER, THEN), "@claim") == [Took(60, 1), Took(300, 1), Took(7200, 1)]
        assert took(session, scope(*OCTOBER, "2026-10-02 13:00"), "@claim") == [Took(300, 1)]
        assert took(session, scope(*OCTOBER, THEN, rep_ids={BOB}), "@claim") == [Took(7200, 1)]


def test_who_was_never_claimed_still_waits(world: Story) -> None:
    with world.reading() as session:
        assert waits(session, scope(*OCTOBER, "2026-10-05 01:30"), "@claim") == [Took(5400, 1)]


def test_who_was_lost_before_a_step_waits_no_more(world: Story) -> None:
    with world.reading() as session:
        found = waits(session, scope(*OCTOBER, THEN, team_ids={SMB}), "@contact")
    # #2 was lost after two days; #5 has been waiting since the 8th.
    assert [(one.leads, one.is_over) for one in found] == [(1, True), (1, False)]
    assert found[0].seconds == pytest.approx(2 * DAY, rel=0.017)
    assert found[1].seconds == pytest.approx(6 * DAY + 16 * HOUR, rel=0.017)


def test_whoever_took_long_and_whoever_waits_are_all_that_arrived(world: Story) -> None:
    with world.reading() as session:
        for as_of in (THEN, LATER, "2026-10-03"):
            for step in ("@claim", "@contact", "qualified", "@won"):
                asked = scope(*OCTOBER, as_of)
                leads = sum(one.leads for one in [*took(session, asked, step), *waits(session, asked, step)])
                assert leads == steps(world, as_of)["@arrived"]


def test_what_was_won_and_lost_in_a_period_says_whose_it_was(world: Story) -> None:
    with world.reading() as session:
        found = sorted(closed(session, scope(*OCTOBER, THEN)), key=lambda one: one.kind)
        assert [(one.kind, one.rep_id, one.leads, one.cents, one.currency) for one in found] == [
            ("lost", BOB, 1, 0, ""), ("won", ANN, 1, 100_000, "EUR"),
        ]  # fmt: skip
        assert closed(session, scope("2026-10-05", "2026-10-13", THEN)) == []
        assert [one.kind for one in closed(session, scope(*OCTOBER, THEN, rep_ids={ANN}))] == ["won"]


def test_what_was_opened_again_is_closed_no_more(world: Story) -> None:
    world.at("2026-10-18 08:00").change(2, stage="qualified", closed_at=None)
    with world.reading() as session:
        assert [one.kind for one in closed(session, scope(*OCTOBER, LATER))] == ["won"]
        assert len(closed(session, scope(*OCTOBER, THEN))) == 2


def test_what_was_won_still_counts_when_it_is_cleared_out(world: Story) -> None:
    world.at("2026-10-25 08:00").change(1, state="archived")
    with world.reading() as session:
        assert [one.cents for one in closed(session, scope(*OCTOBER, LATER)) if one.kind == "won"] == [100_000]


def test_time_in_a_stage_goes_on_whoever_owns_the_lead(world: Story) -> None:
    with world.reading() as session:
        found = in_stage(session, scope(*OCTOBER, THEN))
    assert total(found, "new") == (3, 1)
    assert total(found, "qualified") == (1, 0)
    assert total(found, "proposal") == (0, 1)
    assert StageTime("qualified", bucketed(10 * DAY), 1, 0) in found
    assert StageTime("proposal", bucketed(4 * DAY + 16 * HOUR), 0, 1) in found


def test_who_is_cleared_out_waits_in_the_stage_no_longer(world: Story) -> None:
    with world.reading() as session:
        found = in_stage(session, scope(*OCTOBER, LATER))
    assert StageTime("proposal", bucketed(10 * DAY), 0, 1) in found


def total(found: list[StageTime], stage: str) -> tuple[int, int]:
    mine = [one for one in found if one.stage == stage]
    return sum(one.left for one in mine), sum(one.waits for one in mine)


def bucketed(seconds: int) -> int:
    """Whole minutes, and above two hours parts of a time that are as fine as a sixtieth of it."""
    width = MINUTE
    while seconds >= 120 * width:
        width *= 2
    return seconds - seconds % width
