"""A lead without a first contact: its rep is reminded, managers hear of it, the next rep gets it; each step once."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot import claims, people, pipeline, response, waiting
from bot.intake import inbox
from bot.outbox import Skip, SlackCall, Wait
from bot.people import Profile
from bot.playbook.playbook import Playbook, Response
from bot.services import Services
from handlers.clock import climb_ladders
from store.database import Database
from store.models import Decision, FollowUp, Lead, Offer, OutboxRow, Rep
from tests.factories import ALICE, BOB, CAROL, DANA, TUESDAY, WHY, Office, everyone_new

FRANK = Profile("U0FRANK", "Frank", "America/New_York")
REMIND, MANAGER, NEXT = 30, 120, 480  # working minutes, as the shipped playbook has them
LEAD = "#1 Jane Doe, Acme"


def with_ladder(remind: int | None = None, manager: int | None = None, then: int | None = None) -> Playbook:
    playbook = everyone_new()
    response_times = Response(remind=remind, manager=manager, next=then)
    teams = tuple(team.model_copy(update={"response": response_times}) for team in playbook.teams)
    return playbook.model_copy(update={"teams": teams})


def climb(office: Office, at: str | None = None) -> list[tuple[str, str]]:
    """Every step that is due then, and what leaves for whom because of it."""
    if at:
        office.clock.set(at)
    climb_ladders(office.services)
    return leaving(office)


def leaving(office: Office) -> list[tuple[str, str]]:
    """Who is told what about first contacts now; what is told is out of the way."""
    found = []
    for row in office.waiting("first contact"):
        said = office.render(row)
        assert not isinstance(said, Wait), said.reason
        if isinstance(said, SlackCall):
            found.append((name_of(office, str(said.channel)), str(said.arguments["text"])))
    with office.services.unit_of_work() as uow:
        for row in office.waiting("first contact"):
            uow.session.merge(row).status = "sent"
        uow.commit()
    return found


def name_of(office: Office, slack_id: str) -> str:
    return office.rows(Rep, slack_id=slack_id)[0].name


def heard_by(told: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in told]


def the_lead(office: Office, lead_id: int = 1) -> Lead:
    return office.get(Lead, lead_id)


def card_line(office: Office, lead_id: int = 1) -> str:
    [row] = [row for row in office.waiting("card") if row.payload["lead_id"] == lead_id]
    said = office.render(row)
    assert isinstance(said, SlackCall)
    return str(said.arguments["text"])


def owned_by(office: Office, rep: Profile) -> int:
    """A new lead that the rep claimed, whosever turn it was."""
    lead_id = office.lead()
    with office.services.unit_of_work() as uow:
        uow.offers.close_for(lead_id, "withdrawn", now=office.clock.now())
        uow.commit()
    claims.claim(office.services, rep.slack_id, lead_id)
    return lead_id


def note(office: Office, by: Profile, lead_id: int = 1) -> None:
    pipeline.add_note(office.services, by.slack_id, lead_id, "Spoke to her", key=f"{by.name}{office.clock.now()}")


# --- the first step: whoever has it is reminded


def test_the_owner_is_reminded_when_the_time_is_up_and_not_a_moment_earlier(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(minutes=REMIND, microseconds=-1)
    assert response.due(office.services) == []
    assert climb(office) == []
    office.clock.advance(microseconds=1)
    assert climb(office) == [
        ("Alice", (f"⏳ {LEAD} waits for a first contact, for 30 min of working time by now. "
                   "Write a note or move its stage once you were in touch."))
    ]  # fmt: skip
    assert climb(office) == []


def test_pressing_claim_is_no_contact_but_gives_the_new_owner_the_whole_time(office: Office) -> None:
    office.lead()
    office.clock.advance(minutes=10)
    claims.claim(office.services, ALICE.slack_id, 1)
    office.clock.advance(minutes=20)
    assert climb(office) == []
    office.clock.advance(minutes=10)
    [(name, words)] = climb(office)
    assert name == "Alice"
    assert "for 40 min of working time" in words, "what it waited before counts all the same"


def test_time_counts_in_the_owners_hours(office: Office) -> None:
    owned_by(office, CAROL)  # 4:30 in New York
    assert the_lead(office).response_due_at == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert climb(office, "2026-11-24T14:29:59+00:00") == []
    assert heard_by(climb(office, "2026-11-24T09:30-05:00")) == ["Carol"]


def test_over_night_and_over_the_weekend_nobody_is_disturbed(office: Office) -> None:
    office.clock.set("2026-11-27T17:40+01:00")  # Friday
    office.claimed_lead()
    assert climb(office, "2026-11-27T18:30+01:00") == []
    assert climb(office, "2026-11-28T12:00+01:00") == []
    assert climb(office, "2026-11-30T09:09+01:00") == []
    assert heard_by(climb(office, "2026-11-30T09:10+01:00")) == ["Alice"]


def test_a_reminder_held_up_until_the_night_waits_for_the_morning(office: Office) -> None:
    office.clock.set("2026-11-24T17:29+01:00")
    office.claimed_lead()
    office.clock.advance(minutes=REMIND)
    climb_ladders(office.services)
    [row] = office.waiting("first contact")
    office.clock.set("2026-11-24T18:01+01:00")
    assert isinstance(office.render(row), Wait)
    office.clock.set("2026-11-25T09:00+01:00")
    assert isinstance(office.render(row), SlackCall)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("between", ["a contact", "a release", "it is lost"])
def test_a_reminder_that_is_no_longer_true_when_it_would_leave_is_not_said(office: Office, between: str) -> None:
    office.claimed_lead()
    office.clock.advance(minutes=REMIND)
    climb_ladders(office.services)
    match between:
        case "a contact":
            note(office, ALICE)
        case "a release":
            office.clock.advance(seconds=1)
            claims.release(office.services, ALICE.slack_id, 1)
        case _:
            pipeline.move_stage(office.services, ALICE.slack_id, 1, "lost", WHY)
    [row] = office.waiting("first contact")
    assert isinstance(office.render(row), Skip)


@pytest.mark.sqlite_alone
def test_whoever_covers_for_an_owner_who_is_away_is_reminded_instead(office: Office) -> None:
    office.claimed_lead()
    away(office, ALICE, cover=BOB)
    office.clock.advance(minutes=REMIND)
    [(name, words)] = climb(office)
    assert name == "Bob"
    assert "It is Alice's, for whom you cover." in words


@pytest.mark.sqlite_alone
def test_a_cover_who_is_not_at_work_yet_is_reminded_when_they_are(office: Office) -> None:
    office.services.put_in_force(with_ladder(30, 480))
    office.claimed_lead()
    away(office, ALICE, cover=CAROL)
    assert climb(office, "2026-11-24T11:00+01:00") == []
    assert heard_by(climb(office, "2026-11-24T09:00-05:00")) == ["Carol"]


def test_a_reminder_that_nobody_could_get_before_managers_hear_of_it_is_left_out(office: Office) -> None:
    office.claimed_lead()
    away(office, ALICE, cover=CAROL)
    assert climb(office, "2026-11-24T11:00+01:00") == []
    assert heard_by(climb(office, "2026-11-24T12:30+01:00")) == ["Dana"]
    assert climb(office, "2026-11-24T09:00-05:00") == []


@pytest.mark.sqlite_alone
def test_an_owner_who_is_away_without_a_cover_is_not_reminded_but_managers_hear_of_it(office: Office) -> None:
    office.claimed_lead()
    away(office, ALICE)
    office.clock.advance(minutes=REMIND)
    assert climb(office) == []
    office.clock.advance(minutes=MANAGER - REMIND)
    assert heard_by(climb(office)) == ["Dana"]


def away(office: Office, rep: Profile, cover: Profile | None = None) -> None:
    people.go_away(office.services, rep.slack_id, "2026-12-15")
    with office.services.unit_of_work() as uow:
        absent = uow.people.rep_by_slack_id(rep.slack_id)
        stands_in = uow.people.rep_by_slack_id(cover.slack_id) if cover else None
        assert absent is not None
        absent.cover_id = stands_in.id if stands_in else None
        uow.commit()


# --- the second: managers hear of it


def test_managers_hear_of_all_leads_in_one_message_and_once_of_each(office: Office) -> None:
    owned_by(office, ALICE)
    owned_by(office, BOB)
    office.clock.advance(minutes=REMIND)
    assert sorted(heard_by(climb(office))) == ["Alice", "Bob"]
    office.clock.advance(minutes=MANAGER - REMIND)
    assert climb(office) == [("Dana", "2 leads wait too long for a first contact.")]
    assert climb(office) == []
    assert [lead.managers_hear for lead in office.rows(Lead)] == ["heard", "heard"]


def test_managers_hear_of_it_when_they_are_at_work_and_of_what_is_still_true_then(office: Office) -> None:
    office.clock.set("2026-11-24T13:00-05:00")  # 19:00 in Berlin, where Dana is
    first, second = owned_by(office, CAROL), owned_by(office, CAROL)
    assert heard_by(climb(office, "2026-11-24T13:30-05:00")) == ["Carol", "Carol"]
    assert climb(office, "2026-11-24T15:00-05:00") == []
    assert [the_lead(office, lead_id).managers_hear for lead_id in (first, second)] == ["waiting", "waiting"]
    note(office, CAROL, first)
    assert the_lead(office, first).managers_hear == "no", "so they will hear of it if it is opened again"
    assert climb(office, "2026-11-25T08:59+01:00") == []
    assert climb(office, "2026-11-25T09:00+01:00") == [("Dana", "1 lead waits too long for a first contact.")]


def test_managers_who_were_told_that_it_is_nobodys_are_not_told_twice(office: Office) -> None:
    lead_id = office.lead()
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.managers_told_at = office.clock.now()
        uow.commit()
    for minutes in (REMIND, MANAGER - REMIND):
        office.clock.advance(minutes=minutes)
        told = climb(office)
    assert told == []
    claims.claim(office.services, ALICE.slack_id, lead_id)
    for minutes in (REMIND, MANAGER - REMIND):
        office.clock.advance(minutes=minutes)
        told = climb(office)
    assert heard_by(told) == ["Dana"], "that its owner does nothing is news"


# --- the third: somebody else gets it


def let_time_pass(office: Office, minutes: int = NEXT) -> list[tuple[str, str]]:
    """Working hours of Berlin pass, a minute at a time."""
    told = []
    passed = 0
    while passed < minutes:
        office.clock.advance(minutes=1)
        local = office.clock.now() + timedelta(hours=1)
        passed += 9 <= (local - timedelta(minutes=1)).hour < 18 and local.weekday() < 5
        told += climb(office)
    return told


def test_the_lead_goes_on_to_the_next_and_its_former_owner_is_told_why(office: Office) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    told = let_time_pass(office)
    assert [name for name, _ in told] == ["Alice", "Dana", "Alice"]
    assert told[-1][1] == (
        f"{LEAD} went on to somebody else, because no first contact was noted. It had waited for 8 h of working time "
        "in all. If you were in touch, tell whoever has it now."
    )
    assert office.owner(1) is None
    assert office.offered_to(1) == "Bob"
    assert office.lines()[-1].startswith("Alice did not get in touch in time. Bob, it is yours to claim until")


@pytest.mark.sqlite_alone
def test_the_former_owners_turn_is_not_returned_and_the_lead_does_not_come_back_to_them(office: Office) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    office.clock.set("2026-11-24T17:00+01:00")
    lose_it(office)
    assert "returned" not in [decision.kind for decision in office.rows(Decision)]
    claims.pass_lead(office.services, BOB.slack_id, 1)
    assert office.offered_to(1) == "Carol"
    claims.pass_lead(office.services, CAROL.slack_id, 1)
    assert office.offered_to(1) is None
    assert the_lead(office).is_open_to_all is True


def lose_it(office: Office, lead_id: int = 1) -> None:
    """The owner's time is up, with the steps before it taken."""
    with office.services.unit_of_work() as uow:
        lead = uow.leads.get(lead_id)
        assert lead is not None
        lead.response_step, lead.managers_hear, lead.response_due_at = 2, "heard", office.clock.now()
        uow.commit()
    climb_ladders(office.services)


