"""The place: teams that never close, people in thirty zones, and rules that make the most of a small day."""

import random
from dataclasses import replace
from datetime import time
from pathlib import Path

from bot import people
from bot.people import Profile
from bot.playbook.matching import Matching, Scrub
from bot.playbook.playbook import (
    Condition,
    FollowUps,
    Playbook,
    Reminders,
    RouteRule,
    Routing,
    Stage,
    Team,
    read_playbook,
)
from bot.playbook.scoring import Scoring
from bot.services import Services
from tests.scenarios.year.people import CALENDARS, ZONES, Person

PLAYBOOK = Path(__file__).parents[3] / "playbook.toml"
TEAMS = tuple(f"team{number}" for number in range(1, 11))
MANAGERS = ("U0MARIA", "U0MARTIN")
BUDGET = 4  # messages a day about follow-ups: small, so that some days have no room


def playbook() -> Playbook:
    """The shipped rules for reminders; but every lead is taken by hand, and nothing sets itself."""
    usual = read_playbook(PLAYBOOK)
    return usual.model_copy(
        update={
            "routing": Routing(existing_owner=False),
            "reminders": Reminders(daily_budget=BUDGET, rules=usual.reminders.rules),
            "follow_ups": FollowUps(first_contact=None, hot_touches=()),
            "matching": Matching(merges=False, asks=False),  # who is who, and how good, is not what this year is about
            "scoring": Scoring(),
            "scrub": Scrub(),
            "stages": (Stage(name="new"), Stage(name="won", kind="won"), Stage(name="lost", kind="lost")),
            "teams": tuple(Team(name=name, channel=f"#{name}", mode="open") for name in TEAMS),
            "routes": (*map(route, TEAMS[1:]), RouteRule(name="everyone else", team=TEAMS[0])),
        }
    )  # fmt: skip


def route(team: str) -> RouteRule:
    return RouteRule(name=team, team=team, when=(Condition(field="campaign", is_one_of=(team,)),))


def people_of(rng: random.Random, reps: int, zones: int) -> list[Person]:
    """Reps spread over the zones; some with hours, holidays and a digest of their own."""
    managers = [Person(slack_id, slack_id[2:].title(), ZONES[n], TEAMS[0]) for n, slack_id in enumerate(MANAGERS)]
    teams = TEAMS[: max(1, reps // 6)]  # a few colleagues for everyone
    return managers + [one_rep(rng, number, ZONES[number % zones], teams) for number in range(reps)]


def one_rep(rng: random.Random, number: int, zone: str, teams: tuple[str, ...]) -> Person:
    team, calendar = teams[number % len(teams)], CALENDARS.get(zone, "")
    rep = Person(f"U0REP{number:03d}", f"Rep{number:03d}", zone, team, calendar=calendar)
    rep.has_digest = rng.random() < 0.5
    if rng.random() < 0.2:
        rep.starts, rep.ends = rng.choice(((time(7), time(15, 30)), (time(10), time(19)), (time(13), time(21))))
        rep.days = rng.choice((frozenset({0, 1, 2, 3}), frozenset({6, 0, 1, 2, 3}), frozenset({1, 2, 3, 4, 5})))
    return rep


def settle(services: Services, everyone: list[Person], *, zone: str = "") -> None:
    """With a `zone`, everybody is taken to live there, wherever they do."""
    people.sync_teams(services, {f"#{name}": f"C0{name.upper()}" for name in TEAMS})
    people.sync_managers(services, [profile(who) for who in everyone if who.slack_id in MANAGERS])
    for who in everyone:
        known = profile(who)
        people.add_founding_rep(services, [who.team], replace(known, time_zone=zone or known.time_zone))
    with services.unit_of_work() as uow:
        for who in everyone:
            row = uow.people.rep_by_slack_id(who.slack_id)
            assert row is not None
            row.is_digest_off = not who.has_digest
            row.holidays = who.calendar or None
            row.hours = {
                "days": [("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day] for day in sorted(who.days)],
                "starts": f"{who.starts:%H:%M}", "ends": f"{who.ends:%H:%M}",
            }  # fmt: skip
        uow.commit()


def profile(who: Person) -> Profile:
    return Profile(who.slack_id, who.name, who.zone)
