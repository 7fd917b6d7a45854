"""The leaderboard over one small world that was worked out by hand, for managers and for a rep."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import claims, handover, merging, pipeline
from bot.actors import known
from bot.people import Profile
from bot.reports.reps import REPS
from bot.reports.reps import behind as leads_of
from bot.rules.effects import wilson
from bot.rules.reports.report import Report
from store.models import Opportunity
from tests.factories import ALICE, BOB, DANA, Office
from tests.reporting import ask, asked, bare, plain, said

WEEK = date(2026, 11, 23), date(2026, 11, 30)
TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)


@pytest.fixture
def world(office: Office) -> dict[str, list[int]]:
    """Ten leads come at half past ten in Berlin, and Alice and Bob claim five each, in turn. Within 30 working minutes
    somebody is to be in touch.

    Ten minutes later Alice is in touch with four of hers. After an hour Bob is with three of his. Alice wins one, of
    1,000.00 EUR; Bob wins two, of 400.00 each. Alice wrote five notes, and Bob one. It is half past twelve.
    """
    leads: dict[str, list[int]] = {"Alice": [], "Bob": []}
    for number in range(10):
        lead_id = office.lead(name=f"Lead {number}", email=f"{number}@acme.example")
        name = str(office.offered_to(lead_id))
        claims.claim(office.services, slack_id(name), lead_id, key=str(number))
        leads[name].append(lead_id)
    office.clock.advance(minutes=10)
    contact(office, "Alice", leads["Alice"][:4])
    for number in range(5):
        pipeline.add_note(office.services, ALICE.slack_id, leads["Alice"][0], f"note {number}", key=f"n{number}")
    office.clock.advance(minutes=50)
    contact(office, "Bob", leads["Bob"][:3])
    pipeline.add_note(office.services, BOB.slack_id, leads["Bob"][0], "a note", key="nb")
    win(office, leads["Alice"][0], 100_000)
    for lead_id in leads["Bob"][:2]:
        win(office, lead_id, 40_000)
    office.clock.advance(minutes=60)
    return leads


def slack_id(name: str) -> str:
    return {"Alice": ALICE, "Bob": BOB}[name].slack_id


def contact(office: Office, name: str, leads: list[int]) -> None:
    for lead_id in leads:
        pipeline.move_stage(office.services, slack_id(name), lead_id, "contacted")


def win(office: Office, lead_id: int, cents: int) -> None:
    now = office.clock.now()
    with office.services.unit_of_work() as uow:
        uow.deals.add(Opportunity(lead_id=lead_id, cents=cents, currency="EUR", created_at=now, changed_at=now))
        uow.commit()
    pipeline.move_stage(office.services, DANA.slack_id, lead_id, "won")


def test_the_leaderboard_by_hand(office: Office, world: dict[str, list[int]]) -> None:
    """Of five leads more than half were contacted at once: that is the median. The ranks are 1, 2, 1 and 2, 1, 2."""
    report = ask(office, REPS, *WEEK)
    assert plain(report) == [
        ["Alice", 5, TEN_MINUTES, 0.8, 1.0, 1, 0.2, *wilson(1, 5), 100_000, pytest.approx(4 / 3)],
        ["Bob", 5, HOUR, 0.0, 0.2, 2, 0.4, *wilson(2, 5), 80_000, pytest.approx(5 / 3)],
    ]
    assert said(report).startswith("Alice is ahead in response, conversion and value taken together: 1 won of 5 leads")


def test_as_of_before_the_first_contact_nothing_is_decided(office: Office, world: dict[str, list[int]]) -> None:
    """Ten minutes after the claims no limit had passed, nobody was contacted, and nothing was won."""
    then = office.clock.now() - timedelta(minutes=110)
    assert [row[1:6] for row in plain(ask(office, REPS, *WEEK, as_of=then))] == [[5, None, None, 0.0, 0]] * 2


def test_what_happened_later_changes_no_earlier_report(office: Office, world: dict[str, list[int]]) -> None:
    then = office.clock.now()
    before = ask(office, REPS, *WEEK, as_of=then)
    office.clock.advance(days=1)
    contact(office, "Bob", world["Bob"][3:])
    claims.release(office.services, ALICE.slack_id, world["Alice"][4])
    pipeline.move_stage(office.services, DANA.slack_id, world["Bob"][0], "qualified", {"back.why": "not signed"})
    assert ask(office, REPS, *WEEK, as_of=then) == before
    assert plain(ask(office, REPS, *WEEK)) != plain(before)


def test_whoever_has_few_leads_is_last_without_points(office: Office, world: dict[str, list[int]]) -> None:
    claims.claim(office.services, DANA.slack_id, office.lead(name="One more", email="one@more.example"))
    assert [(row[0], row[1], row[-1] is None) for row in plain(ask(office, REPS, *WEEK))] == [
        ("Alice", 5, False), ("Bob", 5, False), ("Dana", 1, True)
    ]  # fmt: skip


def of(office: Office, who: Profile) -> Report:
    """As the rep sees it."""
    with asked(office, REPS, *WEEK) as one:
        actor = known(one.uow, who.slack_id)
        assert actor is not None
        scope = replace(one.scope, rep_ids=frozenset({actor.rep_id}))
        return REPS.build(replace(one, who=actor, scope=scope))


def test_a_rep_sees_their_own_row_alone(office: Office, world: dict[str, list[int]]) -> None:
    """Two reps: the other's figures would follow from a median."""
    report = of(office, ALICE)
    assert [(row[0], row[1], row[-1]) for row in plain(report)] == [("Alice", 5, None)]
    assert (report.table.total, report.charts) == (None, ())
    assert said(report).startswith("You won 1 of 5 leads")


