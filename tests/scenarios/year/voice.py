"""One replica's line to the simulated Slack: slow, cut, or fine, as the weather has it."""

from collections import Counter
from datetime import timedelta
from typing import Protocol

from bot.outbox import Arrived, Copies, NotSent, Outcome, Refused, RetryAfter, SlackCall, Unknown, Voice
from tests.scenarios.year import weather
from tests.scenarios.year.clock import Agenda, Clock
from tests.scenarios.year.slack import Slack
from tests.scenarios.year.weather import Weather

POST = "chat.postMessage"
READ_TIMEOUT = 10.0
LEASE_LEFT = timedelta(seconds=30)
REFUSALS = {
    weather.LANE_REFUSED: Refused("channel_not_found", "lane"),
    weather.TOKEN_REFUSED: Refused("invalid_auth", "token"),
}


class Listener(Protocol):
    """Whoever judges what is said; asked at the start of the call, which is when Dibs last could know better."""

    def about_to_say(self, call: SlackCall, key: str) -> None: ...
    def unknown(self, key: str, call: SlackCall) -> None: ...
    def refused(self, call: SlackCall) -> None: ...
    def arrives_late(self, key: str) -> None: ...


class Surroundings(Protocol):
    clock: Clock
    agenda: Agenda
    slack: Slack
    weather: Weather
    faults: Counter[str]

    def point(self, name: str) -> None:
        """Here the process may be killed."""

    def wait(self, seconds: float, *, long: bool = False) -> None:
        """Time passes in a call; in a long one others do what they do meanwhile."""


class Line(Voice):
    def __init__(self, around: Surroundings, listener: Listener) -> None:
        self._around = around
        self._listener = listener

    def call(self, call: SlackCall, *, key: str) -> Outcome:
        around = self._around
        if call.method == POST:
            self._listener.about_to_say(call, key)
        around.point("before a call")
        outcome = self._carry_out(call, key, around.weather.fate(around.clock.at))
        around.point("after a call")
        if isinstance(outcome, Unknown) and call.method == POST:
            self._listener.unknown(key, call)
        return outcome

    def _carry_out(self, call: SlackCall, key: str, fate: str) -> Outcome:
        around = self._around
        if fate != weather.CLEAR:
            around.faults[fate] += 1
        if fate in (weather.ANSWER_LOST, weather.REQUEST_LOST, weather.LATE):
            return self._cut(call, key, fate)
        refusal = self._refusal(call, fate)
        if refusal is not None:
            return refusal
        began = around.clock.at
        around.wait(9.0 if fate == weather.SLOW else around.weather.latency(), long=fate == weather.SLOW)
        if around.clock.at - began > LEASE_LEFT:  # what others did meanwhile took its time as well
            self._listener.arrives_late(key)
        outcome = around.slack.carry_out(call, key, around.clock.at)
        if fate == weather.ERROR_AFTER and isinstance(outcome, Arrived):
            return Unknown("internal_error", answered=True)
        return outcome

    def _refusal(self, call: SlackCall, fate: str) -> Outcome | None:
        """An answer without the deed."""
        match fate:
            case weather.LIMITED:
                return RetryAfter(self._around.weather.pause())
            case weather.NEVER_LEFT:
                return NotSent("ConnectionRefusedError")
            case weather.LANE_REFUSED | weather.TOKEN_REFUSED:
                self._listener.refused(call)
                return REFUSALS[fate]
            case weather.ROW_REFUSED if call.method == POST and call.arguments.get("blocks"):
                return Refused("invalid_blocks")
            case weather.ERROR_BEFORE:
                return Unknown("internal_error", answered=True)
        return None

    def _cut(self, call: SlackCall, key: str, fate: str) -> Outcome:
        """Nobody hears what became of it, and it takes the whole timeout to notice."""
        around = self._around
        if fate == weather.ANSWER_LOST:
            around.slack.carry_out(call, key, around.clock.at)
        if fate == weather.LATE:
            self._listener.arrives_late(key)
            arrives = around.clock.at + timedelta(seconds=READ_TIMEOUT + around.weather.lateness())
            around.agenda.add(arrives, lambda: void(around.slack.carry_out(call, key, around.clock.at)))
        around.wait(READ_TIMEOUT, long=True)
        return Unknown("TimeoutError")

    def copies(self, *, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Copies | Outcome:
        around = self._around
        around.point("before a look into history")
        around.wait(around.weather.latency())
        match around.weather.spell_at(around.clock.at):
            case "outage":
                return NotSent("ConnectionRefusedError")
            case "storm" if around.weather.fate(around.clock.at) == weather.LIMITED:
                return RetryAfter(around.weather.pause())
        return around.slack.copies(channel, thread_ts, since_ts, key)


def void(_: object) -> None:
    """For callers that want no answer."""
