"""Leads in private answers: one in full, several as a list, and why a lead went where it went."""

from dataclasses import dataclass
from datetime import datetime

from bot.playbook_fields import CustomField, visible_fields
from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Block, Message, Piece, Strong
from store.models import Lead

MOST_ROWS = 20


@dataclass(frozen=True)
class NoteLine:
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Details:
    lead: Lead
    team: str
    owner: str | None
    notes: tuple[NoteLine, ...]
    follow_ups: tuple[tuple[datetime, str], ...]
    stages: tuple[tuple[datetime, str], ...] = ()
    custom: tuple[CustomField, ...] = ()  # the playbook's own fields
    is_manager: bool = False  # whoever reads it


@dataclass(frozen=True)
class Row:
    lead: Lead
    owner: str | None
    follow_up_at: datetime | None = None


def details(value: Details) -> Message:
    lead = value.lead
    pairs = [
        ("Stage", lead.stage), ("Owner", value.owner or "nobody yet"), ("Team", value.team),
        ("E-mail", lead.email), ("Phone", lead.phone), ("Title", lead.title), ("Country", lead.country),
        ("Source", lead.source), ("Campaign", lead.campaign), ("Consent", "yes" if lead.consent else "no"),
    ]  # fmt: skip
    blocks: list[Block] = [kit.header(title(lead)), kit.fields([(n, v[:300]) for n, v in pairs if v])]
    shown = visible_fields(lead.fields, value.custom, is_manager=value.is_manager)
    extra = [f"{name}: {answer}" for name, answer in shown.items()]
    if extra:
        blocks.append(kit.paragraph("\n".join(extra)[:2900]))
    if lead.message:
        blocks.append(kit.quote(lead.message[:2000]))
    blocks += section("Follow-ups", [(At(due), f" {what}") for due, what in value.follow_ups])
    blocks += section("Stages", [(At(moved), f" {how}") for moved, how in value.stages])
    blocks += section("Notes", [(At(note.at), f" {note.author}: {note.text[:500]}") for note in value.notes])
    owner = value.owner or "nobody yet"
    return Message(kit.fallback(title(lead), f". Stage {lead.stage}, owner {owner}."), tuple(blocks))


def section(heading: str, rows: list[tuple[Piece, ...]]) -> list[Block]:
    return [kit.line(Strong(heading)), kit.lines(rows, room=2500)] if rows else []


def listing(heading: str, rows: list[Row], *, nothing: str) -> Message:
    """Rows beyond the most that is shown only tell that there are more."""
    if not rows:
        return kit.say(nothing)
    if len(rows) > MOST_ROWS:
        heading, rows = f"{heading}, the newest {MOST_ROWS}", rows[:MOST_ROWS]
    summary = f"{heading}: {len(rows)}. " + "; ".join(title(row.lead)[:60] for row in rows[:5])
    return Message(kit.fallback(summary), (kit.line(Strong(heading)), kit.lines([pieces(row) for row in rows])))


def pieces(row: Row) -> tuple[Piece, ...]:
    who = f"owner {row.owner}" if row.owner else "nobody owns it yet"
    due: tuple[Piece, ...] = (", follow-up ", At(row.follow_up_at)) if row.follow_up_at else ()
    return (Strong(title(row.lead)[:120]), f"  {row.lead.stage}, {who}", *due)
