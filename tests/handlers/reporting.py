"""Kinds of report for tests: one that is slow on purpose, one that fails, and a small one that always says the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event

from slack_sdk import WebClient

from bot.reports.kinds import Asked, ReportKind
from bot.rules.reports.report import Figure, Report, Row, Table
from handlers.bolt import slack_app
from tests.handlers.desk import Desk

LONGEST_SECONDS = 20  # that anything in a test may be held up


def leads(asked: Asked) -> Report:
    """One lead, for whoever asks."""
    table = Table(("Team", "Leads"), (Row(("smb", Figure(1, "count")), behind="smb"),))
    period = asked.question.period.name
    return Report("leads", f"Leads, {period}", ("There is one lead.",), table, as_of=asked.question.as_of)


def failing(_asked: Asked) -> Report:
    raise ZeroDivisionError


PLAIN = ReportKind(
    "leads", "how many there are", "leads last month", leads, lambda _asked, _key: [1, 2], by=("team", "source"),
)  # fmt: skip
OF_TEAMS = replace(PLAIN, name="teams", for_reps="team", behind=None)
OF_MANAGERS = replace(PLAIN, name="secret", for_reps="none")
BROKEN = replace(PLAIN, name="broken", build=failing)


@dataclass
class Slow:
    """A report that takes until it is let go."""

    let_go: Event = field(default_factory=Event)
    begun: Event = field(default_factory=Event)
    fails: bool = False

    def build(self, asked: Asked) -> Report:
        self.begun.set()
        assert self.let_go.wait(LONGEST_SECONDS)
        return failing(asked) if self.fails else leads(asked)

    @property
    def kind(self) -> ReportKind:
        return replace(PLAIN, name="slow", build=self.build)


@contextmanager
def reporting(office: Desk, *kinds: ReportKind) -> Iterator[Desk]:
    """The same office with these kinds of report."""
    client = WebClient(office.sandbox.bot_token, base_url=office.sandbox.api_url, timeout=5, retry_handlers=[])
    bolt = slack_app(office.services, client, signing_secret=office.sandbox.signing_secret, reports=kinds)
    try:
        yield Desk(office.services, bolt, office.sandbox, office.numbers)
    finally:
        bolt.listener_runner.listener_executor.shutdown()
