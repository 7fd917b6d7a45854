"""Whose turn is it: the rep with the fewest turns taken lately, among those who are there."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.rules.calendar import WorkingHours

RULE = "longest-waiting/1"
REASON_MAX = 300  # as long as its column


@dataclass(frozen=True)
class Candidate:
    """One rep of the team, as the decision saw them."""

    rep_id: int
    name: str
    time_zone: str
    turns: int
    last_turn_at: datetime | None
    joined_at: datetime
    away_until: datetime | None = None
    had_this_lead: str | None = None  # how an earlier offer of the same lead ended


@dataclass(frozen=True)
class Turn:
    """The decision: who is next, why, and what was said of every candidate, in order."""

    winner: Candidate | None
    reason: str
    considered: tuple[dict[str, Any], ...]


def next_turn(candidates: list[Candidate], *, hours: WorkingHours, now: datetime) -> Turn:
    """Offer to whoever has waited longest since their last turn; someone new counts from when they joined."""
    ordered = sorted(candidates, key=lambda rep: (rep.last_turn_at or rep.joined_at, rep.turns, rep.rep_id))
    excluded = {rep.rep_id: why_not(rep, hours=hours, now=now) for rep in ordered}
    winner = next((rep for rep in ordered if excluded[rep.rep_id] is None), None)
    considered = tuple(record(rep, excluded[rep.rep_id]) for rep in ordered)
    return Turn(winner, explain(winner, ordered, excluded), considered)


def turn_taken_at(now: datetime, waiting_since: list[datetime]) -> datetime:
    """When the winner's turn counts from: after everyone else's.

    Two leads of one instant, or a clock that was set back, would otherwise leave the winner waiting longest.
    """
    return max([now, *(since + timedelta(microseconds=1) for since in waiting_since)])


def why_not(rep: Candidate, *, hours: WorkingHours, now: datetime) -> str | None:
    """Why this rep cannot have the lead now, or None."""
    if rep.had_this_lead:
        return f"{rep.had_this_lead} this lead"
    if rep.away_until and rep.away_until > now:
        return "is away"
    if not hours.cover(now, rep.time_zone):
        return "is outside working hours"
    return None


def record(rep: Candidate, excluded: str | None) -> dict[str, Any]:
    """The ledger's line about a candidate: an id and counters, nothing personal."""
    facts = asdict(rep)
    del facts["name"], facts["had_this_lead"]
    for key in ("last_turn_at", "joined_at", "away_until"):
        facts[key] = facts[key].isoformat() if facts[key] else None
    return {**facts, "excluded": excluded}


def explain(winner: Candidate | None, ordered: list[Candidate], excluded: dict[int, str | None]) -> str:
    """One sentence for the card: why this rep, and why nobody who stood before them."""
    passed_over = ordered if winner is None else ordered[: ordered.index(winner)]
    skipped = listed([f"{rep.name} {excluded[rep.rep_id]}" for rep in passed_over])
    if winner is None:
        return f"Nobody is free: {skipped}." if skipped else "The team has no reps yet."
    waited = "has waited longest for a turn" if winner.last_turn_at else "has not had a turn yet"
    return f"{winner.name} {waited} ({skipped})." if skipped else f"{winner.name} {waited}."


def listed(parts: list[str]) -> str:
    """As many as fit beside the winner's name; the ledger has them all."""
    text = ""
    for number, part in enumerate(parts):
        longer = f"{text}; {part}" if text else part
        if len(longer) > REASON_MAX - 170:
            return f"{text}; and {len(parts) - number} more" if text else f"{len(parts)} others"
        text = longer
    return text
