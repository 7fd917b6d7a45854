"""What /team answers: a team with its reps, its queue, its open offers and how fair it was; and news about a seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules.rotation import UNIT
from bot.views import kit
from bot.views.answers import local_time
from bot.views.cards import title
from bot.views.decisions import balance
from bot.views.fit import as_many_as_fit, size
from bot.views.kit import At, Block, Channel, Message, Piece, Strong, plural, say
from bot.views.reports import TABLE_BYTES, cells, table
from store.models import Lead

MOST_SHOWN = 30


@dataclass(frozen=True)
class RepLine:
    """One rep of a team, and how fair it was to them so far."""

    name: str
    obstacle: dict[str, Any] | None = None  # what keeps them from a lead now
    weight: int = 1
    caps: Mapping[str, int] = field(default_factory=dict)
    skills: Sequence[str] = ()
    hours: str = ""
    leads: int = 0
    target: int = 0  # their share of what was dealt in turn, in the rotation's units
    balance: int = 0  # in the same
    owed: int = 0
    lapses: int = 0
    passes: int = 0


@dataclass(frozen=True)
class TeamPage:
    name: str
    mode: str
    channel_id: str | None
    reps: tuple[RepLine, ...]
    zone: str  # of whoever reads it
    is_chosen: tuple[str, ...] = ()  # what a manager chose instead of the playbook's
    held: int = 0
    offers: int = 0
    next_up: str = ""


@dataclass(frozen=True)
class Waiting:
    """A lead in the queue, and why it waits."""

    lead: Lead
    team: str
    why: str


@dataclass(frozen=True)
class Offered:
    lead: Lead
    team: str
    rep: str
    until: datetime


def page(value: TeamPage) -> Message:
    """One team in full."""
    said: list[Piece] = [
        Strong(f"Team {value.name}. "), f"Mode {value.mode}. ", *posted_in(value.channel_id),
        f"{plural(value.held, 'lead')} held, {plural(value.offers, 'offer')} in flight. ",
        f"Next is {value.next_up}." if value.next_up else "Nobody could take a lead now.",
    ]  # fmt: skip
    hint = "/team fairness shows lapses and passes, /team hold and /team offers what waits."
    if value.is_chosen:
        hint = f"Chosen here instead of the playbook's: {' and '.join(value.is_chosen)}. {hint}"
    head = ["Rep", "Now", "Leads", "Target", "Balance", "Weight", "Caps", "Hours", "Skills"]
    body = [
        [rep.name, state(rep.obstacle, value.zone), str(rep.leads), in_leads(rep.target), standing(rep),
         str(rep.weight), caps(rep.caps), rep.hours, ", ".join(rep.skills) or "none"]
        for rep in value.reps
    ]  # fmt: skip
    people = [tabled(head, body)] if body else [kit.context("Nobody has a seat yet: /team add <team> @rep")]
    text = f"{', '.join(f'{rep.name} ({state(rep.obstacle, value.zone)})' for rep in value.reps) or 'nobody yet'}"
    return Message(kit.fallback(*said, " ", text), (kit.line(*said), *people, kit.context(hint)))


def posted_in(channel_id: str | None) -> list[Piece]:
    return ["Cards go to ", Channel(channel_id), ". "] if channel_id else ["Its channel is not known yet. "]


def tabled(head: list[str], body: list[list[str]]) -> Block:
    """As many rows as fit, and how many more there are."""
    rest = [f"and {len(body)} more", *[""] * (len(head) - 1)]
    room = TABLE_BYTES - size([cells(head), cells(rest)]) - 1000
    shown = as_many_as_fit([cells(row) for row in body], room)[:98]
    more = [[f"and {len(body) - len(shown)} more", *["-"] * (len(head) - 1)]] if len(shown) < len(body) else []
    return table([head, *body[: len(shown)], *more])


def state(found: dict[str, Any] | None, zone: str) -> str:  # noqa: PLR0911 - a dictionary of phrases
    """What somebody can do now, in a word or two; times on the reader's clock."""
    match found["is"] if found else None:
        case None:
            return "free"
        case "away":
            return f"away until {moment(found, zone)}"
        case "holiday":
            return f"holiday: {found['name']}" if found else ""
        case "hours":
            return f"outside working hours until {moment(found, zone)}"
        case "offers":
            return f"at cap: {found['has']} offers to answer" if found else ""
        case "open leads":
            return f"at cap: {found['has']} open leads" if found else ""
        case "cap":
            return (
                f"at cap: {found['has']} of {found['limit']} leads a{'n' * (found['span'] == 'hour')} {found['span']}"
                if found
                else ""
            )
        case other:
            return str(other)


