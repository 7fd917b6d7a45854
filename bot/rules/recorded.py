"""What is recorded of the past, as a replay is told it: leads, seats, absences, and who had how much to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.rules.cleaning.lead import CleanLead
from bot.rules.eligibility import Candidate


class Owned(NamedTuple):
    """An earlier lead that somebody looks after."""

    lead_id: int
    rep_id: int
    team_id: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One recorded lead. `rank` is its place among those who wait: the earlier, the sooner it is dealt; what it scores
    puts it further to the front."""

    lead_id: int
    at: datetime
    lead: CleanLead
    rank: datetime
    account: str | None = None
    owned: tuple[Owned, ...] = ()  # what was owned of the same person or account before the replay began
    came_at: datetime | None = None  # if it waited already when the replay began
    engagement: int = 0  # the points that it had as it came for what it had done


@dataclass(frozen=True)
class SeatChange:
    """What a line of the ledger said about somebody's seat; None says nothing."""

    at: datetime
    team_id: int
    rep_id: int
    is_seated: bool | None = None
    weight: int | None = None
    is_paused: bool | None = None
    is_set_aside: bool | None = None


class LoadChange(NamedTuple):
    """A lead from before the replay was claimed, closed or let go."""

    at: datetime
    offers: int
    leads: int


@dataclass(frozen=True)
class Person:
    """A rep: what they had when the replay begins, and how they usually work."""

    rep_id: int
    answers_after: timedelta = timedelta(0)
    keeps_for: timedelta | None = None  # None: nothing was ever closed
    is_active: bool = True
    cover_id: int | None = None
    taken: tuple[datetime, ...] = ()  # when they were given leads lately, in order
    offers: int = 0
    leads: int = 0
    changes: tuple[LoadChange, ...] = ()
    absences: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class TeamStart:
    """A team as the replay begins; `candidates` has everybody who sits in it at any time and is still with us."""

    team_id: int
    name: str
    rotation: Mapping[str, Any]
    candidates: Mapping[int, Candidate]
    mode: str | None = None  # what a manager chose instead of the playbook's
    decisions: int = 0


@dataclass(frozen=True)
class Start:
    at: datetime
    teams: tuple[TeamStart, ...]
    people: Mapping[int, Person]
    changes: tuple[SeatChange, ...] = ()
