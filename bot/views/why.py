"""The private answer to "why?": the rule, who stood where, who pressed when, and when it is your turn."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.dealing import OPEN_TO_ALL, OWNER
from bot.rules.rotation import OWED
from bot.views import kit
from bot.views.announcements import duration
from bot.views.cards import title
from bot.views.decisions import Told, because, obstacle, standing
from bot.views.kit import Block, Message, Piece, Strong
from store.models import Lead


@dataclass(frozen=True)
class Asker:
    rep_id: int
    time_zone: str
    next_up: tuple[int, ...]  # whose the next leads of this kind would be
    is_manager: bool = False


@dataclass(frozen=True)
class PressLine:
    """A press on Claim."""

    name: str
    at: datetime
    won: bool


@dataclass(frozen=True)
class Why:
    lead: Lead
    team: str
    told: Told | None
    asker: Asker
    presses: tuple[PressLine, ...] = ()
    number: int = 0
    playbook: str = ""


def why(value: Why) -> Message:
    sentences = in_words(value)
    blocks: list[Block] = [
        kit.line(Strong(f"Why {title(value.lead)[:120]} went where it went")),
        *(kit.line(sentence) for sentence in sentences),
    ]
    if value.told and value.told.decision.candidates:
        blocks += [kit.line("Everyone, furthest behind first:"), kit.lines(table(value.told), room=5000)]
    if len(value.presses) > 1:
        blocks += [kit.line("Who pressed Claim:"), kit.lines(race(value.presses), room=1500)]
    if value.told:
        blocks.append(kit.context(record(value)))
    return Message(kit.fallback(f"{title(value.lead)}: {' '.join(sentences)}"), tuple(blocks))


def record(value: Why) -> str:
    """Where it stands in the ledger; how to recompute it is for those who may look there."""
    where = f"Decision {value.number} of team {value.team}"
    if not value.asker.is_manager:
        return f"{where}."
    return f"{where}, under playbook {value.playbook[:12]}. Recompute it: python app.py verify"


def in_words(value: Why) -> list[str]:
    """The route, the reason, and where the asker stands."""
    route = f"Team {value.team}, by the rule “{value.lead.route_reason}”."
    if value.told is None:
        return [route, "No decision was recorded."]
    said = [route, because(value.told)]
    if value.told.decision.kind == OWNER:
        said[0] = f"Team {value.team}, before any rule was asked."
    if value.told.decision.kind == OWED:
        said.append(owed(value.told, value.asker.time_zone))
    return [*said, *yours(value)]


def owed(told: Told, zone: str) -> str:
    """Since when the lead was owed, as the reader's own day."""
    since = told.owed_since.get(told.decision.winner or 0)
    day = since.astimezone(ZoneInfo(zone)).strftime(" since %A, %-d %B") if since else ""
    return f"It makes good a turn that was lost{day}."


def yours(value: Why) -> list[str]:
    """What stood in the asker's way, and when they are next."""
    told, asker = value.told, value.asker
    if told is None:
        return []
    own = next((record for record in told.decision.candidates if record["rep_id"] == asker.rep_id), None)
    said = []
    if own is not None and own["rep_id"] != told.decision.winner:
        said.append(f"You {second_person(obstacle(own['not']))}." if own["not"] else f"You were {standing(own)}.")
    if asker.rep_id in asker.next_up:
        turns = asker.next_up.index(asker.rep_id)
        said.append("You are next." if turns == 0 else f"You are next but {turns}.")
    elif own is not None and asker.next_up:
        said.append(f"Next is {told.name(asker.next_up[0])}.")
    elif not asker.next_up and told.decision.mode != OPEN_TO_ALL:
        said.append("Nobody could take another one now.")
    return said


def second_person(phrase: str) -> str:
    verb, _, rest = phrase.partition(" ")
    return f"{ {'is': 'were', 'has': 'had', 'does': 'do'}.get(verb, verb) } {rest}"


def table(told: Told) -> list[tuple[Piece, ...]]:
    return [
        (
            Strong(told.name(record["rep_id"])),
            f"  {standing(record)}; {obstacle(record['not']) if record['not'] else 'free'}",
        )
        for record in told.decision.candidates
    ]  # fmt: skip


def race(presses: tuple[PressLine, ...]) -> list[tuple[Piece, ...]]:
    """In the order in which they were decided."""
    winner = next((press for press in presses if press.won), presses[0])
    return [
        (Strong(press.name), "  first" if press is winner else f"  {duration(press.at - winner.at)} later")
        for press in presses
    ]