@pytest.mark.parametrize(("others", "is_told"), [(2, False), (4, False), (5, True)])
def test_a_rep_sees_a_median_in_which_five_others_are_and_none_of_fewer(
    office: Office, world: dict[str, list[int]], others: int, is_told: bool
) -> None:
    """The middle one of three would be a colleague's own figure. Nobody but Alice and Bob was in touch with anybody,
    so that of the response Bob would know whose it is.
    """
    for number in range(others - 1):
        rep = Profile(f"U0REP{number}", f"Rep {number}", "UTC")
        office.seat(rep)
        lead_id = office.lead(name=f"N {number}", email=f"n{number}@n.example")
        handover.assign(office.services, DANA.slack_id, lead_id, rep)
    total = of(office, BOB).table.total
    assert (total is not None) == is_told
    if total is not None:
        assert [bare(cell) for cell in total.cells][:4] == ["Median of the team", 1, None, None]


def test_the_leads_behind_a_rep(office: Office, world: dict[str, list[int]]) -> None:
    with asked(office, REPS, *WEEK) as one:
        key = next(row.behind for row in REPS.build(one).table.rows if row.cells[0] == "Bob")
        assert leads_of(one, key) == sorted(world["Bob"], reverse=True)
        mine = replace(one, scope=replace(one.scope, rep_ids=frozenset({int(key) + 1})))
        assert leads_of(mine, key) == []
        assert leads_of(one, "nobody") == []


def test_a_lead_that_was_taken_over_after_its_contact_says_nothing_of_response(
    office: Office, world: dict[str, list[int]]
) -> None:
    """Alice was in touch with it; it is Dana's since, who has nothing to answer for, but has its notes to write."""
    office.clock.advance(minutes=5)
    claims.release(office.services, ALICE.slack_id, world["Alice"][1])
    claims.claim(office.services, DANA.slack_id, world["Alice"][1])
    rows = {row[0]: row for row in plain(ask(office, REPS, *WEEK))}
    assert rows["Dana"][1:4] == [1, None, None]
    assert rows["Alice"][1:4] == [5, TEN_MINUTES, 0.8]


def test_nobody_got_anything(office: Office) -> None:
    report = ask(office, REPS, *WEEK)
    assert said(report) == "No lead became anybody's in this time."
    assert report.table.rows == ()


def test_what_a_merge_takes_along_was_anothers_then(office: Office) -> None:
    """Notes and follow-ups go along with the person; the answer of before stays as it was, and when they are parted."""
    one = office.claimed_lead(ALICE, name="Ann", email="ann@a.example", phone=None)
    other = office.claimed_lead(BOB, name="Bea", email="bea@b.example", phone=None)
    for lead_id, by in ((one, ALICE), (other, BOB)):
        pipeline.add_note(office.services, by.slack_id, lead_id, "a note", key=str(lead_id))
        office.done(office.follow_up(lead_id, office.clock.now() + timedelta(hours=1), by=by), by=by)
    told = []
    for is_one in (True, False):
        then = office.clock.advance(minutes=5)
        told.append((then, ask(office, REPS, *WEEK, as_of=then)))
        office.clock.advance(minutes=5)
        if is_one:
            merging.by_hand(office.services, DANA.slack_id, one, other)
        else:
            merging.split(office.services, DANA.slack_id, other)
    office.clock.advance(minutes=5)
    assert [ask(office, REPS, *WEEK, as_of=then) for then, _ in told] == [report for _, report in told]
    assert {row[0]: row[4] for row in plain(told[0][1])} == {"Alice": 2.0, "Bob": 2.0}
