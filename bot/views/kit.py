"""The only door between text and Slack's blocks: whatever a stranger typed comes out as literal characters.

Lead text travels in `plain_text` objects and in rich-text `text` elements, which Slack never parses
(docs.slack.dev/reference/block-kit/composition-objects/text-object). Sizes are Slack's own limits.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.views.fit import as_many_as_fit, fitted

Block = dict[str, Any]

HEADER_MAX = 150
TEXT_MAX = 3000
FIELD_MAX = 2000
BUTTON_MAX = 75
OPTION_MAX = 75
TITLE_MAX = 24
FALLBACK_MAX = 790  # of the line for notifications; escaping makes it five times as long at most, and 4,000 may be sent
LIST_BYTES = 9000  # of a list that stands alone in its message

_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


@dataclass(frozen=True)
class Message:
    """What is said: the blocks, and the one line that stands for them where blocks cannot be shown."""

    text: str
    blocks: tuple[Block, ...] = ()

    def as_payload(self) -> dict[str, Any]:
        return {"text": self.text, "blocks": fitted(list(self.blocks))}


@dataclass(frozen=True)
class Person:
    """A mention: Slack shows the name, and it pings only where the message first appears."""

    slack_id: str
    name: str


@dataclass(frozen=True)
class Channel:
    """A channel, which Slack shows by its name to those who may see it."""

    channel_id: str


@dataclass(frozen=True)
class Strong:
    text: str


@dataclass(frozen=True)
class At:
    """A moment, shown in each reader's own zone."""

    moment: datetime
    style: str = "{date_short_pretty} at {time}"
    zone: str = ""  # of the one reader, for notifications, which Slack does not put into their zone

    def fallback(self) -> str:
        if self.zone:
            return self.moment.astimezone(ZoneInfo(self.zone)).strftime("%a %d %b, %H:%M")
        return self.moment.astimezone(UTC).strftime("%a %d %b %Y, %H:%M UTC")


Piece = str | Strong | Person | Channel | At


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, never empty (Slack refuses empty text), nothing invisible left in."""
    clean = _UNSAFE.sub("", text).strip()
    return (clean if len(clean) <= limit else clean[: limit - 1] + "…") or "—"


def plain(text: str, limit: int = TEXT_MAX) -> Block:
    # emoji off: a stranger's ":fire:" stays what they typed.
    return {"type": "plain_text", "text": clip(text, limit), "emoji": False}


def label(text: str, limit: int = BUTTON_MAX) -> Block:
    """Our own words, in which an emoji is meant."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(" ".join(text.split()), HEADER_MAX)}


def fields(pairs: list[tuple[str, str]]) -> Block:
    """Up to ten named values, two columns."""
    return {"type": "section", "fields": [plain(f"{name}: {value}", FIELD_MAX) for name, value in pairs[:10]]}


def paragraph(text: str) -> Block:
    return {"type": "section", "text": plain(text)}


def line(*pieces: Piece) -> Block:
    """One rich-text line of words, mentions and times."""
    return rich([{"type": "rich_text_section", "elements": [element(piece) for piece in pieces if piece != ""]}])


def lines(rows: list[tuple[Piece, ...]], *, room: int = LIST_BYTES) -> Block:
    """A bulleted list of as many rows as fit into `room` bytes, and how many more there are."""
    items = [item(row) for row in rows]
    shown = as_many_as_fit(items, room)
    rest = [item((f"… and {len(items) - len(shown)} more",))] if len(shown) < len(items) else []
    return rich([{"type": "rich_text_list", "style": "bullet", "elements": [*shown, *rest]}])


def item(row: tuple[Piece, ...]) -> Block:
    return {"type": "rich_text_section", "elements": [element(piece) for piece in row]}


def call(number: str, accessory: Block) -> Block:
    """A telephone number that calls when it is pressed, beside a button. `number` is in E.164, so it hides nothing."""
    safe = re.sub(r"[^+0-9]", "", number)
    text = {"type": "mrkdwn", "text": f"📞 <tel:{safe}|Call {safe}>", "verbatim": True}
    return {"type": "section", "text": text, "accessory": accessory}


def quote(text: str) -> Block:
    return rich([{"type": "rich_text_quote", "elements": [element(text)]}])


def rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def element(piece: Piece) -> Block:
    match piece:
        case Person(slack_id=slack_id):
            return {"type": "user", "user_id": slack_id}
        case Channel(channel_id=channel_id):
            return {"type": "channel", "channel_id": channel_id}
        case At(moment=moment, style=style):
            seconds = int(moment.timestamp())
            return {"type": "date", "timestamp": seconds, "format": style, "fallback": piece.fallback()}
        case Strong(text=text):
            return {"type": "text", "text": words(text), "style": {"bold": True}}
        case _:
            return {"type": "text", "text": words(str(piece))}


def words(text: str) -> str:
    """Like `clip`, but a space at the end may be meant: it parts this piece from the next."""
    clean = _UNSAFE.sub("", text)
    return (clean if len(clean) <= TEXT_MAX else clean[: TEXT_MAX - 1] + "…") or "—"


def context(text: str) -> Block:
    return {"type": "context", "elements": [plain(text, 2000)]}


def divider() -> Block:
    return {"type": "divider"}


def button(text: str, action_id: str, value: str, *, style: str | None = None, says: str | None = None) -> Block:
    """`says` is what a screen reader reads when the text alone would not tell which lead is meant."""
    block: Block = {"type": "button", "text": label(text), "action_id": action_id, "value": value}
    if style:
        block["style"] = style
    if says:
        block["accessibility_label"] = clip(says, BUTTON_MAX)
    return block


def overflow(action_id: str, options: list[tuple[str, str]]) -> Block:
    return {"type": "overflow", "action_id": action_id, "options": [option(text, value) for text, value in options]}


def option(text: str, value: str, description: str = "") -> Block:
    block: Block = {"text": plain(text, OPTION_MAX), "value": value}
    if description:
        block["description"] = plain(description, OPTION_MAX)
    return block


def actions(block_id: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def escape(text: str) -> str:
    """The three characters Slack's markup is made of (docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(*pieces: Piece) -> str:
    """The same line for notifications: bounded before escaping, so that no entity is cut in two."""
    said = "".join(spoken(piece) for piece in pieces)
    # A word joiner after @ keeps "@here" from ever being read as a ping.
    safe = escape(clip(" ".join(said.split()), FALLBACK_MAX))
    return re.sub(r"@(?=here|channel|everyone)", "@\u2060", safe, flags=re.IGNORECASE)


def spoken(piece: Piece) -> str:
    match piece:
        case Person(name=name):
            return name
        case Channel():
            return "its channel"
        case At():
            return piece.fallback()
        case Strong(text=text):
            return text
        case _:
            return str(piece)


def say(*pieces: Piece) -> Message:
    """A one-line message."""
    return Message(fallback(*pieces), (line(*pieces),))


def plural(count: int, noun: str) -> str:
    """ "1 lead", "2 leads", "1,000 leads"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {many(noun)}"


def many(noun: str) -> str:
    """Leads, replies, days."""
    return f"{noun[:-1]}ies" if noun[-1:] == "y" and noun[-2:-1] not in "aeiou" else f"{noun}s"
