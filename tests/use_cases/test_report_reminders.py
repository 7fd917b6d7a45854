"""What reminders bring about, by rule: counted in the database, judged by the hours of then, said to managers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot import people, teams
from bot.reports.reminders import REMINDERS
from bot.reports.reminders import measured as measured_in
from bot.rules.effects import Effect, a_working_day_after
from bot.rules.reports.report import Report
from bot.worktime import hours_of
from store.database import Database
from store.models import FollowUp, Reminder
from store.reporting.scope import Scope
from tests.factories import ALICE, BOB, DANA, TUESDAY, Office
from tests.reporting import ask, plain, said

DAYS = date(2026, 11, 11), date(2026, 12, 11)
STATUSES = ("fired", "digested", "folded", "dropped", "waiting")


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database, ALICE)
    office.claimed_lead()
    with office.services.unit_of_work() as uow:
        uow.session.add(FollowUp(lead_id=1, rep_id=2, due_at=TUESDAY, created_at=TUESDAY))
        uow.commit()
    return office


def remember(office: Office, *rows: dict[str, Any]) -> None:
    """Reminders as they stand after some days; each was meant for a due time of its own."""
    with office.services.unit_of_work() as uow:
        uow.session.execute(delete(Reminder))
        alice = uow.people.rep(2)
        for number, told in enumerate(rows):
            due_at = TUESDAY - timedelta(minutes=number)
            usual = {"rule": "due", "status": "fired", "said_to": ALICE.slack_id, "fired_at": TUESDAY}
            row: dict[str, Any] = usual | told
            if row["status"] == "fired":
                row["act_by"] = a_working_day_after(row["fired_at"], hours_of(office.services, alice), alice.time_zone)
            uow.session.add(Reminder(follow_up_id=1, due_at=due_at, fire_at=TUESDAY, **row))
        uow.commit()


def measured(office: Office, days: int = 30) -> list[Effect]:
    now = office.clock.now()
    with office.services.reading() as uow:
        asked = Scope(now - timedelta(days=days), now + timedelta(days=1), now + timedelta(microseconds=1), "UTC")
        return measured_in(office.services, uow, asked)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words)


FRIDAY_AT_FIVE = at("2026-11-27T17:00+01:00")


@pytest.mark.parametrize(
    ("acted", "is_counted"),
    [
        (at("2026-11-27T17:05+01:00"), 1),
        (at("2026-11-30T16:59+01:00"), 1),  # Monday: the weekend does not count
        (at("2026-11-30T17:00+01:00"), 1),
        (at("2026-11-30T17:01+01:00"), 0),
        (None, 0),
    ],
)
def test_an_action_counts_within_one_working_day_of_the_reminder(
    office: Office, acted: datetime | None, is_counted: int
) -> None:
    office.clock.set("2026-12-10T12:00+01:00")
    remember(office, {"fired_at": FRIDAY_AT_FIVE, "acted_at": acted})
    [effect] = measured(office)
    assert (effect.sent, effect.acted, effect.pending) == (1, is_counted, 0)


def reminded(office: Office, when: datetime) -> int:
    """Somebody is told at that time that a follow-up is due; its number."""
    follow_up_id = office.follow_up(1, when)
    office.clock.moment = when
    office.fire_reminders()
    return follow_up_id


def counts(office: Office) -> list[tuple[int, int, int]]:
    return [(one.sent, one.acted, one.pending) for one in measured(office) if one.rule == "due"]


def test_a_working_day_is_one_of_whoever_was_reminded(office: Office) -> None:
    teams.set_hours(office.services, DANA.slack_id, ALICE, "mon-tue 9-17")
    follow_up_id = reminded(office, at("2026-12-01T10:00+01:00"))
    office.clock.set("2026-12-07T09:00+01:00")
    office.done(follow_up_id)
    assert counts(office) == [(1, 1, 0)]


def test_whoever_heard_it_in_their_place_has_hours_of_their_own(office: Office) -> None:
    office.seat(BOB)
    teams.set_hours(office.services, DANA.slack_id, ALICE, "mon-tue 9-17")
    people.name_cover(office.services, ALICE.slack_id, BOB)
    people.go_away(office.services, ALICE.slack_id, "until 2026-12-14")
    reminded(office, at("2026-12-01T10:00+01:00"))
    office.clock.set("2026-12-02T10:01+01:00")
    assert counts(office) == [(1, 0, 0)]


@pytest.mark.parametrize("hours", ["tue-tue 9-17", "mon-sun 0-23"])
def test_hours_that_change_later_change_nothing_that_was_said_before(office: Office, hours: str) -> None:
    done = reminded(office, at("2026-11-27T17:00+01:00"))
    office.clock.set("2026-11-30T16:59+01:00")
    office.done(done)
    reminded(office, at("2026-11-30T17:10+01:00"))
    asked = [ask(office, REMINDERS, *DAYS, as_of=at(f"2026-{day}+01:00")) for day in ("11-30T16:30", "12-03T12:00")]
    assert [plain(one)[0][1:4] for one in asked] == [[1, 0, None], [2, 1, 0.5]]
    office.clock.set("2026-12-05T12:00+01:00")
    teams.set_hours(office.services, DANA.slack_id, ALICE, hours)
    for before in asked:
        assert before.as_of is not None
        assert ask(office, REMINDERS, *DAYS, as_of=before.as_of) == before


def test_of_another_life_of_the_same_reminder_nothing_counts(office: Office) -> None:
    """Left to the digest, acted upon, dropped, and planned again for the same time."""
    remember(office, {"status": "dropped", "acted_at": TUESDAY - timedelta(days=1)})
    with office.services.unit_of_work() as uow:
        assert uow.reminders.plan(1, "due", due_at=TUESDAY, fire_at=TUESDAY)
        assert uow.reminders.settle(1, "fired", now=TUESDAY, act_by=TUESDAY + timedelta(days=1))
        uow.commit()
    assert [(one.sent, one.acted, one.pending) for one in measured(office)] == [(1, 0, 1)]


def test_what_another_clock_says_was_done_before_it_was_said_was_done_at_once(office: Office) -> None:
    remember(office, {})
    with office.services.unit_of_work() as uow:
        uow.reminders.mark_acted(1, now=TUESDAY - timedelta(seconds=1))
        uow.commit()
    assert [reminder.acted_at for reminder in office.rows(Reminder)] == [TUESDAY]
    assert [(one.acted, one.median) for one in measured(office)] == [(1, timedelta(0))]


def test_one_whose_working_day_is_not_over_is_not_held_against_its_rule(office: Office) -> None:
    office.clock.set("2026-11-30T16:00+01:00")
    remember(office, {"fired_at": FRIDAY_AT_FIVE}, {"fired_at": FRIDAY_AT_FIVE - timedelta(days=1)})
    [effect] = measured(office)
    assert (effect.sent, effect.pending, effect.decided, effect.share) == (2, 1, 1, 0.0)


def test_rules_come_in_the_playbooks_order_and_those_it_lost_last(office: Office) -> None:
    remember(office, *({"rule": rule, "status": "digested"} for rule in ("gone", "late", "due", "before a meeting")))
    assert [effect.rule for effect in measured(office)] == ["before a meeting", "due", "late", "gone"]


def test_what_is_older_than_asked_for_is_left_out(office: Office) -> None:
    remember(office, {"fired_at": TUESDAY - timedelta(days=8)}, {"fired_at": TUESDAY - timedelta(days=6)})
    assert [effect.sent for effect in measured(office, days=7)] == [1]


moments = st.timedeltas(timedelta(days=-40), timedelta(0)).map(lambda ago: TUESDAY + ago)
delays = st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=20)))
reminders = st.builds(
    lambda rule, status, fired, delay: {
        "rule": rule, "status": status, "fired_at": None if status == "waiting" else fired,
        "acted_at": fired + delay if delay is not None and status == "fired" and fired + delay <= TUESDAY else None,
    },
    st.sampled_from(["due", "late", "gone"]), st.sampled_from(STATUSES), moments, delays,
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(reminders, max_size=25))
def test_counts_add_up_and_shares_lie_between_nought_and_one(office: Office, rows: list[dict[str, Any]]) -> None:
    remember(office, *rows)
    since = TUESDAY - timedelta(days=30)
    told = [row for row in rows if row["status"] in ("fired", "digested")]
    looked_at = [row for row in told if row["fired_at"] >= since]
    found = measured(office)
    assert sum(one.sent + one.digested for one in found) == len(looked_at)
    for one in found:
        mine = [row for row in looked_at if row["rule"] == one.rule]
        assert one.sent == sum(row["status"] == "fired" for row in mine)
        assert one.digested == sum(row["status"] == "digested" for row in mine)
        assert 0 <= one.acted <= one.decided <= one.sent
        assert one.share is None or 0 <= one.share <= 1
        spans = sorted(row["acted_at"] - row["fired_at"] for row in mine if row["acted_at"])
        assert (one.median is None) == (not spans)
        if one.median is not None:
            middle = spans[(len(spans) - 1) // 2]
            assert timedelta(0) <= middle - one.median <= max(timedelta(minutes=1, seconds=1), middle / 60)


# --- the report


def report(office: Office) -> Report:
    return ask(office, REMINDERS, *DAYS)


def test_an_idle_rule_is_named_first_with_its_figures(office: Office) -> None:
    office.clock.set("2026-12-10T12:00+01:00")
    acted = {"acted_at": TUESDAY + timedelta(hours=1)}
    remember(
        office, *({"rule": "late", **(acted if number < 5 else {})} for number in range(120)), {"rule": "due", **acted}
    )
    told = report(office)
    assert said(told).startswith("“late” is followed by an action in 0.041")
    assert said(told).endswith(" of 120; consider dropping it.")
    [late] = [row for row in plain(told) if row[0] == "late"]
    assert late[1:3] == [120, 5]
    assert late[4:6] == [pytest.approx(0.018, abs=0.001), pytest.approx(0.094, abs=0.001)]


def test_else_it_says_how_often_an_action_follows(office: Office) -> None:
    office.clock.set("2026-12-10T12:00+01:00")
    acted = {"acted_at": TUESDAY + timedelta(hours=2)}
    remember(
        office, *(acted if number % 2 else {} for number in range(10)), {"status": "digested"}, {"status": "dropped"}
    )
    told = report(office)
    assert said(told).startswith("10 reminders sent in this time; an action followed 0.5 of them within a working day")
    [[_, sent, acted_on, share, _, _, took, digested]] = plain(told)
    assert (sent, acted_on, share, digested) == (10, 5, 0.5, 1)
    assert took == timedelta(hours=2)


def test_what_was_done_about_it_later_was_not_done_then(office: Office) -> None:
    remember(office, {"acted_at": TUESDAY + timedelta(hours=2)})
    then = ask(office, REMINDERS, *DAYS, as_of=TUESDAY + timedelta(hours=1))
    assert said(then) == "1 reminder sent in this time; their working day is not over yet."
    assert [row[2] for row in plain(ask(office, REMINDERS, *DAYS, as_of=TUESDAY + timedelta(hours=3)))] == [1]


def test_of_nothing_it_says_so(office: Office) -> None:
    remember(office)
    assert said(report(office)) == "No reminders were sent in this time."
