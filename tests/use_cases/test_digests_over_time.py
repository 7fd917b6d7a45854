"""A rep's digests over days, whatever they change meanwhile: one a day at most, and none that is owed is lost.

What is expected is worked out from the clock on the rep's wall, not from when the next one is planned.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot import digests, people, preferences
from bot.people import Profile
from bot.preferences import Wanted
from bot.worktime import hours_of
from store.database import Database
from store.models import OutboxRow, Rep
from tests.factories import ALICE, Office
from tests.schemas import create_tables
from tests.use_cases.test_followups import berlin, due

Opening = Callable[[], AbstractContextManager[Database]]

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Europe/London")
HOURS = (Wanted(), Wanted(("mon", "wed", "fri"), "07:00", "12:00"), Wanted(("tue", "thu", "sat"), "13:00", "21:00"))
SPANS = (timedelta(seconds=2), timedelta(minutes=1), timedelta(minutes=29), timedelta(hours=1), timedelta(hours=7))
# So many days later, at that hour; on day 0, in so many hours.
BACK = ((0, 1), (0, 3), (1, 0), (1, 9), (3, 9), (3, 10), (6, 8))


class Days(RuleBasedStateMachine):
    """Alice always has something overdue, so that every digest has something to say."""

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.opened = opening()
        self.office = Office(self.opened.__enter__(), ALICE, at=berlin(24, 7))
        due(self.office, berlin(24, 7, 30))
        self.owed: date | None = None
        self.tick_time(timedelta(hours=3))  # which says the first
        self.office.everything_left()  # else the next one would take its place in the queue
        self.said_on = {date(2026, 11, 24)}

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    @property
    def alice(self) -> Rep:
        return self.office.rows(Rep, slack_id=ALICE.slack_id)[0]

    def wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.alice.time_zone))

    def time_of_digest(self) -> time:
        alice = self.alice
        starts = hours_of(self.office.services, alice).starts
        return time.fromisoformat(alice.digest_at) if alice.digest_at else max(time(9), starts)

    def works(self, day: date) -> bool:
        return day.weekday() in hours_of(self.office.services, self.alice).days

    def may_read(self) -> bool:
        """Within the hours in which their digest may come."""
        now, hours = self.wall(self.office.clock.now()), hours_of(self.office.services, self.alice)
        own = self.time_of_digest() if self.alice.digest_at else hours.starts
        ends = hours.ends if own < hours.ends else time.max
        return self.works(now.date()) and min(own, hours.starts) <= now.time() < ends

    def tick_time(self, span: timedelta) -> None:
        self.office.clock.moment += span
        self.office.fire_digests()

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        before, now = self.office.clock.now(), self.office.clock.now() + span
        today = self.wall(now).date()
        self.owed = self.owed if self.owed == today else None
        moment = datetime.combine(today, self.time_of_digest(), tzinfo=ZoneInfo(self.alice.time_zone))
        if before < moment <= now and self.works(today):
            self.owed = today
        self.office.clock.moment = now

    @rule()
    def absences_tick(self) -> None:
        for rep_id in people.absences_over(self.office.services):
            people.end_absence(self.office.services, rep_id)

    @rule()
    def digests_tick(self) -> None:
        before, now = len(self.office.rows(OutboxRow, kind="digest")), self.office.clock.now()
        today, alice = self.wall(now).date(), self.alice
        self.office.fire_digests()
        rows = [row for row in self.office.rows(OutboxRow, kind="digest")[before:] if row.lane == "user:U0ALICE"]
        self.office.everything_left()
        if rows:
            assert len(rows) == 1
            assert today not in self.said_on, "a second one that day"
            assert self.may_read(), "at night"
            self.said_on.add(today)
        if self.owed != today or max(self.said_on, default=today - timedelta(days=1)) >= today:
            return
        if alice.away_until is not None and alice.away_until > now:
            self.owed = today if self.wall(alice.away_until).date() == today else None
        else:
            assert not self.may_read(), "it was owed, and she is there"
            self.owed = None

    @rule(zone=st.sampled_from(ZONES))
    def flies(self, zone: str) -> None:
        people.update_profile(self.office.services, Profile(ALICE.slack_id, "Alice", zone))

    @rule(at=st.sampled_from(["8:30", "10", "14", "20", "6"]))
    def chooses(self, at: str) -> None:
        digests.choose(self.office.services, ALICE.slack_id, at)

    @rule(back=st.sampled_from(BACK))
    def goes_away(self, back: tuple[int, int]) -> None:
        (days, hour), wall = back, self.wall(self.office.clock.now())
        moment = datetime.combine(wall.date() + timedelta(days), time(hour)) if days else wall + timedelta(hours=hour)
        people.go_away(self.office.services, ALICE.slack_id, f"{moment:%Y-%m-%d %H:%M}")

    @rule()
    def comes_back(self) -> None:
        people.come_back(self.office.services, ALICE.slack_id)

    @rule()
    def mutes(self) -> None:
        preferences.mute_today(self.office.services, ALICE.slack_id)

    @rule(wanted=st.sampled_from(HOURS))
    def works_otherwise(self, wanted: Wanted) -> None:
        preferences.save(self.office.services, ALICE.slack_id, wanted)


def test_one_a_day_and_none_is_lost(tmp_path: Path) -> None:
    empty, used = tmp_path / "empty.db", tmp_path / "used.db"
    database = Database(f"sqlite:///{empty}")
    create_tables(database)
    database.close()

    @contextmanager
    def opening() -> Iterator[Database]:
        for file in tmp_path.glob("used.db*"):
            file.unlink()
        shutil.copy(empty, used)
        database = Database(f"sqlite:///{used}")
        yield database
        database.close()

    # Not made shorter: that takes longer than a test may.
    how = settings(
        max_examples=25,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(lambda: Days(opening), settings=how)  # type: ignore[arg-type]
