"""Slash commands a second through the sandbox's socket, each counted: none lost, none doubled."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bench.load import drive, http_request
from bench.processes import Child, child
from bench.rows import Row

GOAL = 500
SOCKETS, CLIENTS = 4, 16
APP_TOKEN = "xapp-sandbox"
READY = r"sandbox ready http://127\.0\.0\.1:(\d+)"


def measure(*, quick: bool) -> Iterator[Row]:
    commands = 1_000 if quick else 10_000
    heard: Counter[str] = Counter()
    with ExitStack() as open_ones:
        slack = open_ones.enter_context(child("-m", "bot.sandbox", ready=READY))
        for _ in range(SOCKETS):
            open_ones.enter_context(listening(slack, heard))
        load = drive(slack.port, [command(number) for number in range(commands)], clients=CLIENTS)
        acked = sum(b'"acked":true' in body for body in load.bodies)
    wrong = commands - acked + sum(abs(heard[str(number)] - 1) for number in range(commands))
    rate = load.per_second
    yield Row(f"sandbox, commands through {SOCKETS} sockets (goal {GOAL})", rate, "/s", None, None, None, rate >= GOAL)
    yield Row("sandbox, envelopes lost or doubled (goal 0)", wrong, "", None, None, None, wrong == 0)


def command(number: int) -> bytes:
    wish = {"user": "alice", "channel": "leads-smb", "command": "/lead", "text": str(number)}
    return http_request("/sandbox/command", json.dumps(wish).encode(), {"Content-Type": "application/json"})


@contextmanager
def listening(slack: Child, heard: Counter[str]) -> Iterator[None]:
    """A socket that acknowledges whatever comes, and counts it."""
    url = WebClient(base_url=f"http://127.0.0.1:{slack.port}/api/").apps_connections_open(app_token=APP_TOKEN)["url"]
    with connect(str(url), proxy=None) as connection:
        thread = threading.Thread(target=acknowledge, args=(connection, heard))
        thread.start()
        yield
    thread.join()


def acknowledge(connection: ClientConnection, heard: Counter[str]) -> None:
    with suppress(ConnectionClosed):
        for text in connection:
            frame = json.loads(text)
            if "envelope_id" in frame:
                heard[frame["payload"]["text"]] += 1
                connection.send(json.dumps({"envelope_id": frame["envelope_id"]}))
