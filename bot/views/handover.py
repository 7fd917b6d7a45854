"""What managers see when people come and go: the form that hands leads over, its sum, and a newcomer's question."""

from dataclasses import dataclass

from bot.views import kit
from bot.views.forms import field, form
from bot.views.kit import Block, Message, Piece, Strong, plural, say

HAND_OVER = "form.hand_over"
ADD, NOT_NOW = "team.add", "team.not_now"
IN_TURN = "turn"  # to whoever is next, instead of to one person
MOST_CHOICES = 99  # Slack's 100, less "in turn"


@dataclass(frozen=True)
class Preview:
    """What somebody leaves behind."""

    rep_id: int
    name: str
    leads: tuple[tuple[str, str, int], ...]  # team, stage, how many
    follow_ups: int
    offers: int
    teams: tuple[str, ...]
    others: tuple[tuple[int, str], ...]  # who could have them


@dataclass(frozen=True)
class Sums:
    """What became of it."""

    name: str
    why: str
    given: tuple[tuple[str, int], ...]
    held: int = 0
    open_to_all: int = 0
    offers: int = 0


def hand_over(value: Preview) -> Block:
    count = sum(number for _, _, number in value.leads)
    rows: list[tuple[Piece, ...]] = [(Strong(f"{team}, {stage}"), f"  {number}") for team, stage, number in value.leads]
    said = f"{plural(count, 'open lead')}, {plural(value.follow_ups, 'follow-up')}, {plural(value.offers, 'offer')}."
    seats = f"{value.name} also loses the seat in {' and '.join(value.teams)}." if value.teams else ""
    options = [kit.option("Deal them out in turn", IN_TURN, "Whoever is next gets each, at once.")]
    options += [kit.option(name, str(rep_id)) for rep_id, name in value.others[:MOST_CHOICES]]
    select: Block = {"type": "static_select", "options": options, "initial_option": options[0]}
    return form(
        HAND_OVER, "Hand over", "Hand over", kit.line(Strong(f"{value.name} has ")), kit.line(said),
        *([kit.lines(rows, room=4000)] if rows else []),
        field("to", "Who gets the leads?", select, hint="Follow-ups move along. Open offers go to the next in turn."),
        kit.context(f"{seats} This happens at once, and you are told when it is done.".strip()),
        about=str(value.rep_id),
    )  # fmt: skip


def summary(value: Sums) -> Message:
    """To managers, when all of it is done."""
    count = sum(number for _, number in value.given)
    parts = [f"{name} {number}" for name, number in value.given]
    said = f"{plural(count, 'lead')} went to others: {', '.join(parts)}." if parts else "No lead changed hands."
    rest = [
        f"{plural(value.held, 'lead')} held until somebody is free." if value.held else "",
        f"{plural(value.open_to_all, 'lead')} open to all." if value.open_to_all else "",
        f"{plural(value.offers, 'offer')} dealt again." if value.offers else "",
    ]
    return say(Strong(f"{value.name} {value.why}. "), " ".join([said, *filter(None, rest)])[:2500])


def newcomer(name: str, slack_id: str, *, team: str, team_id: int) -> Message:
    """To managers, when somebody joins a team's channel."""
    text = f"{name} joined the channel of team {team}. Make {name} a rep of {team}?"
    value = f"{team_id}:{slack_id}"
    add = kit.button("Add", ADD, value, style="primary", says=f"Add {name} to team {team}")
    return Message(kit.fallback(text), (
        kit.paragraph(text), kit.actions("team", add, kit.button("Not now", NOT_NOW, value, says=f"Do not add {name}")),
    ))  # fmt: skip


def left_channel(channel: str, teams: str) -> Message:
    """To a rep who left a team's channel, perhaps by a slip."""
    rest = f"so you have no turns in {teams} any more and your leads went to others."
    return say(f"You left {channel}, {rest} Join again and a manager is asked.")
