"""How good a lead is: what it is and what it did, in points, each with its reason. Pure."""

from dataclasses import dataclass

from bot.playbook_scoring import Scoring
from bot.rules.cleaning import CleanLead
from bot.rules.numbers import as_number


@dataclass(frozen=True)
class Factor:
    """One reason for points; `kind` is fit, engagement or sender."""

    name: str
    points: float
    kind: str


@dataclass(frozen=True)
class Receipt:
    """A score from 0 to 100 and everything it is made of."""

    score: int
    fit: int = 0
    engagement: int = 0
    factors: tuple[Factor, ...] = ()


def judge(lead: CleanLead, scoring: Scoring) -> Receipt:  # noqa: ARG001
    """Without rules, the heat that whoever sent the lead gave it."""
    found = as_number(str(lead.fields.get("score", "")))
    heat = 0 if found is None else round(min(100.0, max(0.0, found)))
    return Receipt(heat, factors=(Factor("the sender's own score", heat, "sender"),) if heat else ())
