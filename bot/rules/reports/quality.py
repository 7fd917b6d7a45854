"""How good marketing's leads were in the eyes of sales: the share that it accepted, and how sure that is.

The interval is Wilson's (Journal of the American Statistical Association 22, 1927, pages 209 to 212).
"""

from collections import Counter
from dataclasses import dataclass, field

from bot.rules.effects import wilson


@dataclass
class Quality:
    """Of one source or team: what became of its leads."""

    mqls: int = 0
    waits: int = 0
    accepted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # of rejections

    def add(self, step: str, reason: str, leads: int, waits: int) -> None:
        if step == "mql":
            self.mqls += leads
            self.waits += waits
        elif step == "sql":
            self.accepted += leads
        else:
            self.reasons[reason] += leads

    @property
    def rejected(self) -> int:
        return self.reasons.total()

    @property
    def judged(self) -> int:
        return self.accepted + self.rejected

    @property
    def share(self) -> float | None:
        """Accepted of those that were judged."""
        return self.accepted / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        return wilson(self.accepted, self.judged) if self.judged else (None, None)

    def most_frequent(self) -> list[tuple[str, int]]:
        return sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
