"""/report schedule, schedules, unschedule, alert and alerts: what comes by itself."""

import re

from bot import directory
from bot.errors import DibsError
from bot.people import require_manager
from bot.reports import alerts, schedules
from bot.rules.reports.alert_words import EXAMPLES as ALERTS
from bot.rules.reports.schedules import EXAMPLES, parted
from bot.views import report_alerts as alert_views
from bot.views import report_schedules as views
from bot.views.kit import Message, say
from handlers.requests import as_number, as_typed
from handlers.subcommands import CHANNEL, PERSON, Request, Subcommand
from store.models import ReportSchedule

_TO_ME = re.compile(r"\b(?:to|in)?\s*(?:\bme)?\s*$", re.IGNORECASE)


def schedule(request: Request) -> Message:
    words, rhythm = parted(without_place(request.raw))
    channel = channel_named(request)
    return say(schedules.schedule(request.services, request.slack_id, words, rhythm, channel))


def without_place(raw: str) -> str:
    """As it was typed, but people by their ids, for two may have one name; and without where it is to come."""
    typed = as_typed(re.sub(PERSON, r"@\1", CHANNEL.sub(" ", raw))).strip()
    return _TO_ME.sub("", typed).strip()


def channel_named(request: Request) -> str:
    """The channel that is mentioned, if the actor may have something come there and the bot is in it."""
    channel = next(iter(request.channels), "")
    if channel:
        require_manager(request.services, request.slack_id)
        if not directory.is_in_channel(request.client, channel, among_us=True):
            raise DibsError(directory.NOT_THERE)
    return channel


def list_schedules(request: Request) -> Message:
    return views.listed(schedules.lines(request.services, request.slack_id), request.services.now())


def unschedule(request: Request) -> Message:
    return say(schedules.remove(request.services, request.slack_id, number_in(request.words), ReportSchedule))


def alert(request: Request) -> Message:
    words = without_place(request.raw)
    return say(alerts.alert(request.services, request.slack_id, words, channel_named(request)))


def list_alerts(request: Request) -> Message:
    return alert_views.listed(alerts.lines(request.services, request.slack_id))


def number_in(words: str) -> int:
    try:
        return as_number(words.strip().removeprefix("#"))
    except DibsError:
        raise DibsError("Say which, by its number in the list.") from None


TIMED = (
    Subcommand("schedule", "schedule <report> every monday 9:00 [#channel]",
               f"let it come by itself: {EXAMPLES}", "schedule weekly every monday 9:00", schedule),
    Subcommand("schedules", "schedules", "what comes by itself, to mute or remove", "schedules", list_schedules),
    Subcommand("unschedule", "unschedule <number>", "remove one of them", "unschedule 3", unschedule),
    Subcommand("alert", "alert unclaimed 45 [#channel]", f"managers: hear when a figure crosses its line: {ALERTS}",
               "alert unclaimed 45", alert),
    Subcommand("alerts", "alerts", "the alerts there are, to mute or remove", "alerts", list_alerts),
)  # fmt: skip
