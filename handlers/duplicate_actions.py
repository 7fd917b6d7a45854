"""Buttons about who is who: the same person, different people, not the same after all."""

from typing import Any

from slack_bolt import Ack, App

from bot import duplicates, merging
from bot.services import Services
from bot.views import duplicates as views
from bot.views.kit import say
from handlers.requests import press
from handlers.telling import leave_for


def register(app: App) -> None:
    app.action(views.SAME)(same)
    app.action(views.DIFFERENT)(different)
    app.action(views.SPLIT)(split)


def same(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(body, services, is_same=True)
    ack()


def different(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(body, services, is_same=False)
    ack()


def answer(body: dict[str, Any], services: Services, *, is_same: bool) -> None:
    """A question in a thread is edited; where only the presser sees it, the answer is said to them."""
    pressed, ts = press(body), place_of(body)
    said = duplicates.answer(
        services, pressed.slack_id, pressed.number, is_same=is_same, channel=pressed.channel, ts=ts
    )  # fmt: skip
    if not ts:
        leave_for(services, pressed.slack_id, pressed.channel or None, said)


def split(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    said = merging.split(
        services, pressed.slack_id, pressed.number, channel=pressed.channel, ts=place_of(body)
    )  # fmt: skip
    leave_for(services, pressed.slack_id, pressed.channel or None, say(said))
    ack()


def place_of(body: dict[str, Any]) -> str:
    """Where the message with the button stands, if it can be edited."""
    container = body.get("container") or {}
    return "" if container.get("is_ephemeral") else str(container.get("message_ts") or "")
