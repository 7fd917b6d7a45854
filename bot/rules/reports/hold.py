"""Why leads had to wait for somebody, how long they waited, and how long those wait that still do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.rules import eligibility
from bot.rules.reports.survival import Median, median, survival

WHY = {
    eligibility.HOURS: "outside working hours", eligibility.HOLIDAY: "a holiday", eligibility.AWAY: "people were away",
    eligibility.PAUSED: "people were paused", eligibility.SET_ASIDE: "people had left offers unanswered",
    eligibility.OFFERS: "people had enough open offers", eligibility.OPEN: "people had enough open leads",
    eligibility.CAP: "people had taken as many as they may",
}  # fmt: skip
NOBODY = "nobody was in the team"


@dataclass(frozen=True)
class Wait:
    """So many leads that waited for so long."""

    seconds: int
    is_over: bool
    leads: int = 1


@dataclass(frozen=True)
class Waited:
    """Of one group of waits; the median counts those that still wait, after Kaplan and Meier."""

    held: int
    waits: int
    median: Median
    longest: timedelta


def obstacle(candidates: Iterable[Mapping[str, Any]]) -> str:
    """What stood in most people's way, of what passes by itself; empty if nothing did."""
    found = Counter(record["not"]["is"] for record in candidates if record["not"])
    return max((cause for cause in WHY if found[cause]), key=lambda cause: found[cause], default="")


def why(cause: str) -> str:
    return WHY.get(cause, NOBODY)


def waited(waits: Iterable[Wait]) -> Waited:
    took, still = Counter[int](), Counter[int]()
    for one in waits:
        (took if one.is_over else still)[one.seconds] += one.leads
    longest = max((*took, *still), default=0)
    counted = took.total(), still.total()
    return Waited(sum(counted), counted[1], median(survival(took, still)), timedelta(seconds=longest))
