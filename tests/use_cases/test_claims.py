"""Claim, pass, release: one owner, and everyone else is told who and by how much."""

import pytest

from bot import claims
from bot.claims import AlreadyClaimedError, NotYourTurnError
from bot.errors import DibsError, NotAllowedError
from bot.pipeline import move_stage
from store.models import Decision, FollowUp, Lead, Offer, Reminder
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, WHY, Office


def test_the_rep_whose_turn_it_is_claims_and_the_thread_says_after_how_long(office: Office) -> None:
    lead_id = office.lead()
    office.clock.advance(seconds=42)
    claimed = claims.claim(office.services, ALICE.slack_id, lead_id)
    assert (claimed.title, claimed.is_repeat) == (f"#{lead_id} Jane Doe, Acme", False)
    assert (office.owner(lead_id), office.offered_to(lead_id)) == ("Alice", None)
    assert office.get(Lead, lead_id).claimed_at == office.clock.now()
    assert office.lines() == ["✋ Alice claimed this lead, 42 s after it arrived."]
    assert len(office.waiting("card")) == 1


def test_a_lead_on_offer_to_someone_else_is_refused_with_their_name(office: Office) -> None:
    lead_id = office.lead()
    with pytest.raises(NotYourTurnError, match="is Alice's to claim for a few minutes"):
        claims.claim(office.services, BOB.slack_id, lead_id)
    assert office.owner(lead_id) is None


@pytest.mark.parametrize(
    ("seconds", "span"),
    [(0.25, "250 ms"), (2.5, "2.5 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h"), (259200, "3 days")],
)
def test_whoever_comes_too_late_is_told_who_won_and_by_how_much(office: Office, seconds: float, span: str) -> None:
    lead_id = office.claimed_lead(ALICE)
    before = office.snapshot()
    office.clock.advance(seconds=seconds)
    with pytest.raises(AlreadyClaimedError) as told:
        claims.claim(office.services, BOB.slack_id, lead_id)
    assert str(told.value) == f"Alice claimed #{lead_id} Jane Doe, Acme {span} before you. Your press was number 2."
    assert office.snapshot() == {**before, "press": before["press"] + 1}, "the press is kept, and nothing else changed"


def test_each_loser_learns_their_place_and_the_winner_hears_how_fast_they_were(office: Office) -> None:
    lead_id = office.lead()
    office.clock.advance(seconds=12)
    claims.claim(office.services, ALICE.slack_id, lead_id, key="a", channel="C0LEADSSMB")
    assert office.lines("ephemeral") == ["#1 Jane Doe, Acme is yours. You were first, 12 s after it could be claimed."]
    for place, rep in ((2, BOB), (3, DANA)):
        with pytest.raises(AlreadyClaimedError, match=f"Your press was number {place}"):
            claims.claim(office.services, rep.slack_id, lead_id, key=rep.name)


