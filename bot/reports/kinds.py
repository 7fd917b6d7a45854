"""What a kind of report is, and what it is made from when somebody asks; bot/reports/table.py lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.playbook import versions
from bot.playbook.playbook import Playbook
from bot.rules.asking.question import Question
from bot.rules.policy import Actor
from bot.rules.reports.report import Report
from bot.services import Services
from store.reporting.scope import Scope
from store.unit_of_work import UnitOfWork

LONGEST_NUMBER = 9  # digits; what is longer fits no column


def number_of(key: str) -> int:
    """The number in a row's key; -1, which nothing has, for whatever else came back from outside."""
    return int(key) if key.isascii() and key.isdigit() and len(key) <= LONGEST_NUMBER else -1


@dataclass(frozen=True)
class Asked:
    """Everything that a report is made from. It runs inside one transaction that only reads."""

    services: Services
    uow: UnitOfWork
    who: Actor | None  # nobody: a schedule of the team's own
    question: Question
    scope: Scope
    now: datetime

    @cached_property
    def playbook(self) -> Playbook:
        """The one of the moment that is asked about, so that a later one changes no answer about it."""
        return versions.in_force_at(self.services, self.uow, self.question.as_of)


@dataclass(frozen=True)
class ReportKind:
    name: str
    does: str  # for the help
    example: str
    build: Callable[[Asked], Report]
    behind: Callable[[Asked, str], list[int]] | None = None  # the numbers of the leads behind a row, by its `behind`
    usual_period: str = "last 30 days"
    by: tuple[str, ...] = ()  # what it can group by; the first is usual
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()  # its own words, like ("model", ("linear", "first"))
    filters: tuple[str, ...] = ("team", "source", "rep")  # of these and "segment": what it can be narrowed down to
    for_reps: Literal["own", "team", "none"] = "own"  # what a rep who is no manager may see of it
    is_managers_to_share: bool = False  # though reps may see it: names of leads, or figures of colleagues are in it
    is_of_now: bool = False  # it tells of things whose past nobody wrote down, so no other moment can be asked
