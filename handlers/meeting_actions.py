"""Buttons and forms about meetings: how it went, cancelling, and the rep's own booking page."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.meetings import changing, commanding, outcomes, stranded
from bot.services import Services
from bot.views import meetings as views
from bot.views import meetings_left as left
from handlers.requests import as_number, press, submitted


def register(app: App) -> None:
    app.action(views.HELD)(held)
    app.action(views.NO_SHOW)(no_show)
    app.action(views.CANCEL)(open_cancel)
    app.view(views.CANCEL_FORM)(cancel)
    app.action(left.TAKE)(take)
    app.action(left.ASK)(ask)
    app.action(left.LEAVE)(leave)
    app.action(views.PLACE)(open_place)
    app.view(views.PLACE_FORM)(set_place)
    app.action(views.SWITCH)(switch)
    app.action(views.CHANGE)(open_page)
    app.view(views.PAGE_FORM)(save_page)
    app.action(views.RENEW)(open_renew)
    app.view(views.RENEW_FORM)(renew)


def held(ack: Ack, body: dict[str, Any], services: Services) -> None:
    say_how(body, services, came=True)
    ack()


def no_show(ack: Ack, body: dict[str, Any], services: Services) -> None:
    say_how(body, services, came=False)
    ack()


def say_how(body: dict[str, Any], services: Services, *, came: bool) -> None:
    pressed = press(body)
    ts = str((body.get("message") or body.get("container") or {}).get("ts") or "")
    outcomes.tell(services, pressed.slack_id, pressed.number, came=came, channel=pressed.channel, ts=ts)


def open_cancel(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    meeting, guest, is_written = changing.for_rep(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=views.cancel(meeting, guest, is_written=is_written))
    ack()


def open_place(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    meeting, guest, is_written = changing.for_rep(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=views.where(meeting, guest, is_written=is_written))
    ack()


def set_place(ack: Ack, body: dict[str, Any], services: Services) -> None:
    number, place = as_number(body["view"]["private_metadata"]), submitted(body).get("place", "")
    changing.set_place(services, body["user"]["id"], number, place)
    ack()


def cancel(ack: Ack, body: dict[str, Any], services: Services) -> None:
    number, why = as_number(body["view"]["private_metadata"]), submitted(body).get("why", "")
    changing.cancel_for_rep(services, body["user"]["id"], number, why)
    ack()


def take(ack: Ack, body: dict[str, Any], services: Services) -> None:
    decide(body, services, stranded.take_over)
    ack()


def ask(ack: Ack, body: dict[str, Any], services: Services) -> None:
    decide(body, services, stranded.ask_for_another)
    ack()


def leave(ack: Ack, body: dict[str, Any], services: Services) -> None:
    decide(body, services, stranded.leave_it)
    ack()


def decide(body: dict[str, Any], services: Services, act: Callable[[Services, str, int], None]) -> None:
    """Of one of the meetings of a message; then that says so."""
    pressed = press(body)
    number, _, others = pressed.value.partition("|")
    listed = [as_number(one) for one in others.split(",")][: stranded.IN_ONE]
    ts = str((body.get("message") or body.get("container") or {}).get("ts") or "")
    try:
        act(services, pressed.slack_id, as_number(number))
    finally:  # also when somebody else was quicker
        stranded.correct(services, pressed.slack_id, listed, channel=pressed.channel, ts=ts)


def switch(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    commanding.switch(services, pressed.slack_id, is_open=pressed.value == "open", channel=pressed.channel)
    ack()


def open_page(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    view = views.form(commanding.own(services, pressed.slack_id))
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def save_page(ack: Ack, body: dict[str, Any], services: Services) -> None:
    values = submitted(body)
    commanding.save(services, body["user"]["id"], values.get("place", ""), values.get("calendar_url", ""))
    ack()


def open_renew(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    commanding.own(services, pressed.slack_id)  # whoever has no page is told so at once
    client.views_open(trigger_id=pressed.trigger_id, view=views.renew())
    ack()


def renew(ack: Ack, body: dict[str, Any], services: Services) -> None:
    commanding.renew(services, body["user"]["id"], submitted(body).get("which", ""))
    ack()
