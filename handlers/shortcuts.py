"""Shortcuts: the same forms without typing a command, everywhere or on a message about a lead."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import edits, followups, next_steps
from bot.rules.remarks import read_remark
from bot.services import Services
from bot.views import followup_forms, forms
from bot.views.edits import new_lead as new_lead_form
from bot.views.followup_forms import Draft
from bot.views.kit import say
from handlers.edit_actions import blank
from handlers.requests import as_typed

NEW_LEAD = "shortcut.new_lead"
FOLLOW_UP = "shortcut.follow_up"
MAKE_LEAD = "shortcut.make_lead"
WORKS_ON = (
    "This works on a lead's card, on any reply under it, and on my reminders. Here I do not know which lead you mean."
)


def register(app: App) -> None:
    app.shortcut(NEW_LEAD)(new_lead)
    app.shortcut(FOLLOW_UP)(follow_up)
    app.shortcut(MAKE_LEAD)(make_lead)


def new_lead(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=blank(services, body["user"]["id"]))
    ack()


def make_lead(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """What somebody pasted or forwarded, read as an e-mail or a remark would be; the form shows what was understood."""
    text = as_typed(str((body.get("message") or {}).get("text") or ""))
    custom = edits.asked(services, body["user"]["id"])
    client.views_open(trigger_id=body["trigger_id"], view=new_lead_form(custom, read_remark(text).as_values()))
    ack()


def follow_up(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """What does not work is said in a modal: in a channel that the bot is not in, it could say nothing."""
    slack_id, message = body["user"]["id"], body.get("message") or {}
    places = tuple(str(ts) for ts in (body.get("message_ts"), message.get("ts"), message.get("thread_ts")) if ts)
    lead = next_steps.lead_at(services, slack_id, str((body.get("channel") or {}).get("id", "")), places)
    if lead is None:
        view = forms.page("Set a follow-up", say(WORKS_ON))
    else:
        view = followup_forms.follow_up(lead, Draft(followups.suggested_time(services, slack_id)))
    client.views_open(trigger_id=body["trigger_id"], view=view)
    ack()
