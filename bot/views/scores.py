"""A score and its receipt: a line for the card, and all of it for whoever wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.rules.levels import Next
from bot.views import kit
from bot.views.kit import At, Block, Message, Piece, Strong, plural

RESCORE = "scores.rescore"
MOST_ON_CARD = 3
MOST_QUESTIONS = 2  # named on a card; the button asks them all
LEVELS = {"lead": "", "mql": "MQL", "sql": "SQL", "rejected": "rejected"}
CAUSES = {
    "arrived": "when they came", "touch": "when they did something", "edited": "after an edit",
    "answered": "after an answer", "faded": "because what they did is long ago", "rules": "by new rules",
}  # fmt: skip
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Score:
    """A lead's score as it stands; `factors` are those of its receipt."""

    score: int
    level: str
    factors: Sequence[dict[str, Any]]
    next: Next | None = None
    fit: int = 0
    engagement: int = 0
    at: datetime | None = None
    cause: str = ""
    playbook: str = ""

    @property
    def is_senders(self) -> bool:
        return any(one["kind"] == "sender" for one in self.factors)

    @property
    def ranked(self) -> list[dict[str, Any]]:
        """What counts most, first."""
        return sorted((one for one in self.factors if shown_points(one)), key=lambda one: -abs(one["points"]))


def card_line(value: Score) -> tuple[Piece, ...]:
    """ "72, MQL: +20 title, +15 company size, +12 three pricing visits; an answer on budget makes it an SQL." """
    if value.level == "rejected" or (not value.factors and value.level == "lead"):
        return ()  # why it was rejected stands there already
    if value.is_senders and value.level == "lead":
        return Strong(f"{value.score} points"), ", as its sender says."
    reasons, then = told(value), what_next(value.next)
    return Strong(headline(value)), (f": {reasons}" if reasons else "") + (f"; {then}." if then else ".")


def headline(value: Score) -> str:
    level = LEVELS.get(value.level, "")
    return f"{value.score}, {level}" if level else plural(value.score, "point")


def told(value: Score) -> str:
    ranked = value.ranked
    if len(ranked) == MOST_ON_CARD + 1:
        return ", ".join(map(factor, ranked))  # to name the last one is no longer than to count it
    more = [f"and {len(ranked) - MOST_ON_CARD} more"] if len(ranked) > MOST_ON_CARD else []
    return ", ".join([*map(factor, ranked[:MOST_ON_CARD]), *more])


def factor(one: dict[str, Any]) -> str:
    """ "+12 three pricing visits"."""
    return f"{shown_points(one):+d} {counted(one.get('touches', 0), one['name'])}"


def shown_points(one: dict[str, Any]) -> int:
    return round(float(one["points"]))


def counted(count: int, name: str) -> str:
    if count < 2:
        return name
    named = name if name.endswith("s") or not name[-1:].isalpha() else kit.many(name)
    return f"{COUNTS[count] if count < len(COUNTS) else count} {named}"


def what_next(next_one: Next | None) -> str:
    """ "an answer on budget makes it an SQL"."""
    if next_one is None:
        return ""
    if next_one.level == "sql":
        if len(next_one.questions) > MOST_QUESTIONS:
            return f"{counted(len(next_one.questions), 'answer')} make it an SQL"
        return on_questions(next_one.questions, "it an SQL") or "accept it to make it an SQL"
    short = f"{next_one.points} more {'makes' if next_one.points == 1 else 'make'} it an MQL"
    return short + (f", like a good answer on {either(next_one.questions)}" if next_one.questions else "")


def on_questions(names: Sequence[str], what: str) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f"an answer on {names[0]} makes {what}"
    return f"answers on {', '.join(names[:-1])} and {names[-1]} make {what}"


def either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def receipt(value: Score) -> list[Block]:
    """Every factor with its points, before and after they faded, and when and by which rules it was worked out."""
    rows: list[tuple[Piece, ...]] = [full(one) for one in sorted(value.factors, key=lambda one: -abs(one["points"]))]
    then = what_next(value.next)
    blocks = [kit.line(Strong(headline(value)), f". {then[:1].upper()}{then[1:]}." if then else ".")]
    if rows:
        blocks.append(kit.lines(rows, room=4000))
    if value.at is not None:
        parts = "" if value.is_senders else f"Who they are {value.fit:+d}, what they did {value.engagement:+d}. "
        when = CAUSES.get(value.cause, value.cause)
        blocks.append(kit.line(f"{parts}Worked out {when}, " if when else parts, At(value.at), "."))
    return blocks


def full(one: dict[str, Any]) -> tuple[Piece, ...]:
    points = one["points"]
    line: list[Piece] = [Strong(f"{points:+g} "), counted(one.get("touches", 0), one["name"])]
    if one["kind"] != "engagement":
        return tuple(line)
    if one["before"] == points:
        return tuple(line)  # nothing has faded
    newest = f"the newest {days(one.get('age', 0.0))} old"
    return (*line, f" ({one['before']:+g} when new, {newest})")


def days(age: float) -> str:
    return "less than a day" if age < 1 else plural(int(age), "day")


# --- what the lead's thread says


def became_mql(score: int, reasons: str) -> Message:
    return kit.say("📈 ", Strong("Became an MQL "), f"with {score} points" + (f": {reasons}." if reasons else "."))


# --- new scores for all


@dataclass(frozen=True)
class Crossing:
    """What new rules change, or have changed, for all open leads."""

    looked: int
    changed: int
    up: int
    down: int
    up_names: tuple[str, ...] = ()
    down_names: tuple[str, ...] = ()


def rescore_preview(value: Crossing, row_id: int) -> Message:
    if not value.changed and not value.up and not value.down:
        return kit.say(f"{plural(value.looked, 'open lead')} looked at: the rules as they are now change no score.")
    said = (
        f"{plural(value.looked, 'open lead')} looked at: {value.changed} would get another score. "
        f"{crossers(value.up, value.up_names)} would become an MQL, "
        f"{crossers(value.down, value.down_names)} would be none any more."
    )
    button = kit.button("Rescore", RESCORE, str(row_id), style="primary", says="Give all open leads their new scores")
    return Message(kit.fallback(said), (kit.line(Strong("New scores. "), said), kit.actions("rescore", button)))


def rescored(value: Crossing) -> Message:
    return kit.say(
        Strong("New scores given. "), f"{plural(value.looked, 'open lead')} looked at, {value.changed} with another "
        f"score. {crossers(value.up, value.up_names)} became an MQL, "
        f"{crossers(value.down, value.down_names)} are none any more.",
    )  # fmt: skip


def crossers(count: int, names: Sequence[str]) -> str:
    """ "12 (Jane, Ben and 10 others)"."""
    if not names:
        return str(count)
    others = count - len(names)
    rest = f" and {plural(others, 'other')}" if others > 0 else ""
    return f"{count} ({', '.join(names)}{rest})"
