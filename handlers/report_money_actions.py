"""Buttons and the form about spend and goals: taken back, ended, and written down from a file."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import DibsError, InvalidInputError, Problem
from bot.importing.drafts import is_import
from bot.intake import downloads
from bot.reports import goal_setting, spending
from bot.services import Services
from bot.views import forms
from bot.views import goals as goal_views
from bot.views import spend as views
from handlers.requests import file_in, press
from handlers.telling import leave_for, tell_outcome

FILE_ID = re.compile(r"F[A-Z0-9]{2,30}")
GONE = "This file is not there any more. Drop it again, or give it with /report spend file."


def register(app: App) -> None:
    app.action(views.UNDO)(undo)
    app.action(views.UNDO_FILE)(undo_file)
    app.action(views.TAKE)(take)
    app.action(views.OPEN_FILE)(open_file)
    app.view(views.SPEND_FILE)(new_file)
    app.action(goal_views.END)(end)


def undo(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, spending.withdraw)
    ack()


def undo_file(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, spending.withdraw_file)
    ack()


def end(ack: Ack, body: dict[str, Any], services: Services) -> None:
    tell_outcome(body, services, goal_setting.end)
    ack()


def open_file(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    spending.require_spend(services, pressed.slack_id)
    client.views_open(trigger_id=pressed.trigger_id, view=views.new_file())
    ack()


def take(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    """A file that was dropped: it is fetched anew, for what the button names is only a number."""
    pressed = press(body)
    spending.require_spend(services, pressed.slack_id)
    file = file_of(client, pressed.value, pressed.slack_id)
    said = spending.take_file(services, pressed.slack_id, str(file["name"]), content_of(client, file))
    leave_for(services, pressed.slack_id, pressed.channel or None, said)
    ack()


def file_of(client: WebClient, file_id: str, slack_id: str) -> dict[str, Any]:
    """Raises:
    DibsError: there is no such file, or somebody else gave it.
    """
    if not FILE_ID.fullmatch(file_id):
        raise DibsError(GONE)
    try:
        file: dict[str, Any] = client.files_info(file=file_id)["file"]
    except SlackApiError as error:
        raise DibsError(GONE) from error
    if file.get("user") != slack_id:
        raise DibsError("Only whoever gave this file can have it written down.")
    return file


def content_of(client: WebClient, file: dict[str, Any]) -> bytes:
    return downloads.bytes_of(client, file, most_bytes=spending.MOST_BYTES)


def new_file(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    slack_id = str(body["user"]["id"])
    spending.require_spend(services, slack_id)
    file = file_in(body, views.FILE)
    if file is None or not is_import(str(file.get("name"))):
        raise InvalidInputError([Problem(views.FILE, "Choose a .csv, .tsv, .txt or .xlsx file.")])
    said = spending.take_file(services, slack_id, str(file["name"]), content_of(client, file))
    ack(response_action="update", view=forms.page("Spend", said))
