"""When a reminder speaks, and what becomes of one whose moment has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.rules.calendar import WorkingHours


class Rule(Protocol):
    """A step of the cadence: working minutes after the due time, or, below nought, minutes before it."""

    @property
    def name(self) -> str: ...
    @property
    def minutes(self) -> int: ...

    def speaks_of(self, kind: str) -> bool: ...


@dataclass(frozen=True)
class Desk:
    """When somebody can be spoken to."""

    hours: WorkingHours
    zone: str
    away_until: datetime | None = None

    def next_open(self, moment: datetime) -> datetime:
        """`moment`, if they are at work and not away then; else the first moment after it when they are."""
        back = max(moment, self.away_until) if self.away_until else moment
        return self.hours.next_open(back, self.zone)


@dataclass(frozen=True)
class Planned:
    rule: str
    fire_at: datetime


def plan(
    rules: Sequence[Rule], kind: str, due_at: datetime, desk: Desk, *, now: datetime, after: str | None = None
) -> Planned | None:
    """The next word about a follow-up that is due then; `after` is the rule that has just spoken, None at first.

    A word before the due time that could not come before it any more is left out. However late a rule has spoken, the
    one after it comes no sooner than the working time that lies between the two. After a rule that is gone from the
    playbook only those speak whose moment is still to come.
    """
    names = [rule.name for rule in rules]
    spoken = names.index(after) if after in names else -1
    is_gone = after is not None and after not in names
    for rule in rules[spoken + 1 :]:
        if not rule.speaks_of(kind) or (is_gone and at_work_after(desk, due_at, max(0, rule.minutes)) <= now):
            continue
        if rule.minutes < 0:
            fire_at = desk.next_open(due_at + timedelta(minutes=rule.minutes))
            if now < fire_at < due_at:
                return Planned(rule.name, fire_at)
            continue
        fire_at = at_work_after(desk, due_at, rule.minutes)
        if spoken >= 0 and (gap := rule.minutes - max(0, rules[spoken].minutes)):
            fire_at = max(fire_at, at_work_after(desk, now, gap))
        return Planned(rule.name, fire_at)
    return None


def at_work_after(desk: Desk, moment: datetime, minutes: int) -> datetime:
    """So many working minutes later, and not while they are away."""
    return desk.next_open(desk.hours.add_working(moment, timedelta(minutes=minutes), desk.zone))


@dataclass(frozen=True)
class Say:
    """Now."""


@dataclass(frozen=True)
class Later:
    """Not now, but then."""

    at: datetime


@dataclass(frozen=True)
class Fold:
    """Not by itself: the morning digest says it."""


Verdict = Say | Later | Fold


def verdict(desk: Desk, *, now: datetime, muted_until: datetime | None, said_today: int, budget: int) -> Verdict:
    """What becomes of a due reminder of an open follow-up, for whoever is to hear of it."""
    opens = desk.next_open(now)
    if opens > now:
        return Later(opens)
    is_muted = muted_until is not None and muted_until > now
    return Fold() if is_muted or said_today >= budget else Say()
