"""Slack's limits that no single block holds: totals, surfaces, rates, ages and sizes, each named once."""

from collections.abc import Mapping
from dataclasses import dataclass

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
FILE_BYTES = 50_000_000
FORM_FILE_BYTES = 10_000_000
FORM_FILES = 10
FILES_KEPT = 300
# How much of the past the sandbox remembers, so that a long test does not fill the memory.
MESSAGES_KEPT = 2_000
TICKETS_KEPT = 20_000
CHANGES_KEPT = 10_000
SURFACE_BLOCKS: Mapping[str, int] = {"message": MESSAGE_BLOCKS, "modal": VIEW_BLOCKS, "home": VIEW_BLOCKS}


@dataclass(frozen=True)
class Pace:
    """So many calls a minute; `burst` of them may come at once after a rest."""

    per_minute: float
    burst: float

    @property
    def per_second(self) -> float:
        return self.per_minute / 60


def tier(per_minute: float) -> Pace:
    return Pace(per_minute, per_minute)


POSTS = Pace(60, 5)
POSTS_OF_ALL_CHANNELS = tier(300)
# An app opens its ten sockets one after the other, so Slack's "one a minute and more" needs a burst.
SOCKETS = Pace(1, 10)
SECOND, THIRD, FOURTH, SPECIAL = tier(20), tier(50), tier(100), tier(600)
TIERS: Mapping[str, Pace] = {
    "apps.connections.open": SOCKETS,
    "auth.test": SPECIAL,
    "bots.info": THIRD,
    "team.info": THIRD,
    "chat.update": THIRD,
    "chat.delete": THIRD,
    "chat.postEphemeral": FOURTH,
    "chat.getPermalink": SPECIAL,
    "reactions.add": THIRD,
    "reactions.get": THIRD,
    "reactions.remove": SECOND,
    "conversations.open": THIRD,
    "conversations.info": THIRD,
    "conversations.list": SECOND,
    "conversations.members": FOURTH,
    "conversations.join": THIRD,
    "conversations.history": THIRD,
    "conversations.replies": THIRD,
    "files.completeUploadExternal": FOURTH,
    "files.delete": THIRD,
    "files.getUploadURLExternal": FOURTH,
    "files.info": FOURTH,
    "files.list": THIRD,
    "users.info": FOURTH,
    "users.list": SECOND,
    "users.conversations": SECOND,
    "users.lookupByEmail": THIRD,
    "views.open": FOURTH,
    "views.push": FOURTH,
    "views.update": FOURTH,
    "views.publish": FOURTH,
}
