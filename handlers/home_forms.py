"""The forms that the App Home opens: settings, being away, a follow-up for any lead; and which leads there are."""

from typing import Any

from slack_bolt import Ack, App

from bot import followups, homes, preferences
from bot.preferences import Wanted
from bot.services import Services
from bot.views import home_forms
from bot.views import preferences as views
from handlers.followup_actions import moment_asked_for
from handlers.requests import as_number, submitted


def register(app: App) -> None:
    app.view(views.SETTINGS)(save_settings)
    app.view(views.AWAY)(go_away)
    app.view(home_forms.FOLLOW_UP)(follow_up)
    app.options(home_forms.PICK)(leads_to_choose)


def save_settings(ack: Ack, body: dict[str, Any], services: Services) -> None:
    values = submitted(body)
    fields = {name: values.get(name, "") for name in (
        "starts", "ends", "holidays", "digest", "digest_at", "muted", "away", "cover", "language",
    )}  # fmt: skip
    preferences.save(services, body["user"]["id"], Wanted(days=ticked(body, "days"), **fields))
    ack()


def ticked(body: dict[str, Any], name: str) -> tuple[str, ...]:
    """The values of the boxes that are ticked."""
    inputs: dict[str, Any] = body["view"]["state"]["values"].get(name) or {}
    entry: dict[str, Any] = next(iter(inputs.values()), {})
    chosen = entry.get("selected_options") or []
    return tuple(str(option.get("value", "")) for option in chosen)


def go_away(ack: Ack, body: dict[str, Any], services: Services) -> None:
    values = submitted(body)
    preferences.go_away(services, body["user"]["id"], values.get("away", ""), values.get("cover", ""))
    ack()


def follow_up(ack: Ack, body: dict[str, Any], services: Services) -> None:
    values, slack_id = submitted(body), body["user"]["id"]
    due_at, lead_id = moment_asked_for(services, slack_id, values), as_number(values.get("lead", ""))
    what, kind = values.get("what", ""), values.get("kind", "task")
    followups.set_follow_up(services, slack_id, lead_id, due_at, what, kind=kind, key=body["view"]["id"])
    ack()


def leads_to_choose(ack: Ack, body: dict[str, Any], services: Services) -> None:
    found = homes.leads_to_choose(services, body["user"]["id"], str(body.get("value") or ""))
    ack(options=home_forms.choices(found))
