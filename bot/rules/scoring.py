"""How good a lead is: what it is and what it did, in points, each with its reason. Pure.

    score = fit + engagement, in whole points from 0 to 100
    fit = the points of each fit rule whose conditions all hold
    engagement = for each engagement rule the sum over its touches of points * 0.5 ** (age / half-life), in days,
                 but `at_most` so many

Points that lose half their worth in every half-life are exponential decay (E. Rutherford's half-life, as in
https://en.wikipedia.org/wiki/Half-life: N(t) = N(0) * (1/2) ** (t / half-life)). Fit plus engagement is how marketing
teams score by hand; the numbers themselves are the playbook's, and `calibration` compares them with what was won.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor, fsum
from typing import NamedTuple, Protocol

from bot.playbook.scoring import EngagementRule, Level, Scoring
from bot.rules.cleaning.lead import CleanLead
from bot.rules.numbers import as_number
from bot.rules.values import Reading

DAY = timedelta(days=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
POINT_OF_SCORE = timedelta(minutes=6)  # of waiting: ten points weigh as much as an hour
DRIFT = 5  # points that a score may be off before it is worked out again
NO_ANSWERS: Mapping[str, str] = {}


class Deed(Protocol):
    """Something the lead did; a touch."""

    @property
    def kind(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Factor(NamedTuple):
    """One reason for points; `kind` is fit, engagement or sender. Of engagement, what the points were before they
    faded, how many touches they are for, and how old the newest of these is in days."""

    name: str
    points: float
    kind: str
    before: float | None = None
    touches: int = 0
    age: float = 0.0


class Receipt(NamedTuple):
    """A score from 0 to 100 and everything it is made of."""

    score: int
    fit: int = 0
    engagement: int = 0
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Sum:
    """What a lead's touches make by one rule, before the rule's limit."""

    rule: EngagementRule
    points: float
    touches: int
    newest: datetime

    def after(self, days: float) -> float:
        """The points so many days later, if nothing else happens."""
        faded: float = self.points * 0.5 ** (days / self.rule.half_life_days)
        return max(-float(self.rule.at_most), min(float(self.rule.at_most), faded))

    def shown(self, days: float = 0) -> float:
        """The same to a tenth, as a receipt says it and a score adds it up. What differs in the last bits by the order
        in which it is worked out must not fall on two sides of a tenth: hence to nine places first."""
        return round(round(self.after(days), 9), 1)


def judge(
    lead: CleanLead, scoring: Scoring, touches: Iterable[Deed] = (), now: datetime | None = None, *,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> Receipt:  # fmt: skip
    """Fit by the lead's fields and a rep's answers, engagement by its touches up to `now`.

    Without any rules, the heat that whoever sent the lead gave it.
    """
    if not scoring.has_rules:
        return by_sender(lead)
    reading, factors, fit = Reading(lead, now or LONG_AGO, answers=answers), [], 0
    for rule, tests in scoring.tests:
        for key, test in tests:
            if not test(reading[key]):
                break
        else:
            fit += rule.points
            factors.append(Factor(rule.name, rule.points, "fit"))
    if not touches or now is None:
        return Receipt(bounded(fit), fit, 0, tuple(factors))
    engaged = [engagement_factor(one, now) for one in sums(scoring, touches, now)]
    engagement = whole(fsum(one.points for one in engaged))
    return Receipt(bounded(fit + engagement), fit, engagement, (*factors, *engaged))


def score_with(lead: CleanLead, scoring: Scoring, engagement: int) -> int:
    """As `judge` has it, for a lead whose points for what it did are known already."""
    receipt = judge(lead, scoring)
    return bounded(receipt.fit + engagement) if scoring.has_rules else receipt.score


def by_sender(lead: CleanLead) -> Receipt:
    found = as_number(str(lead.fields.get("score", "")))
    heat = 0 if found is None else round(min(100.0, max(0.0, found)))
    return Receipt(heat, factors=(Factor("the sender's own score", heat, "sender"),) if heat else ())


def sums(scoring: Scoring, touches: Iterable[Deed], now: datetime) -> list[Sum]:
    """Of each engagement rule that counts any of the touches. What is said to happen later counts as of now."""
    known = list(touches)
    found = []
    for rule in scoring.engagement:
        ages = [max(0.0, (now - touch.at) / DAY) for touch in known if rule.counts(touch.kind, touch.detail)]
        if ages:
            points = fsum(rule.points * 0.5 ** (age / rule.half_life_days) for age in ages)
            found.append(Sum(rule, points, len(ages), now - DAY * min(ages)))
    return found


def engagement_factor(one: Sum, now: datetime) -> Factor:
    rule = one.rule
    before = max(-rule.at_most, min(rule.at_most, rule.points * one.touches))
    age = round((now - one.newest) / DAY, 1)
    return Factor(rule.name, one.shown(), "engagement", before, one.touches, age)


def whole(points: float) -> int:
    """To the nearest point; a half goes up."""
    return floor(points + 0.5)


def bounded(points: float) -> int:
    return max(0, min(100, whole(points)))


def level_of(score: int, scoring: Scoring) -> Level:
    """What the score alone makes of a lead. Without rules nobody has said what a score means."""
    return "mql" if scoring.has_rules and score >= scoring.mql else "lead"


def crosses_at(receipt: Receipt, scoring: Scoring, touches: Iterable[Deed], now: datetime) -> datetime | None:
    """When fading alone changes the level, or the score by `DRIFT` points; to the day, and at most a day late."""
    parts = sums(scoring, touches, now)
    level = level_of(receipt.score, scoring)
    for days in range(1, days_until_gone(parts) + 1):
        score = bounded(receipt.fit + whole(fsum(one.shown(days) for one in parts)))
        if level_of(score, scoring) != level or abs(score - receipt.score) >= DRIFT:
            return now + DAY * days
    return None


def days_until_gone(parts: Iterable[Sum]) -> int:
    """After so many days nothing is left of any of them that could be seen in a score."""
    days = 0
    for one in parts:
        points, spent = abs(one.points), 0
        while points >= 0.01:
            points, spent = points / 2, spent + one.rule.half_life_days
        days = max(days, spent)
    return days
