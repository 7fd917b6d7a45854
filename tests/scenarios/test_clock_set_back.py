"""The wall clock is set back an hour: no tick rests for that hour, and nothing is said twice or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from handlers.clock import TICKS, Clockwork, Tick
from store.database import Database
from store.models import OutboxRow
from tests.factories import ALICE, TUESDAY, Office
from tests.handlers.test_clock import WORK
from tests.world import eventually

HOUR = timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, ALICE)


class Monotonic:
    """Never set back."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def resting(office: Office, tick: Tick, monotonic: Monotonic) -> Iterator[Clockwork]:
    """A clockwork that has started, and for whose scheduler the wall clock was then set back an hour."""
    made = Clockwork(office.services, monotonic=monotonic, wall=lambda: datetime.now(UTC), ticks=(tick,))
    made.start()
    try:
        # The scheduler reads the wall clock itself. To it, an hour set back is a next run that is an hour away.
        made._scheduler.modify_job(tick.name, next_run_time=datetime.now(UTC) + HOUR)
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_every_tick_is_woken_does_what_is_due_and_goes_on_as_before(office: Office, tick: Tick) -> None:
    arrange, is_done = WORK[tick.name]
    arrange(office)
    monotonic = Monotonic()
    with resting(office, tick, monotonic) as clockwork:
        monotonic.seconds = 5 * tick.seconds + 5
        assert clockwork.wake_sleepers() == []
        assert not is_done(office) or tick.name == "checkpoint"
        monotonic.seconds += 1
        assert clockwork.wake_sleepers() == [tick.name]
        eventually(lambda: is_done(office) or None, f"what {tick.name} does")
        eventually(lambda: clockwork.wake_sleepers() == [] or None, "the tick going on by itself")
        next_run = clockwork._scheduler.get_job(tick.name).next_run_time
        assert next_run <= datetime.now(UTC) + timedelta(seconds=tick.seconds)


def said(office: Office) -> int:
    office.fire_reminders()
    return len(office.rows(OutboxRow, kind="reminder"))


def test_a_reminder_that_was_said_is_not_said_again_when_its_time_comes_a_second_time(office: Office) -> None:
    office.follow_up(office.claimed_lead(), TUESDAY + HOUR)
    office.clock.advance(hours=1)
    assert said(office) == 1
    office.clock.advance(hours=-1)
    assert said(office) == 1
    office.clock.advance(hours=1)
    assert said(office) == 1
    office.clock.advance(minutes=1)
    assert said(office) == 1


def test_a_reminder_that_was_nearly_due_is_said_when_its_time_comes(office: Office) -> None:
    office.follow_up(office.claimed_lead(), TUESDAY + HOUR)
    office.clock.advance(minutes=59)
    assert said(office) == 0
    office.clock.advance(hours=-1)
    assert said(office) == 0
    office.clock.advance(minutes=61)
    assert said(office) == 1


def test_a_digest_that_was_said_is_not_said_again_when_its_time_comes_a_second_time(office: Office) -> None:
    office.fire_digests()  # plans them
    office.follow_up(office.claimed_lead(), TUESDAY + HOUR)
    office.clock.set("2026-11-25T09:00+01:00")
    before = office.fire_digests()
    assert before > 0
    office.clock.advance(hours=-1)
    assert office.fire_digests() == 0
    office.clock.advance(hours=1)
    assert office.fire_digests() == 0
