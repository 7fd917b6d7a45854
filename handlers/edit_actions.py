"""The form in which a lead is corrected: opened from a card or by /lead edit, and only what was changed comes back."""

from typing import Any

from slack_bolt import Ack, App

from bot import edits
from bot.rules.cleaning.fields import PREFIX
from bot.services import Services
from bot.views import edits as views
from bot.views.kit import Block
from handlers.requests import as_number, submitted


def register(app: App) -> None:
    app.view(views.EDIT)(correct)


def opened(services: Services, slack_id: str, lead_id: int) -> Block:
    return views.edit(edits.form(services, slack_id, lead_id))


def blank(services: Services, slack_id: str) -> Block:
    """The form for a new lead."""
    return views.new_lead(edits.asked(services, slack_id))


def as_raw(answers: dict[str, str]) -> dict[str, Any]:
    """A form's answers as a lead is taken: the playbook's own fields together."""
    fields = {name.removeprefix(PREFIX): text for name, text in answers.items() if name.startswith(PREFIX)}
    return {**{name: text for name, text in answers.items() if not name.startswith(PREFIX)}, "fields": fields}


def correct(ack: Ack, body: dict[str, Any], services: Services) -> None:
    lead_id = as_number(body["view"]["private_metadata"])
    edits.correct(services, body["user"]["id"], lead_id, changed(body))
    ack()


def changed(body: dict[str, Any]) -> dict[str, str]:
    """The answers that are not what the form began with: Slack sends the form back along with them."""
    inputs = [block for block in body["view"]["blocks"] if block["type"] == "input"]
    began = {block["block_id"]: beginning(block.get("element", {})) for block in inputs}
    return {name: text for name, text in submitted(body).items() if text != began.get(name, "")}


def beginning(element: dict[str, Any]) -> str:
    chosen = (element.get("initial_option") or {}).get("value")
    return str(chosen or element.get("initial_date") or element.get("initial_value") or "")
