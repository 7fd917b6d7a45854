"""The names that somebody who asks may say, and when it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.errors import DibsError
from bot.rules.calendar import at_local


class QuestionError(DibsError):
    """Words that ask for nothing known; the message says which, and what was probably meant."""


class Kind(Protocol):
    """What reading has to know of a report."""

    @property
    def name(self) -> str: ...
    @property
    def example(self) -> str: ...
    @property
    def usual_period(self) -> str: ...
    @property
    def by(self) -> tuple[str, ...]: ...
    @property
    def options(self) -> tuple[tuple[str, tuple[str, ...]], ...]: ...
    @property
    def filters(self) -> tuple[str, ...]: ...
    @property
    def is_of_now(self) -> bool: ...


@dataclass(frozen=True)
class Known:
    """When it is, and the names that somebody may say."""

    kinds: tuple[Kind, ...]
    now: datetime
    zone: str  # the playbook's
    teams: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)  # names by Slack id
    me: str = ""
    unsaid: frozenset[str] = frozenset()  # teams and people that are understood, so that no is said, but not suggested

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def kind(self, name: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.name == name.casefold()), None)

    def midnight(self, day: date) -> datetime:
        """When the day begins, in UTC."""
        return at_local(day, time(0), self.zone)