def test_its_follow_ups_stay_with_the_lead_and_become_the_next_owners(office: Office) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    follow_up_id = office.follow_up(1, TUESDAY + timedelta(days=7))
    office.clock.set("2026-11-24T17:00+01:00")
    lose_it(office)
    assert office.get(FollowUp, follow_up_id).status == "open"
    claims.claim(office.services, BOB.slack_id, 1)
    promise = office.get(FollowUp, follow_up_id)
    assert (promise.status, office.get(Rep, promise.rep_id).name) == ("open", "Bob")


def test_the_next_owner_has_the_whole_time_and_managers_do_not_hear_of_it_again(office: Office) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    office.clock.set("2026-11-24T17:00+01:00")
    lose_it(office)
    assert the_lead(office).response_due_at == office.clock.now() + timedelta(minutes=REMIND)
    leaving(office)
    office.clock.advance(minutes=10)
    claims.claim(office.services, BOB.slack_id, 1)  # 16:10 in London
    assert the_lead(office).response_due_at == datetime(2026, 11, 24, 16, 40, tzinfo=UTC)
    assert heard_by(climb(office, "2026-11-24T16:40+00:00")) == ["Bob"]
    assert climb(office, "2026-11-25T09:10+00:00") == []
    assert the_lead(office).response_step == 2
    assert heard_by(climb(office, "2026-11-25T15:10+00:00")) == ["Bob"]
    assert office.offered_to(1) == "Carol"


