"""Sums of reminders and what is in none of them yet are together what the reminders say, whatever happened and when."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, col, select

from store.database import Database
from store.models import FollowUp, Reminder, ReminderTotal
from store.reporting import reminders, spans, sql
from store.reporting.reminders import ACTED, DIGESTED, LATE, MISSED, PENDING, Told
from store.reporting.scope import Scope
from tests.store.story import ANN, Story, moment, scope
from tests.store.test_folding import ZONES, everything, fold, wipe

RULES = ("due", "late")
FIRST = moment("2026-09-01")
Deed = tuple[str, int, int]  # what, to which lead or reminder, how many minutes later
DEEDS = st.lists(
    st.tuples(
        st.sampled_from([
            "planned", "planned", "fired", "fired", "fired", "left", "digest", "acted", "acted", "dropped", "lent",
            "month", "fold", "fold", "zone",
        ]),
        st.integers(0, 11), st.sampled_from([0, 1, 50, 700, 1440, 9000, 30_000]),
    ),
    min_size=6, max_size=30,
)  # fmt: skip


class Player:
    """Plays deeds one after another, folding now and then, at most a few rows at a time."""

    def __init__(self, database: Database) -> None:
        self.told = Story(database)
        self.zone = "UTC"
        self.planned = 0
        self.turns: dict[str, Callable[[int], None]] = {
            "planned": self.plan,
            "fired": lambda salt: self.settle(salt, "fired"),
            "left": lambda salt: self.settle(salt, "folded"),
            "digest": lambda _: self.digest(),
            "acted": self.act,
            "dropped": self.drop,
            "lent": lambda _: self.lend(),
            "month": lambda _: self.to_next_month(),
        }
        self.leads = [self.told.arrives() for _ in range(3)]
        self.follow_ups = [self.promise(lead_id) for lead_id in self.leads]

    def promise(self, lead_id: int) -> int:
        with self.told.changing() as uow:
            follow_up = FollowUp(lead_id=lead_id, rep_id=ANN, due_at=FIRST, created_at=FIRST)
            uow.session.add(follow_up)
            uow.session.flush()
            return follow_up.id or 0

    def play(self, deeds: list[Deed]) -> None:
        for what, salt, minutes in deeds:
            self.told.now += timedelta(minutes=minutes, microseconds=salt)
            if what in ("fold", "zone"):
                self.zone = ZONES[salt % 4] if what == "zone" else self.zone
                fold(self.told, self.zone, limit=1 + salt, slices=1 + salt)
            else:
                self.turns[what](salt)

    def plan(self, salt: int) -> None:
        """A few at once; one that was dropped comes back."""
        for number in range(1 + salt % 3):
            self.planned += 1
            due_at = FIRST + timedelta(hours=self.planned % 6)
            with self.told.changing() as uow:
                follow_up_id = self.follow_ups[salt % 2]
                uow.reminders.plan(follow_up_id, RULES[number % 2], due_at=due_at, fire_at=self.told.now)

    def settle(self, salt: int, status: str) -> None:
        """What nobody is to act upon by any time is for the digest."""
        act_by = self.told.now + timedelta(days=1 + salt % 4, hours=salt % 2) if status == "fired" else None
        with self.told.changing() as uow:
            waiting = uow.session.exec(select(Reminder.id).where(Reminder.status == "waiting")).all()
            if waiting:
                number = waiting[salt % len(waiting)] or 0
                uow.reminders.settle(number, status, now=self.told.now, said_to="U0ANN", act_by=act_by)

    def digest(self) -> None:
        with self.told.changing() as uow:
            uow.reminders.say_folded(ANN, now=self.told.now)

    def act(self, salt: int) -> None:
        """By a clock that may be a little behind."""
        with self.told.changing() as uow:
            uow.reminders.mark_acted(self.leads[salt % 3], now=self.told.now - timedelta(seconds=salt // 6))

    def drop(self, salt: int) -> None:
        with self.told.changing() as uow:
            uow.reminders.drop_waiting(self.follow_ups[salt % 2], now=self.told.now)

    def lend(self) -> None:
        with self.told.changing() as uow:
            uow.reminders.tell(self.follow_ups[0], "lent:2", due_at=self.told.now, said_to="U0BOB", now=self.told.now)

    def to_next_month(self) -> None:
        self.told.now = months(self.zone, self.told.now)[-1]

    def questions(self, minutes: int) -> list[Scope]:
        """As of now, of an earlier moment, and of when each month began and the next ones will."""
        now, zone = self.told.now + timedelta(seconds=1), self.zone
        then = max(now - timedelta(minutes=minutes), FIRST)
        november = moment("2026-11-01")
        return [
            Scope(FIRST, now, now, zone),
            Scope(then, now, now, zone),
            Scope(moment("1990-01-01"), moment("2099-01-01"), then, zone),
            Scope(FIRST, then, now, zone),
            Scope(FIRST, november, november, "Asia/Tokyo"),
            *(Scope(FIRST - timedelta(days=3), moment("2099-01-01"), month, zone) for month in months(zone, now)),
            *(Scope(FIRST, month, month, zone) for month in months(zone, now)),
        ]


def months(zone: str, now: datetime) -> list[datetime]:
    """When each began from the first on, and the next one will."""
    found, day = list[datetime](), spans.day_at(zone, FIRST).replace(day=1)
    while not found or found[-1] <= now:
        found.append(spans.begins(zone, day))
        day = spans.later(day, 1)
    return found


def compare(session: Session, asked: Scope) -> None:
    expected = sorted(said(session, asked))
    assert sorted(reminders.told(session, asked)) == sorted(reminders.plain(session, asked)) == expected


def said(session: Session, asked: Scope) -> list[Told]:
    """One reminder after another."""
    found = Counter[tuple[str, str, int]]()
    for one in session.exec(select(Reminder).where(col(Reminder.status).in_(("fired", "digested")))):
        assert one.fired_at is not None
        if asked.starts <= one.fired_at < min(asked.ends, asked.as_of) and one.rule in RULES:
            found[one.rule, *verdict(one, one.fired_at, asked.as_of)] += 1
    return [Told(*key, count) for key, count in found.items()]


def verdict(one: Reminder, fired_at: datetime, as_of: datetime) -> tuple[str, int]:
    if one.status == "digested":
        return DIGESTED, 0
    assert one.act_by is not None
    if one.acted_at is None or one.acted_at >= as_of:
        return (PENDING if as_of <= one.act_by else MISSED), 0
    seconds = int(one.acted_at.timestamp()) - int(fired_at.timestamp())
    return (ACTED if one.acted_at <= one.act_by else LATE), sql.bucket_of(seconds)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    deeds=[("planned", 2, 30_000), ("fired", 0, 9000), ("fired", 0, 2000), ("fold", 11, 0), ("acted", 0, 2000),
           ("fold", 11, 0), ("month", 0, 0), ("fold", 11, 0)],
    minutes=1000,
)  # fmt: skip
@given(deeds=DEEDS, minutes=st.integers(0, 100_000))
def test_sums_and_the_rest_are_what_the_reminders_say(database: Database, deeds: list[Deed], minutes: int) -> None:
    wipe(database)
    player = Player(database)
    player.play(deeds)
    for _ in range(2):
        with player.told.reading() as session:
            for asked in player.questions(minutes):
                compare(session, asked)
        fold(player.told, player.zone)
    with player.told.reading() as session:
        assert not session.exec(select(Reminder).where(Reminder.folded < 1)).all()
        assert reminders.from_sums(session, player.questions(minutes)[0]) is not None


@pytest.fixture
def player(database: Database) -> Player:
    """Three were said on the last day of October: one was acted upon that day, one the day after, one is left."""
    player = Player(database)
    player.told.at("2026-10-31 12:00")
    player.plan(2)
    for _ in range(3):
        player.settle(0, "fired")
    with player.told.changing() as uow:
        for one, follow_up_id in zip(uow.session.exec(select(Reminder)), player.follow_ups, strict=True):
            one.follow_up_id = follow_up_id
    player.told.at("2026-10-31 14:00")
    player.act(0)
    return player


NOVEMBER = scope("2026-10-01", "2026-11-01", "2026-11-01")


def ways(session: Session, asked: Scope) -> Counter[str]:
    found = Counter[str]()
    for one in reminders.told(session, asked):
        found[one.way] += one.reminders
    return found


@pytest.mark.parametrize("is_folded", [False, True])
def test_as_of_the_months_end_what_was_done_later_is_not_done(player: Player, *, is_folded: bool) -> None:
    """So is what was missed later: until then it could still be acted upon."""
    for lead in (None, 1, None):
        player.told.now += timedelta(hours=10)
        if lead is not None:
            player.act(lead)
        if is_folded:
            fold(player.told)
        with player.told.reading() as session:
            assert ways(session, NOVEMBER) == {ACTED: 1, PENDING: 2}
            assert (reminders.from_sums(session, NOVEMBER) is not None) == is_folded
    later = scope("2026-10-01", "2026-11-01", "2026-11-20")
    with player.told.reading() as session:
        assert ways(session, later) == {ACTED: 2, MISSED: 1}


def test_what_is_folded_is_read_from_the_sums_alone(player: Player) -> None:
    fold(player.told)
    with player.told.changing() as uow:
        uow.session.connection().execute(text("UPDATE reminder SET rule = 'other', act_by = fired_at"))
        assert {one.rule for one in reminders.told(uow.session, NOVEMBER)} == set(RULES)
        assert ways(uow.session, NOVEMBER) == {ACTED: 1, PENDING: 2}


def test_of_another_zone_they_are_made_anew(player: Player) -> None:
    fold(player.told)
    fold(player.told, "Pacific/Kiritimati")
    assert {one.said for one in everything(player.told, ReminderTotal)} == {2026, 20264, 202611}
