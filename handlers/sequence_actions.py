"""What is pressed about sequences: the lead's form, a step's form, and the answers to a question."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.errors import DibsError, InvalidInputError, Problem
from bot.sequences import commanding, editing, enrolling_many, experiments
from bot.services import Services
from bot.views import forms, sequence_forms, sequence_lead, sequence_many, sequence_stats, sequences
from bot.views.kit import Block, Message, say
from handlers.deal_actions import show_instead
from handlers.report_answers import asker_of, say_at
from handlers.requests import as_number, open_over, press, submitted
from handlers.telling import leave_for

OLD = "This button is from an older version. /sequence list has the current ones."


def register(app: App) -> None:
    app.action(sequence_lead.OPEN)(open_standing)
    app.action(sequence_lead.PAUSE)(pause)
    app.action(sequence_lead.RESUME)(resume)
    app.action(sequence_lead.STOP)(stop)
    app.view(sequence_lead.FORM)(enrol)
    app.action(sequences.EDIT)(open_step)
    app.view(sequence_forms.EDIT_FORM)(save_step)
    app.action(sequence_many.YES)(enrol_many)
    app.action(sequence_many.NO)(enrol_nobody)
    app.action(sequence_stats.TAKE)(take_text)


# --- one lead


def opened(services: Services, slack_id: str, lead_id: int) -> Block:
    """From the card's menu."""
    return sequence_lead.standing(commanding.standing(services, slack_id, lead_id))


def open_standing(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    open_over(body, client, opened(services, pressed.slack_id, pressed.number))
    ack()


def pause(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    change(body, client, services, commanding.pause)
    ack()


def resume(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    change(body, client, services, commanding.resume)
    ack()


def stop(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    change(body, client, services, commanding.stop)
    ack()


def change(
    body: dict[str, Any], client: WebClient, services: Services, do: Callable[[Services, str, int, str], str]
) -> None:
    """Do it, and show in the open form how it stands then."""
    pressed = press(body)
    number, _, name = pressed.value.partition(":")
    do(services, pressed.slack_id, as_number(number), name)
    if body.get("view"):
        show_instead(client, body["view"], opened(services, pressed.slack_id, as_number(number)))


def enrol(ack: Ack, body: dict[str, Any], services: Services) -> None:
    given, lead_id = submitted(body), as_number(body["view"]["private_metadata"])
    try:
        commanding.enrol(services, body["user"]["id"], lead_id, given.get(sequence_lead.NAME, ""))
    except DibsError as error:
        raise InvalidInputError([Problem(sequence_lead.NAME, str(error))]) from error
    ack(response_action="update", view=opened(services, body["user"]["id"], lead_id))


# --- one step


def open_step(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    view = sequence_forms.edit_step(editing.form(services, pressed.slack_id, pressed.value))
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def save_step(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view = body["view"]
    number = editing.save(services, body["user"]["id"], view["private_metadata"], submitted(body), key=view["id"])
    ack(response_action="update", view=forms.page("Edit a step", sequence_forms.proposed(number)))


# --- many leads, and texts that are compared


def enrol_many(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    # The question is answered once, however often it is pressed: by its own place, not by the press.
    ts = (body.get("container") or {}).get("message_ts") or pressed.key
    key = f"{pressed.slack_id}:{pressed.channel}:{ts}"
    said = enrolling_many.confirm(services, pressed.slack_id, pressed.value, key=key)
    answer(body, client, services, said)
    ack()


def enrol_nobody(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    answer(body, client, services, sequence_many.called_off())
    ack()


def take_text(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    name, _, rest = pressed.value.partition("|")
    place, _, number = rest.partition("|")
    said = experiments.stop(services, pressed.slack_id, name, as_number(place), as_number(number))
    answer(body, client, services, say(said))
    ack()


def answer(body: dict[str, Any], client: WebClient, services: Services, said: Message) -> None:
    """In place of the question, where Slack still takes that; else as a message of its own."""
    asker, pressed = asker_of(body, client), press(body)
    if not (asker.url and say_at(asker, said)):
        leave_for(services, pressed.slack_id, pressed.channel or None, said)
