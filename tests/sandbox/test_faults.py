"""Faults on purpose: each leaves the workspace and the caller as the real failure would."""

import threading
import time
from datetime import UTC, datetime
from http.client import RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.sandbox import Sandbox
from tests.sandbox.driver import MANIFEST, People

SMB = "C0LEADSSMB"
CUT = (URLError, RemoteDisconnected, ConnectionResetError)


def posted(people: People) -> int:
    return len(people.reads(SMB, "alice"))


def test_a_429_says_how_long_to_wait_and_nothing_was_done(client: WebClient, people: People) -> None:
    people.faults("chat.postMessage", "429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=SMB, text="x")
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert {name.lower(): value for name, value in answer.headers.items()}["retry-after"] == "7"
    assert posted(people) == 0
    client.chat_postMessage(channel=SMB, text="x")
    assert posted(people) == 1


def test_slack_sdk_waits_out_a_429(sandbox: Sandbox, people: People) -> None:
    people.faults("auth.test", "429", retry_after=0)
    patient = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[RateLimitErrorRetryHandler()])
    assert patient.auth_test()["ok"]


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("503", 503)])
def test_a_server_error_does_nothing(client: WebClient, people: People, kind: str, status: int) -> None:
    people.faults("chat.postMessage", kind)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=SMB, text="x")
    assert caught.value.response.status_code == status
    assert posted(people) == 0


@pytest.mark.parametrize(("kind", "messages"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_leaves_the_work_undone_or_done(
    client: WebClient, people: People, kind: str, messages: int
) -> None:
    people.faults("chat.postMessage", kind)
    with pytest.raises(CUT):
        client.chat_postMessage(channel=SMB, text="x")
    assert posted(people) == messages
    client.chat_postMessage(channel=SMB, text="y")
    assert posted(people) == messages + 1


def test_a_malformed_answer_hides_that_the_work_was_done(client: WebClient, people: People) -> None:
    people.faults("chat.postMessage", "malformed")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=SMB, text="x")
    assert posted(people) == 1


def test_a_delay_is_real_time(client: WebClient, people: People) -> None:
    people.faults("auth.test", "delay", seconds=0.2)
    began = time.monotonic()
    client.auth_test()
    assert time.monotonic() - began >= 0.2


def test_an_outage_of_everything_lasts_its_seconds_on_the_workspace_clock(client: WebClient, people: People) -> None:
    people.faults("*", "outage", seconds=60)
    for _ in range(2):
        with pytest.raises(CUT):
            client.auth_test()
    people.does("clock", advance=61)
    assert client.auth_test()["ok"]


def test_faults_strike_as_often_as_asked_and_can_be_cleared(client: WebClient, people: People) -> None:
    people.faults("auth.test", "500", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError):
            client.auth_test()
    assert client.auth_test()["ok"]
    people.faults("auth.test", "500", times=100)
    people.http.delete("/sandbox/faults")
    assert client.auth_test()["ok"]
    assert "A socket knows" in people.cannot("faults", method="socket", kind="429")


def test_latency_surrounds_a_write() -> None:
    slow = Sandbox(manifest=MANIFEST, latency=(0.05, 0.06))
    slow.start()
    try:
        began = time.monotonic()
        WebClient(slow.bot_token, base_url=slow.api_url).auth_test()
        assert time.monotonic() - began >= 0.1
    finally:
        slow.stop()


def test_the_clock_moves_forward_and_back_only_before_anything_happened(
    sandbox: Sandbox, client: WebClient, people: People
) -> None:
    people.does("clock", set="2026-01-05T09:00:00+00:00")
    assert sandbox.now().replace(second=0, microsecond=0) == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    people.does("clock", advance=3600)
    ts = float(str(client.chat_postMessage(channel=SMB, text="x")["ts"]))
    assert datetime.fromtimestamp(ts, UTC).hour == 10
    assert "cannot be set" in people.cannot("clock", set="2026-01-05T09:30:00+00:00")
    assert "only moves forward" in people.cannot("clock", advance=-1)
    assert "either" in people.cannot("clock")


def test_stopping_is_quick_and_leaves_nothing_behind(sandbox: Sandbox, people: People) -> None:
    threads = set(threading.enumerate())
    other = Sandbox()
    other.start()
    with people.http.stream("GET", f"{other.url}/sandbox/stream", params={"as": "bob"}) as stream:
        next(stream.iter_lines())
        began = time.monotonic()
        other.stop()
        assert time.monotonic() - began < 1
    assert set(threading.enumerate()) == threads
