"""What leads cost and what came of it: shares of spend by days and by leads, and the return on it; in whole cents.

Return on spend is (value - spend) / spend, return on investment with what was won as the gain (N. T. Bendle, P. W.
Farris and others, Marketing Metrics, 4th edition, 2020, chapter 10). Cost per lead and cost per win divide the same
spend.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass
class Source:
    """What one source, campaign or team brought, and cost; money in one currency."""

    name: str
    key: str = ""
    leads: int = 0
    mqls: int = 0
    accepted: int = 0
    won: int = 0
    value: int = 0
    spend: int | None = None  # None: nothing was written down

    def costs(self, cents: int) -> None:
        self.spend = (self.spend or 0) + cents

    @property
    def mql_share(self) -> float | None:
        return self.mqls / self.leads if self.leads else None

    @property
    def accepted_share(self) -> float | None:
        """Of the MQLs."""
        return self.accepted / self.mqls if self.mqls else None

    @property
    def per_lead(self) -> int | None:
        return round(self.spend / self.leads) if self.spend is not None and self.leads else None

    @property
    def per_win(self) -> int | None:
        return round(self.spend / self.won) if self.spend is not None and self.won else None

    @property
    def return_(self) -> float | None:
        return (self.value - self.spend) / self.spend if self.spend else None


def of_days(cents: int, starts: date, ends: date, first: date, end: date) -> int:
    """The part that falls on the days from the first until before the end.

    Up to each day it is rounded, and a part is the difference: however a time is cut up, its parts sum to the whole.
    """
    days = (ends - starts).days

    def up_to(day: date) -> int:
        passed = min(max((day - starts).days, 0), days)
        return (2 * cents * passed + days) // (2 * days)

    return up_to(max(end, first)) - up_to(first)


def spread(cents: int, leads: Mapping[int, int]) -> dict[int, int]:
    """In proportion to leads, by the same rounding; to nobody where there are none."""
    total, passed, before = sum(leads.values()), 0, 0
    found: dict[int, int] = {}
    for key, count in leads.items():
        passed += count
        upto = (2 * cents * passed + total) // (2 * total) if total else 0
        found[key] = upto - before
        before = upto
    return found


def whole(rows: Iterable[Source]) -> Source:
    made = Source("All")
    for row in rows:
        made.leads += row.leads
        made.mqls += row.mqls
        made.accepted += row.accepted
        made.won += row.won
        made.value += row.value
        if row.spend is not None:
            made.costs(row.spend)
    return made
