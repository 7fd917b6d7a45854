"""Says in plain words why a lead went where it went: one sentence for the card, all of it for whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.rules.dealing import HELD, LEAST_BUSY, OPEN_TO_ALL, OWNER, REJECTED, Recorded
from bot.rules.rotation import CATCH_UP, OWED, UNIT
from bot.views.kit import plural

REASON_MAX = 300
SAID_AT_MOST = 3  # of those who were passed over, on the card
SOMEONE = "someone who left"


@dataclass(frozen=True)
class Told:
    """A decision with the names of those it speaks of."""

    decision: Recorded
    names: Mapping[int, str]
    owed_since: Mapping[int, datetime] = field(default_factory=dict)

    def name(self, rep_id: int | None) -> str:
        return self.names.get(rep_id or 0, SOMEONE)


def because(told: Told) -> str:
    """One sentence for the card: why this rep, and why nobody who stood before them."""
    decision, winner = told.decision, told.name(told.decision.winner)
    if decision.kind == OWNER:
        return f"{winner} looks after this account already."
    if decision.winner is None:
        return why_nobody(told)
    lead = {
        OWED: f"{winner} had a lead owed.",
        CATCH_UP: f"{winner} was a whole lead behind.",
        LEAST_BUSY: f"{winner} has least to do.",
    }.get(decision.kind, f"It is {winner}'s turn.")
    skipped = [f"{told.name(record['rep_id'])} {obstacle(record['not'])}" for record in decision.passed_over()]
    return f"{lead[:-1]} ({listed(skipped)})." if skipped else lead


def why_nobody(told: Told) -> str:
    decision = told.decision
    if decision.kind == REJECTED:
        return "Several reps say that something is wrong with this lead, so a manager decides."
    if decision.mode == OPEN_TO_ALL:
        return "This team's leads are for whoever is first."
    said = listed([f"{told.name(record['rep_id'])} {obstacle(record['not'])}" for record in decision.candidates])
    if not said:
        return "The team has no reps yet."
    return f"Nobody is free: {said}." if decision.kind == HELD else f"Everyone who may have it had it: {said}."


def listed(parts: list[str]) -> str:
    """The first few, and how many more there are."""
    more = len(parts) - SAID_AT_MOST
    text = "; ".join(parts[:SAID_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
    return text if len(text) <= REASON_MAX - 100 else f"{len(parts)} others were not free"


def obstacle(found: dict[str, Any]) -> str:  # noqa: PLR0911 - a dictionary of phrases
    """What stood in someone's way, to follow their name."""
    match found["is"]:
        case "had it":
            return {"passed": "passed on it", "lapsed": "let the time run out"}.get(found["how"], "had it before")
        case "skills":
            return f"does not have {' and '.join(found['missing'])}"
        case "paused":
            return "is paused by a manager"
        case "set aside":
            return "left several offers unanswered"
        case "away":
            return "is away"
        case "holiday":
            return f"has a holiday ({found['name']})"
        case "hours":
            return "is outside working hours"
        case "offers":
            return f"has {plural(found['has'], 'offer')} to answer already"
        case "open leads":
            return f"is at the cap of {plural(found['limit'], 'open lead')}"
        case _:
            times = {"hour": "an hour", "day": "a day", "week": "a week"}
            return f"is at the cap of {plural(found['limit'], 'lead')} {times[found['span']]}"


def standing(record: dict[str, Any]) -> str:
    """Where a candidate stood: what the rotation owed them."""
    debts = f", {plural(record['owed'], 'lead')} to be made good" if record["owed"] else ""
    return f"{balance(record['balance'])}{debts}"


def balance(units: int) -> str:
    """In leads, for people: "level", "0.5 leads behind", "1 lead ahead"."""
    leads = abs(units) / UNIT
    if leads < 0.05:
        return "level"
    said = f"{leads:.1f}".removesuffix(".0")
    return f"{said} {'lead' if said == '1' else 'leads'} {'behind' if units > 0 else 'ahead'}"
