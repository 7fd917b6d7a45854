"""Reminders over days: one DM, lines below it, a budget, and never to somebody who cannot act."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot import followups, handover, people, reminders, response
from bot.errors import DibsError, NotAllowedError, NotFoundError
from bot.outbox import Skip, SlackCall, Wait
from bot.pipeline import move_stage
from bot.playbook.playbook import Playbook, ReminderRule, Reminders, read_playbook
from store.database import Database
from store.models import FollowUp, Lead, OutboxRow, Reminder, Rep
from store.outbox import FURTHEST_AHEAD
from tests.factories import ALICE, BOB, DANA, PLAYBOOK, WHY, Office, everyone_new
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


def edits(office: Office) -> list[SlackCall]:
    """What is changed in DMs that have arrived."""
    return [call for row in office.waiting("dm") if isinstance(call := office.render(row), SlackCall)]


def has_buttons(call: SlackCall) -> bool:
    return "follow_up" in {block.get("block_id") for block in call.arguments["blocks"]}


def with_rules(**changes: object) -> Playbook:
    return everyone_new().model_copy(update={"reminders": Reminders(**changes)})


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
    assert speak(office, NOON - timedelta(minutes=15)) == ["⏰ Meeting, #1 Jane Doe, Acme. Due Tue 24 Nov, 13:00."]
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
    [told] = office.waiting("reminder")
    assert said(office, told).channel == BOB.slack_id
    assert text(office, told) == "⏰ Alice asks you to do this: call her, #1 Jane Doe, Acme. Due Tue 24 Nov, 12:00."
    assert has_buttons(said(office, told))
    [edit] = edits(office)
    assert edit.arguments["text"] == "Bob looks after it now: call her, #1 Jane Doe, Acme."
    office.everything_left()
    [late] = fired(office, NOON + timedelta(hours=5))
    assert (said(office, late).channel, said(office, late).thread_ts is None) == ("D0DM", False)
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
    move_stage(office.services, ALICE.slack_id, lead_id, "qualified", {"answers.need": "ten seats"})
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


def test_the_dm_of_what_was_put_off_has_its_buttons_again_once_it_is_due(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    followups.snooze(office.services, ALICE.slack_id, follow_up_id, "1h")
    assert [has_buttons(edit) for edit in edits(office)] == [False]
    office.everything_left()
    [line] = fired(office, NOON + timedelta(hours=1))
    assert said(office, line).thread_ts
    assert [(edit.method, has_buttons(edit)) for edit in edits(office)] == [("chat.update", True)]


def taken_back(office: Office) -> int:
    """A follow-up of Alice's lead, which was taken from her because nobody was in touch; she was reminded."""
    with office.services.unit_of_work() as uow:
        lead = uow.leads.lock(1)
        assert lead is not None
        response.offer_to_the_next(office.services, uow, lead, uow.people.rep(2), office.clock.moment)
        uow.commit()
    return office.rows(FollowUp)[0].id or 0


def test_nothing_is_forgotten_when_a_lead_is_taken_back_and_claimed_again(office: Office) -> None:
    due(office)
    taken_back(office)
    assert speak(office, NOON) == []  # nobody's matter now
    handover.assign(office.services, DANA.slack_id, 1, ALICE)
    assert len(speak(office, NOON + timedelta(minutes=1))) == 1


def test_whoever_lost_the_lead_acts_on_its_follow_ups_no_more_and_sees_why(office: Office) -> None:
    due(office)
    speak(office, NOON)
    follow_up_id = taken_back(office)
    [edit] = office.waiting("dm")
    assert text(office, edit) == "Somebody else looks after it now: call her, #1 Jane Doe, Acme."
    for press in (office.done, lambda row: followups.snooze(office.services, ALICE.slack_id, row, "1h")):
        with pytest.raises(NotAllowedError):
            press(follow_up_id)
    assert office.get(FollowUp, follow_up_id).status == "open"


@pytest.mark.parametrize("how", ["left the workspace", "left the team"])
def test_what_was_lent_to_somebody_who_leaves_is_the_owners_again(office: Office, how: str) -> None:
    follow_up_id = due(office)
    followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB)
    if how == "left the team":
        people.remove_from_team(office.services, DANA.slack_id, "smb", BOB)
    else:
        people.update_profile(office.services, people.Profile(BOB.slack_id, "Bob", "Europe/London", is_active=False))
    office.work_off()
    follow_up = office.get(FollowUp, follow_up_id)
    assert (office.get(Rep, follow_up.rep_id).name, follow_up.is_lent) == ("Alice", False)
    office.everything_left()
    [row] = fired(office, NOON)
    assert said(office, row).channel == ALICE.slack_id


