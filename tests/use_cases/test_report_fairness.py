"""Fairness over one small world that was worked out by hand: shares, debts, offers and claims that came too late."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import delete

from bot import claims, teams
from bot.actors import known
from bot.people import Profile
from bot.reports.fairness import FAIRNESS
from store.models import Decision
from store.reporting.fairness import stands
from tests.factories import ALICE, BOB, CAROL, DANA, Office
from tests.reporting import ask, asked, bare, plain, said

WEEK = date(2026, 11, 23), date(2026, 11, 30)
LOST_BY = timedelta(milliseconds=(300 + 1984) / 2)  # 2,000 are within the 32 that begin with 1,984


@pytest.fixture
def world(office: Office) -> datetime:
    """Alice and Bob, of equal weight; three leads come on Tuesday. When the third has come is returned.

    In turn they go to Alice, Bob and Alice: of three, each was due one and a half. Alice claims the first; Bob presses
    300 milliseconds later, and again two seconds after her. Bob passes the second for bad data: Alice gets it, alone
    able to, so her part of it is the whole, and Bob is owed one. The third lapses; with it Bob has what he was owed.
    """
    first, second, _third = (office.lead(name=name) for name in ("Ann", "Bea", "Cid"))
    office.clock.advance(seconds=10)
    dealt_at = office.clock.now()
    claims.claim(office.services, ALICE.slack_id, first, key="a")
    for milliseconds, key in ((300, "b"), (1700, "c")):
        office.clock.advance(milliseconds=milliseconds)
        with pytest.raises(claims.AlreadyClaimedError):
            claims.claim(office.services, BOB.slack_id, first, key=key)
    claims.pass_lead(office.services, BOB.slack_id, second, "bad data")
    claims.claim(office.services, ALICE.slack_id, second, key="d")
    office.clock.advance(minutes=16)
    office.lapse_offers()
    return dealt_at


def test_shares_debts_and_lost_claims_by_hand(office: Office, world: datetime) -> None:
    report = ask(office, FAIRNESS, *WEEK)
    # rep, in turn, share, target, behind, made good, still owed, passed, lapsed, claims lost, lost by
    assert plain(report) == [
        ["Alice, smb", 3, 0.75, 0.625, -0.5, 0, 0, 0, 1, 0, None],
        ["Bob, smb", 1, 0.25, 0.375, 0.5, 1, 0, 1, 0, 2, LOST_BY],
    ]
    assert (
        said(report) == "Everyone is within a lead of their share; the furthest is Alice in team smb, 0.5 leads ahead."
    )


def test_a_debt_is_owed_until_it_is_made_good(office: Office, world: datetime) -> None:
    """Before the third lead lapsed, Bob had been owed one."""
    before = office.clock.now() - timedelta(minutes=15)
    assert [row[5:9] for row in plain(ask(office, FAIRNESS, *WEEK, as_of=before))] == [[0, 0, 0, 0], [0, 1, 1, 0]]


def test_what_happened_later_changes_no_earlier_report(office: Office, world: datetime) -> None:
    """As of the third lead's arrival nobody had claimed, passed or lost anything."""
    rows = plain(ask(office, FAIRNESS, *WEEK, as_of=world))
    assert rows == [
        ["Alice, smb", 2, 2 / 3, 0.5, -0.5, 0, 0, 0, 0, 0, None],
        ["Bob, smb", 1, 1 / 3, 0.5, 0.5, 0, 0, 0, 0, 0, None],
    ]
    teams.weigh(office.services, DANA.slack_id, "smb", BOB, "3")
    office.lead(name="Dov")
    assert plain(ask(office, FAIRNESS, *WEEK, as_of=world)) == rows


def test_shares_and_targets_sum_to_all_of_a_team(office: Office, world: datetime) -> None:
    office.lead(name="Dov", email="dov@big.example")
    rows = plain(ask(office, FAIRNESS, *WEEK))
    assert sum(row[2] for row in rows) == pytest.approx(1)
    assert sum(row[3] for row in rows) == pytest.approx(1)
    assert sum(row[4] for row in rows) == pytest.approx(0)


def test_one_rep_alone_still_has_their_share_of_the_whole_team(office: Office, world: datetime) -> None:
    alone = plain(ask(office, FAIRNESS, *WEEK, rep_ids={rep_id(office, "Bob")}))
    assert [row[:4] for row in alone] == [["Bob, smb", 1, 0.25, 0.375]]


def rep_id(office: Office, name: str) -> int:
    with office.services.reading() as uow:
        return next(number for number, one in uow.people.names().items() if one == name)


def test_by_team(office: Office, world: datetime) -> None:
    assert plain(ask(office, FAIRNESS, *WEEK, by="team")) == [["smb", 2, 4, 0.5, 0.5, 1, 0, 1, 1, 2, LOST_BY]]


def test_weights_make_the_target(office: Office) -> None:
    """Bob counts three times as much: of four leads three are his."""
    teams.weigh(office.services, DANA.slack_id, "smb", BOB, "3")
    for name in ("Ann", "Bea", "Cid", "Dov"):
        office.lead(name=name)
    assert [row[:5] for row in plain(ask(office, FAIRNESS, *WEEK))] == [
        ["Alice, smb", 1, 0.25, 0.25, 0.0], ["Bob, smb", 3, 0.75, 0.75, 0.0],
    ]  # fmt: skip


@pytest.mark.parametrize("reader", [ALICE, BOB])
def test_a_rep_sees_the_teams_shares_but_only_their_own_lost_claims(
    office: Office, world: datetime, reader: Profile
) -> None:
    with asked(office, FAIRNESS, *WEEK) as one:
        report = FAIRNESS.build(replace(one, who=known(one.uow, reader.slack_id)))
    lost = {str(row.cells[0])[:-5]: bare(row.cells[9]) for row in report.table.rows}
    assert lost == ({"Alice": 0, "Bob": None} if reader is ALICE else {"Alice": None, "Bob": 2})


def test_nothing_was_dealt(office: Office) -> None:
    report = ask(office, FAIRNESS, *WEEK)
    assert said(report) == "No lead was dealt in this time."
    assert (report.charts, report.table.rows) == ((), ())


def test_a_team_that_is_not_asked_for_is_not_told_of(office: Office, world: datetime) -> None:
    office.seat(CAROL, "enterprise")
    assert plain(ask(office, FAIRNESS, *WEEK, team_ids={2})) == []


def test_where_a_period_begins_no_later_line_changes(office: Office) -> None:
    """Clocks of replicas differ, so a line may stand behind a later one: it counts with that one, as all beside it."""
    begin, minutes = office.clock.now(), [1, 2, 4, 3, 6, 5, 5, 9, 7, 8, 12]
    at = dict(enumerate((begin + timedelta(minutes=one) for one in minutes), start=1))
    with office.services.unit_of_work() as uow:
        uow.session.execute(delete(Decision))
        uow.session.add_all(
            Decision(team_id=1, number=one, kind="joined", at=at[one], previous_hash="", hash="") for one in at
        )
        uow.session.flush()
        for half in range(30):
            before = begin + timedelta(seconds=30 * half)
            expected = min((one - 1 for one in at if at[one] >= before), default=len(at))
            assert [one.until for one in stands(uow.session, [1], before)] == [expected]
        assert [one.until for one in stands(uow.session, [2], begin)] == [0]
