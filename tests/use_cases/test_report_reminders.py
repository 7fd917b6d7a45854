"""What reminders bring about, by rule: counted in the database, judged in each person's own hours, said to managers."""

from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot import teams
from bot.reports.reminders import REMINDERS
from bot.reports.reminders import measured as measured_in
from bot.rules.effects import Effect
from bot.rules.reports.report import Report
from store.database import Database
from store.models import FollowUp, Reminder
from store.reporting.scope import Scope
from tests.factories import ALICE, DANA, TUESDAY, Office
from tests.reporting import ask, plain, said

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
        for number, row in enumerate(rows):
            due_at = TUESDAY - timedelta(minutes=number)
            usual = {"rule": "due", "status": "fired", "said_to": ALICE.slack_id, "fired_at": TUESDAY}
            uow.session.add(Reminder(follow_up_id=1, due_at=due_at, fire_at=TUESDAY, **{**usual, **row}))
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
    ("acted", "counts"),
    [
        (at("2026-11-27T17:05+01:00"), 1),
        (at("2026-11-30T16:59+01:00"), 1),  # Monday: the weekend does not count
        (at("2026-11-30T17:00+01:00"), 1),
        (at("2026-11-30T17:01+01:00"), 0),
        (None, 0),
    ],
)
def test_an_action_counts_within_one_working_day_of_the_reminder(
    office: Office, acted: datetime | None, counts: int
) -> None:
    office.clock.set("2026-12-10T12:00+01:00")
    remember(office, {"fired_at": FRIDAY_AT_FIVE, "acted_at": acted})
    [effect] = measured(office)
    assert (effect.sent, effect.acted, effect.pending) == (1, counts, 0)


def test_a_working_day_is_one_of_whoever_was_reminded(office: Office) -> None:
    teams.set_hours(office.services, DANA.slack_id, ALICE, "mon-tue 9-17")
    office.clock.set("2026-12-10T12:00+01:00")
    tuesday, monday = at("2026-11-24T10:00+01:00"), at("2026-11-30T09:00+01:00")
    # Of somebody who is not known, the playbook's hours count.
    remember(office, *({"fired_at": tuesday, "acted_at": monday, "said_to": who} for who in ("U0ALICE", "U0GONE")))
    [effect] = measured(office)
    assert (effect.sent, effect.acted) == (2, 1)


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
        spans = [(row["acted_at"] - row["fired_at"]).total_seconds() for row in mine if row["acted_at"]]
        assert (one.median is None) == (not spans)
        if one.median is not None:
            assert one.median.total_seconds() == pytest.approx(median(spans), abs=0.01)


# --- the report


def report(office: Office) -> Report:
    return ask(office, REMINDERS, date(2026, 11, 11), date(2026, 12, 11))


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
    days = date(2026, 11, 11), date(2026, 12, 11)
    then = ask(office, REMINDERS, *days, as_of=TUESDAY + timedelta(hours=1))
    assert said(then) == "1 reminder sent in this time; their working day is not over yet."
    assert [row[2] for row in plain(ask(office, REMINDERS, *days, as_of=TUESDAY + timedelta(hours=3)))] == [1]


def test_of_nothing_it_says_so(office: Office) -> None:
    remember(office)
    assert said(report(office)) == "No reminders were sent in this time."