def moment(found: dict[str, Any] | None, zone: str) -> str:
    return local_time(datetime.fromisoformat(found["until"]), zone) if found else ""


def in_leads(units: int) -> str:
    return f"{units / UNIT:.1f}".removesuffix(".0")


def standing(rep: RepLine) -> str:
    return balance(rep.balance) + (f", {plural(rep.owed, 'lead')} to be made good" if rep.owed else "")


def caps(own: Mapping[str, int]) -> str:
    """As short as the cell of a table: "3/hour, 10/day, 25 open"."""
    said = (f"{limit} {name}" if name in ("open", "offers") else f"{limit}/{name}" for name, limit in own.items())
    return ", ".join(said) or "none"


def overview(pages: list[TeamPage]) -> Message:
    """Several teams at a glance."""
    if not pages:
        return say("There are no teams yet; they come from the playbook.")
    rows: list[tuple[Piece, ...]] = []
    for value in pages:
        people = ", ".join(with_state(rep, value.zone) for rep in value.reps) or "nobody yet"
        waits = f"; {plural(value.held, 'lead')} held" if value.held else ""
        rows.append((Strong(value.name), f"  {people}. Next: {value.next_up or 'nobody now'}{waits}"))
    text = "; ".join(
        f"{page.name}: {', '.join(with_state(r, page.zone) for r in page.reps) or 'nobody yet'}" for page in pages
    )
    hint = "/team show with a team's name shows all of it."
    return Message(kit.fallback(text), (kit.lines(rows, room=8000), kit.context(hint)))


def with_state(rep: RepLine, zone: str) -> str:
    return f"{rep.name} ({state(rep.obstacle, zone)})" if rep.obstacle else rep.name


def hold(rows: list[Waiting]) -> Message:
    """The leads that wait for somebody to be free, in the order in which they will be dealt."""
    if not rows:
        return say("No lead is held: whatever came has an owner, is on offer, or is open to all.")
    listed: list[tuple[Piece, ...]] = [
        (Strong(f"{title(row.lead)[:100]}"), f"  team {row.team}, score {row.lead.score}, since ",
         At(row.lead.held_since or row.lead.created_at), f". {row.why[:200]}")
        for row in rows
    ]  # fmt: skip
    heading = f"{plural(len(rows), 'lead')} held, first in line first."
    text = "; ".join(title(row.lead)[:60] for row in rows[:5])
    return Message(kit.fallback(heading, " ", text), (kit.line(Strong(heading)), kit.lines(listed)))


def offers(rows: list[Offered], zone: str) -> Message:
    """The offers that wait for an answer."""
    if not rows:
        return say("No offer waits for an answer.")
    body = [
        [row.team, title(row.lead), row.rep, row.until.astimezone(ZoneInfo(zone)).strftime("%H:%M")] for row in rows
    ]
    heading = f"{plural(len(rows), 'offer')} in flight; times on your clock."
    text = "; ".join(f"{title(row.lead)[:60]}: {row.rep} until {local_time(row.until, zone)}" for row in rows[:5])
    blocks = (kit.line(Strong(heading)), tabled(["Team", "Lead", "Rep", "Until"], body))
    return Message(kit.fallback(heading, " ", text), blocks)


def fairness(pages: list[TeamPage]) -> Message:
    """Who had how much, beside their share by weight."""
    body = [
        [page.name, rep.name, str(rep.weight), str(rep.leads), in_leads(rep.target),
         signed(rep.leads * UNIT - rep.target), balance(rep.balance), str(rep.owed), str(rep.lapses), str(rep.passes)]
        for page in pages for rep in page.reps
    ]  # fmt: skip
    if not body:
        return say("Nobody has a seat yet, so there is nothing to compare.")
    head = ["Team", "Rep", "Weight", "Leads", "Target", "Deviation", "Balance", "To be made good", "Lapsed", "Passed"]
    furthest = max((rep for page in pages for rep in page.reps), key=lambda rep: abs(rep.balance))
    said = f"Furthest from level is {furthest.name}: {balance(furthest.balance)}."
    hint = (
        "Leads dealt since each joined. The target is their share, by weight, of what was dealt in turn while they "
        "could take a lead; leads that made good a lost turn come on top of it."
    )
    blocks = (kit.line(Strong("Fairness. "), said), tabled(head, body), kit.context(hint))
    return Message(kit.fallback("Fairness. ", said), blocks)


def signed(units: int) -> str:
    said = in_leads(abs(units))
    return said if said == "0" else f"{'+' if units > 0 else '-'}{said}"


def decided(by: str, what: str) -> Message:
    """To a rep about whose seat a manager decided something."""
    return say(Strong(by), f" {what}")
