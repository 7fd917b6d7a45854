"""Whose lead it is: assigned by a manager, and looked after by a cover while its owner is away."""

from datetime import datetime, timedelta

import pytest

from bot import claims, handover, people
from bot.errors import DibsError, InvalidInputError, NotAllowedError, NotFoundError
from bot.outbox import SlackCall
from bot.people import Profile
from bot.pipeline import add_note, move_stage
from store.models import Decision, FollowUp, Lead, Offer, OutboxRow, Rep, Team
from tests.factories import ALICE, BOB, CAROL, DANA, ERIN, TUESDAY, WHY, Office

pytestmark = pytest.mark.sqlite_alone

NOON = TUESDAY + timedelta(hours=2)


def assign(office: Office, lead_id: int, to: Profile, *, by: Profile = DANA) -> str:
    return handover.assign(office.services, by.slack_id, lead_id, to)


def places(office: Office) -> dict[int, tuple[int, int]]:
    """Each rep's balance and leads to be made good."""
    [team] = office.rows(Team, name="smb")
    return {place["rep_id"]: (place["balance"], place["owed"]) for place in team.rotation["places"]}


# Assigned by a manager.


def test_a_manager_assigns_a_lead_on_offer_and_whoever_had_the_offer_gets_another_turn(office: Office) -> None:
    lead_id = office.lead()
    assert assign(office, lead_id, BOB) == "#1 Jane Doe, Acme is Bob's now."
    assert (office.owner(lead_id), office.offered_to(lead_id)) == ("Bob", None)
    assert [offer.status for offer in office.rows(Offer)] == ["withdrawn", "claimed"]
    assert office.lines()[-1] == "Dana gave it to Bob, it is yours."
    alice = office.rows(Rep, name="Alice")[0].id or 0
    assert places(office)[alice][1] == 1


