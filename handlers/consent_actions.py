"""The form in which a rep writes down what somebody allowed or withdrew."""

from typing import Any

from slack_bolt import Ack, App

from bot import consents
from bot.rules.consent import Said
from bot.services import Services
from bot.views import consents as views
from handlers.requests import as_number, submitted


def register(app: App) -> None:
    app.view(views.CONSENT)(save)


def save(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, values = body["view"], submitted(body)
    said = Said(
        values.get("channel", ""), values.get("word") == views.GIVEN, values.get("basis") or "consent",
        values.get("source", ""), values.get("wording", ""),
    )  # fmt: skip
    consents.record(services, body["user"]["id"], as_number(view["private_metadata"]), said, key=view["id"])
    ack()
