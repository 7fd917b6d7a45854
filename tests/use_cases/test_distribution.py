"""Offers go round: passed, lapsed, away, nobody there; at last the lead is open to all and a manager hears of it."""

import pytest

from bot import claims, distribution, people
from bot.claims import NotYourTurnError
from bot.errors import NotAllowedError
from store.ledger import seal, sealed_facts
from store.models import Decision, Lead, Offer, Team
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, Office

WINDOW = 15


def lapse(office: Office) -> int:
    office.clock.advance(minutes=WINDOW)
    return office.lapse_offers()


def all_pass(office: Office, lead_id: int) -> None:
    for rep in (ALICE, BOB):
        claims.pass_lead(office.services, rep.slack_id, lead_id)


def told(office: Office) -> list[tuple[str, str]]:
    """Who hears what in private."""
    return [(row.payload["slack_id"], row.payload["text"]) for row in office.waiting("message")]


def test_a_passed_lead_goes_to_the_next_and_the_thread_says_so(office: Office) -> None:
    lead_id = office.lead()
    claims.pass_lead(office.services, ALICE.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Bob"
    assert [offer.status for offer in office.rows(Offer)] == ["passed", "open"]
    assert office.lines() == ["Alice passed. Bob, it is yours to claim until Tue 24 Nov 2026, 09:45 UTC."]


def test_only_the_rep_with_the_offer_can_pass_it(office: Office) -> None:
    lead_id = office.lead()
    with pytest.raises(NotYourTurnError, match="is not on offer to you"):
        claims.pass_lead(office.services, BOB.slack_id, lead_id)
    with pytest.raises(NotAllowedError):
        claims.pass_lead(office.services, ERIN.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Alice"


def test_passing_twice_passes_once(office: Office) -> None:
    lead_id = office.lead()
    claims.pass_lead(office.services, ALICE.slack_id, lead_id)
    with pytest.raises(NotYourTurnError):
        claims.pass_lead(office.services, ALICE.slack_id, lead_id)
    assert office.offered_to(lead_id) == "Bob"


def test_an_offer_lapses_when_its_window_is_over_and_not_a_moment_earlier(office: Office) -> None:
    lead_id = office.lead()
    office.clock.advance(minutes=WINDOW, microseconds=-1)
    assert office.lapse_offers() == 0
    office.clock.advance(microseconds=1)
    assert office.lapse_offers() == 1
    assert office.offered_to(lead_id) == "Bob"
    assert "Alice did not answer in time. Bob, it is yours" in office.lines()[0]
    assert office.lapse_offers() == 0


def test_a_claimed_lead_does_not_lapse(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    assert lapse(office) == 0
    assert office.owner(lead_id) == "Alice"


def test_a_lead_waits_for_whoever_is_not_at_work_yet_and_is_open_to_all_when_everyone_let_it_go(office: Office) -> None:
    lead_id = office.lead()
    claims.pass_lead(office.services, ALICE.slack_id, lead_id)
    assert lapse(office) == 1
    assert office.offered_to(lead_id) is None
    assert office.get(Lead, lead_id).held_since is not None
    assert office.lines()[-1] == (
        "Bob did not answer in time. Nobody else is free now, so it waits for the next who is; anyone may claim it."
    )
    office.clock.set("2026-11-24T15:00+00:00")
    assert office.drain() == 1
    assert office.offered_to(lead_id) == "Carol"
    claims.pass_lead(office.services, CAROL.slack_id, lead_id)
    assert office.get(Lead, lead_id).is_open_to_all is True
    assert office.lines()[-1] == "Carol passed. Nobody else is left: the first to press Claim gets it."


def test_a_manager_is_told_once_of_all_leads_that_nobody_has(office: Office) -> None:
    first, second = office.lead(), office.lead()
    all_pass(office, first)
    claims.pass_lead(office.services, BOB.slack_id, second)
    claims.pass_lead(office.services, ALICE.slack_id, second)
    assert distribution.tell_managers(office.services) == 0, "they are given a while"
    office.clock.advance(minutes=WINDOW)
    assert distribution.tell_managers(office.services) == 2
    assert told(office) == [(DANA.slack_id, "2 leads wait for an owner: everyone passed or nobody was free.")]
    assert distribution.tell_managers(office.services) == 0
    assert len(told(office)) == 1


def test_a_manager_hears_of_it_only_in_working_hours(office: Office) -> None:
    office.clock.set("2026-11-27T20:00+01:00")  # Friday evening: nobody at work but Carol
    office.lead()
    all_hands = office.rows(Offer)
    assert [office.offered_to(offer.lead_id) for offer in all_hands] == ["Carol"]
    claims.pass_lead(office.services, CAROL.slack_id, all_hands[0].lead_id)
    assert distribution.tell_managers(office.services) == 0
    office.clock.set("2026-11-28T12:00+01:00")
    assert distribution.tell_managers(office.services) == 0
    office.clock.set("2026-11-30T09:14+01:00")
    assert distribution.tell_managers(office.services) == 0, "the day has only begun"
    office.clock.set("2026-11-30T09:15+01:00")
    assert distribution.tell_managers(office.services) == 1


def test_a_manager_is_not_told_of_a_lead_that_found_an_owner_meanwhile(office: Office) -> None:
    lead_id = office.lead()
    all_pass(office, lead_id)
    claims.claim(office.services, BOB.slack_id, lead_id)
    office.clock.advance(minutes=WINDOW)
    assert distribution.tell_managers(office.services) == 0


def test_a_manager_is_told_again_when_a_lead_comes_back_and_nobody_wants_it(office: Office) -> None:
    lead_id = office.lead()
    all_pass(office, lead_id)
    office.clock.advance(minutes=WINDOW)
    assert distribution.tell_managers(office.services) == 1
    claims.claim(office.services, BOB.slack_id, lead_id)
    claims.release(office.services, BOB.slack_id, lead_id)
    office.clock.advance(minutes=WINDOW)
    assert distribution.tell_managers(office.services) == 1


def test_nobody_on_shift_holds_the_lead_and_the_card_says_why(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")
    lead_id = office.lead()
    assert office.get(Lead, lead_id).held_since == office.clock.now()
    assert office.why(lead_id) == (
        "Nobody is free: Alice is outside working hours; Bob is outside working hours; Carol is outside working hours."
    )


def test_someone_away_is_passed_over_until_they_are_back(office: Office) -> None:
    people.go_away(office.services, ALICE.slack_id, "tomorrow")
    assert office.offered_to(office.lead()) == "Bob"
    people.come_back(office.services, ALICE.slack_id)
    assert office.offered_to(office.lead()) == "Alice"


def test_an_absence_ends_by_itself(office: Office) -> None:
    people.go_away(office.services, ALICE.slack_id, "tomorrow 9am")
    office.clock.set("2026-11-25T09:00+01:00")
    assert office.offered_to(office.lead()) == "Alice"


def test_nobody_is_offered_the_same_lead_twice(office: Office) -> None:
    lead_id = office.lead()
    all_pass(office, lead_id)
    assert [offer.rep_id for offer in office.rows(Offer)] == [2, 3]
    assert lapse(office) == 0


def test_many_offers_lapse_in_one_go_and_each_is_said_once(office: Office) -> None:
    leads = [office.lead() for _ in range(4)]
    assert lapse(office) == 4
    assert all(office.offered_to(lead_id) for lead_id in leads)
    assert len(office.lines()) == 4


def test_leads_of_one_instant_are_dealt_evenly(office: Office) -> None:
    assert [office.offered_to(office.lead()) for _ in range(6)] == ["Alice", "Bob"] * 3


def test_every_decision_is_sealed_with_the_one_before(office: Office) -> None:
    claims.pass_lead(office.services, ALICE.slack_id, office.lead())
    office.lead()
    decisions = office.rows(Decision)
    team = office.rows(Team, name="smb")[0]
    head = ""
    for decision in decisions:
        assert decision.previous_hash == head
        head = seal(head, sealed_facts("smb", decision))
        assert decision.hash == head
    assert (team.chain_head, team.decisions_made) == (head, len(decisions))


def test_the_ledger_holds_no_names(office: Office) -> None:
    office.lead()
    said = str([decision.candidates for decision in office.rows(Decision)])
    assert not [name for name in ("Alice", "Bob", "Carol", "Jane", "Acme") if name in said]


def test_an_offer_runs_for_the_playbooks_window(office: Office) -> None:
    office.lead()
    [offer] = office.rows(Offer)
    assert offer.offered_at == TUESDAY
    assert (offer.expires_at - offer.offered_at).total_seconds() == WINDOW * 60