@pytest.mark.sqlite_alone
def test_a_lead_is_not_taken_in_the_owners_night(office: Office) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    office.clock.set("2026-11-24T20:00+01:00")
    lose_it(office)
    assert office.owner(1) == "Alice"
    assert the_lead(office).response_due_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_in_a_team_that_assigns_the_next_owner_has_it_at_once_with_its_follow_ups(office: Office) -> None:
    playbook = everyone_new()
    teams = tuple(team.model_copy(update={"mode": "auto"}) for team in playbook.teams)
    office.services.put_in_force(playbook.model_copy(update={"teams": teams}))
    office.clock.set("2026-11-24T09:00+01:00")
    office.lead()
    assert office.owner(1) == "Alice"
    follow_up_id = office.follow_up(1, TUESDAY + timedelta(days=7))
    assert the_lead(office).response_due_at == office.clock.now() + timedelta(minutes=REMIND)
    office.clock.set("2026-11-24T17:00+01:00")
    lose_it(office)
    assert office.owner(1) == "Bob"
    assert office.get(Rep, office.get(FollowUp, follow_up_id).rep_id).name == "Bob"
    assert the_lead(office).response_due_at == office.clock.now() + timedelta(minutes=REMIND)


# --- a lead that nobody owns


@pytest.mark.sqlite_alone
def test_whoever_has_the_offer_is_reminded_and_what_was_counted_goes_along_with_it(office: Office) -> None:
    office.lead()
    office.clock.advance(minutes=15)
    office.lapse_offers()
    assert office.offered_to(1) == "Bob"
    office.clock.advance(minutes=14)
    assert climb(office) == []
    office.clock.advance(minutes=1)
    [(name, words)] = climb(office)
    assert name == "Bob"
    assert "for 30 min of working time by now. It is yours to claim on its card until" in words


