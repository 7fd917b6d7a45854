"""Several workers and several replicas share one outbox, start at once and stop cleanly."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.messenger import Messenger
from bot.outbox import Pace, Sender
from bot.outbox.sender import LONGEST_NAP
from bot.sandbox import Sandbox
from store.database import Database
from store.unit_of_work import UnitOfWork, unit_of_work
from tests.outbox import SMB, Bot, PlainProjector, running

LANES = 8
ROWS = 12


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(latency=(0.0, 0.004), rate_limits=False)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def bot(database: Database, sandbox: Sandbox) -> Iterator[Bot]:
    with running(database, sandbox) as bot:
        yield bot


class Counting:
    """Units of work that let a test wait until so many rows were sent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changed = threading.Condition()

    @contextmanager
    def __call__(self) -> Iterator[UnitOfWork]:
        with unit_of_work(self._database) as uow:
            yield uow
        with self.changed:
            self.changed.notify_all()

    def wait_until_settled(self, bot: Bot) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: not {"pending", "sending"} & set(bot.statuses()), 60)


def real_sender(bot: Bot, units: Counting) -> Sender:
    client = WebClient(bot.sandbox.bot_token, base_url=bot.sandbox.api_url, retry_handlers=[], timeout=10)
    return Sender(
        units, Messenger(client), PlainProjector(),
        now=lambda: datetime.now(UTC), monotonic=time.monotonic, rng=random.Random(1), pace=Pace.unlimited(),  # noqa: S311
    )  # fmt: skip


def fill(bot: Bot) -> None:
    for number in range(ROWS):
        for lane in range(LANES):
            bot.say(f"{lane}:{number}", lane=f"team:{lane}")


def test_two_replicas_of_four_workers_send_each_row_once_and_each_lane_in_order(bot: Bot) -> None:
    units = Counting(bot.database)
    senders = [real_sender(bot, units), real_sender(bot, units)]
    fill(bot)
    for sender in senders:
        sender.start()
    units.wait_until_settled(bot)
    assert [sender.stop(10) for sender in senders] == [True, True]
    texts = bot.texts(SMB)
    for lane in range(LANES):
        assert [text for text in texts if text.startswith(f"{lane}:")] == [f"{lane}:{number}" for number in range(ROWS)]
    assert len(texts) == LANES * ROWS


def test_a_worker_that_is_woken_sends_without_waiting_for_its_nap_to_end(bot: Bot) -> None:
    units = Counting(bot.database)
    sender = real_sender(bot, units)
    sender.start()
    bot.say("hello")
    sender.wake()
    units.wait_until_settled(bot)
    assert sender.stop(10)
    assert bot.texts() == ["hello"]


def test_the_next_row_of_a_lane_does_not_wait_for_the_others_naps_to_end(bot: Bot) -> None:
    units = Counting(bot.database)
    sender = real_sender(bot, units)
    for number in range(ROWS):
        bot.say(str(number))
    started = time.monotonic()
    sender.start()
    units.wait_until_settled(bot)
    assert time.monotonic() - started < ROWS * LONGEST_NAP / 2
    assert sender.stop(10)
    assert bot.texts() == [str(number) for number in range(ROWS)]


def test_stopping_under_load_leaves_nothing_half_sent(bot: Bot) -> None:
    units = Counting(bot.database)
    fill(bot)
    sender = real_sender(bot, units)
    sender.start()
    with units.changed:
        assert units.changed.wait_for(lambda: "sent" in bot.statuses(), 60)
    assert sender.stop(10)
    statuses = bot.statuses()
    assert "sending" not in statuses
    assert statuses.count("sent") == len(bot.texts())
    heir = real_sender(bot, units)
    heir.start()
    units.wait_until_settled(bot)
    assert heir.stop(10)
    assert len(bot.texts()) == LANES * ROWS
