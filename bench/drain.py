"""How fast the outbox empties: at Slack's pace against what Slack allows, and unpaced against bare calls."""

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx
from slack_sdk import WebClient
from sqlalchemy import func
from sqlmodel import col, select

from app import Dibs
from bench.measuring import interleaved, paired_ratio
from bench.processes import Child
from bench.rows import Row, at_least
from bench.town import TOKEN, api_url, dibs, environment, local_slack, settled, utc_now
from bot import speech
from bot.outbox import Pace
from bot.services import Services
from bot.settings import Settings
from bot.views.kit import say
from store.models import OutboxRow
from store.outbox import WAITING

CONVERSATIONS = ("C0LEADSSMB", "C0LEADSENT", "U0ALICE")
ALLOWED_PER_SECOND = 1.0  # in each conversation
BURST = 3  # of the bot's own pace; they leave at once and count for nothing here
GOAL = 0.95
PATIENCE_SECONDS = 60
CALLERS = 4  # as many as the outbox has workers


def measure(*, quick: bool) -> Iterator[Row]:
    yield from paced(BURST + (4 if quick else 12))
    yield from unpaced(*((2, 40) if quick else (4, 100)))


def paced(messages: int) -> Iterator[Row]:
    """Slack counts along and answers 429 to whoever is too fast."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder, "--rate-limits"))
        services = stack.enter_context(settled(url))
        fill(services, messages)
        stack.enter_context(dibs(url, slack))
        wait_until_empty(services)
        http = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{slack.port}"))
        rates = [delivered_per_second(arrivals(http, each, messages)) for each in CONVERSATIONS]
        log = http.get("/sandbox/log", params={"since": 0}).json()["entries"]
    allowed = ALLOWED_PER_SECOND * len(rates)
    yield at_least(f"drain at Slack's pace, {len(rates)} conversations", sum(rates), "posts/s", allowed, GOAL)
    refused = sum(entry.get("status") == 429 for entry in log)
    yield Row("answers 429 meanwhile (limit 0)", refused, "", None, None, None, met=refused == 0)


def fill(services: Services, messages: int) -> None:
    with services.unit_of_work() as uow:
        for number in range(messages):
            for conversation in CONVERSATIONS:
                speech.tell(uow, conversation, say(f"message {number}"), utc_now())
        uow.commit()


def wait_until_empty(services: Services) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 200):
        with services.reading() as uow:
            if not uow.session.exec(select(func.count(col(OutboxRow.id))).where(WAITING)).one():
                return
        pause.wait(0.005)
    raise RuntimeError(f"The outbox was not empty after {PATIENCE_SECONDS} s.")


def arrivals(http: httpx.Client, conversation: str, expected: int) -> list[float]:
    """When each message arrived, oldest first.

    Raises:
        RuntimeError: one is missing, twice there, or out of order.
    """
    if conversation.startswith("U"):
        conversation = http.post("/sandbox/open-dm", json={"user": conversation}).json()["channel"]
    found = http.get(f"/sandbox/messages/{conversation}", params={"as": "alice"}).json()["messages"]
    ours = [message for message in found if message["text"].startswith("message ")]
    if [message["text"] for message in ours] != [f"message {number}" for number in range(expected)]:
        raise RuntimeError(f"{conversation} has {len(ours)} of {expected} messages, or not in order.")
    return [float(message["ts"]) for message in ours]


def delivered_per_second(moments: list[float]) -> float:
    return (len(moments) - BURST) / (moments[-1] - moments[BURST - 1])


def unpaced(rounds: int, messages: int) -> Iterator[Row]:
    """What the sender could do if Slack let it: each message is two transactions and one call."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder))
        services = stack.enter_context(settled(url))
        settings = Settings.model_validate(environment(url, slack))
        bot = Dibs(settings, services.playbook, pace=Pace.unlimited())
        bot.start()
        stack.callback(bot.stop)
        ours, bare = interleaved(
            rounds, lambda: drained_per_second(bot.services, messages), lambda: called_per_second(slack, messages)
        )
    yield at_least("drain without pacing", median(ours), "posts/s", median(bare), ratio=paired_ratio(ours, bare))


def drained_per_second(services: Services, messages: int) -> float:
    started = time.perf_counter()
    fill(services, messages)
    wait_until_empty(services)
    return messages * len(CONVERSATIONS) / (time.perf_counter() - started)


def called_per_second(slack: Child, messages: int) -> float:
    """The same number of bare calls, by as many threads as the outbox has workers."""
    client = WebClient(TOKEN, base_url=api_url(slack))
    channels = [channel for channel in CONVERSATIONS for _ in range(messages)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(lambda channel: client.chat_postMessage(channel=channel, text="A bare message"), channels))
    return len(channels) / (time.perf_counter() - started)
