"""A Slack that only keeps conversations: what was posted, edited and deleted, and who was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.outbox import Arrived, Copies, Outcome, Refused, SlackCall


@dataclass
class Post:
    """One message; `key` is the metadata it carries."""

    ts: str
    channel: str
    key: str
    at: datetime
    arguments: dict[str, Any]
    is_deleted: bool = False

    @property
    def text(self) -> str:
        return str(self.arguments.get("text", ""))


@dataclass
class Slack:
    posts: list[Post] = field(default_factory=list)
    by_key: dict[str, list[Post]] = field(default_factory=dict)
    by_place: dict[tuple[str, str], Post] = field(default_factory=dict)
    newest: int = 0
    heard: Callable[[Post], None] = lambda _: None

    def carry_out(self, call: SlackCall, key: str, at: datetime) -> Outcome:
        """What Slack does with a request that has reached it."""
        match call.method:
            case "chat.postMessage":
                post = self._post(call, key, at)
                return Arrived({"ok": True, "channel": post.channel, "ts": post.ts})
            case "chat.update" | "chat.delete":
                return self._change(call)
            case _:
                return Arrived({"ok": True})

    def _post(self, call: SlackCall, key: str, at: datetime) -> Post:
        self.newest = max(self.newest + 1, round(at.timestamp() * 1_000_000))
        ts = f"{self.newest // 1_000_000}.{self.newest % 1_000_000:06d}"
        post = Post(ts, place(call.channel or ""), key, at, call.arguments)
        self.posts.append(post)
        self.by_key.setdefault(key, []).append(post)
        self.by_place[post.channel, ts] = post
        self.heard(post)
        return post

    def _change(self, call: SlackCall) -> Outcome:
        post = self.by_place.get((call.arguments["channel"], call.arguments["ts"]))
        if post is None or post.is_deleted:
            return Refused("message_not_found")
        if call.method == "chat.delete":
            post.is_deleted = True
        else:
            post.arguments = {**post.arguments, **call.arguments}
        return Arrived({"ok": True, "channel": post.channel, "ts": post.ts})

    def copies(self, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Copies:
        where = place(channel)
        found = [
            post.ts for post in self.by_key.get(key, ())
            if not post.is_deleted and post.channel == where and post.ts >= since_ts
            and (post.arguments.get("thread_ts") == thread_ts)
        ]  # fmt: skip
        return Copies(where, tuple(sorted(found)))


def place(channel: str) -> str:
    """A message to a person stands in the conversation with them, which has its own id."""
    return f"D{channel}" if channel.startswith("U") else channel
