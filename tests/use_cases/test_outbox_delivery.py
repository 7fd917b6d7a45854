"""What a use case left in the outbox reaches Slack: once, in order, and whatever Slack answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.messenger import Messenger
from bot.outbox import Pace, Skip, SlackCall, Wait
from bot.sandbox import Sandbox
from store.database import Database
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork
from tests.outbox import ENTERPRISE, SMB, Bot, PlainProjector, running
from tests.postgres import free_port

BROKEN = [{"type": "no_such_block"}]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(rate_limits=False)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def bot(database: Database, sandbox: Sandbox) -> Iterator[Bot]:
    with running(database, sandbox) as bot:
        yield bot


def test_rows_of_a_lane_arrive_in_the_order_they_were_added(bot: Bot) -> None:
    for text in ("one", "two", "three"):
        bot.say(text)
    bot.drain(bot.sender())
    assert bot.texts() == ["one", "two", "three"]
    assert bot.statuses() == ["sent"] * 3


def test_a_sent_row_remembers_where_it_stands_in_slack(bot: Bot) -> None:
    bot.say("hello")
    bot.drain(bot.sender())
    [row], [message] = bot.rows(), bot.messages()
    assert (row.channel, row.ts) == (SMB, message["ts"])
    assert bot.lane().last_ts == message["ts"]


def test_a_message_carries_its_key_and_nothing_else_as_metadata(bot: Bot) -> None:
    bot.say("hello")
    bot.drain(bot.sender())
    [row], [message] = bot.rows(), bot.messages()
    assert message["metadata"] == {"event_type": "dibs_outbox", "event_payload": {"key": row.key}}


def test_changes_made_before_the_card_is_sent_become_one_post_and_later_ones_an_update(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("new", kind="card", once="card:1")
    bot.say("claimed", kind="card", once="card:1")
    bot.drain(sender)
    bot.say("won", kind="card", once="card:1")
    bot.drain(sender)
    assert bot.texts() == ["won"]
    assert (bot.calls("chat.postMessage"), bot.calls("chat.update")) == (1, 1)


def test_what_is_no_longer_true_is_not_said(bot: Bot) -> None:
    bot.say("late", skip="the follow-up is done")
    bot.say("next")
    bot.drain(bot.sender())
    assert bot.texts() == ["next"]
    assert [(row.status, row.error) for row in bot.rows()] == [
        ("skipped", "the follow-up is done"),
        ("sent", None),
    ]


def test_what_cannot_be_said_yet_waits_and_what_follows_it_keeps_its_place(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("first", not_before=(bot.clock.now() + timedelta(seconds=15)).isoformat())
    bot.say("second")
    bot.drain(sender, seconds=9)
    assert bot.texts() == []
    bot.drain(sender, seconds=15)
    assert bot.texts() == ["first", "second"]


def test_a_pause_slack_asks_for_is_kept_to_the_second_and_by_every_lane(bot: Bot) -> None:
    sender = bot.sender()
    bot.fault("429", retry_after=7)
    bot.say("one")
    bot.say("other lane", lane="team:2", channel=ENTERPRISE)
    bot.drain(sender, seconds=6)
    assert bot.calls("chat.postMessage") == 1
    bot.drain(sender, seconds=1)
    assert bot.texts() == ["one"]
    assert bot.texts(ENTERPRISE) == ["other lane"]
    assert {row.attempts for row in bot.rows()} == {1}


def test_while_slack_cannot_be_reached_nothing_is_lost_and_nothing_given_up(bot: Bot) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/api/"
    bot.client.base_url, there = nobody, bot.client.base_url
    sender = bot.sender()
    bot.say("patience")
    bot.drain(sender, seconds=3600, step=30)
    [row] = bot.rows()
    assert row.status == "pending"
    assert row.attempts > 12
    bot.client.base_url = there
    bot.drain(sender, seconds=300, step=30)
    assert bot.texts() == ["patience"]


def test_blocks_that_slack_refuses_are_sent_as_plain_text(bot: Bot) -> None:
    bot.say("in words", blocks=BROKEN)
    bot.drain(bot.sender())
    assert bot.texts() == ["in words"]
    [row] = bot.rows()
    assert (row.status, row.error) == ("sent", "sent as plain text: invalid_blocks")


def test_a_row_slack_will_never_take_is_kept_for_a_person_and_does_not_block_its_lane(bot: Bot) -> None:
    bot.say("", blocks=BROKEN)
    bot.say("good")
    bot.drain(bot.sender())
    assert bot.texts() == ["good"]
    with bot.unit_of_work() as uow:
        assert [row.error for row in uow.outbox.dead()] == ["invalid_blocks"]
        assert uow.outbox.summary(bot.clock.now()).dead == 1


def test_a_conversation_slack_refuses_is_parked_for_an_hour_while_others_go_on(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("nobody there", channel="C0GENERAL")
    bot.say("somebody here", lane="team:2")
    bot.drain(sender, seconds=3500, step=100)
    assert bot.texts() == ["somebody here"]
    assert (bot.lane().parked, bot.statuses()) == ("not_in_channel", ["pending", "sent"])
    assert bot.calls("chat.postMessage") == 2
    bot.http.post("/sandbox/join", json={"user": "dibs", "channel": "C0GENERAL"})
    bot.drain(sender, seconds=200, step=100)
    assert bot.texts("C0GENERAL")[-1:] == ["nobody there"]
    assert bot.lane().parked is None


def test_a_refused_token_stops_everything_keeps_every_row_and_is_tried_again_each_minute(bot: Bot) -> None:
    sender = bot.sender()
    bot.client.token, good = "xoxb-revoked", bot.client.token
    for number in range(3):
        bot.say("later", lane=f"team:{number}")
    bot.drain(sender, seconds=59)
    assert (sender.stopped_because, bot.calls("chat.postMessage")) == ("invalid_auth", 1)
    bot.drain(sender, seconds=10)
    assert bot.calls("chat.postMessage") == 2
    bot.client.token = good
    bot.drain(sender, seconds=60)
    assert sender.stopped_because is None
    assert bot.texts() == ["later"] * 3


def test_a_card_somebody_deleted_is_posted_anew(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("new", kind="card", once="card:1")
    bot.drain(sender)
    bot.client.chat_delete(channel=SMB, ts=bot.messages()[0]["ts"])
    bot.say("claimed", kind="card", once="card:1")
    bot.drain(sender)
    assert [message["text"] for message in bot.messages() if message.get("subtype") != "tombstone"] == ["claimed"]


def test_an_update_or_a_home_tab_of_unknown_outcome_is_simply_done_again(bot: Bot) -> None:
    sender = bot.sender()
    bot.say("new", kind="card", once="card:1")
    bot.drain(sender)
    bot.fault("drop_after", "chat.update")
    bot.say("claimed", kind="card", once="card:1")
    bot.drain(sender, seconds=5)
    assert bot.texts() == ["claimed"]
    assert bot.calls("chat.update") == 2


def test_an_ephemeral_message_of_unknown_outcome_is_said_at_most_once(bot: Bot) -> None:
    bot.fault("drop_after", "chat.postEphemeral")
    bot.say("psst", kind="ephemeral", lane=f"private:{SMB}", user="U0ALICE")
    bot.drain(bot.sender(), seconds=100)
    assert bot.calls("chat.postEphemeral") == 1
    [row] = bot.rows()
    assert (row.status, row.error) == ("sent", "outcome unknown: RemoteDisconnected")


class Careless(PlainProjector):
    """Has a bug in what it does with some rows."""

    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        if row.payload["text"] == "unspeakable":
            raise KeyError("name")
        return super().prepare(uow, row, now)

    def arrived(self, uow: UnitOfWork, row: OutboxRow, response: dict[str, Any], now: datetime) -> None:  # noqa: ARG002
        if row.payload["text"] == "unkeepable":
            raise KeyError("ts")


def test_a_row_that_cannot_be_rendered_is_put_aside_after_a_few_tries(bot: Bot) -> None:
    bot.say("unspeakable")
    bot.say("good")
    bot.drain(bot.sender(projector=Careless()), seconds=60)
    assert bot.texts() == ["good"]
    assert [(row.status, row.error) for row in bot.rows()] == [
        ("dead", "cannot be rendered: KeyError"),
        ("sent", None),
    ]


def test_a_message_that_arrived_is_not_said_again_because_keeping_its_place_failed(bot: Bot) -> None:
    bot.say("unkeepable")
    bot.drain(bot.sender(projector=Careless()), seconds=120)
    assert bot.texts() == ["unkeepable"]
    assert bot.rows()[0].error == "arrived, but not kept"


def test_a_client_that_retries_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="retry_handlers"):
        Messenger(WebClient("xoxb-1"))


def test_posts_to_one_channel_keep_to_one_a_second_after_a_small_burst(bot: Bot) -> None:
    sender = bot.sender(pace=Pace.slack())
    for number in range(13):
        bot.say(str(number))
    bot.drain(sender)
    assert len(bot.texts()) == 3
    bot.drain(sender, seconds=9)
    assert len(bot.texts()) == 12
    bot.drain(sender, seconds=1)
    assert bot.texts() == [str(number) for number in range(13)]
