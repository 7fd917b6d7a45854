"""The what-if form, and the buttons that ask for a draft's approval and give it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import people
from bot.errors import DibsError, InvalidInputError, Problem
from bot.intake import downloads
from bot.playbook import versions
from bot.services import Services
from bot.views import forms
from bot.views import versions as views
from bot.views import whatif as whatif_views
from handlers.requests import file_in, submitted
from handlers.telling import tell_outcome


def register(app: App) -> None:
    app.view(whatif_views.WHATIF)(whatif)
    app.action(views.ASK)(ask)
    app.action(views.DISCARD)(discard)
    app.action(views.APPROVE)(approve)
    app.action(views.REFUSE)(refuse)


def whatif(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    slack_id, values = body["user"]["id"], submitted(body)
    # Before anything is fetched or read: both cost us something.
    people.require_manager(services, slack_id)
    field, text = text_given(client, body, values)
    days = next((days for days in whatif_views.PERIODS if str(days) == values.get(whatif_views.PERIOD)), None)
    if days is None:
        raise InvalidInputError([Problem(whatif_views.PERIOD, "Choose one of the periods.")])
    number = versions.propose(services, slack_id, text, days=days, key=body["view"]["id"], field=field)
    ack(response_action="update", view=forms.page("What if …", views.working(number)))


def text_given(client: WebClient, body: dict[str, Any], values: dict[str, str]) -> tuple[str, str]:
    """The field that has the playbook, and its text; a file goes first."""
    file = file_in(body, whatif_views.FILE)
    if file is None:
        return whatif_views.TEXT, values.get(whatif_views.TEXT, "")
    try:
        return whatif_views.FILE, downloads.text_of(client, file, most_bytes=versions.MOST_BYTES)
    except DibsError as error:
        raise InvalidInputError([Problem(whatif_views.FILE, str(error))]) from error


def ask(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, versions.ask_for_approval)
    ack()


def discard(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, versions.discard)
    ack()


def approve(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, versions.approve)
    ack()


def refuse(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, versions.refuse)
    ack()