def test_a_press_delivered_again_does_nothing(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(AlreadyClaimedError):
        claims.claim(office.services, BOB.slack_id, lead_id, key="b")
    before = office.snapshot()
    assert claims.claim(office.services, BOB.slack_id, lead_id, key="b").is_repeat is True
    claims.release(office.services, ALICE.slack_id, lead_id)
    assert claims.claim(office.services, BOB.slack_id, lead_id, key="b").is_repeat is True
    assert (office.owner(lead_id), before["press"]) == (None, 2)


def test_a_second_click_of_the_owner_is_harmless(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    before = office.snapshot()
    assert claims.claim(office.services, ALICE.slack_id, lead_id).is_repeat is True
    assert office.snapshot() == before


@pytest.mark.parametrize("act", [claims.claim, claims.pass_lead, claims.release])
def test_an_outsider_cannot_even_learn_that_a_lead_exists(office: Office, act: object) -> None:
    assert callable(act)
    office.seat(ERIN, "enterprise")
    lead_id = office.lead()
    answers = []
    for number in (lead_id, 999):
        with pytest.raises(NotAllowedError) as told:
            act(office.services, ERIN.slack_id, number)
        answers.append(str(told.value))
    assert answers[0] == answers[1]


def test_a_stranger_is_told_whom_to_ask(office: Office) -> None:
    with pytest.raises(NotAllowedError, match="Ask a manager to add you"):
        claims.claim(office.services, "U0NOBODY", office.lead())


def test_a_manager_may_take_a_lead_that_is_on_offer(office: Office) -> None:
    lead_id = office.lead()
    claims.claim(office.services, DANA.slack_id, lead_id)
    assert office.owner(lead_id) == "Dana"
    with pytest.raises(AlreadyClaimedError, match="Dana claimed"):
        claims.claim(office.services, ALICE.slack_id, lead_id)


def test_a_lead_open_to_all_is_claimed_by_whoever_presses_first(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")
    lead_id = office.lead()
    claims.claim(office.services, CAROL.slack_id, lead_id)
    assert office.owner(lead_id) == "Carol"
    assert office.get(Lead, lead_id).is_open_to_all is False


def test_a_closed_lead_without_an_owner_cannot_be_claimed(office: Office) -> None:
    lead_id = office.lead()
    move_stage(office.services, DANA.slack_id, lead_id, "lost", WHY)
    with pytest.raises(AlreadyClaimedError, match="is closed"):
        claims.claim(office.services, ALICE.slack_id, lead_id)


def test_a_released_lead_goes_to_the_next_rep_and_its_reminders_stop(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, TUESDAY.replace(day=26))
    claims.release(office.services, ALICE.slack_id, lead_id)
    assert (office.owner(lead_id), office.offered_to(lead_id)) == (None, "Bob")
    assert [row.status for row in office.rows(FollowUp)] == ["cancelled"]
    assert [row.status for row in office.rows(Reminder)] == ["dropped"]
    assert "Alice gave it back. Bob, it is yours to claim" in office.lines()[-1]


def test_nobody_gets_the_lead_back_that_they_gave_back(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")  # nobody is offered anything at the weekend
    lead_id = office.claimed_lead(BOB)
    office.clock.set("2026-11-30T10:00+01:00")
    claims.release(office.services, BOB.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Alice"
    claims.claim(office.services, ALICE.slack_id, lead_id)
    claims.release(office.services, ALICE.slack_id, lead_id)
    assert office.offered_to(lead_id) is None
    assert office.get(Lead, lead_id).held_since is not None


def test_a_rep_whose_offer_a_manager_took_gets_the_turn_back(office: Office) -> None:
    lead_id = office.lead()
    claims.claim(office.services, DANA.slack_id, lead_id)
    assert office.offered_to(office.lead()) == "Alice"
    assert office.rows(Decision)[-1].kind == "owed"
    claims.release(office.services, DANA.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Bob"
    claims.pass_lead(office.services, BOB.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Alice"


@pytest.mark.parametrize("rep", [BOB, CAROL])
def test_only_the_owner_or_a_manager_releases(office: Office, rep: object) -> None:
    lead_id = office.claimed_lead(ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        claims.release(office.services, getattr(rep, "slack_id", ""), lead_id)
    claims.release(office.services, DANA.slack_id, lead_id)
    assert office.owner(lead_id) is None


def test_a_lead_without_an_owner_cannot_be_released(office: Office) -> None:
    lead_id = office.lead()
    with pytest.raises(NotAllowedError, match="Press Claim first"):
        claims.release(office.services, ALICE.slack_id, lead_id)
    with pytest.raises(DibsError, match="has no owner"):
        claims.release(office.services, DANA.slack_id, lead_id)


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_closed_lead_is_not_released_and_never_offered_again(office: Office, stage: str) -> None:
    lead_id = office.claimed_lead(ALICE)
    move_stage(office.services, ALICE.slack_id, lead_id, stage, WHY)
    with pytest.raises(DibsError, match=f"is closed \\({stage}\\)"):
        claims.release(office.services, ALICE.slack_id, lead_id)
    assert office.rows(Offer, lead_id=lead_id, status="open") == []
    assert office.owner(lead_id) == "Alice"


def test_claiming_after_passing_is_allowed_once_the_lead_is_open_to_all(office: Office) -> None:
    lead_id = office.lead()
    for rep in (ALICE, BOB):
        claims.pass_lead(office.services, rep.slack_id, lead_id)
    claims.claim(office.services, ALICE.slack_id, lead_id)
    assert office.owner(lead_id) == "Alice"
