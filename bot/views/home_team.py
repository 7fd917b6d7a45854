"""A team, in its managers' App Home: who has what in hand, what goes wrong, and what waits for somebody."""

from dataclasses import dataclass
from typing import Any

from bot.views import kit
from bot.views.answers import local_time
from bot.views.cards import title
from bot.views.kit import Block, Piece, Strong, plural
from bot.views.responses import OPEN
from bot.views.teams import state
from store.models import Lead

WHICH_TEAM = "home.which_team"
MOST_WAITING, MOST_TEAMS = 10, 100
ROOM = 30_000  # bytes of the list of reps: Slack takes 250,000 of a whole page


@dataclass(frozen=True)
class RepRow:
    name: str
    leads: int = 0
    overdue: int = 0
    stale: int = 0
    neglected: int = 0  # so long overdue that managers were told
    obstacle: dict[str, Any] | None = None  # what keeps them from a lead now
    cover: str = ""  # of somebody who is away

    @property
    def troubles(self) -> tuple[int, int, int]:
        return self.neglected, self.overdue, self.stale


@dataclass(frozen=True)
class TeamTab:
    name: str
    teams: tuple[tuple[int, str], ...] = ()  # to choose from
    reps: tuple[RepRow, ...] = ()
    unclaimed: tuple[tuple[Lead, str], ...] = ()  # those that wait longest, and on whom
    count_unclaimed: int = 0
    held: int = 0
    offers: int = 0
    next_up: str = ""


def team(value: TeamTab, zone: str) -> list[Block]:
    """Whoever needs a word comes first."""
    reps = sorted(value.reps, key=lambda rep: rep.troubles, reverse=True)
    blocks = [*chooser(value), kit.header(f"Team {value.name}"), kit.line(Strong(sums(value)), f" {waits(value)}")]
    if not reps:
        blocks.append(kit.paragraph("Nobody has a seat yet: /team add <team> @rep"))
    else:
        blocks.append(kit.lines([rep_row(rep, zone) for rep in reps], room=ROOM))
    if value.unclaimed:
        blocks.append(kit.header(f"Nobody's yet: {value.count_unclaimed}"))
        blocks += [waiting(lead, on, zone) for lead, on in value.unclaimed[:MOST_WAITING]]
        rest = value.count_unclaimed - len(value.unclaimed[:MOST_WAITING])
        if rest > 0:
            blocks.append(kit.context(f"… and {rest} more: /lead list open, and /team hold says why they wait."))
    return blocks


def chooser(value: TeamTab) -> list[Block]:
    if len(value.teams) < 2:
        return []
    options = [kit.option(name, str(team_id)) for team_id, name in value.teams[:MOST_TEAMS]]
    chosen = next((option for option, (_, name) in zip(options, value.teams, strict=False) if name == value.name), None)
    menu: Block = {
        "type": "static_select", "action_id": WHICH_TEAM, "placeholder": kit.label("Which team?"), "options": options,
        **({"initial_option": chosen} if chosen else {}),
    }  # fmt: skip
    return [kit.actions("which team", menu)]


def sums(value: TeamTab) -> str:
    leads, overdue = sum(rep.leads for rep in value.reps), sum(rep.overdue for rep in value.reps)
    neglected = sum(rep.neglected for rep in value.reps)
    climbed = f", {neglected} of them neglected" if neglected else ""
    return f"{plural(leads, 'open lead')}, {plural(overdue, 'follow-up')} overdue{climbed}."


def waits(value: TeamTab) -> str:
    next_up = f"{value.next_up[:60]} is next." if value.next_up else "Nobody could take a lead now."
    return f"{plural(value.held, 'lead')} held, {plural(value.offers, 'offer')} in flight. {next_up}"


def rep_row(rep: RepRow, zone: str) -> tuple[Piece, ...]:
    """Only what there is: "Bob  12 open leads, 3 overdue, 1 going stale (away until Mon, Carol covers)"."""
    said = [f"{count} {what}" for count, what in (
        (rep.overdue, "overdue"), (rep.stale, "going stale"), (rep.neglected, "neglected"),
    ) if count]  # fmt: skip
    cover = f", {rep.cover[:60]} covers" if rep.cover else ""
    now = f"  ({state(rep.obstacle, zone)[:80]}{cover})" if rep.obstacle else ""
    trouble = f", {', '.join(said)}" if said else ", all in time"
    said_all = f"  {plural(rep.leads, 'open lead')}{trouble if rep.leads or said else ''}{now}"
    return (Strong(rep.name[:60]), said_all)


def waiting(lead: Lead, on: str, zone: str) -> Block:
    name = title(lead)
    button = kit.button("Open", OPEN, str(lead.id), says=f"Open {name}")
    text = f"{kit.clip(name, 100)}\nSince {local_time(lead.created_at, zone)}, {on[:120]}"
    return {**kit.paragraph(text), "block_id": f"waiting:{lead.id}", "accessory": button}
