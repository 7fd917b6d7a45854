"""The App Home tab: what is yours to do, at a glance."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Block, Piece, Strong
from bot.views.leads import Row, pieces
from bot.views.reminders import Due, what

NEW_LEAD = "home.new_lead"


@dataclass(frozen=True)
class Home:
    name: str
    teams: tuple[str, ...]
    follow_ups: tuple[Due, ...]
    leads: tuple[Row, ...]
    now: datetime


def home(value: Home) -> Block:
    blocks: list[Block] = [
        kit.header(f"Hello {value.name}"),
        kit.context(f"Teams: {', '.join(value.teams) or 'none yet'}. /lead help shows all commands."),
        kit.actions("home", kit.button("New lead", NEW_LEAD, "new", style="primary")),
        kit.divider(), kit.line(Strong("Your follow-ups")),
        kit.lines([promise(due, value.now) for due in value.follow_ups]) if value.follow_ups
        else kit.context("Nothing is waiting for you."),
        kit.line(Strong("Your leads")),
        kit.lines([pieces(row) for row in value.leads]) if value.leads
        else kit.context("You own no open leads. Claim one in your team's channel."),
    ]  # fmt: skip
    return {"type": "home", "blocks": blocks}


def promise(due: Due, now: datetime) -> tuple[Piece, ...]:
    late = " (overdue)" if due.follow_up.due_at <= now else ""
    return (At(due.follow_up.due_at), f"{late}  {what(due.follow_up)}: {title(due.lead)[:120]}")


def stranger() -> Block:
    text = "You are not in a sales team yet. Ask a manager to add you with /team add."
    return {"type": "home", "blocks": [kit.paragraph(text)]}
