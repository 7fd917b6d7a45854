"""How often Slack lets an app call: every method has a pace, and too many calls are answered with 429."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.clock import Clock
from bot.sandbox.limits import TIERS
from bot.sandbox.methods import METHODS
from bot.sandbox.rates import Rates
from tests.sandbox.driver import Json, People, running

SMB, ENTERPRISE = "C0LEADSSMB", "C0LEADSENT"


@pytest.fixture
def strict() -> Iterator[tuple[People, WebClient]]:
    with running() as (_, people, client):
        yield people, client


def limited(client: WebClient, method: str, args: Json) -> int:
    """The seconds to wait that a refused call is told."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=args)
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    return int(answer.headers["Retry-After"])


def test_every_method_has_a_pace_and_every_pace_a_method() -> None:
    assert METHODS.keys() - TIERS.keys() == {"chat.postMessage"}
    assert METHODS.keys() >= TIERS.keys()


@pytest.mark.parametrize("method", sorted(TIERS))
def test_each_method_takes_what_its_tier_allows_and_no_more(method: str) -> None:
    clock = Clock()
    rates, pace = Rates(clock, on=True), TIERS[method]
    assert [rates.wait(method, "") for _ in range(int(pace.burst))] == [0] * int(pace.burst)
    wait = rates.wait(method, "")
    assert wait > 0
    clock.advance(wait)
    assert rates.wait(method, "") == 0


@pytest.mark.parametrize(
    ("method", "calls"), [("users.list", 20), ("chat.update", 50), ("views.open", 100), ("auth.test", 600)]
)
def test_slacks_published_tiers_hold(method: str, calls: int) -> None:
    assert TIERS[method].per_minute == calls


def test_a_channel_takes_a_message_a_second_after_a_short_burst(strict: tuple[People, WebClient]) -> None:
    people, client = strict
    for _ in range(5):
        client.chat_postMessage(channel=SMB, text="x")
    assert limited(client, "chat.postMessage", {"channel": SMB, "text": "x"}) == 1
    assert client.chat_postMessage(channel=ENTERPRISE, text="x")["ok"]
    people.does("clock", advance=1)
    assert client.chat_postMessage(channel=SMB, text="x")["ok"]
    assert limited(client, "chat.postMessage", {"channel": SMB, "text": "x"}) == 1
    assert len(people.reads(SMB, "alice")) == 6


def test_the_workspace_as_a_whole_takes_three_hundred_messages_a_minute() -> None:
    rates = Rates(Clock(), on=True)
    assert [rates.wait("chat.postMessage", str(number)) for number in range(300)] == [0] * 300
    assert rates.wait("chat.postMessage", "300") > 0


def test_a_person_and_their_direct_message_are_one_conversation(strict: tuple[People, WebClient]) -> None:
    _, client = strict
    for place in ("U0ALICE", "D0ALICE", "U0ALICE", "D0ALICE", "U0ALICE"):
        client.chat_postMessage(channel=place, text="x")
    assert limited(client, "chat.postMessage", {"channel": "D0ALICE", "text": "x"}) == 1


def test_limits_can_be_switched_off_for_tests_of_load() -> None:
    with running(rate_limits=False) as (_, _, client):
        for _ in range(20):
            client.chat_postMessage(channel=SMB, text="x")
