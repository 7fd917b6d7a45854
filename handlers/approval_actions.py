"""Buttons of a message that waits for a yes: send it, edit it first, or skip it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sequences import approving
from bot.sequences.approving import Wording
from bot.services import Services
from bot.views import approvals as views
from handlers.lead_actions import open_waiting
from handlers.requests import as_number, press, submitted


def register(app: App) -> None:
    app.action(views.SEND)(send)
    app.action(views.EDIT)(open_form)
    app.action(views.SKIP)(skip)
    app.action(views.OPEN)(open_waiting)
    app.view(views.FORM)(save)


def send(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    approving.send(services, pressed.slack_id, pressed.number)
    ack()


def skip(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    approving.skip(services, pressed.slack_id, pressed.number)
    ack()


def open_form(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    held = approving.opened(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=views.approval_form(held))
    ack()


def save(ack: Ack, body: dict[str, Any], services: Services) -> None:
    given = submitted(body)
    wording = Wording(given.get("subject", ""), given.get("text", ""))
    approving.send(services, body["user"]["id"], as_number(body["view"]["private_metadata"]), wording)
    ack()
