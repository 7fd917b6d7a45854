"""What is written down of a lead's story: where it stood from when to when, and what it had reached by then."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from store.database import Database
from store.models import Lead, Opportunity, Reached, Stay
from store.reporting import reached, reps, speed, standing, stays
from tests.store.story import ANN, BOB, ENTERPRISE, SMB, Story, moment, scope


@pytest.fixture
def told(database: Database) -> Story:
    return Story(database)


def stood(told: Story, lead_id: int) -> list[tuple[Any, ...]]:
    """Stage, owner, from, until."""
    with told.reading() as session:
        found = session.exec(select(Stay).where(Stay.lead_id == lead_id).order_by(col(Stay.id)))
        return [
            (one.stage, one.rep_id, day(one.began_at), day(one.ended_at) if one.ended_at else None) for one in found
        ]


def steps(told: Story, lead_id: int) -> list[tuple[Any, ...]]:
    """Step, when, noted when, gone when."""
    with told.reading() as session:
        found = session.exec(select(Reached).where(Reached.lead_id == lead_id).order_by(col(Reached.id)))
        return [(one.step, day(one.at), day(one.noted_at), day(one.gone_at) if one.gone_at else None) for one in found]


def day(at: datetime) -> str:
    return f"{at:%m-%d}"


def test_a_lead_stands_where_it_arrived(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    assert stood(told, lead) == [("new", None, "10-01", None)]
    assert steps(told, lead) == [("@arrived", "10-01", "10-01", None)]


def test_every_change_that_a_report_could_ask_for_begins_a_stay(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").claims(ANN, lead)
    told.at("2026-10-03 09:00").change(lead, stage="qualified")
    told.at("2026-10-04 09:00").change(lead, team_id=ENTERPRISE)
    told.at("2026-10-05 09:00").deal(lead, 5000)
    told.at("2026-10-06 09:00").change(lead, source="fair")
    assert stood(told, lead) == [
        ("new", None, "10-01", "10-02"), ("new", ANN, "10-02", "10-03"), ("qualified", ANN, "10-03", "10-04"),
        ("qualified", ANN, "10-04", "10-05"), ("qualified", ANN, "10-05", "10-06"), ("qualified", ANN, "10-06", None),
    ]  # fmt: skip
    since, left = zip(*[(day(one.since), one.left_stage) for one in rows(told, Stay)], strict=True)
    assert since == ("10-01", "10-01", "10-03", "10-03", "10-03", "10-03")
    assert left == (False, True, False, False, False, False)


def owned(told: Story) -> list[tuple[Any, ...]]:
    """Whose, since when, after how long they were in touch by the clock and in working time, and whether it went on."""
    return [
        (one.rep_id, day(one.got_at) if one.got_at else None, one.answered, one.worked, one.left_owner)
        for one in rows(told, Stay)
    ]  # fmt: skip


def test_a_lead_is_its_owners_from_then_on_and_says_when_they_were_in_touch(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").claims(ANN, lead)
    told.at("2026-10-02 10:00").contacts(lead, worked=1800)
    told.at("2026-10-03 09:00").change(lead, owner_id=BOB)
    told.at("2026-10-04 09:00").change(lead, stage="won")
    assert owned(told) == [
        (None, None, None, None, False), (ANN, "10-02", None, None, False), (ANN, "10-02", 3600, 1800, True),
        (BOB, "10-03", -1, None, False), (BOB, "10-03", -1, None, False),
    ]  # fmt: skip


def test_one_that_is_lost_or_given_back_without_a_contact_says_how_long_that_was(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").claims(ANN, lead)
    told.at("2026-10-03 09:00").change(lead, owner_id=None)
    told.at("2026-10-04 09:00").claims(ANN, lead)
    told.at("2026-10-05 09:00").change(lead, stage="lost", response_used=4000)
    assert owned(told)[1:] == [
        (ANN, "10-02", None, None, True), (None, None, None, None, False), (ANN, "10-04", None, None, False),
        (ANN, "10-04", None, 4000, False),
    ]  # fmt: skip
    with told.reading() as session:
        found = reps.owned(session, scope("2026-10-01", "2026-11-01", "2026-11-01"))
        assert {(one.way, one.seconds): one.leads for one in found} == {
            ("lead", 0): 2, ("over", 3960): 1, ("over", 86400): 1,
        }  # fmt: skip


def test_nothing_else_does(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").change(lead, name="Y", score=77, message="Hello")
    assert len(stood(told, lead)) == 1


def test_what_changes_twice_before_the_commit_changed_once(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    with told.at("2026-10-02 09:00").changing() as uow:
        there = uow.leads.get(lead)
        assert there is not None
        for stage in ("qualified", "new", "proposal"):
            there.stage = stage
            uow.session.flush()
    assert [one[0] for one in stood(told, lead)] == ["new", "proposal"]


def test_one_that_skips_a_stage_has_reached_it_as_well(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-09 09:00").change(lead, stage="won")
    assert [one[:2] for one in steps(told, lead)] == [
        ("@arrived", "10-01"), ("qualified", "10-09"), ("proposal", "10-09"), ("@won", "10-09"),
    ]  # fmt: skip


def test_a_step_is_reached_once_however_often_a_lead_comes_back_to_it(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    for number, stage in enumerate(("qualified", "lost", "new", "qualified", "proposal", "qualified")):
        told.at(f"2026-10-{number + 2:02} 09:00").change(lead, stage=stage)
    assert [one[:2] for one in steps(told, lead)][1:] == [("qualified", "10-02"), ("proposal", "10-06")]


def test_a_deal_that_is_opened_again_was_won_until_then(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").change(lead, stage="won")
    told.at("2026-10-08 09:00").change(lead, stage="proposal")
    assert [one[0] for one in stood(told, lead)] == ["new", "won", "proposal"]
    with told.reading() as session:
        won = [
            len(stays.closed(session, scope("2026-10-01", "2026-11-01", as_of)))
            for as_of in ("2026-10-05", "2026-10-09")
        ]
    assert won == [1, 0]


def test_a_lead_of_another_team_keeps_the_one_it_arrived_in_for_its_funnel(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").change(lead, team_id=ENTERPRISE, source="fair")
    told.at("2026-10-03 09:00").change(lead, stage="qualified")
    assert {(one.team_id, one.source) for one in rows(told, Reached)} == {(SMB, "web")}
    assert [one.team_id for one in rows(told, Stay)][-1] == ENTERPRISE


def test_one_that_is_merged_away_and_parted_again_is_back_with_all_it_had(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").claims(ANN, lead)
    told.at("2026-10-03 09:00").change(lead, stage="qualified")
    told.at("2026-10-10 09:00").change(lead, state="merged", owner_id=None, claimed_at=None, stage="new")
    assert stood(told, lead)[-1] == ("qualified", ANN, "10-03", "10-10")
    told.at("2026-10-20 09:00").change(
        lead, state="live", owner_id=ANN, claimed_at=moment("2026-10-02 09:00"), stage="qualified"
    )
    assert stood(told, lead)[-1] == ("qualified", ANN, "10-20", None)
    assert day(rows(told, Stay)[-1].since) == "10-03"
    assert steps(told, lead) == [
        ("@arrived", "10-01", "10-01", "10-10"), ("@claim", "10-02", "10-02", "10-10"),
        ("qualified", "10-03", "10-03", "10-10"), ("@arrived", "10-01", "10-20", None),
        ("@claim", "10-02", "10-20", None), ("qualified", "10-03", "10-20", None),
    ]  # fmt: skip
    assert [counted(told, as_of) for as_of in ("2026-10-05", "2026-10-15", "2026-10-25")] == [1, 0, 1]


def test_one_can_go_and_come_back_twice(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    for number, state in enumerate(("merged", "live", "merged", "live")):
        told.at(f"2026-10-{number + 2:02} 09:00").change(lead, state=state)
    assert [one[2:] for one in steps(told, lead)] == [("10-01", "10-02"), ("10-03", "10-04"), ("10-05", None)]
    assert [counted(told, f"2026-10-{number:02} 12:00") for number in range(1, 7)] == [1, 0, 1, 0, 1, 1]


def test_what_is_taken_back_with_its_import_never_was(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").change(lead, state="undone", closed_at=told.now)
    assert counted(told, "2026-10-03") == 0
    assert stood(told, lead) == [("new", None, "10-01", "10-02")]


def test_one_that_is_cleared_out_still_is_a_lead_but_in_no_pipeline(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-02 09:00").change(lead, state="archived", closed_at=told.now)
    assert counted(told, "2026-10-03") == 1
    with told.reading() as session:
        assert standing.standing(session, scope("2026-10-01", "2026-11-01", "2026-10-03")) == []
    told.at("2026-10-04 09:00").change(lead, state="live", closed_at=None)
    with told.reading() as session:
        assert len(standing.standing(session, scope("2026-10-01", "2026-11-01", "2026-10-05"))) == 1
    assert [day(one.since) for one in rows(told, Stay)] == ["10-01", "10-01", "10-01"]


def test_a_statement_past_the_objects_is_noticed_when_it_is_told_of(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    with told.at("2026-10-02 09:00").changing() as uow:
        stale = uow.leads.get(lead)
        uow.session.connection().execute(update(Lead).values(owner_id=BOB, claimed_at=told.now))
        uow.recorder.changed([lead])
        assert stale is not None
        assert stale.owner_id is None
    assert stood(told, lead)[-1] == ("new", BOB, "10-02", None)
    assert [one[0] for one in steps(told, lead)] == ["@arrived", "@claim"]


def test_a_new_lead_that_a_statement_changes_is_asked_for_again(told: Story) -> None:
    with told.at("2026-10-01 09:00").changing() as uow:
        lead = Lead(name="X", team_id=SMB, stage="new", created_at=told.now)
        uow.session.add(lead)
        uow.session.flush()
        uow.session.connection().execute(update(Lead).values(stage="qualified"))
        uow.recorder.changed([lead.id or 0])
    assert stood(told, lead.id or 0) == [("qualified", None, "10-01", None)]


def test_a_lead_that_comes_with_a_deal_stands_with_it(told: Story) -> None:
    with told.at("2026-10-01 09:00").changing() as uow:
        lead = Lead(name="X", team_id=SMB, stage="new", created_at=told.now)
        uow.session.add(lead)
        uow.session.flush()
        deal = Opportunity(
            lead_id=lead.id or 0, cents=700, currency="EUR", probability=45, created_at=told.now, changed_at=told.now
        )
        uow.session.add(deal)
    assert [(one.cents, one.currency, one.chance) for one in rows(told, Stay)] == [(700, "EUR", 45)]


def test_many_that_come_in_at_once_are_written_down_as_each_would_be(told: Story) -> None:
    told.at("2026-10-01 08:00").brings({"state": "merged"})
    told.at("2026-10-01 09:00").brings({}, {"level": "mql"}, {"state": "merged"})
    assert [(one.lead_id, one.stage, one.chance, one.kind) for one in rows(told, Stay)] == [
        (2, "new", 10, "open"), (3, "new", 10, "open"),
    ]  # fmt: skip
    found = sorted((one.lead_id, one.step, one.seconds) for one in rows(told, Reached))
    assert found == [(2, "@arrived", 0), (3, "@arrived", 0), (3, "@mql", 0)]


def test_at_any_moment_a_lead_has_one_stay(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    changes: list[dict[str, Any]] = [
        {"owner_id": ANN}, {"stage": "qualified"}, {"state": "archived"}, {"state": "live"}, {"stage": "won"},
    ]  # fmt: skip
    for number, values in enumerate(changes):
        told.at(f"2026-10-{number + 2:02} 09:00").change(lead, **values)
    found = rows(told, Stay)
    assert [one.ended_at for one in found] == [*(one.began_at for one in found[1:]), None]


def test_a_claim_is_counted_from_when_it_was_made(told: Story) -> None:
    lead = told.at("2026-10-01 09:00").arrives()
    told.at("2026-10-01 09:10").change(lead, owner_id=ANN, claimed_at=moment("2026-10-01 09:07"))
    with told.reading() as session:
        assert speed.took(session, scope("2026-10-01", "2026-10-02", "2026-10-02"), "@claim") == [speed.Took(420, 1)]


def counted(told: Story, as_of: str) -> int:
    with told.reading() as session:
        found = reached.reached(session, scope("2026-10-01", "2026-11-01", as_of))
    return sum(one.leads for one in found if one.step == "@arrived")


def rows(told: Story, model: type[Any]) -> list[Any]:
    with told.reading() as session:
        return list(session.exec(select(model).order_by(model.id)))