def test_the_ledger_says_who_assigned_it_to_whom_and_the_rotation_stands_still(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    before = places(office)
    assign(office, lead_id, BOB)
    line = office.rows(Decision)[-1]
    bob, dana = (office.rows(Rep, name=name)[0].id for name in ("Bob", "Dana"))
    assert (line.kind, line.rule, line.lead_id, line.facts) == ("assigned", "", lead_id, {"rep": bob, "by": dana})
    assert places(office) == before
    with office.services.reading() as uow:
        assert uow.ledger.is_intact(office.rows(Team, name="smb")[0])


def test_an_offer_to_the_very_rep_who_is_assigned_the_lead_costs_and_brings_nothing(office: Office) -> None:
    lead_id = office.lead()
    before = places(office)
    assign(office, lead_id, ALICE)
    assert (office.owner(lead_id), places(office)) == ("Alice", before)


def test_the_old_owners_follow_ups_move_along(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    follow_up_id = office.follow_up(lead_id, NOON)
    assign(office, lead_id, BOB)
    assert office.get(FollowUp, follow_up_id).rep_id == office.rows(Rep, name="Bob")[0].id
    office.clock.moment = NOON
    office.fire_reminders()
    assert [row.lane for row in office.waiting("reminder")] == [f"user:{BOB.slack_id}"]
    with pytest.raises(NotAllowedError, match="belongs to Bob"):
        move_stage(office.services, ALICE.slack_id, lead_id, "contacted")


@pytest.mark.both_databases
def test_assigning_twice_changes_nothing_more(office: Office) -> None:
    lead_id = office.lead()
    assign(office, lead_id, BOB)
    before = office.snapshot()
    assert assign(office, lead_id, BOB) == "#1 Jane Doe, Acme is Bob's already."
    assert office.snapshot() == before


def test_only_managers_assign_and_only_to_somebody_of_the_team(office: Office) -> None:
    lead_id, before = office.lead(), office.snapshot()
    office.seat(ERIN, "enterprise")
    for who in (ALICE, BOB):
        with pytest.raises(NotAllowedError, match="Only managers"):
            assign(office, lead_id, BOB, by=who)
    with pytest.raises(NotFoundError, match="Erin is not in team smb"):
        assign(office, lead_id, ERIN)
    with pytest.raises(NotFoundError, match="is in no team yet"):
        assign(office, lead_id, Profile("U0NEW", "Newman", "UTC"))
    with pytest.raises(DibsError, match="no such lead"):
        assign(office, 999, BOB)
    move_stage(office.services, DANA.slack_id, lead_id, "lost", WHY)
    with pytest.raises(DibsError, match="is closed"):
        assign(office, lead_id, BOB)
    assert office.owner(lead_id) is None
    assert before["lead"] == office.snapshot()["lead"]


def test_a_held_lead_that_is_assigned_waits_no_more(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")
    lead_id = office.lead()
    assign(office, lead_id, BOB)
    assert office.get(Lead, lead_id).held_since is None
    office.clock.set("2026-11-30T10:00+01:00")
    assert office.drain() == 0


# Covered while away.


@pytest.fixture
def covered(office: Office) -> int:
    """A lead of Alice's, who is away until Monday while Bob covers."""
    lead_id = office.claimed_lead(ALICE)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, ALICE.slack_id, "monday 9am")
    return lead_id


def card(office: Office, lead_id: int) -> str:
    row = OutboxRow(key="k", lane="l", kind="card", payload={"lead_id": lead_id}, created_at=TUESDAY)
    said = office.render(row)
    assert isinstance(said, SlackCall)
    return str(said.arguments["text"])


def test_the_cover_works_on_the_lead_and_it_stays_the_owners(office: Office, covered: int) -> None:
    add_note(office.services, BOB.slack_id, covered, "Called her", key="n")
    assert "moved from new to contacted" in move_stage(office.services, BOB.slack_id, covered, "contacted")
    office.follow_up(covered, NOON, by=BOB)
    assert ("Bob asks Alice to follow up" in office.lines()[-1], office.owner(covered)) == (True, "Alice")
    claims.release(office.services, BOB.slack_id, covered)
    assert office.owner(covered) is None


def test_a_cover_of_another_of_the_owners_teams_sees_the_lead_too(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for who in (ALICE, ERIN):
        office.seat(who, "enterprise")
    people.set_cover(office.services, DANA.slack_id, ALICE, ERIN)
    with pytest.raises(NotAllowedError, match="no such lead"):
        move_stage(office.services, ERIN.slack_id, lead_id, "contacted")
    people.go_away(office.services, ALICE.slack_id, "monday")
    assert "contacted" in move_stage(office.services, ERIN.slack_id, lead_id, "contacted")


def test_a_cover_may_do_nothing_before_and_after_the_absence(office: Office, covered: int) -> None:
    office.clock.set("2026-11-30T09:00+01:00")
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        move_stage(office.services, BOB.slack_id, covered, "contacted")
    people.go_away(office.services, ALICE.slack_id, "tomorrow")
    people.come_back(office.services, ALICE.slack_id)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        claims.release(office.services, BOB.slack_id, covered)


def test_a_cover_who_loses_the_seat_may_nothing_more_and_the_card_names_them_no_more(
    office: Office, covered: int
) -> None:
    office.everything_left()
    people.remove_from_team(office.services, DANA.slack_id, "smb", BOB)
    assert [row.payload["lead_id"] for row in office.waiting("card")] == [covered]
    assert "Claimed by Alice." in card(office, covered)
    with pytest.raises(NotAllowedError, match="no such lead"):
        move_stage(office.services, BOB.slack_id, covered, "contacted")
    office.seat(BOB, "enterprise")
    with pytest.raises(NotAllowedError, match="no such lead"):
        claims.release(office.services, BOB.slack_id, covered)
    office.seat(BOB)
    assert "contacted" in move_stage(office.services, BOB.slack_id, covered, "contacted")


def test_an_owner_who_loses_the_seat_is_covered_by_managers_only(office: Office, covered: int) -> None:
    people.remove_from_team(office.services, DANA.slack_id, "smb", ALICE)
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        move_stage(office.services, BOB.slack_id, covered, "contacted")
    people.set_cover(office.services, DANA.slack_id, ALICE, DANA)
    assert "Dana covers" in card(office, covered)


def test_a_manager_is_covered_by_anyone_with_a_seat(office: Office) -> None:
    lead_id = office.lead()
    assign(office, lead_id, DANA)
    people.name_cover(office.services, DANA.slack_id, BOB)
    people.go_away(office.services, DANA.slack_id, "monday")
    assert "Bob covers" in card(office, lead_id)
    people.remove_from_team(office.services, DANA.slack_id, "smb", BOB)
    assert "covers" not in card(office, lead_id)


def test_a_colleague_who_is_not_the_cover_may_not(office: Office, covered: int) -> None:
    with pytest.raises(NotAllowedError, match="belongs to Alice"):
        move_stage(office.services, CAROL.slack_id, covered, "contacted")


def test_a_cover_who_is_away_too_covers_nobody(office: Office, covered: int) -> None:
    people.go_away(office.services, BOB.slack_id, "monday")
    with pytest.raises(NotAllowedError):
        move_stage(office.services, BOB.slack_id, covered, "contacted")
    assert "covers" not in card(office, covered)


@pytest.mark.both_databases
def test_the_card_names_the_cover_for_as_long_as_the_owner_is_away(office: Office, covered: int) -> None:
    assert "Claimed by Alice (away, Bob covers)." in card(office, covered)
    office.everything_left()
    office.clock.set("2026-11-30T09:00+01:00")
    assert people.absences_over(office.services) == [office.rows(Rep, name="Alice")[0].id]
    for rep_id in people.absences_over(office.services):
        people.end_absence(office.services, rep_id)
    assert people.absences_over(office.services) == []
    assert [row.payload["lead_id"] for row in office.waiting("card")] == [covered]
    assert "Claimed by Alice." in card(office, covered)


def test_going_and_coming_back_refresh_the_cards(office: Office, covered: int) -> None:
    assert [row.payload["lead_id"] for row in office.waiting("card")] == [covered]
    office.everything_left()
    people.come_back(office.services, ALICE.slack_id)
    assert [row.payload["lead_id"] for row in office.waiting("card")] == [covered]


@pytest.mark.both_databases
def test_the_cover_is_reminded_instead_and_a_press_on_the_reminder_works(office: Office, covered: int) -> None:
    follow_up_id = office.follow_up(covered, NOON, by=BOB)
    office.clock.moment = NOON
    office.fire_reminders()
    [row] = office.waiting("reminder")
    said = office.render(row)
    assert isinstance(said, SlackCall)
    assert said.channel == BOB.slack_id
    assert "You cover for Alice." in said.arguments["text"]
    assert "Done" in office.done(follow_up_id, by=BOB)


def test_a_reminder_goes_to_whoever_is_there_when_it_leaves(office: Office, covered: int) -> None:
    office.follow_up(covered, NOON, by=BOB)
    office.clock.moment = NOON
    office.fire_reminders()
    people.come_back(office.services, ALICE.slack_id)
    said = office.render(office.waiting("reminder")[0])
    assert isinstance(said, SlackCall)
    assert (said.channel, "You cover" in said.arguments["text"]) == (ALICE.slack_id, False)


def test_who_covers_is_named_and_unnamed(office: Office) -> None:
    services = office.services
    assert people.name_cover(services, ALICE.slack_id, BOB) == "Bob covers for Alice, whenever Alice is away."
    assert people.cover_name(services, ALICE.slack_id) is None
    people.go_away(services, ALICE.slack_id, "monday")
    assert people.cover_name(services, ALICE.slack_id) == "Bob"
    assert people.name_cover(services, ALICE.slack_id, None) == "Nobody covers for Alice."
    assert people.cover_name(services, ALICE.slack_id) is None
    assert people.name_cover(services, ALICE.slack_id, DANA) == "Dana covers for Alice, whenever Alice is away."


def test_a_cover_must_be_a_colleague_and_not_oneself(office: Office) -> None:
    office.seat(ERIN, "enterprise")
    with pytest.raises(NotFoundError, match="Erin is in no team with Alice"):
        people.name_cover(office.services, ALICE.slack_id, ERIN)
    with pytest.raises(NotFoundError, match="Erin is in no team with Alice"):
        people.set_cover(office.services, DANA.slack_id, ALICE, ERIN)
    with pytest.raises(NotFoundError, match="is in no team yet"):
        people.name_cover(office.services, ALICE.slack_id, Profile("U0NEW", "Newman", "UTC"))
    with pytest.raises(InvalidInputError, match="Alice cannot cover for Alice"):
        people.name_cover(office.services, ALICE.slack_id, ALICE)
    with pytest.raises(NotAllowedError):
        people.set_cover(office.services, BOB.slack_id, ALICE, BOB)
    assert {rep.cover_id for rep in office.rows(Rep)} == {None}


def test_an_absence_that_has_not_ended_is_left_alone(office: Office) -> None:
    people.go_away(office.services, ALICE.slack_id, "monday")
    alice = office.rows(Rep, name="Alice")[0]
    people.end_absence(office.services, alice.id or 0)
    assert office.rows(Rep, name="Alice")[0].away_until == datetime.fromisoformat("2026-11-30T09:00+01:00")
