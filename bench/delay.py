"""From sending a lead to its card in Slack, with the bot idle, against a bare chat.postMessage."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from statistics import median

import httpx
from slack_sdk import WebClient

from bench.measuring import interleaved, percentile
from bench.processes import Child
from bench.rows import Row, at_most
from bench.town import CHANNELS, KEY, TOKEN, api_url, dibs, local_slack, settled, somebody

# One message a second and channel is Slack's pace: with two channels in turn the bot is never held back.
PAUSE_SECONDS = 0.6
PATIENCE_SECONDS = 10
PLANS = ("starter", "enterprise")  # which decide the channel, as the playbook's routes say


class Watcher:
    """Sees the cards through the local Slack's own eyes; a message's ts is the moment it arrived."""

    def __init__(self, slack: Child) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{slack.port}", timeout=PATIENCE_SECONDS)
        self._pause = threading.Event()

    def arrival(self, channel: str, lead_id: int) -> float:
        for _ in range(PATIENCE_SECONDS * 50):
            answer = self.http.get(f"/sandbox/messages/{channel}", params={"as": "alice"})
            cards = [message for message in answer.json()["messages"] if message["text"].startswith(f"#{lead_id} ")]
            if cards:
                return float(cards[0]["ts"])
            self._pause.wait(0.02)
        raise RuntimeError(f"The card of #{lead_id} did not arrive within {PATIENCE_SECONDS} s.")


def measure(*, quick: bool) -> Iterator[Row]:
    samples = 4 if quick else 16
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dibs-bench-")))
        url = f"sqlite:///{folder / 'dibs.db'}"
        slack = stack.enter_context(local_slack(folder))
        stack.enter_context(settled(url))
        bot = stack.enter_context(dibs(url, slack))
        address, headers = f"http://127.0.0.1:{bot.port}", {"Authorization": f"Bearer {KEY}"}
        intake = stack.enter_context(httpx.Client(base_url=address, headers=headers))
        client, watcher = WebClient(TOKEN, base_url=api_url(slack)), Watcher(slack)
        stack.callback(watcher.http.close)
        turns = cycle(zip(PLANS, CHANNELS.values(), strict=True))
        ours, bare = interleaved(
            samples + 2, lambda: card_delay(intake, watcher, *next(turns)), lambda: post_delay(client)
        )
    # The first of each channel also opens connections and compiles statements.
    for percent in (50, 99):
        floor = percentile(bare[2:], percent) * 1000
        yield at_most(f"lead sent to card, p{percent}", percentile(ours[2:], percent) * 1000, "ms", floor)
    yield at_most("lead sent to first card", ours[0] * 1000, "ms", median(bare) * 1000)


def card_delay(intake: httpx.Client, watcher: Watcher, plan: str, channel: str) -> float:
    threading.Event().wait(PAUSE_SECONDS)
    started = time.time()  # not from the answer: on a busy machine the card may be there before we have read that
    answer = intake.post("/api/leads", json={**somebody(), "fields": {"plan": plan}}).raise_for_status()
    return watcher.arrival(channel, answer.json()["id"]) - started


def post_delay(client: WebClient) -> float:
    """From the start of a bare call to the message's arrival."""
    started = time.time()
    answer = client.chat_postMessage(channel="C0LEADSSMB", text="A bare message")
    return float(answer["ts"]) - started
