"""Why leads had to wait for somebody, how long they waited, and how long those wait that still do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    group: str
    lead_id: int
    began_at: datetime
    ended_at: datetime | None

    def seconds(self, as_of: datetime) -> int:
        return max(int(((self.ended_at or as_of) - self.began_at).total_seconds()), 0)


@dataclass(frozen=True)
class Waited:
    """Of one group of waits; the median counts those that still wait, after Kaplan and Meier."""

    held: int
    waits: int
    median: Median
    longest: timedelta


def why(candidates: Iterable[Mapping[str, Any]]) -> str:
    """What stood in most people's way, of what passes by itself."""
    found = Counter(record["not"]["is"] for record in candidates if record["not"])
    passing = [cause for cause in WHY if found[cause]]
    return WHY[max(passing, key=lambda cause: found[cause])] if passing else NOBODY


def waited(waits: Iterable[Wait], as_of: datetime) -> Waited:
    took, still = Counter[int](), Counter[int]()
    for one in waits:
        (still if one.ended_at is None else took)[one.seconds(as_of)] += 1
    longest = max((*took, *still), default=0)
    counted = took.total(), still.total()
    return Waited(sum(counted), counted[1], median(survival(took, still)), timedelta(seconds=longest))
