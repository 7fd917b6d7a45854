"""My day, in the App Home: whose turn it is, what waits for an answer, what is overdue, due today, and next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.rules.rotation import UNIT
from bot.views import kit
from bot.views.answers import local_time
from bot.views.cards import CLAIM, PASS, title
from bot.views.decisions import balance
from bot.views.kit import Block, Piece, Strong, plural
from bot.views.reminders import Due, buttons, what
from bot.views.teams import in_leads, state
from store.models import Lead

MOST_OFFERS, MOST_DUE, MOST_NEXT = 5, 12, 8  # shown; each of the due ones takes two of Slack's hundred blocks
TITLE, WORDS = 100, 120  # characters of a lead's title, and of what is to be done


@dataclass(frozen=True)
class Turn:
    """Where somebody stands in a team's rotation."""

    team: str
    is_next: bool
    obstacle: dict[str, Any] | None = None  # what keeps them from a lead now
    theirs: int = 0  # of the newest leads that were dealt
    dealt: int = 0
    target: int = 0  # their share of those by weight, in the rotation's units
    balance: int = 0  # in the same, over all time
    owed: int = 0


@dataclass(frozen=True)
class Mine:
    """A follow-up of one's own, or of somebody one covers for."""

    due: Due
    owner: str = ""  # empty for one's own


@dataclass(frozen=True)
class Part:
    """Some of the follow-ups of one kind, and how many there are."""

    shown: tuple[Mine, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Day:
    now: datetime
    turns: tuple[Turn, ...] = ()
    offers: tuple[tuple[Lead, datetime], ...] = ()  # until when
    overdue: Part = Part()
    today: Part = Part()
    later: Part = Part()


def day(value: Day, zone: str) -> list[Block]:
    blocks = [kit.lines([turn(one, zone) for one in value.turns], room=4000)] if value.turns else []
    if value.offers:
        blocks.append(kit.header(f"On offer to you: {len(value.offers)}"))
        for lead, until in value.offers[:MOST_OFFERS]:
            blocks += offer(lead, until, zone)
    for heading, part in (("Overdue", value.overdue), ("Due today", value.today)):
        if part.count:
            blocks.append(kit.header(f"{heading}: {part.count}"))
            for one in part.shown[:MOST_DUE]:
                blocks += follow_up(one, value.now, zone)
            blocks += and_more(part.count - len(part.shown[:MOST_DUE]))
    if not value.overdue.count and not value.today.count:
        blocks.append(kit.paragraph(nothing_due(value)))
    if value.later.count:
        rows = [coming(one, zone) for one in value.later.shown[:MOST_NEXT]]
        blocks += [kit.header(f"Next: {value.later.count}"), kit.lines(rows, room=8000)]
        blocks += and_more(value.later.count - len(rows))
    return blocks


def nothing_due(value: Day) -> str:
    if value.later.count:
        return "Nothing is overdue and nothing more is due today. Well done."
    return "You have no follow-ups. My leads shows which of your leads have no next step."


def and_more(count: int) -> list[Block]:
    return [kit.context(f"… and {count} more. My leads shows what is next for each lead.")] if count > 0 else []


def turn(value: Turn, zone: str) -> tuple[Piece, ...]:
    """In one line: "smb: You are next. 12 of the last 48 leads were yours (share 12), level."""
    if value.obstacle:
        stands = f"You get no leads now: {state(value.obstacle, zone)[:80]}."
    else:
        stands = "You are next." if value.is_next else "Somebody else is next."
    share = (
        f" {value.theirs} of the last {plural(value.dealt, 'lead')} dealt came to you; "
        f"your share is {in_leads(value.target)}."
        if value.dealt else ""
    )  # fmt: skip
    owed = f" {plural(value.owed, 'lead')} {'is' if value.owed == 1 else 'are'} owed to you." if value.owed else ""
    over_all = f" Over all time you are {balance(value.balance)}." if abs(value.balance) * 20 >= UNIT else ""
    said = f"{share}{over_all}{owed}"
    return (Strong(f"{value.team[:60]}: "), Strong(stands) if value.is_next else stands, *([said] if said else []))


def offer(lead: Lead, until: datetime, zone: str) -> list[Block]:
    row, name = str(lead.id), title(lead)
    return [
        kit.line(Strong(kit.clip(name, TITLE)), f"  yours to claim until {local_time(until, zone)}"),
        kit.actions(
            f"offer:{row}",
            kit.button("Claim", CLAIM, row, style="primary", says=f"Claim {name}"),
            kit.button("Pass", PASS, row, says=f"Pass on {name}"),
        ),
    ]


def follow_up(value: Mine, now: datetime, zone: str) -> list[Block]:
    promise, lead = value.due.follow_up, value.due.lead
    when = local_time(promise.due_at, zone)
    late = f"{overdue_by(now - promise.due_at)}, was due {when}" if promise.due_at <= now else f"Due {when}"
    said = kit.line(
        Strong(kit.clip(what(promise), WORDS)),
        f": {kit.clip(title(lead), TITLE)}\n{late}{for_whom(value.owner)}{reach(lead)}",
    )
    # Slack wants each block of a page to have a name of its own.
    return [said, {**buttons(promise, title(lead)), "block_id": f"follow_up:{promise.id}"}]


def coming(value: Mine, zone: str) -> tuple[Piece, ...]:
    promise, lead = value.due.follow_up, value.due.lead
    when = local_time(promise.due_at, zone)
    return (Strong(when), f"  {kit.clip(what(promise), WORDS)}: {kit.clip(title(lead), TITLE)}{for_whom(value.owner)}")


def for_whom(owner: str) -> str:
    return f", for {owner[:60]}" if owner else ""


def reach(lead: Lead) -> str:
    """How to get in touch, where it is needed."""
    ways = [kit.clip(way, 60) for way in (lead.phone, lead.email) if way]
    return f"\n{', '.join(ways)}" if ways else ""


def overdue_by(by: timedelta) -> str:
    """ "Overdue by 3 hours" """
    minutes = max(1, int(by.total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return f"Overdue by {plural(minutes // size, unit)}"
    return "Overdue"
