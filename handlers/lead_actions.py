"""Buttons and menus on cards, and on what is said about leads."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import claims, decisions, leads, people
from bot.errors import DibsError
from bot.services import Services
from bot.views import cards, forms, home, responses
from bot.views import leads as lead_views
from bot.views.announcements import BACK
from bot.views.kit import Block
from bot.views.why import why as why_view
from handlers.edit_actions import blank, opened
from handlers.qualify_actions import not_now
from handlers.requests import as_number, open_over, press
from handlers.sequence_actions import opened as sequences_of


def register(app: App) -> None:
    """Order matters: the last one answers presses on buttons of older versions."""
    app.action(cards.CLAIM)(claim)
    app.action(cards.PASS)(open_pass)
    app.action(cards.NOTE)(open_note)
    app.action(cards.MORE)(more)
    app.action(cards.WHY)(open_why)
    app.action(responses.OPEN)(open_waiting)
    app.action(home.NEW_LEAD)(open_new_lead)
    app.action(BACK)(back)
    app.action(re.compile(".*"))(forgotten)


def claim(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    claims.claim(services, pressed.slack_id, pressed.number, key=pressed.key, channel=pressed.channel)
    ack()


def open_pass(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    lead = claims.lead_to_pass(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=forms.pass_on(lead, services.playbook.pass_reasons))
    ack()


def open_note(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    lead = leads.lead_for_action(services, pressed.slack_id, "note", pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=forms.note(lead))
    ack()


def more(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    what, _, number = pressed.value.partition(":")
    view = MORE.get(what, show)(services, pressed.slack_id, as_number(number))
    if view is not None:
        client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def open_why(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    open_over(body, client, why(services, pressed.slack_id, pressed.number))
    ack()


def release(services: Services, slack_id: str, lead_id: int) -> None:
    claims.release(services, slack_id, lead_id)


def why(services: Services, slack_id: str, lead_id: int) -> Block:
    return forms.page("Why this rep?", why_view(decisions.why(services, slack_id, lead_id)))


def show(services: Services, slack_id: str, lead_id: int) -> Block:
    return forms.page("Lead", lead_views.details(leads.details(services, slack_id, lead_id)))


# What a choice in a card's menu does; with a view in return it opens that.
MORE: dict[str, Callable[[Services, str, int], Block | None]] = {
    "show": show, "why": why, "edit": opened, "release": release, "forgo": not_now,
    "sequence": sequences_of,
}  # fmt: skip


def open_waiting(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    client.views_open(trigger_id=pressed.trigger_id, view=show(services, pressed.slack_id, pressed.number))
    ack()


def open_new_lead(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    client.views_open(trigger_id=pressed.trigger_id, view=blank(services, pressed.slack_id))
    ack()


def back(ack: Ack, body: dict[str, Any], services: Services) -> None:
    people.come_back(services, press(body).slack_id)
    ack()


def forgotten() -> None:
    raise DibsError("This button is from an older version. /lead show #number has the current ones.")
