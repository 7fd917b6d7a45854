"""What every step has in hand, and what can come of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.playbook.sequences import Sequence
from bot.services import Services
from bot.views.enrolments import SKIPPED
from store.models import Enrolment, Lead
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Turn:
    """An enrolment whose time has come, with its lead locked."""

    services: Services
    uow: UnitOfWork
    lead: Lead
    enrolment: Enrolment
    sequence: Sequence
    now: datetime


@dataclass(frozen=True)
class Waits:
    """Nothing was done yet: it is looked at again then."""

    until: datetime
    why: str


@dataclass(frozen=True)
class Done:
    """The step is taken: what came of it, in words, and where it goes on if not at the next step."""

    said: str = ""
    then: str | None = None


Outcome = Waits | Done


def skipped(why: str) -> Done:
    """A step that could not be taken, and never will be: the lead goes on."""
    return Done(f"{SKIPPED}{why[:1].lower()}{why[1:].rstrip('.')}")
