"""Marketing's report: how many MQLs of each source sales took on or rejected, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.views import kit
from bot.views.fit import as_many_as_fit
from bot.views.kit import Message, Strong, plural
from bot.views.reports import TABLE_BYTES, cells, table

MOST_REASONS = 5


@dataclass(frozen=True)
class Source:
    name: str
    mqls: int
    accepted: int
    reasons: tuple[tuple[str, int], ...] = ()  # of rejections, the most frequent first

    @property
    def rejected(self) -> int:
        return sum(count for _, count in self.reasons)


def quality(sources: Sequence[Source], days: int) -> Message:
    span = "today and yesterday" if days == 1 else f"the last {days} days"
    if not sources:
        return kit.say(f"No lead became an MQL, and sales accepted and rejected none, in {span}.")
    total = Source(
        "", sum(one.mqls for one in sources), sum(one.accepted for one in sources),
        tuple(sum((Counter(dict(one.reasons)) for one in sources), Counter()).most_common()),
    )  # fmt: skip
    said = f"In {span}: {plural(total.mqls, 'new MQL')}, {total.accepted} accepted, {total.rejected} rejected."
    why = f" Rejected because: {reasons(total)}." if total.reasons else ""
    head = ["Source", "New MQLs", "Accepted", "Rejected", "Why rejected"]
    body = [[one.name, str(one.mqls), str(one.accepted), str(one.rejected), reasons(one)] for one in sources]
    shown = body[: min(99, len(as_many_as_fit([cells(row) for row in body], TABLE_BYTES)))]
    rest = f" Here are the first {len(shown)} of {len(body)} sources." if len(shown) < len(body) else ""
    blocks = (kit.line(Strong("Quality. "), said + why + rest), table([head, *shown]))
    return Message(kit.fallback("Quality. ", said, why), blocks)


def reasons(source: Source) -> str:
    """ "no budget 3, wrong data 1"."""
    return ", ".join(f"{name} {count}" for name, count in source.reasons[:MOST_REASONS]) or "—"
