"""Where a workspace refuses Slack's own charts and tables, the same goes out in letters, with pictures below it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.messenger import picture
from bot.outbox import Skip, SlackCall, Wait
from bot.sandbox import Sandbox
from bot.views.kit import Block
from bot.views.plainer import NATIVE
from store.database import Database
from store.models import OutboxRow
from store.unit_of_work import UnitOfWork
from tests.outbox import Bot, PlainProjector, running
from tests.workspaces import without_charts

CHART: Block = {
    "type": "data_visualization", "title": "Leads per step",
    "chart": {"type": "pie", "segments": [{"label": "website", "value": 80}, {"label": "<!here>", "value": 40}]},
}  # fmt: skip
TABLE: Block = {
    "type": "data_table", "caption": "Sources", "page_size": 25,
    "rows": [
        [{"type": "raw_text", "text": "Source"}, {"type": "raw_text", "text": "Leads"}],
        [{"type": "raw_text", "text": "website"}, {"type": "raw_number", "value": 80, "text": "80"}],
        [{"type": "raw_text", "text": "<!here>"}, {"type": "raw_number", "value": 40, "text": "40"}],
    ],
}  # fmt: skip
BLOCKS = [CHART, TABLE]


class Drawing(PlainProjector):
    def prepare(self, uow: UnitOfWork, row: OutboxRow, now: datetime) -> SlackCall | Skip | Wait:
        return picture(**row.payload) if row.kind == "picture" else super().prepare(uow, row, now)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(without_charts(tmp_path), rate_limits=False)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def bot(database: Database, sandbox: Sandbox) -> Iterator[Bot]:
    with running(database, sandbox) as bot:
        yield bot


def lines(message: dict[str, object]) -> list[str]:
    """The lines of type of one width."""
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    pieces = [each["elements"][0]["elements"] for each in blocks if each["type"] == "rich_text"]
    return [line for text in pieces for line in "".join(piece["text"] for piece in text).splitlines()]


def test_charts_and_tables_that_are_refused_are_said_in_letters(bot: Bot) -> None:
    bot.say("Sources", blocks=BLOCKS)
    bot.drain(bot.sender(projector=Drawing()))
    message = bot.messages()[0]
    assert lines(message) == [
        "Leads per step",
        "website ██████████████████ 80",
        "<!here> █████████ 40",
        "Sources",
        "Source   Leads",
        "--------------",
        "website     80",
        "<!here>     40",
    ]
    assert bot.rows()[0].error == "sent without Slack's own charts: invalid_blocks"


def test_the_picture_of_a_chart_follows_below_it_with_its_figures_for_who_cannot_see_it(bot: Bot) -> None:
    bot.say("Sources", blocks=BLOCKS)
    bot.drain(bot.sender(projector=Drawing()))
    message = bot.messages()[0]
    [file] = [
        file for each in bot.messages() if each.get("thread_ts") == message["ts"] for file in each.get("files", ())
    ]
    assert (file["name"], file["mimetype"]) == ("Leads per step.png", "image/png")
    assert file["alt_txt"] == "Pie chart: Leads per step. website 80, <!here> 40."
    assert bot.statuses() == ["sent", "sent"]


def test_a_workspace_that_refused_is_not_asked_again_for_an_hour(bot: Bot) -> None:
    sender = bot.sender(projector=Drawing())
    for text in ("one", "two"):
        bot.say(text, blocks=[TABLE])
    bot.drain(sender)
    assert bot.calls("chat.postMessage") == 3
    bot.clock.advance(3601)
    bot.say("three", blocks=[TABLE])
    bot.drain(sender)
    assert bot.calls("chat.postMessage") == 5


def test_what_only_one_person_sees_is_said_in_letters_alone(bot: Bot) -> None:
    bot.say("Sources", kind="ephemeral", user="U0ALICE", blocks=BLOCKS)
    bot.drain(bot.sender(projector=Drawing()))
    [message] = bot.messages()
    assert "website ██████████████████ 80" in lines(message)
    assert bot.statuses() == ["sent"]


def test_a_workspace_that_takes_charts_gets_charts(database: Database) -> None:
    sandbox = Sandbox(rate_limits=False)
    sandbox.start()
    try:
        with running(database, sandbox) as bot:
            bot.say("Sources", blocks=BLOCKS)
            bot.drain(bot.sender(projector=Drawing()))
            [message] = bot.messages()
            assert {block["type"] for block in message["blocks"]} == NATIVE
    finally:
        sandbox.stop()
