"""Slack's speed limits are kept per method, per conversation, and for as long as Slack asks."""

import pytest

from bot.outbox.pace import Pace, Pacer, Rate

POST, UPDATE = "chat.postMessage", "chat.update"


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


def allowed(pacer: Pacer, method: str, lane: str = "team:1", tries: int = 100) -> int:
    return sum(pacer.delay(method, lane) == 0 for _ in range(tries))


def test_a_conversation_takes_a_burst_and_then_one_post_a_second(watch: Stopwatch) -> None:
    pacer = Pacer(Pace.slack(), watch)
    assert allowed(pacer, POST) == 3
    assert pacer.delay(POST, "team:1") == pytest.approx(1)
    watch.seconds = 1
    assert allowed(pacer, POST) == 1


def test_other_conversations_are_not_slowed_down_by_a_busy_one(watch: Stopwatch) -> None:
    pacer = Pacer(Pace.slack(), watch)
    allowed(pacer, POST, "team:1")
    assert allowed(pacer, POST, "team:2") == 3


def test_a_post_that_must_wait_uses_up_nothing(watch: Stopwatch) -> None:
    pacer = Pacer(Pace(Rate(1, 1), {POST: Rate(1, 2)}), watch)
    assert allowed(pacer, POST, "team:1") == 1
    assert allowed(pacer, POST, "team:2") == 1


@pytest.mark.parametrize(("method", "a_minute"), [(UPDATE, 50), (POST, 300), ("chat.postEphemeral", 100)])
def test_after_the_first_burst_no_minute_sees_more_than_the_workspace_allows(
    watch: Stopwatch, method: str, a_minute: int
) -> None:
    pacer = Pacer(Pace.slack(), watch)
    lanes = [f"user:{number}" for number in range(500)]
    for lane in lanes:
        pacer.delay(method, lane)
    made = 0
    for second in range(1, 61):
        watch.seconds = second
        made += sum(pacer.delay(method, lane) == 0 for lane in lanes)
    assert 0.75 * a_minute <= made <= a_minute


def test_a_pause_slack_asked_for_holds_that_method_back_everywhere_and_no_other(watch: Stopwatch) -> None:
    pacer = Pacer(Pace.slack(), watch)
    pacer.block(POST, 30)
    watch.seconds = 29.5
    assert pacer.delay(POST, "team:9") == pytest.approx(0.5)
    assert pacer.delay(UPDATE, "team:9") == 0
    watch.seconds = 30
    assert pacer.delay(POST, "team:9") == 0


def test_quiet_conversations_are_not_remembered_for_ever(watch: Stopwatch) -> None:
    pacer = Pacer(Pace(Rate(1, 3)), watch)
    for number in range(5000):
        watch.seconds = number
        pacer.delay(POST, f"user:{number}")
    assert len(pacer._lanes) <= 1000


def test_without_limits_nothing_waits(watch: Stopwatch) -> None:
    assert allowed(Pacer(Pace.unlimited(), watch), POST) == 100
