"""Goals: as people write them, what pace they ask for, and where that leads. Pure.

Pace is linear over working time: by a moment the share of the target is due that the working time passed is of all of
the time's. The forecast goes on as fast as until now: reached / share passed (earned value's estimate at completion
with the rate so far; Project Management Institute, A Guide to the Project Management Body of Knowledge).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.errors import DibsError
from bot.rules.amounts import UnclearAmountError, read_amount
from bot.rules.asking.words import folded, unquoted
from bot.rules.calendar import WorkingHours
from bot.rules.query.typos import meant

EXAMPLE = "/report goal 20 mqls a week team:smb"
SPANS = ("week", "month", "quarter", "year")
VALUE = "won value"
MEASURES: dict[str, tuple[str, ...]] = {  # the longest words first
    VALUE: ("won value", "value", "revenue", "turnover"),
    "leads": ("new leads", "leads", "lead"),
    "contacted": ("contacted leads", "first contacts", "contacted", "contacts"),
    "mqls": ("mqls", "mql"),
    "sqls": ("sqls", "sql", "accepted leads", "accepted"),
    "won": ("won deals", "won leads", "won", "wins", "win", "deals", "deal"),
}
NEAR = 0.02  # of the target: neither ahead nor behind
MOST_COUNT = 10_000_000
_WORDS = {word: name for name, words in MEASURES.items() for word in words}
_SPAN = re.compile(rf"(?:\b(?:per|an?|each|every)\s+|/\s*)({'|'.join(SPANS)})\b|\b({'|'.join(SPANS)})ly\b")
_MEASURE = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b")
_TERM = re.compile(r'(team|rep)[:=]("[^"]*"|\S+)', re.IGNORECASE)
_PERSON = re.compile(r"@([UW][A-Z0-9]{5,20})\b")
State = Literal["reached", "ahead", "on pace", "behind", "missed", "just begun"]


class UnclearGoalError(DibsError):
    """The words name no goal; the message says why."""


@dataclass(frozen=True)
class Wish:
    """What is to be reached; a count, or cents."""

    measure: str
    target: int
    span: str
    currency: str = ""
    team: str = ""
    person: str = ""  # Slack's id


def read_goal(words: str, currency: str, teams: Collection[str] = (), people: Mapping[str, str] | None = None) -> Wish:
    """Measure, target and span in any order, and perhaps whose it is.

    Raises:
        UnclearGoalError: with what is missing.
    """
    rest, team, person = whose(words, teams, people or {})
    text = " ".join(rest.casefold().split())
    span = _SPAN.search(text)
    if span is None:
        raise UnclearGoalError(f"Say in which time it is to be reached: a {', a '.join(SPANS)}.")
    text = _SPAN.sub(" ", text, count=1)
    measure = _MEASURE.search(text)
    if measure is None:
        raise UnclearGoalError(f"Say what is to be reached: {', '.join(MEASURES)}.{guess(text)}")
    name = _WORDS[measure[1]]
    amount = f"{text[: measure.start()]} {text[measure.end() :]}".strip()
    target, money = target_of(amount, name, currency)
    return Wish(name, target, span[1] or span[2], money, team, person)


def whose(words: str, teams: Collection[str], people: Mapping[str, str]) -> tuple[str, str, str]:
    """The words without those that say whose goal it is; the team's name, and the person's id."""
    team = person = ""
    for found in _TERM.finditer(words):
        if found[1].casefold() == "team":
            team = one_of(unquoted(found[2]), {folded(one): one for one in teams}, "team")
        else:
            name = unquoted(found[2]).removeprefix("@")
            known = {folded(one): slack_id for slack_id, one in people.items()} | {
                one.casefold(): one for one in people
            }
            person = one_of(name, known, "rep")
    for mention in _PERSON.finditer(words):
        person = one_of(mention[1], {one.casefold(): one for one in people}, "rep")
    if team and person:
        raise UnclearGoalError("A goal is a team's or a rep's; name one of them.")
    return _PERSON.sub(" ", _TERM.sub(" ", words)), team, person


def one_of(name: str, known: Mapping[str, str], what: str) -> str:
    if folded(name) not in known:
        near = next(iter(meant(folded(name), dict.fromkeys(known, 1), most=1)), "")
        hint = f" Did you mean “{near}”?" if near else ""
        raise UnclearGoalError(f"I do not know the {what} “{name[:30]}”.{hint}")
    return known[folded(name)]


def guess(text: str) -> str:
    words = [word for word in re.findall(r"[a-z]{3,}", text) if word not in ("per", "the")]
    near = next((found for word in words for found in meant(word, dict.fromkeys(MEASURES, 1), most=1)), "")
    return f" Did you mean “{near}”?" if near else ""


def target_of(text: str, measure: str, currency: str) -> tuple[int, str]:
    """A count, or cents and their currency."""
    try:
        amount = read_amount(text, "" if measure != VALUE else currency)
    except UnclearAmountError as error:
        raise UnclearGoalError(str(error) if text else "Say how much is to be reached.") from None
    if measure == VALUE:
        target = amount.cents
    elif amount.currency or amount.cents % 100:
        raise UnclearGoalError(f"{measure.capitalize()} are counted in whole numbers. Example: {EXAMPLE}")
    else:
        target = amount.cents // 100
    if not target or (measure != VALUE and target > MOST_COUNT):
        raise UnclearGoalError("A goal is more than nothing, and within reach.")
    return target, amount.currency


# --- how far it is


@dataclass(frozen=True)
class Progress:
    target: int
    reached: int
    passed: float  # the share of the working time that is over, from 0 to 1

    @property
    def share(self) -> float:
        return self.reached / self.target

    @property
    def expected(self) -> float:
        return self.target * self.passed

    @property
    def forecast(self) -> float | None:
        """None while no working time has passed."""
        return self.reached / self.passed if self.passed else None

    @property
    def state(self) -> State:
        if self.reached >= self.target:
            return "reached"
        if self.passed >= 1:
            return "missed"
        if not self.passed:
            return "just begun"
        apart = self.reached - self.expected
        if abs(apart) <= self.target * NEAR:
            return "on pace"
        return "ahead" if apart > 0 else "behind"

    @property
    def of_pace(self) -> float:
        """What was reached, in parts of what was due by now."""
        return self.reached / self.expected if self.expected else 1.0


def passed(hours: WorkingHours, zone: str, starts: datetime, ends: datetime, moment: datetime) -> float:
    """The share of the working time that is over; of all time, where nobody works in it."""
    until = min(max(moment, starts), ends)
    whole = hours.working_between(starts, ends, zone)
    if not whole:
        return (until - starts) / (ends - starts)
    return hours.working_between(starts, until, zone) / whole
