"""What a search found: a line a lead with why it is there, and how to ask more closely."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Block, Message, Piece, Strong
from store.models import Lead

MOST_ROWS = 20
REFINE = "There are more. Refine it: add a word, stage:new, owner:me, source:webinar, score>70 or created:this-month."


@dataclass(frozen=True)
class FoundRow:
    lead: Lead
    owner: str | None
    follow_up_at: datetime | None = None
    why: tuple[tuple[str, str], ...] = ()  # fields and what stands there


@dataclass(frozen=True)
class Found:
    query: str
    rows: tuple[FoundRow, ...]  # one more than are shown tells that there are more
    instead: str = ""  # that a word was put right


@dataclass(frozen=True)
class SegmentLine:
    name: str
    query: str
    leads: int | None  # none: the query does not work any more
    most: int = 1000  # from here on it is not counted
    problem: str = ""


def results(heading: str, found: Found, *, nothing: str) -> Message:
    if not found.rows:
        return kit.say(nothing)
    shown, is_more = found.rows[:MOST_ROWS], len(found.rows) > MOST_ROWS
    said = f"{heading}, the newest {MOST_ROWS}" if is_more else heading
    summary = f"{found.instead} {said}: {len(shown)}. " + "; ".join(title(row.lead)[:60] for row in shown[:5])
    blocks: list[Block] = [kit.line(Strong(said)), kit.lines([pieces(row) for row in shown])]
    if found.instead:
        blocks.insert(0, kit.line(found.instead))
    if is_more:
        blocks.append(kit.context(REFINE))
    return Message(kit.fallback(summary), tuple(blocks))


def pieces(row: FoundRow) -> tuple[Piece, ...]:
    who = f"owner {row.owner}" if row.owner else "no owner"
    state = "" if row.lead.state == "live" else f", {row.lead.state}"
    due: tuple[Piece, ...] = (", follow-up ", At(row.follow_up_at)) if row.follow_up_at else ()
    why: list[Piece] = []
    for field, text in row.why[:3]:
        why += [f"; {field}: ", Strong(text[:120])]
    return (
        Strong(title(row.lead)[:120]), f"  {row.lead.stage}{state}, {who}, score {row.lead.score}",
        *rests(row.lead), *due, *why,
    )  # fmt: skip


def rests(lead: Lead) -> tuple[Piece, ...]:
    """That it is not for now, so that nobody takes it for work to do."""
    until = None if lead.closed_at else lead.forgone_until
    return (", not now: back ", At(until)) if until else ()


def segments(lines: tuple[SegmentLine, ...]) -> Message:
    if not lines:
        return kit.say("There are no segments yet. A manager saves one with: /lead segment save hot score>70 open:yes")
    rows: list[tuple[Piece, ...]] = [
        (Strong(line.name), f"  {line.query}  ", line.problem or counted(line)) for line in lines
    ]
    names = ", ".join(line.name for line in lines)
    return Message(kit.fallback(f"Segments: {names}."), (kit.line(Strong("Segments")), kit.lines(rows)))


def counted(line: SegmentLine) -> str:
    if line.leads is None:
        return "does not work any more"
    if line.leads >= line.most:
        return f"{line.most:,} leads or more"
    return "1 lead" if line.leads == 1 else f"{line.leads} leads"