def test_a_lead_that_moves_across_zones_keeps_what_was_counted_in_each(office: Office) -> None:
    office.clock.set("2026-11-24T17:50+01:00")
    office.lead()
    claims.pass_lead(office.services, ALICE.slack_id, 1)
    claims.pass_lead(office.services, BOB.slack_id, 1)
    assert office.offered_to(1) == "Carol"
    office.clock.advance(minutes=20)
    assert response.due(office.services) == []
    office.clock.advance(minutes=10)
    assert heard_by(climb(office)) == ["Carol"]
    assert the_lead(office).response_waited == 0, "nothing was worked before she had it"


def test_a_lead_that_waits_for_somebody_counts_in_the_teams_zone(office: Office) -> None:
    office.clock.set("2026-11-28T12:00+01:00")
    office.lead()
    assert the_lead(office).held_since is not None
    assert the_lead(office).response_due_at == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.mark.sqlite_alone
def test_nobody_has_it_so_nobody_is_reminded_managers_hear_of_it_and_nothing_is_taken(office: Office) -> None:
    office.seat(FRANK, "enterprise")
    office.lead(fields={"employees": 500})
    office.clock.set("2026-11-24T10:00+00:00")
    assert climb(office) == []
    assert heard_by(climb(office, "2026-11-24T11:30+00:00")) == ["Dana"]
    before = office.rows(Offer)
    assert climb(office, "2026-11-24T17:30+00:00") == []
    lead = the_lead(office)
    assert (lead.response_step, lead.response_due_at, office.rows(Offer)) == (3, None, before)


