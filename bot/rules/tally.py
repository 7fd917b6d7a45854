"""What a replay counts: who got how many leads, how long leads waited, and how long reps did."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.rules.calendar import WorkingHours

LONG = timedelta(hours=1)  # a lead that waited longer is worth a line in the report


@dataclass
class Tally:
    """Every lead is counted once: dealt, left open, for nobody, or still waiting."""

    leads: int = 0
    reps: Counter[int] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    to_owner: int = 0  # of those dealt: to whoever had the person or the account already
    left_open: int = 0  # to the first who claims, as the playbook says
    for_nobody: int = 0  # the team is empty, or nobody in it has the skills
    waiting: int = 0  # when the replay ended
    held_long: int = 0
    until_dealt: "array[float]" = field(default_factory=lambda: array("d"))  # minutes, a lead each
    until_answer: "array[float]" = field(default_factory=lambda: array("d"))
    idle: dict[int, timedelta] = field(default_factory=dict)  # the longest working time without a lead

    @property
    def dealt(self) -> int:
        return self.reps.total()

    def reaches(self, rep_id: int, waited: timedelta, until_answer: timedelta) -> None:
        self.reps[rep_id] += 1
        self.until_dealt.append(waited.total_seconds() / 60)
        self.until_answer.append(until_answer.total_seconds() / 60)
        self.held_long += waited > LONG

    def goes_to_nobody(self, *, on_purpose: bool) -> None:
        if on_purpose:
            self.left_open += 1
        else:
            self.for_nobody += 1

    def still_waits(self, waited: timedelta) -> None:
        self.waiting += 1
        self.held_long += waited > LONG


def percentile(values: "array[float]", percent: int) -> float | None:
    """The least value that so many percent of the values do not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


class Idleness:
    """The longest stretch of a rep's working time without a lead; `since` is None while they cannot get any."""

    def __init__(self, since: datetime | None) -> None:
        self.since = since
        self.longest = timedelta(0)

    def begins(self, at: datetime) -> None:
        self.since = at

    def ends(self, at: datetime, hours: WorkingHours, zone: str) -> None:
        # Working time is never longer than time: most stretches need no look at the calendar.
        if self.since is not None and at - self.since > self.longest:
            self.longest = max(self.longest, hours.working_between(self.since, at, zone))
        self.since = None
