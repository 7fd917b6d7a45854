"""The morning digest: once a working day, at the rep's own time, and only when there is something to say."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import claims, digests, followups, people, preferences
from bot.errors import InvalidInputError
from bot.outbox import Skip, SlackCall, Wait
from bot.pipeline import add_note, move_stage
from store.models import OutboxRow, Reminder, Rep
from tests.factories import ALICE, BOB, DANA, TUESDAY, WHY, Office
from tests.use_cases.test_followups import berlin, due
from tests.use_cases.test_reminders import digests_at, settle_digest


def digest_of(office: Office, slack_id: str = ALICE.slack_id) -> SlackCall | Skip | Wait:
    [row] = [row for row in office.waiting("digest") if row.lane == f"user:{slack_id}"]
    return office.render(row)


def said(office: Office, slack_id: str = ALICE.slack_id) -> str:
    call = digest_of(office, slack_id)
    assert isinstance(call, SlackCall), call
    return str(call.arguments["text"]) + json.dumps(call.arguments["blocks"], ensure_ascii=False)


def test_the_digest_says_what_is_late_due_new_and_without_a_plan(office: Office) -> None:
    settle_digest(office)
    overdue = due(office, berlin(24, 15))
    office.follow_up(1, berlin(25, 16), what="send the offer")
    bare = office.lead(company="Bare", email="b@bare.example")
    claims.claim(office.services, DANA.slack_id, bare)
    add_note(office.services, ALICE.slack_id, 1, "wants a demo", key="n")
    digests_at(office, berlin(25, 9))
    words = said(office)
    assert words.startswith("Good morning. 1 overdue, 1 due today.")
    assert "18 hours late" in words
    assert "send the offer" in words
    assert "Yesterday: 1 lead claimed, 1 note written." in words
    assert "No next step" in said(office, DANA.slack_id)
    office.done(overdue)
    assert "1 due today" in said(office)
    assert "overdue" not in said(office)


@pytest.mark.sqlite_alone
def test_nothing_to_say_is_no_message(office: Office) -> None:
    settle_digest(office)
    lead_id = office.claimed_lead(ALICE)
    office.follow_up(lead_id, berlin(30, 15))
    add_note(office.services, ALICE.slack_id, lead_id, "all is well", key="n")
    assert digests_at(office, berlin(25, 9)) == []


def test_it_comes_once_a_day_however_often_one_looks(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    assert "user:U0ALICE" in digests_at(office, berlin(25, 9))
    for minutes in range(1, 60 * 14, 60):
        assert digests_at(office, berlin(25, 9) + timedelta(minutes=minutes)) == []
    assert "user:U0ALICE" in digests_at(office, berlin(26, 9))


def test_after_an_outage_it_comes_late_but_not_at_night(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    assert digests_at(office, berlin(25, 20)) == []
    assert "user:U0ALICE" in digests_at(office, berlin(26, 16))
    assert said(office).startswith("Your day. 1 overdue.")


@pytest.mark.parametrize("between", ["done", "snoozed", "released", "lost"])
def test_it_leaves_out_what_was_settled_before_it_left(office: Office, between: str) -> None:
    settle_digest(office)
    follow_up_id = due(office, berlin(24, 15))
    digests_at(office, berlin(26, 9))
    match between:
        case "done":
            office.done(follow_up_id)
            move_stage(office.services, ALICE.slack_id, 1, "won")
        case "snoozed":
            followups.snooze(office.services, ALICE.slack_id, follow_up_id, "tomorrow")
        case "released":
            claims.release(office.services, ALICE.slack_id, 1)
        case _:
            move_stage(office.services, ALICE.slack_id, 1, "lost", WHY)
    assert isinstance(digest_of(office), Skip)


def test_held_up_until_the_night_it_waits_for_the_morning(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    digests_at(office, berlin(26, 9))
    office.clock.moment = berlin(26, 22)
    assert isinstance(digest_of(office), Wait)


@pytest.mark.sqlite_alone
def test_the_cover_reads_it_while_the_rep_is_away(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, ALICE.slack_id, "until 4 dec")
    digests_at(office, berlin(25, 10))
    assert said(office, BOB.slack_id).startswith("You cover for Alice: 1 overdue.")


@pytest.mark.sqlite_alone
def test_nobody_reads_it_while_the_rep_is_away_without_a_cover(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    people.go_away(office.services, ALICE.slack_id, "until 4 dec")
    digests_at(office, berlin(25, 9))
    assert [row.lane for row in office.waiting("digest")] == ["user:U0DANA"]


@pytest.mark.sqlite_alone
def test_managers_read_how_their_teams_stand(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    digests_at(office, berlin(26, 9))
    assert "Overdue: Alice 1" in said(office, DANA.slack_id)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("off", "No morning digest any more."),
        ("8:30", "Your digest comes at 08:30"),
        ("on", "Your digest comes at 09:00"),
        ("7", "Your digest comes at 07:00"),
    ],
)
def test_a_rep_chooses_their_digest(office: Office, words: str, answer: str) -> None:
    assert digests.choose(office.services, ALICE.slack_id, words).startswith(answer)


def test_the_chosen_time_counts_even_before_work(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    digests.choose(office.services, ALICE.slack_id, "8:30")
    assert "user:U0ALICE" not in digests_at(office, berlin(25, 8, 29))
    assert "user:U0ALICE" in digests_at(office, berlin(25, 8, 30))
    assert isinstance(digest_of(office), SlackCall)


@pytest.mark.parametrize("words", ["25:00", "8:7", "noon", "-1", "\uff18:30", "8:60", "<!here>"])
def test_what_is_no_time_of_day_is_refused(office: Office, words: str) -> None:
    before = office.rows(Rep)
    with pytest.raises(InvalidInputError, match="time of day like 8:30"):
        digests.choose(office.services, ALICE.slack_id, words)
    assert office.rows(Rep) == before


def test_it_stays_at_nine_over_a_clock_change(office: Office) -> None:
    settle_digest(office)
    office.clock.moment = berlin(27, 10, month=3) + timedelta(days=365)
    office.fire_digests()
    [alice] = office.rows(Rep, name="Alice")
    assert alice.digest_due_at is not None
    assert alice.digest_due_at.hour == 7  # 9:00 in Berlin, in summer


def test_a_new_rep_gets_the_first_one_on_the_next_morning(office: Office) -> None:
    due(office, TUESDAY + timedelta(hours=1))
    assert office.fire_digests() == 0
    assert all(rep.digest_due_at is not None for rep in office.rows(Rep))
    assert not office.rows(OutboxRow, kind="digest")


# --- one a day, and none that is owed is lost


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("seconds", [0, 2])
def test_whoever_is_back_at_nine_has_it_at_nine(office: Office, seconds: int) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    people.go_away(office.services, ALICE.slack_id, "until monday")
    office.clock.moment = berlin(30, 9) + timedelta(seconds=seconds)
    for rep_id in people.absences_over(office.services):
        people.end_absence(office.services, rep_id)
    assert "user:U0ALICE" in digests_at(office, office.clock.moment)


def test_whoever_is_back_later_that_day_has_it_then(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    people.go_away(office.services, ALICE.slack_id, "monday 10:30")
    assert "user:U0ALICE" not in digests_at(office, berlin(30, 9))
    assert "user:U0ALICE" in digests_at(office, berlin(30, 10, 30))


@pytest.mark.parametrize("change", [
    lambda office: preferences.mute_today(office.services, ALICE.slack_id),
    lambda office: digests.choose(office.services, ALICE.slack_id, "14"),
    lambda office: people.update_profile(office.services, replace(ALICE, time_zone="Europe/Paris")),
    lambda office: people.come_back(office.services, ALICE.slack_id),
])  # fmt: skip
def test_what_changes_just_before_it_leaves_does_not_lose_it(
    office: Office, change: Callable[[Office], object]
) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    office.clock.moment = berlin(25, 9) + timedelta(seconds=2)
    change(office)
    assert "user:U0ALICE" in digests_at(office, office.clock.moment)
    assert "user:U0ALICE" not in digests_at(office, berlin(25, 14))


def test_a_time_that_is_over_today_means_now(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    digests.choose(office.services, ALICE.slack_id, "14")
    office.clock.moment = berlin(25, 11)
    digests.choose(office.services, ALICE.slack_id, "10")
    assert "user:U0ALICE" in digests_at(office, berlin(25, 11))


def test_another_time_or_zone_brings_no_second_one_that_day(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    assert "user:U0ALICE" in digests_at(office, berlin(25, 9))
    digests.choose(office.services, ALICE.slack_id, "10")
    assert digests_at(office, berlin(25, 10)) == []
    people.update_profile(office.services, replace(ALICE, time_zone="America/New_York"))
    assert digests_at(office, berlin(25, 16)) == []
    assert "user:U0ALICE" in digests_at(office, berlin(26, 16))


def test_mornings_that_wait_for_slack_become_one(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(24, 15))
    for day in (25, 26, 27):
        office.clock.moment = berlin(day, 9)
        office.fire_digests()
    assert said(office).startswith("Good morning. 1 overdue.")


def test_a_public_holiday_is_quiet(office: Office) -> None:
    settle_digest(office)
    due(office, berlin(6, 10, month=1) + timedelta(days=365))
    with office.services.unit_of_work() as uow:
        uow.people.rep_by_slack_id(ALICE.slack_id).holidays = "DE-BY"  # type: ignore[union-attr]
        uow.commit()
    digests_at(office, berlin(5, 9, month=1) + timedelta(days=365))
    for hours in range(1, 48):
        office.clock.moment = berlin(5, 9, month=1) + timedelta(days=365, hours=hours)
        office.fire_reminders()
        assert "user:U0ALICE" not in digests_at(office, office.clock.moment)
        assert not office.rows(Reminder, status="fired")
    assert "user:U0ALICE" in digests_at(office, berlin(7, 9, month=1) + timedelta(days=365))
    assert office.fire_reminders() == 1