def test_a_lead_given_back_begins_the_ladder_anew_for_whoever_has_it_next(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(minutes=REMIND)
    climb(office)
    office.clock.advance(minutes=5)
    claims.release(office.services, ALICE.slack_id, 1)
    lead = the_lead(office)
    assert office.offered_to(1) == "Bob"
    assert (lead.response_step, lead.response_due_at) == (0, office.clock.now() + timedelta(minutes=REMIND))
    assert lead.response_waited == 35 * 60


# --- what stops the clock


@pytest.mark.parametrize("how", ["the owner's note", "their reply", "a stage", "a manager's note", "the cover's note"])
def test_a_contact_stops_the_clock_and_the_card_says_how_long_it_took(office: Office, how: str) -> None:
    office.claimed_lead()
    office.everything_left()
    office.clock.advance(minutes=14)
    match how:
        case "the owner's note":
            note(office, ALICE)
        case "their reply":
            reply(office, ALICE)
        case "a stage":
            pipeline.move_stage(office.services, ALICE.slack_id, 1, "contacted")
        case "a manager's note":
            note(office, DANA)
        case _:
            away(office, ALICE, cover=BOB)
            note(office, BOB)
    lead = the_lead(office)
    assert (lead.first_contact_at, lead.response_due_at) == (office.clock.now(), None)
    assert "First contact after 14 min of working time." in card_line(office)
    office.clock.advance(days=3)
    assert climb(office) == []


def reply(office: Office, by: Profile) -> None:
    lead = the_lead(office)
    body = {"channel": lead.card_channel, "thread_ts": lead.card_ts, "user": by.slack_id, "text": "Spoke to her"}
    inbox.receive_event(office.services, key="Ev1", kind=inbox.THREAD_REPLY, body=body)
    assert office.work_off() == 1


def test_the_first_contact_stays_the_first(office: Office) -> None:
    office.claimed_lead()
    first = office.clock.advance(minutes=5)
    note(office, ALICE)
    office.clock.advance(hours=1)
    note(office, ALICE)
    pipeline.move_stage(office.services, ALICE.slack_id, 1, "qualified")
    assert the_lead(office).first_contact_at == first


@pytest.mark.sqlite_alone
def test_a_colleagues_note_is_no_contact(office: Office) -> None:
    office.claimed_lead()
    note(office, BOB)
    assert the_lead(office).first_contact_at is None
    office.clock.advance(minutes=REMIND)
    assert heard_by(climb(office)) == ["Alice"]


@pytest.mark.sqlite_alone
def test_a_note_by_someone_who_only_has_the_offer_is_no_contact(office: Office) -> None:
    office.lead()
    note(office, ALICE)
    assert the_lead(office).first_contact_at is None


@pytest.mark.parametrize(("stage", "is_contact"), [("won", True), ("lost", False)])
def test_closing_stops_the_clock_and_a_lost_lead_was_not_contacted_by_that(
    office: Office, stage: str, is_contact: bool
) -> None:
    office.claimed_lead()
    pipeline.move_stage(office.services, ALICE.slack_id, 1, stage, WHY)
    lead = the_lead(office)
    assert (lead.response_due_at, lead.response_from) == (None, None)
    assert (lead.first_contact_at is not None) is is_contact
    office.clock.advance(days=3)
    assert climb(office) == []


@pytest.mark.parametrize("owned", [True, False])
def test_opening_a_lead_again_starts_the_clock_anew(office: Office, owned: bool) -> None:
    by = ALICE if owned else DANA
    _ = office.claimed_lead() if owned else office.lead()
    office.clock.advance(minutes=50)
    climb(office)
    pipeline.move_stage(office.services, by.slack_id, 1, "won")
    office.clock.advance(hours=1)
    pipeline.move_stage(office.services, by.slack_id, 1, "contacted", WHY)
    lead = the_lead(office)
    assert (lead.first_contact_at, lead.response_waited, lead.response_step) == (None, 0, 0)
    assert lead.response_began_at == office.clock.now()
    assert lead.response_due_at == office.clock.now() + timedelta(minutes=REMIND)


def test_no_clock_starts_again_when_a_contacted_lead_changes_hands(office: Office) -> None:
    office.claimed_lead()
    note(office, ALICE)
    claims.release(office.services, ALICE.slack_id, 1)
    claims.claim(office.services, BOB.slack_id, 1)
    assert the_lead(office).response_due_at is None


# --- what the card says


def test_the_card_says_when_the_first_contact_is_due_and_that_it_is_overdue(office: Office) -> None:
    office.claimed_lead()
    assert "Claimed by Alice. First contact due Tue 24 Nov 2026, 10:00 UTC." in card_line(office)
    office.everything_left()
    office.clock.advance(minutes=REMIND)
    climb(office)
    assert "Waiting since Tue 24 Nov 2026, 09:30 UTC, first contact overdue." in card_line(office)


@pytest.mark.sqlite_alone
def test_the_card_says_nothing_of_it_where_the_playbook_asks_for_nothing(office: Office) -> None:
    office.services.put_in_force(with_ladder())
    office.claimed_lead()
    assert "contact" not in card_line(office)
    assert the_lead(office).response_due_at is None


# --- the playbook changes, the clock is set back, nothing ran for a while, many try at once


def test_a_playbook_that_gives_more_time_counts_for_a_step_that_was_planned(office: Office) -> None:
    office.claimed_lead()
    office.services.put_in_force(with_ladder(60, 120, 480))
    office.clock.advance(minutes=REMIND)
    assert climb(office) == []
    assert the_lead(office).response_due_at == TUESDAY + timedelta(minutes=60)
    office.clock.advance(minutes=30)
    assert heard_by(climb(office)) == ["Alice"]


@pytest.mark.sqlite_alone
def test_a_step_that_the_playbook_does_not_know_any_more_is_not_taken(office: Office) -> None:
    office.claimed_lead()
    office.services.put_in_force(with_ladder())
    office.clock.advance(minutes=REMIND)
    assert climb(office) == []
    assert the_lead(office).response_due_at is None


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("ladder", [(None, 120, None), (None, None, 480), (30, None, 480)])
def test_a_step_without_minutes_is_left_out(office: Office, ladder: tuple[int | None, int | None, int | None]) -> None:
    office.services.put_in_force(with_ladder(*ladder))
    office.clock.set("2026-11-24T09:00+01:00")
    office.claimed_lead()
    hearers = [name for name, minutes in zip(("Alice", "Dana", "Alice"), ladder, strict=True) if minutes]
    assert heard_by(let_time_pass(office)) == hearers


def test_a_clock_that_is_set_back_repeats_nothing_and_counts_nothing_twice(office: Office) -> None:
    office.claimed_lead()
    office.clock.advance(minutes=REMIND)
    assert heard_by(climb(office)) == ["Alice"]
    office.clock.advance(hours=-1)
    assert climb(office) == []
    note(office, ALICE)
    lead = the_lead(office)
    assert (lead.response_waited, lead.first_contact_at) == (0, office.clock.now())
    assert "less than a minute" in card_line(office)


def test_after_an_outage_the_owner_is_reminded_first_and_keeps_the_lead_for_the_time_between(office: Office) -> None:
    office.claimed_lead()
    assert heard_by(climb(office, "2026-11-26T10:00+01:00")) == ["Alice"]
    assert climb(office) == []
    assert heard_by(climb(office, "2026-11-26T11:30+01:00")) == ["Dana"]
    assert office.owner(1) == "Alice"
    assert climb(office, "2026-11-26T17:29+01:00") == []
    assert heard_by(climb(office, "2026-11-26T17:30+01:00")) == ["Alice"]
    assert office.owner(1) is None


@pytest.mark.parametrize("between", ["a contact", "a claim", "the same step elsewhere"])
def test_what_happens_between_the_look_and_the_step_decides(office: Office, between: str) -> None:
    office.lead()
    office.clock.advance(minutes=REMIND)
    [lead_id] = response.due(office.services)
    match between:
        case "a contact":
            note(office, DANA)
        case "a claim":
            claims.claim(office.services, ALICE.slack_id, lead_id)
        case _:
            response.take_step(office.services, lead_id)
    before = the_lead(office).response_step, len(office.waiting("first contact"))
    response.take_step(office.services, lead_id)
    assert (the_lead(office).response_step, len(office.waiting("first contact"))) == before


def test_a_lead_whose_owner_has_impossible_hours_costs_only_itself(office: Office) -> None:
    owned_by(office, BOB)
    owned_by(office, ALICE)
    with office.services.unit_of_work() as uow:
        bob = uow.people.rep_by_slack_id(BOB.slack_id)
        assert bob is not None
        bob.holidays = "NOWHERE"
        uow.commit()
    office.clock.advance(minutes=REMIND)
    assert heard_by(climb(office)) == ["Alice"]


@contextmanager
def replicas(office: Office) -> Iterator[list[Services]]:
    """Two of them on PostgreSQL, each with its own connections; SQLite has one process and several threads."""
    mine = office.services
    other = mine.database if mine.database.is_sqlite else Database(mine.database.url)
    yield [mine, Services(other, mine.playbook, mine.now)]
    if other is not mine.database:
        other.close()


@pytest.mark.parametrize("minutes", [(REMIND,), (REMIND, MANAGER), (REMIND, MANAGER, NEXT)])
def test_replicas_that_climb_at_once_take_each_step_once(office: Office, minutes: tuple[int, ...]) -> None:
    office.clock.set("2026-11-24T09:00+01:00")
    leads = [owned_by(office, ALICE) for _ in range(8)]
    started = office.clock.now()
    with replicas(office) as both:
        for span in minutes:
            office.clock.moment = started + timedelta(minutes=span)
            at_once(both * 2)
            # What one passed over because another held it comes with the next message to managers.
            office.clock.advance(minutes=office.services.playbook.claims.window_minutes)
            climb_ladders(office.services)
    told = [row.payload["about"] for row in office.rows(OutboxRow, kind="first contact")]
    assert told.count(response.REMINDS) == len(leads)
    listed = [lead_id for row in office.rows(OutboxRow, kind="first contact")
              for lead_id in row.payload.get("lead_ids", [])]  # fmt: skip
    assert sorted(listed) == (leads if MANAGER in minutes else [])
    assert told.count(response.TAKEN_BACK) == (len(leads) if NEXT in minutes else 0)
    ended = [offer for offer in office.rows(Offer) if offer.status == "open"]
    assert len(ended) == (len(leads) if NEXT in minutes else 0)


def at_once(all_services: list[Services]) -> None:
    barrier = threading.Barrier(len(all_services))

    def run(services: Services) -> None:
        barrier.wait()
        climb_ladders(services)

    threads = [threading.Thread(target=run, args=(services,)) for services in all_services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- whatever people do, in any order


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_steps_come_in_order_within_hours_and_only_while_the_clock_runs(
    office: Office, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    office.lead()
    seen: list[tuple[int, str, int]] = []
    for _ in range(60):
        office.clock.advance(minutes=chance.choice([1, 7, 30, 90, 400]))
        office.lapse_offers()
        office.drain()
        do_something(office, chance)
        climb_ladders(office.services)
        check(office)
        lead = the_lead(office)
        seen.append((lead.response_step, str(lead.response_from), lead.response_waited))
    for before, after in pairwise(seen):
        if before[1] == after[1]:
            assert before[0] <= after[0], "no step is taken twice while the lead stays where it is"


def do_something(office: Office, chance: random.Random) -> None:
    lead = the_lead(office)
    who = chance.choice([ALICE, BOB, CAROL])
    owner = next((rep for rep in (ALICE, BOB, CAROL) if rep.name == office.owner(1)), None)
    match chance.randrange(8):
        case 0 if lead.owner_id is None and lead.closed_at is None and office.offered_to(1) in (None, who.name):
            claims.claim(office.services, who.slack_id, 1)
        case 1 if office.offered_to(1) == who.name:
            claims.pass_lead(office.services, who.slack_id, 1)
        case 2 if owner and lead.closed_at is None:
            claims.release(office.services, owner.slack_id, 1)
        case 3 if owner:
            stage = chance.choice(["new", "won", "lost", "contacted"])
            pipeline.move_stage(office.services, owner.slack_id, 1, stage, WHY)


def check(office: Office) -> None:
    lead = the_lead(office)
    if lead.response_from is None or lead.closed_at is not None or lead.first_contact_at is not None:
        assert lead.response_due_at is None
        assert lead.managers_hear != "waiting"
    if lead.response_from is None or lead.response_due_at is None:
        return
    offers = office.rows(Offer, lead_id=1, status="open")
    has_it = lead.owner_id or (offers[0].rep_id if offers else None)
    assert lead.response_rep_id == has_it
    with office.services.reading() as uow:
        stretch = waiting.stretch_of(office.services, uow, lead)
    assert stretch.hours.cover(lead.response_due_at, stretch.zone)
    for row in office.waiting("first contact"):
        if row.payload["about"] == response.REMINDS and row.created_at == office.clock.now():
            assert not isinstance(office.render(row), Wait), "nobody is told outside their hours"
