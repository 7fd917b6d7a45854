"""Buttons of the nightly proposal: look at the leads page by page, clear them out, or keep them."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import scrub
from bot.services import Services
from bot.views import scrub as views
from handlers.requests import as_number, press


def register(app: App) -> None:
    for action_id in (views.LOOK, views.EARLIER, views.FURTHER):
        app.action(action_id)(look)
    app.action(views.CLEAR)(clear)
    app.action(views.KEEP)(keep)


def look(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """From the message the pages open; within them the shown one is turned."""
    pressed = press(body)
    row_id, _, number = pressed.value.partition(":")
    view = views.page(scrub.page(services, pressed.slack_id, as_number(row_id), as_number(number)))
    if "view" in body:
        client.views_update(view_id=body["view"]["id"], view=view)
    else:
        client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def clear(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(body, services, clears=True)
    ack()


def keep(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(body, services, clears=False)
    ack()


def answer(body: dict[str, Any], services: Services, *, clears: bool) -> None:
    pressed, container = press(body), body.get("container") or {}
    ts = str(container.get("message_ts") or "")
    scrub.answer(services, pressed.slack_id, pressed.number, clears=clears, channel=pressed.channel, ts=ts)
