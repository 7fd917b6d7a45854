"""The morning digest as one message."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.cards import title
from bot.views.kit import At, Block, Message, Piece, Strong
from bot.views.reminders import Due, late, what
from store.digests import TeamState, Worked
from store.models import Lead, LeadMessage

ROOM = 8000  # bytes of all lists together, so that they fit into one message
MOST_TEAMS = 5  # with lines of their own
NAMES = 5  # reps named in a line about a team


@dataclass(frozen=True)
class Digest:
    """What there is to say; `now` is in the rep's own zone, `covers` names whom the reader stands in for."""

    overdue: tuple[Due, ...]
    today: tuple[Due, ...]
    stale: tuple[Due, ...]
    offered: tuple[tuple[Lead, datetime], ...]
    without_next_step: tuple[Lead, ...]
    worked: Worked
    last_day: str
    now: datetime
    teams: tuple[TeamState, ...] = ()
    covers: str = ""
    held: tuple[tuple[Lead, LeadMessage], ...] = ()  # messages that have waited for their yes since yesterday

    @property
    def has_anything(self) -> bool:
        """What was done yesterday is no reason for a message by itself."""
        return bool(
            self.overdue or self.today or self.stale or self.offered or self.without_next_step or self.teams
            or self.held
        )  # fmt: skip


def digest(value: Digest) -> Message:
    heading = greeting(value)
    parts: list[tuple[str, list[tuple[Piece, ...]]]] = [
        ("Overdue", [line_of(due, value.now, is_late=True) for due in value.overdue]),
        ("Due today", [line_of(due, value.now) for due in value.today]),
        ("New offers", [offer(lead, until) for lead, until in value.offered]),
        ("Going stale", [line_of(due, value.now) for due in value.stale]),
        ("Messages that wait for your yes", [held(lead, message) for lead, message in value.held]),
        ("No next step", [(title(lead)[:120],) for lead in value.without_next_step]),
        *[(f"Team {team.name}", team_lines(team)) for team in value.teams[:MOST_TEAMS]],
        ("Other teams", [(team.name,) for team in value.teams[MOST_TEAMS:]]),
    ]
    filled = [(name, rows) for name, rows in parts if rows]
    lists = [block for name, rows in filled for block in part(name, rows, ROOM // len(filled))]
    return Message(kit.fallback(heading), (kit.line(Strong(heading)), *lists, *closing(value)))


def greeting(value: Digest) -> str:
    counts = [
        (len(value.overdue), "overdue"), (len(value.today), "due today"), (len(value.offered), "on offer to you"),
        (len(value.stale), "going stale"), (len(value.without_next_step), "without a next step"),
        (len(value.held), "waiting for your yes"),
    ]  # fmt: skip
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    if value.covers:
        return f"You cover for {value.covers}: {said}."
    hello = "Good morning." if value.now.hour < 12 else "Your day."
    return f"{hello} {said[:1].upper()}{said[1:]}." if said else f"{hello} Your teams:"


def part(name: str, rows: list[tuple[Piece, ...]], room: int) -> list[Block]:
    return [kit.line(Strong(name)), kit.lines(rows, room=room)]


def line_of(due: Due, now: datetime, *, is_late: bool = False) -> tuple[Piece, ...]:
    follow_up, name = due.follow_up, title(due.lead)[:120]
    if is_late:
        return (Strong(what(follow_up)[:120]), f", {name}, {late(now - follow_up.due_at)}")
    if follow_up.origin == "silence":
        return (name, f": {follow_up.what}")
    return (At(follow_up.due_at, "{time}"), "  ", Strong(what(follow_up)[:120]), f", {name}")


def offer(lead: Lead, until: datetime) -> tuple[Piece, ...]:
    return (title(lead)[:120], ", yours to claim until ", At(until, "{time}"))


def held(lead: Lead, message: LeadMessage) -> tuple[Piece, ...]:
    what = f"e-mail “{message.subject[:120]}”" if message.channel == "email" else "text message"
    return (title(lead)[:120], f": {what}; the message that asks you is further up")


def team_lines(team: TeamState) -> list[tuple[Piece, ...]]:
    said = [
        named("Overdue", team.overdue), named("Left lying, so you hear of it", team.neglected),
        *[f"{count} {text}" for count, text in (
            (team.held, "held until somebody is free"), (team.unclaimed, "that nobody has claimed"),
            (team.stale, "going stale"),
        ) if count],
    ]  # fmt: skip
    return [(text,) for text in said if text]


def named(what: str, counts: tuple[tuple[str, int], ...]) -> str:
    """ "Overdue: Alice 3, Bob 1", the worst first."""
    rest = sum(count for _, count in counts[NAMES:])
    names = [f"{name[:60]} {count}" for name, count in counts[:NAMES]] + ([f"others {rest}"] if rest else [])
    return f"{what}: {', '.join(names)}" if names else ""


def closing(value: Digest) -> list[Block]:
    done = worked(value.worked)
    said = [kit.context(f"{value.last_day[:1].upper()}{value.last_day[1:]}: {done}.")] if done else []
    return [*said, kit.context("The Home tab has buttons for all of it. /lead digest off stops this message.")]


def worked(sums: Worked) -> str:
    counts = [
        (sums.done, "follow-up", "done"), (sums.claimed, "lead", "claimed"), (sums.notes, "note", "written"),
        (sums.won, "lead", "won"),
    ]  # fmt: skip
    return ", ".join(f"{count} {noun}{'s' if count > 1 else ''} {verb}" for count, noun, verb in counts if count)
