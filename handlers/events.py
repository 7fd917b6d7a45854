"""What happens in Slack without being addressed to the bot: thread replies, changed profiles."""

import re
from typing import Any

from slack_bolt import App

from bot import inbox, people
from bot.directory import read_profile
from bot.services import Services
from handlers.requests import as_typed


def register(app: App) -> None:
    """The last one acknowledges what else is subscribed to, or Slack would send it three times more."""
    app.event("message")(message)
    app.event("user_change")(user_change)
    app.event(re.compile(".*"))(nothing)


def message(event: dict[str, Any], body: dict[str, Any], services: Services) -> None:
    is_reply = event.get("thread_ts") and event.get("thread_ts") != event.get("ts")
    if event.get("subtype") not in (None, "thread_broadcast") or event.get("bot_id") or not is_reply:
        return
    kept = {name: str(event.get(name, "")) for name in ("channel", "thread_ts", "user", "text")}
    kept["text"] = as_typed(kept["text"])
    inbox.receive_event(services, key=body["event_id"], kind=inbox.THREAD_REPLY, body=kept)


def user_change(event: dict[str, Any], services: Services) -> None:
    people.update_profile(services, read_profile(event["user"]))


def nothing() -> None:
    """Acknowledged by Bolt when this returns."""
