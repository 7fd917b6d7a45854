"""Many commands at once and many messages in a row: nothing is lost or doubled, and memory stays flat."""

import asyncio
import threading
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
from slack_sdk import WebClient

from bot.sandbox import messages
from bot.sandbox.limits import MESSAGES_KEPT
from bot.sandbox.manifest import read_manifest
from bot.sandbox.seed import read_seed
from bot.sandbox.tickets import bounded
from bot.sandbox.workspace import Channel, Message
from bot.sandbox.world import Options, World
from tests.sandbox.driver import Json, manifest_with, open_socket, running
from tests.sandbox.test_web_api import refused

SMB = "C0LEADSSMB"
COMMANDS, THREADS, SOCKETS = 1500, 8, 10


def test_every_one_of_many_commands_arrives_once_over_ten_sockets() -> None:
    heard, guard = Counter[str](), threading.Lock()

    def answer(frame: Json) -> Json:
        with guard:
            heard[frame["payload"]["text"]] += 1
        return {}

    with running() as (sandbox, people, _), ExitStack() as sockets:
        apps = [sockets.enter_context(open_socket(sandbox, answer)) for _ in range(SOCKETS)]
        limits = httpx.Limits(max_connections=THREADS)
        with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False, limits=limits, timeout=30) as http:  # noqa: S501

            def give(number: int) -> bool:
                wish = {"user": "alice", "channel": SMB, "command": "/lead", "text": str(number)}
                return bool(http.post("/sandbox/command", json=wish).json()["acked"])

            with ThreadPoolExecutor(THREADS) as pool:
                acked = list(pool.map(give, range(COMMANDS)))
        assert all(acked)
        assert heard == Counter({str(number): 1 for number in range(COMMANDS)})
        assert sum(len(app.heard) for app in apps) == COMMANDS
        assert min(len(app.heard) for app in apps) > 0
        envelopes = [entry["envelope_id"] for entry in people.log("command")]
        assert len(set(envelopes)) == COMMANDS


def test_memory_is_flat_however_many_messages_there_are() -> None:
    world = World(read_seed(), read_manifest(manifest_with("chat:write")), Options(), "http://127.0.0.1")
    channel = world.workspace.channels[SMB]

    async def post(count: int) -> int:
        for _ in range(count):
            messages.post(world, channel, {"text": "x" * 200}, messages.by_app(world))
            await asyncio.sleep(0)
        return tracemalloc.get_traced_memory()[0]

    async def life() -> tuple[int, int]:
        return await post(MESSAGES_KEPT * 2), await post(MESSAGES_KEPT * 4)

    tracemalloc.start()
    try:
        before, after = asyncio.run(life())
    finally:
        tracemalloc.stop()
    assert len(channel.messages) == MESSAGES_KEPT
    assert after < before * 1.1


def test_the_last_messages_can_be_reached_and_older_ones_are_gone(client: WebClient) -> None:
    channel = Channel("C1", "c", [], 0)
    for number in range(MESSAGES_KEPT + 1):
        channel.add(Message({"ts": f"{number}.000000", "text": str(number)}))
    assert "0.000000" not in channel.messages
    assert next(iter(channel.messages)) == "1.000000"
    old = str(client.chat_postMessage(channel=SMB, text="x")["ts"])
    client.chat_delete(channel=SMB, ts=old)
    assert refused(lambda: client.chat_update(channel=SMB, ts=old, text="y")) == "message_not_found"


def test_a_thread_is_forgotten_with_its_first_message(client: WebClient) -> None:
    channel = Channel("C1", "c", [], 0)
    root = Message({"ts": "0.000001"}, replies=["0.000002"])
    channel.add(root)
    channel.add(Message({"ts": "0.000002", "thread_ts": "0.000001"}))
    for number in range(1, MESSAGES_KEPT):
        channel.add(Message({"ts": f"{number}.000000"}))
    assert "0.000002" not in channel.messages
    ts = str(client.chat_postMessage(channel=SMB, text="card")["ts"])
    reply = str(client.chat_postMessage(channel=SMB, text="note", thread_ts=ts)["ts"])
    client.chat_delete(channel=SMB, ts=ts)
    assert refused(lambda: client.conversations_replies(channel=SMB, ts=reply)) == "thread_not_found"
    assert refused(lambda: client.chat_postMessage(channel=SMB, text="x", thread_ts=reply)) == "thread_not_found"


def test_tickets_are_bounded_too() -> None:
    found = {str(number): number for number in range(5)}
    bounded(found, 3)
    assert list(found) == ["3", "4"]
