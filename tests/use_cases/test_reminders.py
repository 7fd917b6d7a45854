"""Reminders over days: one DM, lines below it, a budget, and never to somebody who cannot act."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot import followups, handover, people, reminders
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.outbox import Skip, SlackCall
from bot.pipeline import move_stage
from bot.playbook import Playbook, Reminders, read_playbook
from store.database import Database
from store.models import FollowUp, OutboxRow, Reminder, Rep
from tests.factories import ALICE, BOB, DANA, PLAYBOOK, Office, everyone_new
from tests.use_cases.test_followups import NOON, berlin, due, fired

ERIN = people.Profile("U0ERIN", "Erin", "Europe/Berlin")


def said(office: Office, row: OutboxRow) -> SlackCall:
    call = office.render(row)
    assert isinstance(call, SlackCall), call
    return call


def text(office: Office, row: OutboxRow) -> str:
    return str(said(office, row).arguments["text"])


def speak(office: Office, at: datetime) -> list[str]:
    """What is said about follow-ups once it is that time, as if it reached Slack."""
    rows = fired(office, at)
    spoken = [text(office, row) for row in rows]
    office.everything_left()
    return spoken


def with_rules(**changes: object) -> Playbook:
    return everyone_new().model_copy(update={"reminders": Reminders(**changes)})  # type: ignore[arg-type]


def test_later_words_stand_below_the_one_dm(office: Office) -> None:
    follow_up_id = due(office)
    assert speak(office, NOON) == ["⏰ call her, #1 Jane Doe, Acme. Due Tue 24 Nov, 13:00."]
    [dm] = [reminder for reminder in office.reminders(follow_up_id) if reminder.ts]
    [row] = fired(office, NOON + timedelta(hours=4))
    call = said(office, row)
    assert (call.channel, call.thread_ts) == (dm.channel, dm.ts)
    assert call.arguments["text"] == "Alice: call her, #1 Jane Doe, Acme, is 4 hours late."


def test_every_rule_of_the_cadence_speaks_once_and_then_it_is_quiet(office: Office) -> None:
    due(office)
    spoken = []
    for hours in range(14 * 24):
        spoken += speak(office, NOON + timedelta(hours=hours))
    assert len(spoken) == 4  # due, late, neglected, take over
    assert [reminder.rule for reminder in office.rows(Reminder)] == ["due", "late", "neglected", "take over"]


def test_a_meeting_is_announced_before_it(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    followups.set_follow_up(office.services, ALICE.slack_id, lead_id, NOON, "", kind="meeting", key="m")
    assert speak(office, NOON - timedelta(minutes=16)) == []
    assert speak(office, NOON - timedelta(minutes=15)) == [
        "⏰ Meeting, #1 Jane Doe, Acme. Due Tue 24 Nov, 13:00."
    ]
    assert speak(office, NOON) == ["Alice: Meeting, #1 Jane Doe, Acme, is due now."]


def test_the_day_has_room_for_so_many_and_the_digest_says_the_rest(database: Database) -> None:
    office = Office(database, ALICE, playbook=with_rules(daily_budget=3))
    settle_digest(office)
    lead_id = office.claimed_lead(ALICE)
    for minute in range(5):
        office.follow_up(lead_id, NOON + timedelta(minutes=minute))
    assert len(speak(office, NOON + timedelta(minutes=10))) == 3
    assert sorted(reminder.status for reminder in office.rows(Reminder, rule="due")) == [
        "fired", "fired", "fired", "folded", "folded",
    ]  # fmt: skip
    assert digests_at(office, berlin(25, 9)) == ["user:U0ALICE", "user:U0DANA"]
    assert {reminder.status for reminder in office.rows(Reminder, rule="due")} == {"fired", "digested"}


def test_a_digest_that_is_off_still_says_what_the_day_had_no_room_for(database: Database) -> None:
    office = Office(database, ALICE, playbook=with_rules(daily_budget=1))
    settle_digest(office, is_off=True)
    lead_id = office.claimed_lead(ALICE)
    for minute in range(2):
        office.follow_up(lead_id, NOON + timedelta(minutes=minute))
    speak(office, NOON + timedelta(minutes=10))
    assert digests_at(office, berlin(25, 9)) == ["user:U0ALICE"]
    assert digests_at(office, berlin(26, 9)) == []


def digests_at(office: Office, moment: datetime) -> list[str]:
    """Who gets a digest at that time."""
    office.clock.moment = moment
    office.everything_left()
    office.fire_digests()
    return sorted(row.lane for row in office.waiting("digest"))


def settle_digest(office: Office, *, is_off: bool = False) -> None:
    """Digests are planned from now on."""
    office.fire_digests()
    with office.services.unit_of_work() as uow:
        for rep in uow.session.exec(select(Rep)):
            rep.is_digest_off = is_off
        uow.commit()


def test_whoever_wants_quiet_is_told_in_the_digest(office: Office) -> None:
    due(office)
    office.fire_digests()
    with office.services.unit_of_work() as uow:
        uow.people.rep(2).muted_until = NOON + timedelta(hours=2)
        assert uow.people.rep(2).name == "Alice"
        uow.commit()
    assert speak(office, NOON) == []
    assert "user:U0ALICE" in digests_at(office, berlin(25, 9))


def test_whoever_is_away_without_a_cover_is_told_when_back(office: Office) -> None:
    follow_up_id = due(office)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    assert speak(office, NOON) == []
    assert office.reminders(follow_up_id)[0].fire_at == berlin(30, 9)
    assert len(speak(office, berlin(30, 9))) == 1


def test_whoever_comes_back_sooner_is_told_sooner(office: Office) -> None:
    due(office)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    assert speak(office, NOON) == []
    office.clock.moment = berlin(25, 10)
    people.come_back(office.services, ALICE.slack_id)
    assert len(speak(office, berlin(25, 10))) == 1


def test_a_cover_is_reminded_instead_of_whoever_is_away(office: Office) -> None:
    due(office)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    [row] = fired(office, berlin(24, 15))
    assert said(office, row).channel == BOB.slack_id
    assert "You cover for Alice" in text(office, row)


def test_the_colleague_it_is_given_to_is_told_and_the_old_dm_says_whose_it_is(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    office.clock.moment = NOON + timedelta(minutes=10)
    assert followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB) == "Bob does it now: #1 Jane Doe, Acme."
    [told] = office.lines("message")
    assert told.startswith("Alice asks you to follow up: call her, #1 Jane Doe, Acme, due ")
    [row] = office.waiting("dm")
    assert text(office, row) == "Bob looks after it now: call her, #1 Jane Doe, Acme."
    [reminded] = fired(office, NOON + timedelta(minutes=10))
    assert said(office, reminded).channel == BOB.slack_id
    assert office.owner(1) == "Alice"
    assert office.done(follow_up_id, by=BOB).startswith("Done")


def test_it_is_given_to_nobody_outside_the_team(office: Office) -> None:
    follow_up_id = due(office)
    office.seat(ERIN, "enterprise")
    with pytest.raises(NotFoundError, match="not in team smb"):
        followups.lend(office.services, ALICE.slack_id, follow_up_id, ERIN)
    with pytest.raises(NotAllowedError):
        followups.lend(office.services, BOB.slack_id, follow_up_id, BOB)


def test_what_is_lent_stays_lent_when_the_lead_changes_hands(office: Office) -> None:
    follow_up_id = due(office)
    followups.lend(office.services, ALICE.slack_id, follow_up_id, DANA)
    handover.assign(office.services, DANA.slack_id, 1, BOB)
    assert office.get(Rep, office.get(FollowUp, follow_up_id).rep_id).name == "Dana"


def test_the_new_owner_is_reminded_from_now_on(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    office.clock.moment = NOON + timedelta(hours=1)
    handover.assign(office.services, DANA.slack_id, 1, BOB)
    office.everything_left()
    [row] = fired(office, NOON + timedelta(hours=1))
    assert said(office, row).channel == BOB.slack_id
    assert [reminder.status for reminder in office.reminders(follow_up_id)][:2] == ["fired", "dropped"]


def test_not_needed_can_be_taken_back(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    followups.not_needed(office.services, ALICE.slack_id, follow_up_id)
    [row] = office.waiting("dm")
    assert text(office, row).startswith("No longer needed: call her")
    assert "follow_up.undo" in str(said(office, row).arguments["blocks"])
    office.everything_left()
    assert speak(office, NOON + timedelta(hours=5)) == []
    followups.undo(office.services, ALICE.slack_id, follow_up_id)
    with pytest.raises(DibsError, match="open again already"):
        followups.undo(office.services, ALICE.slack_id, follow_up_id)
    assert len(speak(office, berlin(25, 17))) == 1


def test_what_was_given_up_with_the_lead_does_not_come_back(office: Office) -> None:
    follow_up_id = due(office)
    followups.not_needed(office.services, ALICE.slack_id, follow_up_id)
    handover.assign(office.services, DANA.slack_id, 1, BOB)
    with pytest.raises(DibsError, match="belongs to somebody else now"):
        followups.undo(office.services, DANA.slack_id, follow_up_id)


def test_a_word_before_it_that_is_too_late_gives_way_to_the_next(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    followups.set_follow_up(office.services, ALICE.slack_id, lead_id, NOON, "", kind="meeting", key="m")
    assert speak(office, NOON + timedelta(minutes=1)) == []  # nobody was awake for the word before it
    assert len(speak(office, NOON + timedelta(minutes=1))) == 1
    assert [(one.rule, one.status) for one in office.rows(Reminder)][:2] == [
        ("before a meeting", "dropped"), ("due", "fired"),
    ]  # fmt: skip


def test_a_rep_who_goes_away_before_it_leaves_is_not_disturbed(office: Office) -> None:
    due(office)
    [row] = fired(office, NOON)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    assert isinstance(office.render(row), Skip)


def test_what_was_done_about_a_lead_counts_for_the_reminders_that_spoke_of_it(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    office.clock.moment = NOON + timedelta(minutes=20)
    followups.snooze(office.services, ALICE.slack_id, follow_up_id, "1h")
    [spoken] = office.rows(Reminder, status="fired")
    assert spoken.acted_at == NOON + timedelta(minutes=20)


def test_one_tick_asks_for_what_is_due_and_nothing_else(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for day in (24, 25, 26):
        office.follow_up(lead_id, berlin(day, 12))
    office.clock.moment = berlin(24, 12)
    assert len(reminders.due_reminders(office.services)) == 1
    with office.services.reading() as uow:
        waiting = uow.session.exec(select(Reminder).where(col(Reminder.status) == "waiting")).all()
        assert len(waiting) == 3


def test_what_another_next_step_has_replaced_does_not_come_back(database: Database) -> None:
    office = Office(database, ALICE, playbook=read_playbook(PLAYBOOK))
    lead_id = office.claimed_lead(ALICE)
    move_stage(office.services, ALICE.slack_id, lead_id, "contacted")
    [step] = office.rows(FollowUp, origin="stage")
    followups.not_needed(office.services, ALICE.slack_id, step.id or 0)
    move_stage(office.services, ALICE.slack_id, lead_id, "qualified")
    with pytest.raises(DibsError, match="another next step"):
        followups.undo(office.services, ALICE.slack_id, step.id or 0)
    assert office.get(FollowUp, step.id or 0).status == "cancelled"


def test_what_a_rep_plans_replaces_what_the_playbook_planned(database: Database) -> None:
    office = Office(database, ALICE, playbook=read_playbook(PLAYBOOK))
    lead_id = office.claimed_lead(ALICE)
    move_stage(office.services, ALICE.slack_id, lead_id, "contacted")
    office.follow_up(lead_id, NOON)
    assert [(one.origin, one.status) for one in office.rows(FollowUp) if one.origin != "claim"] == [
        ("stage", "cancelled"), ("rep", "open"),
    ]  # fmt: skip


def test_a_cover_who_is_back_before_the_rep_hears_of_it_then(office: Office) -> None:
    due(office)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, BOB.slack_id, "until thursday")
    people.go_away(office.services, ALICE.slack_id, "until 4 dec")
    assert fired(office, NOON) == []
    [row] = fired(office, berlin(26, 10))
    assert said(office, row).channel == BOB.slack_id
