"""The two buttons below a message of which nobody knows whether it arrived."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.contact import doubts
from bot.contact.doubts import Place
from bot.services import Services
from bot.views import contact as views
from bot.views.kit import say
from handlers.duplicate_actions import place_of
from handlers.requests import press
from handlers.telling import leave_for


def register(app: App) -> None:
    app.action(views.AGAIN)(send_again)
    app.action(views.LEAVE)(leave_it)


def send_again(ack: Ack, body: dict[str, Any], services: Services) -> None:
    decide(body, services, doubts.send_again)
    ack()


def leave_it(ack: Ack, body: dict[str, Any], services: Services) -> None:
    decide(body, services, doubts.leave_it)
    ack()


def decide(body: dict[str, Any], services: Services, use: Callable[[Services, str, int, Place], str]) -> None:
    """The question itself says what was decided; where it cannot be edited, the presser is told."""
    pressed, ts = press(body), place_of(body)
    said = use(services, pressed.slack_id, pressed.number, Place(pressed.channel, ts))
    if not ts:
        leave_for(services, pressed.slack_id, pressed.channel or None, say(said))
