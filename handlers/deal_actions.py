"""The forms about stages and deals, which follow the stage that is chosen; and the buttons below a lead's story."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import deals, gates, pipeline, rebuild, timeline
from bot.errors import InvalidInputError
from bot.services import Services
from bot.views import cards, forms
from bot.views import deals as deal_views
from bot.views import stages as stage_views
from bot.views import timeline as timeline_views
from bot.views.kit import Block
from handlers.requests import as_number, press, submitted

OUT_OF_DATE = ("hash_conflict", "not_found")  # another choice was quicker, or the form is closed


def register(app: App) -> None:
    app.action(cards.STAGE)(open_stage)
    app.action(stage_views.CHOOSE)(choose_stage)
    app.view(stage_views.STAGE)(move)
    app.view(deal_views.DEAL)(save_deal)
    app.action(timeline_views.OLDER)(turn)
    app.action(timeline_views.NEWER)(turn)
    app.action(timeline_views.REPOST)(repost)


def open_stage(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    value = gates.form(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=stage_views.move(value))
    ack()


def choose_stage(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """The open form asks for what the chosen stage needs; what was typed so far stays."""
    view, pressed = body.get("view") or {}, press(body)
    lead_id, opened_at = about(view.get("private_metadata", ""))
    value = gates.form(services, pressed.slack_id, lead_id, pressed.value)
    shown = stage_views.move(gates.filled(value, submitted(body)), opened_at=opened_at)
    show_instead(client, view, shown)
    ack()


def show_instead(client: WebClient, view: dict[str, Any], shown: Block) -> None:
    try:
        client.views_update(view_id=view.get("id"), hash=view.get("hash"), view=shown)
    except SlackApiError as error:
        if error.response["error"] not in OUT_OF_DATE:
            raise


def move(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, given, slack_id = body["view"], submitted(body), body["user"]["id"]
    (lead_id, opened_at), name = about(view["private_metadata"]), given.get("stage", "")
    try:
        pipeline.move_stage(services, slack_id, lead_id, name, given, opened_at=opened_at)
    except InvalidInputError as error:
        shown = {block["block_id"] for block in view["blocks"]}
        if {problem.field for problem in error.problems} <= shown:
            raise
        # Sent before the form had caught up with the stage: it asks now.
        value = gates.filled(gates.form(services, slack_id, lead_id, name), given)
        ack(response_action="update", view=stage_views.move(value, opened_at=opened_at))
    else:
        ack()


def save_deal(ack: Ack, body: dict[str, Any], services: Services) -> None:
    lead_id, seen = about(body["view"]["private_metadata"])
    deals.save(services, body["user"]["id"], lead_id, submitted(body), seen=seen)
    ack()


def about(metadata: str) -> tuple[int, str]:
    """The lead, and the state in which it was when the form opened."""
    number, _, state = metadata.partition(":")
    return as_number(number), state


# --- a lead's story


def turn(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """Another part of the story: in the modal in which it is read, or in one of its own."""
    pressed = press(body)
    number, _, start = pressed.value.partition(":")
    part = timeline.page(services, pressed.slack_id, as_number(number), as_number(start))
    shown = forms.page("Lead", timeline_views.page(part))
    if body.get("view"):
        show_instead(client, body["view"], shown)
    else:
        client.views_open(trigger_id=pressed.trigger_id, view=shown)
    ack()


def repost(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    rebuild.repost(services, pressed.slack_id, pressed.number, key=pressed.key)
    ack()
