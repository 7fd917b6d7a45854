"""Global shortcuts: the same forms without typing a command."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.views import forms

NEW_LEAD = "shortcut.new_lead"


def register(app: App) -> None:
    app.shortcut(NEW_LEAD)(new_lead)


def new_lead(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=forms.new_lead())
    ack()
