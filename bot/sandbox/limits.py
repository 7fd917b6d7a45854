"""Slack's limits that no single block holds: totals, surfaces, rates, ages and sizes, each named once."""

from collections.abc import Mapping

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_BLOCKS_BYTES = 12_000
VIEW_BYTES = 250_000
POSTED_TEXT = 40_000
UPDATED_TEXT = 4_000
MARKDOWN_TEXT = 12_000
ATTACHMENTS = 100
CHARTS_PER_MESSAGE = 2
TABLES_PER_MESSAGE = 1
TABLE_CHARACTERS = 10_000
MARKDOWN_PER_MESSAGE = 12_000
METADATA_BYTES = 8_000
SURFACE_BLOCKS: Mapping[str, int] = {"message": MESSAGE_BLOCKS, "modal": VIEW_BLOCKS, "home": VIEW_BLOCKS}

POSTS_PER_SECOND = 1
POST_BURST = 5
CALLS_PER_MINUTE: Mapping[str, int] = {
    "users.list": 20,
    "conversations.list": 20,
    "users.conversations": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.join": 50,
    "reactions.add": 50,
    "bots.info": 50,
    "team.info": 50,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "conversations.members": 100,
}
