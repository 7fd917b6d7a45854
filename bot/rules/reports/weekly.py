"""What a week brought, beside the one before: new, claimed, won and lost leads, and what of it is worth a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

FEWEST = 5  # leads; of fewer a share is no news
NOTICEABLE = 0.25  # by how much more or fewer new leads there must be, to be said before anything else
IDLE = 0.2  # the share that nobody claimed, from which on it comes first


@dataclass(frozen=True)
class Week:
    """Of one source, or of all. `claimed` are those among the new ones; `cents` were won, in one currency."""

    new: int = 0
    claimed: int = 0
    won: int = 0
    lost: int = 0
    cents: int = 0

    def __add__(self, other: "Week") -> "Week":
        return Week(
            self.new + other.new, self.claimed + other.claimed, self.won + other.won, self.lost + other.lost,
            self.cents + other.cents,
        )  # fmt: skip

    def __bool__(self) -> bool:
        return any((self.new, self.won, self.lost))

    @property
    def unclaimed(self) -> int:
        return self.new - self.claimed


def whole(weeks: Iterable[Week]) -> Week:
    return sum(weeks, Week())


def added(weeks: dict[str, Week], source: str, **more: int) -> None:
    """Count so much more for the source."""
    weeks[source] = weeks.get(source, Week()) + replace(Week(), **more)


def in_order(now: dict[str, Week], before: dict[str, Week]) -> list[str]:
    """The sources of both weeks: most new leads first, then by name."""
    sources = [source for source in {*now, *before} if now.get(source) or before.get(source)]
    return sorted(sources, key=lambda one: (-now.get(one, Week()).new, -before.get(one, Week()).new, one))


def news(now: Week, before: Week) -> str:
    """What matters most: leads that nobody claimed, a jump or a fall of new ones, else what was closed."""
    if now.new >= FEWEST and now.unclaimed / now.new >= IDLE:
        return "unclaimed"
    if before.new >= FEWEST and abs(now.new - before.new) / before.new >= NOTICEABLE:
        return "more" if now.new > before.new else "fewer"
    return "closed" if now.won + now.lost else "steady"
