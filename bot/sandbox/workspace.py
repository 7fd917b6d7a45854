"""Who and what is in the workspace: people, channels and the messages in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.errors import Refused
from bot.sandbox.json_types import Json
from bot.sandbox.limits import MESSAGES_KEPT
from bot.sandbox.seed import Seed

SLACKBOT = "USLACKBOT"


@dataclass
class User:
    id: str
    name: str
    real_name: str
    tz: str
    title: str = ""
    email: str = ""
    locale: str = "en-US"
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    updated: int = 0

    def utc_offset(self, now: datetime) -> int:
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class Message:
    """A message as Slack shapes it, with what each reader has picked in its menus."""

    body: Json
    reader: str | None = None
    replies: list[str] = field(default_factory=list)
    picked: dict[str, Json] = field(default_factory=dict)
    offers: dict[str, dict[str, list[Json]]] = field(default_factory=dict)

    @property
    def ts(self) -> str:
        return str(self.body["ts"])

    @property
    def is_reply(self) -> bool:
        return bool(self.body.get("thread_ts", self.ts) != self.ts)

    def visible_to(self, user_id: str) -> bool:
        return self.reader in (None, user_id)


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    created: int
    topic: str = ""
    is_im: bool = False
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False  # with another company
    messages: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Remember the message and forget the oldest beyond so many; a thread goes with its first message."""
        self.messages[message.ts] = message
        while len(self.messages) > MESSAGES_KEPT:
            oldest = self.messages.pop(next(iter(self.messages)))
            for ts in oldest.replies:
                self.messages.pop(ts, None)
            parent = self.messages.get(str(oldest.body.get("thread_ts")))
            if parent and oldest.ts in parent.replies:
                parent.replies.remove(oldest.ts)

    def visible_to(self, user_id: str) -> bool:
        return user_id in self.members or not (self.is_private or self.is_im)

    @property
    def kind(self) -> str:
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def public_messages(self) -> list[Message]:
        return [message for message in self.messages.values() if message.reader is None]


class Workspace:
    def __init__(self, seed: Seed, created: int) -> None:
        self.team = seed.team
        self.app = seed.app
        self.created = created
        self.users = {user.id: user for user in _users(seed)}
        self.channels: dict[str, Channel] = {}
        for each in seed.channels:
            facts = each.model_dump() | {"members": [self.user(name).id for name in each.members]}
            self.channels[each.id] = Channel(**facts, created=created)

    def user(self, id_or_name: str) -> User:
        found = self.users.get(id_or_name) or _named(self.users.values(), id_or_name.removeprefix("@"))
        if found is None:
            raise Refused(f"There is no user {id_or_name!r} in this workspace.")
        return found

    def person(self, id_or_name: str) -> User:
        user = self.user(id_or_name)
        if user.is_bot:
            raise Refused(f"{user.name} is an app, not a person.")
        if user.deleted:
            raise Refused(f"{user.name}'s account is deactivated.")
        return user

    def channel(self, id_or_name: str) -> Channel:
        found = self.channels.get(id_or_name)
        if found is None:
            plain = id_or_name.removeprefix("#")
            found = next((each for each in self.channels.values() if each.name == plain), None)
        if found is None:
            raise Refused(f"There is no channel {id_or_name!r} in this workspace.")
        return found

    def channel_of(self, user: User, id_or_name: str) -> Channel:
        """The channel, provided the person is in it."""
        channel = self.channel(id_or_name)
        if user.id not in channel.members:
            raise Refused(f"{user.name} is not in {channel.name or channel.id}.")
        return channel

    def direct_messages(self, user_id: str) -> Channel:
        """The conversation between the app and one person, made when first needed."""
        channel_id = "D" + user_id[1:]
        if channel_id not in self.channels:
            members = [user_id, self.app.user_id]
            self.channels[channel_id] = Channel(channel_id, "", members, self.created, is_im=True)
        return self.channels[channel_id]

    def partner(self, channel: Channel) -> str:
        return next(member for member in channel.members if member != self.app.user_id)


def _named(users: Iterable[User], name: str) -> User | None:
    return next((user for user in users if user.name == name), None)


def _users(seed: Seed) -> list[User]:
    app = seed.app
    people = [User(**each.model_dump()) for each in seed.users]
    for person in people:
        person.email = person.email or f"{person.name}@{seed.team.domain}.example"
    return [*people, User(app.user_id, app.user_name, app.name, "UTC", is_bot=True)]
