"""What sales made of marketing's leads, by source: taken on, or rejected and why."""

from collections import Counter
from datetime import timedelta

from bot.actors import actor
from bot.errors import DibsError
from bot.rules.policy import require
from bot.services import Services
from bot.views import quality as views
from bot.views.kit import Message
from bot.views.quality import Source
from store.scores import Verdicts

USUAL_DAYS, MOST_DAYS = 30, 3650


def report(services: Services, slack_id: str, words: str) -> Message:
    """Of the last so many days.

    Raises:
        NotAllowedError: the actor is no manager.
        DibsError: the words are no number of days.
    """
    now = services.now()
    with services.reading() as uow:
        require(actor(uow, slack_id), "report")
        days = days_of(words)
        return views.quality(by_source(uow.scores.verdicts(now - timedelta(days=days))), days)


def days_of(words: str) -> int:
    said = words.strip().removesuffix("days").strip()
    if not said:
        return USUAL_DAYS
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:5]) <= MOST_DAYS):
        raise DibsError(f"Say how many days, from 1 to {MOST_DAYS}, like /report quality 30")
    return int(said)


def by_source(rows: list[Verdicts]) -> list[Source]:
    """Those with the most MQLs first."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        steps = found.setdefault(row.source, {"mql": Counter(), "sql": Counter(), "rejected": Counter()})
        steps[row.after][row.reason] += row.leads
    sources = [
        Source(name, steps["mql"].total(), steps["sql"].total(), tuple(steps["rejected"].most_common()))
        for name, steps in found.items()
    ]
    return sorted(sources, key=lambda one: (-one.mqls, -one.accepted, one.name))
