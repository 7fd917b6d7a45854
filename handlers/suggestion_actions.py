"""Whether a suggestion is a lead: its two buttons, and the form that the first one opens."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import edits
from bot.intake import suggestions
from bot.services import Services
from bot.views import suggestions as views
from handlers.edit_actions import as_raw
from handlers.requests import as_number, press, submitted


def register(app: App) -> None:
    app.action(views.MAKE)(open_make)
    app.action(views.DROP)(drop)
    app.view(views.MAKE_FORM)(make)


def open_make(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    suggestion = suggestions.opened(services, pressed.slack_id, pressed.number)
    view = views.make(suggestion, edits.asked(services, pressed.slack_id))
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def drop(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    suggestions.drop(services, pressed.slack_id, pressed.number)
    ack()


def make(ack: Ack, body: dict[str, Any], services: Services) -> None:
    suggestion_id = as_number(body["view"]["private_metadata"])
    suggestions.make(services, body["user"]["id"], suggestion_id, as_raw(submitted(body)))
    ack()
