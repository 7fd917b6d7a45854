"""Modals submitted: one use case each; what is wrong comes back on the fields."""

from typing import Any

from slack_bolt import Ack, App

from bot import claims, notes
from bot.intake import capture
from bot.services import Services
from bot.views import forms
from handlers.edit_actions import as_raw
from handlers.requests import as_number, submitted


def register(app: App) -> None:
    app.view(forms.NOTE)(note)
    app.view(forms.NEW_LEAD)(new_lead)
    app.view(forms.PASS)(pass_lead)


def note(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, values = body["view"], submitted(body)
    lead_id = as_number(view["private_metadata"])
    notes.add_note(services, body["user"]["id"], lead_id, values.get("text", ""), key=view["id"])
    ack()


def new_lead(ack: Ack, body: dict[str, Any], services: Services) -> None:
    capture.add_by_hand(services, body["user"]["id"], as_raw(submitted(body)), key=body["view"]["id"])
    ack()


def pass_lead(ack: Ack, body: dict[str, Any], services: Services) -> None:
    lead_id = as_number(body["view"]["private_metadata"])
    claims.pass_lead(services, body["user"]["id"], lead_id, submitted(body).get("reason", ""))
    ack()