def test_a_borrower_without_a_seat_is_not_reminded_even_before_that_is_worked_off(office: Office) -> None:
    follow_up_id = due(office)
    followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB)
    people.remove_from_team(office.services, DANA.slack_id, "smb", BOB)
    office.everything_left()
    assert fired(office, NOON) == []
    assert [said(office, row).channel for row in fired(office, NOON)] == [ALICE.slack_id]
    with pytest.raises(NotAllowedError):
        office.done(follow_up_id, by=BOB)


def test_a_borrower_who_becomes_the_owner_owes_it_to_nobody(office: Office) -> None:
    follow_up_id = due(office)
    followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB)
    handover.assign(office.services, DANA.slack_id, 1, BOB)
    assert not office.get(FollowUp, follow_up_id).is_lent


def test_the_first_contact_that_a_borrower_makes_counts(database: Database) -> None:
    office = Office(database, ALICE, BOB, playbook=read_playbook(PLAYBOOK))
    office.claimed_lead(ALICE)
    [first] = office.rows(FollowUp, origin="claim")
    followups.lend(office.services, ALICE.slack_id, first.id or 0, BOB)
    office.done(first.id or 0, by=BOB, went="reached")
    assert office.get(Lead, 1).first_contact_at == office.clock.moment


def test_giving_it_to_and_fro_does_not_make_it_less_late(office: Office) -> None:
    follow_up_id = due(office)
    speak(office, NOON)
    office.clock.moment = berlin(25, 12)
    followups.lend(office.services, ALICE.slack_id, follow_up_id, BOB)
    followups.lend(office.services, BOB.slack_id, follow_up_id, ALICE)
    assert office.get(FollowUp, follow_up_id).due_at == NOON
    assert [one.rule for one in office.reminders(follow_up_id) if one.status == "waiting"] == ["late"]


def test_after_an_outage_only_the_last_word_leaves(office: Office) -> None:
    due(office)
    for hours in (0, 4, 48):
        fired(office, NOON + timedelta(hours=hours))
    spoken = [office.render(row) for row in office.waiting("reminder")]
    assert [isinstance(call, SlackCall) for call in spoken] == [False, False, True]
    assert isinstance(spoken[-1], SlackCall)
    assert has_buttons(spoken[-1])


def test_a_renamed_rule_does_not_speak_again_of_what_was_said(database: Database) -> None:
    office = Office(database, ALICE)
    due(office)
    speak(office, NOON)
    office.services.put_in_force(with_rules(rules=(
        ReminderRule(name="on time", minutes=0), ReminderRule(name="afterwards", minutes=240),
    )))  # fmt: skip
    spoken = [line for minutes in range(0, 600, 10) for line in speak(office, NOON + timedelta(minutes=minutes))]
    assert len(spoken) == 1


def test_a_meeting_is_announced_by_the_clock_of_whoever_moved(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    people.update_profile(office.services, people.Profile(ALICE.slack_id, "Alice", "America/New_York"))
    followups.set_follow_up(office.services, ALICE.slack_id, lead_id, NOON, "", kind="meeting", key="m")
    assert [one.fire_at for one in office.rows(Reminder)] == [berlin(24, 15)]  # nine o'clock in New York
    people.update_profile(office.services, people.Profile(ALICE.slack_id, "Alice", "Europe/Berlin"))
    waiting = [(one.rule, one.fire_at) for one in office.rows(Reminder, status="waiting")]
    assert waiting == [("before a meeting", NOON - timedelta(minutes=15))]


def test_the_covers_dm_says_whose_it_is_once_the_rep_is_back(office: Office) -> None:
    due(office)
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, ALICE.slack_id, "until monday")
    assert len(speak(office, NOON)) == 1
    people.come_back(office.services, ALICE.slack_id)
    [edit] = office.waiting("dm")
    assert text(office, edit) == "Alice looks after it now: call her, #1 Jane Doe, Acme."


def test_sixty_follow_ups_of_one_lead_all_move_and_all_end(office: Office) -> None:
    lead_id = office.claimed_lead(ALICE)
    for minute in range(60):
        office.follow_up(lead_id, NOON + timedelta(minutes=minute))
    handover.assign(office.services, DANA.slack_id, lead_id, BOB)
    assert {one.rep_id for one in office.rows(FollowUp)} == {3}
    move_stage(office.services, BOB.slack_id, lead_id, "lost", WHY)
    assert {one.status for one in office.rows(FollowUp)} == {"cancelled"}


def test_a_lane_that_waits_for_the_morning_rests_and_is_not_taken_for_a_stranded_one(office: Office) -> None:
    due(office, berlin(24, 17, 59))
    [row] = fired(office, berlin(24, 17, 59))
    office.clock.moment = berlin(24, 18, 1)
    held = office.render(row)
    assert isinstance(held, Wait)
    assert timedelta(minutes=5) < timedelta(seconds=held.seconds) < FURTHEST_AHEAD
