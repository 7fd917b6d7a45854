"""The button and the form with which a rep writes down a call."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import followups, leads
from bot.calling import calls
from bot.calling.calls import Call
from bot.errors import InvalidInputError, Problem
from bot.services import Services
from bot.views import calls as views
from bot.views import cards
from bot.views.followup_forms import NO_NEXT
from handlers.requests import as_number, press, submitted


def register(app: App) -> None:
    app.action(cards.CALL)(open_call)
    app.view(views.CALL)(save)


def open_call(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    lead = leads.lead_for_action(services, pressed.slack_id, "note", pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=views.call(lead))
    ack()


def save(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, values, slack_id = body["view"], submitted(body), body["user"]["id"]
    next_at = followups.chosen_moment(
        services, slack_id, values.get("quick") or NO_NEXT, values.get("date", ""), values.get("time", "")
    )
    call = Call(
        values.get("went", ""), minutes_of(values.get("minutes", "")), values.get("note", ""), next_at,
        values.get("what", ""),
    )  # fmt: skip
    calls.log_call(services, slack_id, as_number(view["private_metadata"]), call, key=view["id"])
    ack()


def minutes_of(written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 4):
        raise InvalidInputError([Problem("minutes", "Minutes are a whole number.")])
    return int(written)
