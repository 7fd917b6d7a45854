"""Buttons and forms about people: a newcomer is added or not, a leaver's leads are handed over."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import handover, people
from bot.errors import DibsError
from bot.services import Services
from bot.views import handover as views
from bot.views.kit import say
from handlers.requests import Press, as_number, press, submitted
from handlers.subcommands import known_person
from handlers.telling import leave_for

PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")


def register(app: App) -> None:
    app.action(views.ADD)(add)
    app.action(views.NOT_NOW)(not_now)
    app.view(views.HAND_OVER)(hand_over)


def add(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    team, slack_id = who_and_where(services, pressed)
    said = people.add_to_team(services, pressed.slack_id, team, known_person(client, slack_id))
    leave_for(services, pressed.slack_id, None, say(said))
    ack()


def not_now(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    team, slack_id = who_and_where(services, pressed)
    name = known_person(client, slack_id).name
    leave_for(services, pressed.slack_id, None, say(f"All right. Later, it is /team add {team} @{name}"))
    ack()


def who_and_where(services: Services, pressed: Press) -> tuple[str, str]:
    """The team's name and the person's id, if the presser may decide; Slack is asked nothing before that."""
    number, _, slack_id = pressed.value.partition(":")
    team = people.team_to_fill(services, pressed.slack_id, as_number(number))
    if not PERSON.fullmatch(slack_id):
        raise DibsError("This button is not one I know any more. /team add does the same.")
    return team, slack_id


def hand_over(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, to = body["view"], submitted(body).get("to", "")
    rep_id = as_number(view["private_metadata"])
    receiver = to if to == views.IN_TURN else str(as_number(to))
    handover.hand_over(services, body["user"]["id"], rep_id, receiver, key=view["id"])
    ack()
