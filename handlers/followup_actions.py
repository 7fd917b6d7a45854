"""Buttons, menus and forms about follow-ups: on cards, on reminders, on the Home tab."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import followups, leads, neglect
from bot.errors import DibsError, InvalidInputError, Problem
from bot.followups import Outcome
from bot.services import Services
from bot.views import cards, followup_forms, forms, reminders
from bot.views import leads as lead_views
from bot.views.followup_forms import BY_STAGE, PICKED, Draft
from handlers.requests import as_number, press, submitted
from handlers.subcommands import known_person


def register(app: App) -> None:
    app.action(cards.FOLLOW_UP)(open_follow_up)
    app.action(reminders.DONE)(open_done)
    app.action(reminders.SNOOZE)(snooze)
    app.action(reminders.OPEN)(open_lead)
    app.action(reminders.MORE)(more)
    app.action(reminders.UNDO)(undo)
    app.action(reminders.TAKE_OVER)(take_over)
    app.view(followup_forms.FOLLOW_UP)(follow_up)
    app.view(followup_forms.DONE)(done)
    app.view(followup_forms.SNOOZE)(snooze_to)
    app.view(followup_forms.REASSIGN)(reassign)


# --- pressed


def open_follow_up(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    lead = leads.lead_for_action(services, pressed.slack_id, "follow_up", pressed.number)
    draft = Draft(followups.suggested_time(services, pressed.slack_id))
    client.views_open(trigger_id=pressed.trigger_id, view=followup_forms.follow_up(lead, draft))
    ack()


def open_done(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    due, cadence = followups.readable(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=followup_forms.done(due, cadence=cadence))
    ack()


def snooze(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    until, _, number = pressed.value.partition(":")
    if until == reminders.CUSTOM:
        due, _ = followups.readable(services, pressed.slack_id, as_number(number))
        suggested = followups.suggested_time(services, pressed.slack_id)
        client.views_open(trigger_id=pressed.trigger_id, view=followup_forms.snooze(due, suggested))
    else:
        followups.snooze(services, pressed.slack_id, as_number(number), until)
    ack()


def open_lead(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    lead_id = followups.lead_of(services, pressed.slack_id, pressed.number)
    shown = lead_views.details(leads.details(services, pressed.slack_id, lead_id))
    client.views_open(trigger_id=pressed.trigger_id, view=forms.page("Lead", shown))
    ack()


def more(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    what, _, number = pressed.value.partition(":")
    if what == reminders.REASSIGN:
        due, _ = followups.readable(services, pressed.slack_id, as_number(number))
        client.views_open(trigger_id=pressed.trigger_id, view=followup_forms.reassign(due))
    else:
        followups.not_needed(services, pressed.slack_id, as_number(number))
    ack()


def undo(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    followups.undo(services, pressed.slack_id, pressed.number)
    ack()


def take_over(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    neglect.take_over(services, pressed.slack_id, pressed.number)
    ack()


# --- sent


def follow_up(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, values, slack_id = body["view"], submitted(body), body["user"]["id"]
    due_at = moment_asked_for(services, slack_id, values)
    lead_id = as_number(view["private_metadata"])
    what, kind = values.get("what", ""), values.get("kind", "task")
    followups.set_follow_up(services, slack_id, lead_id, due_at, what, kind=kind, key=view["id"])
    ack()


def moment_asked_for(services: Services, slack_id: str, values: dict[str, str]) -> datetime:
    """The reading that was chosen where words had two; else a quick choice or the pickers."""
    chosen = values.get("choice", PICKED)
    if chosen != PICKED:
        return read_moment(chosen)
    moment = followups.chosen_moment(services, slack_id, values.get("quick", ""), *day_and_time(values))
    if moment is None:
        raise InvalidInputError([Problem("quick", "Choose when.")])
    return moment


def read_moment(written: str) -> datetime:
    """A moment as our own form wrote it; it comes back from outside."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInputError([Problem("choice", "Choose one.")]) from error
    if moment.tzinfo is None:
        raise InvalidInputError([Problem("choice", "Choose one.")])
    return moment


def day_and_time(values: dict[str, str]) -> tuple[str, str]:
    return values.get("date", ""), values.get("time", "")


def done(ack: Ack, body: dict[str, Any], services: Services) -> None:
    view, values, slack_id = body["view"], submitted(body), body["user"]["id"]
    quick = values.get("quick", "")
    next_at = followups.chosen_moment(services, slack_id, quick or followup_forms.NO_NEXT, *day_and_time(values))
    how = Outcome(
        values.get("went", ""), values.get("note", ""), next_at, values.get("what", ""), by_stage=quick == BY_STAGE
    )
    followups.done(services, slack_id, as_number(view["private_metadata"]), how, key=view["id"])
    ack()


def snooze_to(ack: Ack, body: dict[str, Any], services: Services) -> None:
    slack_id = body["user"]["id"]
    moment = followups.local_moment(services, slack_id, *day_and_time(submitted(body)))
    followups.snooze_to(services, slack_id, as_number(body["view"]["private_metadata"]), moment)
    ack()


def reassign(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    chosen = submitted(body).get("person", "")
    if not chosen:
        raise DibsError("Choose who does it.")
    follow_up_id = as_number(body["view"]["private_metadata"])
    followups.lead_of(services, body["user"]["id"], follow_up_id)  # before Slack is asked about anybody
    followups.lend(services, body["user"]["id"], follow_up_id, known_person(client, chosen))
    ack()
