"""The place where lives are lived: teams, channels and people, the same for the bot and for its local Slack."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

from bot import people
from bot.contact.outside import Outside
from bot.people import Profile
from bot.playbook.matching import Matching
from bot.playbook.playbook import (
    Claims,
    Condition,
    FollowUps,
    Hours,
    Playbook,
    ReminderRule,
    Reminders,
    RouteRule,
    Routing,
    Stage,
    Team,
)
from bot.playbook.scoring import Scoring
from bot.playbook.sequences import Contact, Sequence
from bot.sandbox.seed import DEFAULT_SEED
from bot.services import Services
from store.database import Database

TEAMS = [f"team{number}" for number in range(1, 9)]
CHANNELS = {name: f"C0{name.upper()}" for name in TEAMS}
REPS = {"U0ALICE": "Alice", "U0BOB": "Bob", "U0CAROL": "Carol"}
MANAGERS = {"U0DANA": "Dana", "U0ERIN": "Erin"}
EVERYBODY = (*REPS, *MANAGERS)
EVERYONE = ["alice", "bob", "carol", "dana", "erin"]
ROUND_THE_CLOCK = Hours(
    days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), starts=time(0), ends=time(23, 59, 59, 999999)
)
# Each follow-up is spoken of once: at its time, and however many there are.
DUE_ONLY = Reminders(rules=(ReminderRule(name="due", minutes=0),)).model_copy(update={"daily_budget": 10**6})

OUTSIDE = Outside("https://dibs.example", "sales@acme.example", channels=frozenset({"email"}))
KEEP = {"name": "keep", "steps": [
    {"kind": "email", "subject": "Hello", "text": "Hello {{ name }}"}, {"kind": "nudge", "says": "say hello"},
    {"kind": "segment", "field": "tier", "to": "warm"}, {"kind": "wait", "days": 300},
]}  # fmt: skip


def playbook() -> Playbook:
    routes = [
        RouteRule(name=f"campaign {name}", team=name, when=(Condition(field="campaign", is_one_of=(name,)),))
        for name in TEAMS[1:]
    ]
    return Playbook(
        hours=ROUND_THE_CLOCK,
        reminders=DUE_ONLY,
        follow_ups=FollowUps(first_contact=None, hot_touches=()),  # every follow-up is somebody's own promise
        claims=Claims(window_minutes=1440),
        routing=Routing(existing_owner=False),  # every lead is claimed by hand
        matching=Matching(asks=False),  # names differ by a number only; who is certain is another matter
        scoring=Scoring(questions=()),  # whoever likes a lead accepts it
        stages=(Stage(name="new"), Stage(name="won", kind="won"), Stage(name="lost", kind="lost")),
        contact=Contact(hours=ROUND_THE_CLOCK),
        sequences=(Sequence.model_validate(KEEP),),
        teams=tuple(Team(name=name, channel=channel) for name, channel in CHANNELS.items()),
        routes=(*routes, RouteRule(name="everyone else", team=TEAMS[0])),
    )


def services(database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Services:
    return Services(database, playbook(), now=now, outside=OUTSIDE)


def settle_people(database: Database) -> None:
    """Teams know their channels, and everyone has a seat."""
    town = services(database)
    people.sync_teams(town, {channel: channel for channel in CHANNELS.values()})
    people.sync_managers(town, [Profile(slack_id, name, "UTC") for slack_id, name in MANAGERS.items()])
    for slack_id, name in REPS.items():
        people.add_founding_rep(town, TEAMS, Profile(slack_id, name, "UTC"))


def write_seed(path: Path) -> None:
    """The sandbox's usual people, in one channel a team."""
    usual = DEFAULT_SEED.read_text(encoding="utf-8")
    kept = usual.split("[[channels]]")[0]
    members = ", ".join(f'"{name}"' for name in [*EVERYONE, "dibs"])
    channels = [
        f'[[channels]]\nid = "{channel}"\nname = "{name}"\nmembers = [{members}]\n'
        for name, channel in CHANNELS.items()
    ]
    path.write_text(kept + "\n".join(channels), encoding="utf-8")
    tomllib.loads(path.read_text(encoding="utf-8"))
