"""Buttons and the form of what comes by itself: schedule a report, mute, hear again and remove."""

from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import directory, people
from bot.errors import DibsError, InvalidInputError, NotAllowedError, Problem
from bot.reports import schedules
from bot.rules.reports.schedules import Rhythm, clock_of
from bot.services import Services
from bot.views import kit, report
from bot.views import report_alerts as alert_views
from bot.views import report_schedules as views
from handlers.requests import press, submitted
from handlers.telling import leave_for, tell_outcome
from store.models import ReportAlert, ReportSchedule

Use = Callable[[Services, str, int], str]


def register(app: App) -> None:
    app.action(report.SCHEDULE)(open_schedule)
    app.view(views.SCHEDULE)(schedule)
    app.action(views.MUTE_WEEK)(mute_week)
    app.action(views.MUTE)(mute)
    app.action(views.UNMUTE)(unmute)
    app.action(views.REMOVE)(remove)
    app.action(alert_views.MUTE_WEEK)(mute_alert_week)
    app.action(alert_views.MUTE)(mute_alert)
    app.action(alert_views.UNMUTE)(unmute_alert)
    app.action(alert_views.REMOVE)(remove_alert)


def open_schedule(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    words, to_channels = schedules.draft(services, pressed.slack_id, pressed.value)
    view = views.form(words, to_channels=to_channels, about=pressed.channel)
    client.views_open(trigger_id=pressed.trigger_id, view=view)
    ack()


def schedule(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    slack_id, values = body["user"]["id"], submitted(body)
    channel = values.get(views.CHANNEL, "")
    if channel:
        people.require_manager(services, slack_id)
        if not directory.is_in_channel(client, channel, among_us=True):
            raise InvalidInputError([Problem(views.CHANNEL, directory.NOT_THERE)])
    try:
        said = schedules.schedule(services, slack_id, values.get(views.WORDS, ""), rhythm_in(values), channel)
    except (NotAllowedError, InvalidInputError):
        raise
    except DibsError as error:
        raise InvalidInputError([Problem(views.WORDS, str(error))]) from error
    leave_for(services, slack_id, body["view"]["private_metadata"] or None, kit.say(said))
    ack()


def rhythm_in(values: dict[str, str]) -> Rhythm:
    """What was chosen; forms come back from outside, so even our own values are checked."""
    chosen, at = values.get(views.EVERY, ""), clock_of(values.get(views.TIME, ""))
    if chosen not in dict(views.RHYTHMS):
        raise InvalidInputError([Problem(views.EVERY, "Choose one of these.")])
    if at is None:
        raise InvalidInputError([Problem(views.TIME, "Choose a time of day.")])
    return views.rhythm_of(chosen, at)


def mute_week(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.mute, kind=ReportSchedule))


def mute(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.mute, kind=ReportSchedule, for_good=True))


def unmute(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.unmute, kind=ReportSchedule))


def remove(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.remove, kind=ReportSchedule))


def mute_alert_week(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.mute, kind=ReportAlert))


def mute_alert(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.mute, kind=ReportAlert, for_good=True))


def unmute_alert(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.unmute, kind=ReportAlert))


def remove_alert(ack: Ack, body: dict[str, Any], services: Services) -> None:
    answer(ack, body, services, partial(schedules.remove, kind=ReportAlert))


def answer(ack: Ack, body: dict[str, Any], services: Services, use: Use) -> None:
    tell_outcome(body, services, use)
    ack()
