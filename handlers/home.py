"""The App Home: opened, its tabs and filters used, its quick actions pressed; the outbox publishes what is seen."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import followups, homes, preferences
from bot.services import Services
from bot.views import home, home_forms, home_leads, home_team
from bot.views import preferences as preference_views
from handlers.requests import press


def register(app: App) -> None:
    app.event("app_home_opened")(opened)
    for tab in (home.DAY, home.LEADS, home.TEAM, home.SETTINGS):
        app.action(tab)(show_tab)
    app.action(home_team.WHICH_TEAM)(show_team)
    app.action(home_leads.STAGE)(filter_leads)
    app.action(home_leads.SEARCH)(search_leads)
    app.action(home_leads.CLEAR)(show_all_leads)
    app.action(home.FOLLOW_UP)(open_follow_up)
    app.action(home.AWAY)(open_away)
    app.action(home.MUTE)(mute)
    app.action(home.UNMUTE)(unmute)
    app.action(preference_views.EDIT)(open_settings)


def opened(event: dict[str, Any], services: Services) -> None:
    if event.get("tab", "home") == "home":
        homes.opened(services, event["user"])


def show_tab(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    homes.show(services, pressed.slack_id, pressed.value)
    ack()


def show_team(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    homes.show_team(services, pressed.slack_id, pressed.number)
    ack()


def filter_leads(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    homes.filter_leads(services, pressed.slack_id, pressed.value)
    ack()


def search_leads(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    homes.search_leads(services, pressed.slack_id, pressed.value)
    ack()


def show_all_leads(ack: Ack, body: dict[str, Any], services: Services) -> None:
    homes.show_all_leads(services, press(body).slack_id)
    ack()


def open_follow_up(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    suggested = followups.suggested_time(services, pressed.slack_id)
    client.views_open(trigger_id=pressed.trigger_id, view=home_forms.any_follow_up(suggested))
    ack()


def open_away(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    view = preference_views.away(*preferences.settings(services, pressed.slack_id))
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def mute(ack: Ack, body: dict[str, Any], services: Services) -> None:
    preferences.mute_today(services, press(body).slack_id)
    ack()


def unmute(ack: Ack, body: dict[str, Any], services: Services) -> None:
    preferences.mute(services, press(body).slack_id, "off")
    ack()


def open_settings(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    view = preference_views.edit(*preferences.settings(services, pressed.slack_id))
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()
