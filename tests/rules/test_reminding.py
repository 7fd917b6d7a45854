"""The cadence of reminders: when each rule speaks, and what becomes of one that is due."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook.reminders import RULES, ReminderRule
from bot.rules.calendar import WorkingHours
from bot.rules.reminding import Desk, Fold, Later, Planned, Say, plan, verdict

HOURS = WorkingHours(time(9), time(18), frozenset(range(5)))
DESK = Desk(HOURS, "Europe/Berlin")
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)  # 12:00 in Berlin, a Tuesday
EARLY = NOON - timedelta(days=1)


def follow(kind: str, due_at: datetime, *, desk: Desk = DESK, now: datetime = EARLY) -> list[tuple[str, datetime]]:
    """Every rule in turn, each spoken at its moment."""
    spoken, planned = [], plan(RULES, kind, due_at, desk, now=now)
    while planned:
        spoken.append((planned.rule, planned.fire_at))
        planned = plan(RULES, kind, due_at, desk, now=planned.fire_at, after=planned.rule)
    return spoken


def test_a_meeting_is_announced_before_it_and_climbs_while_nobody_acts() -> None:
    assert follow("meeting", NOON) == [
        ("before a meeting", NOON - timedelta(minutes=15)),
        ("due", NOON),
        ("late", NOON + timedelta(hours=4)),
        ("neglected", datetime(2026, 11, 26, 11, tzinfo=UTC)),  # two working days of nine hours
        ("take over", datetime(2026, 11, 30, 11, tzinfo=UTC)),  # two more, over a weekend
    ]


def test_only_meetings_are_announced_before_them() -> None:
    assert follow("call", NOON)[0] == ("due", NOON)


def test_a_word_before_that_could_only_come_at_the_due_time_is_left_out() -> None:
    nine = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert follow("meeting", nine)[0] == ("due", nine)
    assert follow("meeting", NOON, now=NOON - timedelta(minutes=5))[0] == ("due", NOON)


def test_whoever_is_away_is_told_when_they_are_back() -> None:
    back = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert follow("call", NOON, desk=Desk(HOURS, "Europe/Berlin", back))[0] == ("due", back)


def test_after_an_outage_the_next_rule_still_leaves_its_time() -> None:
    late = NOON + timedelta(days=7)
    assert plan(RULES, "call", NOON, DESK, now=late, after="due") == Planned("late", late + timedelta(hours=4))


def test_after_the_last_rule_and_after_one_that_is_gone() -> None:
    assert plan(RULES, "call", NOON, DESK, now=NOON, after="take over") is None
    assert plan(RULES, "call", NOON, DESK, now=NOON, after="of an older playbook") == Planned(
        "late", NOON + timedelta(hours=4)
    )


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham"])
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda span: datetime(2026, 1, 1, tzinfo=UTC) + span)
CADENCES = st.lists(st.integers(-120, 5000), unique=True, min_size=1, max_size=6).map(
    lambda minutes: tuple(ReminderRule(name=str(each), minutes=each) for each in sorted(minutes))
)


@given(CADENCES, MOMENTS, ZONES, MOMENTS)
def test_every_word_comes_at_work_in_order_and_the_cadence_ends(
    rules: tuple[ReminderRule, ...], due_at: datetime, zone: str, now: datetime
) -> None:
    desk, spoken, moment, after = Desk(HOURS, zone), [], now, None
    while planned := plan(rules, "call", due_at, desk, now=moment, after=after):
        # Spoken no sooner than planned, nor before now.
        moment, after = HOURS.next_open(max(planned.fire_at, moment), zone), planned.rule
        spoken.append((int(planned.rule), planned.fire_at))
        assert HOURS.cover(planned.fire_at, zone)
    assert all(minutes < 0 or fire_at >= due_at for minutes, fire_at in spoken)
    assert all(minutes >= 0 or fire_at < due_at for minutes, fire_at in spoken)
    assert [minutes for minutes, _ in spoken] == sorted({minutes for minutes, _ in spoken})
    assert all(before[1] < later[1] for before, later in pairwise(spoken) if later[0] > 0)
    assert {rule.minutes for rule in rules if rule.minutes >= 0} <= {minutes for minutes, _ in spoken}


@pytest.mark.parametrize(
    ("now", "muted", "said", "becomes"),
    [
        (NOON, None, 0, Say()),
        (NOON, None, 11, Say()),
        (NOON, None, 12, Fold()),
        (NOON, NOON + timedelta(minutes=1), 0, Fold()),
        (NOON, NOON, 0, Say()),
        (NOON.replace(hour=20), None, 99, Later(datetime(2026, 11, 25, 8, tzinfo=UTC))),
    ],
)
def test_what_becomes_of_a_due_reminder(
    now: datetime, muted: datetime | None, said: int, becomes: Say | Fold | Later
) -> None:
    assert verdict(DESK, now=now, muted_until=muted, said_today=said, budget=12) == becomes
