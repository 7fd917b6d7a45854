"""What happens in Slack without being addressed to the bot: thread replies, changed profiles, people in channels."""

import re
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot import channels, people
from bot.directory import profile, read_profile
from bot.intake import inbox
from bot.services import Services
from handlers.requests import as_typed


def register(app: App) -> None:
    """The last one acknowledges what else is subscribed to, or Slack would send it three times more."""
    app.event("message")(message)
    app.event("user_change")(user_change)
    app.event("member_joined_channel")(member_joined_channel)
    app.event("member_left_channel")(member_left_channel)
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


def member_joined_channel(event: dict[str, Any], body: dict[str, Any], client: WebClient, services: Services) -> None:
    if channels.is_a_teams(services, event["channel"]):
        kept = channels.as_body(event["channel"], profile(client, event["user"]))
        inbox.receive_event(services, key=body["event_id"], kind=channels.JOINED, body=kept)


def member_left_channel(event: dict[str, Any], body: dict[str, Any], services: Services) -> None:
    if channels.is_a_teams(services, event["channel"]):
        kept = {"channel": event["channel"], "user": event["user"]}
        inbox.receive_event(services, key=body["event_id"], kind=channels.LEFT, body=kept)


def nothing() -> None:
    """Acknowledged by Bolt when this returns."""
