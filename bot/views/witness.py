"""Says how far a team's ledger goes, how anyone can check it, and what a check found, in words for a manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.rules.replay import ABSENCE, OBSTACLE, ORDER, RULES, SEATS, UNREADABLE, WINNER, Difference
from bot.views.decisions import SOMEONE, listed
from bot.views.kit import Message, Strong, plural, say

# What can be wrong with the chain itself, besides what the rules find.
MISSING, TOO_MANY, FOLLOWS, SEAL, POSTED, SHORT, HEAD, TURNS = (
    "missing", "too many", "follows", "seal", "posted", "short", "head", "turns",
)  # fmt: skip
SHOWN = 12  # digits of a seal where it is only looked at

# What is said of the line itself, by what differs.
CHAIN = {
    MISSING: "is missing: it was deleted, or the numbers were changed.",
    TOO_MANY: "stands in the ledger, but the team knows of no more than {computed}.",
    FOLLOWS: "does not follow the one before it: one of the two was replaced.",
    SEAL: "was changed after it was written: its seal does not fit what it says.",
    POSTED: "is not the one whose seal was posted ({computed:.12}…; now it is {recorded:.12}…): "
            "it, or a decision before it, was rewritten.",
    SHORT: "is missing: a seal was posted when there were {computed}, and only {recorded} are left.",
    HEAD: "is the last, and the team remembers another seal of it: the last decisions were replaced.",
}  # fmt: skip
# What the rules make of it.
RULES_SAY = {
    UNREADABLE: "it is not written the way decisions are.",
    RULES: "it was made by rules that this version does not know, “{recorded}”.",
    SEATS: "it is about {recorded}; in the team were {computed}.",
    ORDER: "it lists {recorded}; the right order is {computed}.",
    OBSTACLE: "what it says stood in the way of {name} (“{recorded}”) is not proved by the figures beside it.",
    ABSENCE: "it does not say the same twice about whether {name} was absent.",
    WINNER: "it says “{recorded}”; recomputed it is “{computed}”.",
}
FIGURES = {
    "balance": "the balance of {name} is {recorded}",
    "run_turns": "{name} had {recorded} turns in this run",
    "owed": "{name} is owed {recorded} leads",
    "owed_from": "what {name} is owed comes from decision {recorded}",
    "missed": "what {name} missed while away is {recorded}",
    "last_turn": "the last lead of {name} came with decision {recorded}",
    "weight": "the weight of {name} is {recorded}",
    "run": "the run is {recorded}",
    "repaid_last": "whether the lead before was an owed one is {recorded}",
}
IN_LEADS = frozenset({"balance", "missed"})


@dataclass(frozen=True)
class Finding:
    """The first line of a team's ledger that is not as it should be."""

    team: str
    number: int
    difference: Difference
    at: datetime | None = None  # when the line says it was written


def as_posted(team: str, number: int, seal: str) -> str:
    """The seal in the form in which it is posted and checked."""
    return f"{team}:{number}:{seal}"


def head(team: str, number: int, seal: str) -> Message:
    """What is posted once a day."""
    return say(
        Strong(f"Fairness ledger of {team}: "), f"{plural(number, 'decision')}, seal {seal[:SHOWN]}…. ",
        f"Anyone can check: python app.py verify --seal {as_posted(team, number, seal)}",
    )  # fmt: skip


def all_well(team: str, number: int, seal: str) -> str:
    if not number:
        return f"Team {team} has no decisions yet."
    count = plural(number, "decision")
    return f"{count} of team {team} recomputed: all as recorded. Seal: {as_posted(team, number, seal)}"


def first_difference(finding: Finding, names: Mapping[int, str]) -> str:
    """One sentence about the first line that is not as it should be."""
    written = f" ({finding.at:%d %b %Y, %H:%M} UTC)" if finding.at else ""
    line, found = f"Decision {finding.number} of team {finding.team}{written}", finding.difference
    if found.what in CHAIN:
        return f"{line} {CHAIN[found.what].format(recorded=found.recorded, computed=found.computed)}"
    if found.what == TURNS:
        return f"{line} is the last, and is well, but the turns with which the team goes on are not: " + differs(
            found.recorded, names
        )
    return f"{line} is not as the rules make it: {differs(found, names)}"


def differs(found: Difference, names: Mapping[int, str]) -> str:
    name = names.get(found.rep_id or 0, SOMEONE)
    told = {"name": name, "recorded": words(found.what, found.recorded, names),
            "computed": words(found.what, found.computed, names)}  # fmt: skip
    if found.what in RULES_SAY:
        return RULES_SAY[found.what].format(**told)
    if found.what in FIGURES:
        return f"it says that {FIGURES[found.what]}; recomputed from all before, it is {{computed}}.".format(**told)
    return f"“{found.what}” of {name} does not belong there, or is missing."


def words(what: str, value: Any, names: Mapping[int, str]) -> str:
    """A value as it is told; balances are kept in parts of a lead."""
    if what in (SEATS, ORDER):
        return listed([names.get(rep_id, SOMEONE) for rep_id in value]) or "nobody"
    if what == WINNER:
        kind, winner = value
        return kind if winner is None else f"{kind}, {names.get(winner, SOMEONE)}"
    if what == OBSTACLE:
        return str((value or {}).get("is"))
    if what in IN_LEADS and isinstance(value, int):
        return f"{Decimal(value).scaleb(-9).normalize():f} leads"
    return {"True": "yes", "False": "no", "None": "missing"}.get(str(value), str(value))
