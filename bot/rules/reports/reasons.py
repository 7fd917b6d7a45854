"""What leads were lost for and what was sold: how often each, what share that is, and what it was worth."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """What ended for one reason, to one competitor, with one product …; its share is of all that it stands beside."""

    name: str
    leads: int
    share: float
    cents: int


def parts(counted: Iterable[tuple[str, int, int]]) -> list[Part]:
    """From names, leads and cents, which may come in pieces; the most frequent first."""
    leads, cents = dict[str, int](), dict[str, int]()
    for name, count, worth in counted:
        leads[name] = leads.get(name, 0) + count
        cents[name] = cents.get(name, 0) + worth
    whole = sum(leads.values())
    found = [Part(name, count, count / whole, cents[name]) for name, count in leads.items()]
    return sorted(found, key=lambda part: (-part.leads, -part.cents, part.name))
