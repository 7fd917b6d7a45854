"""The App Home: who has opened it, which tab they chose, and what it shows them now."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import preferences, seats, speech
from bot.actors import actor, lookup
from bot.covers import cover_of, is_away
from bot.errors import InvalidInputError, Problem
from bot.rules import eligibility
from bot.rules.calendar import at_local
from bot.rules.cleaning.lead import clean_text
from bot.rules.policy import require
from bot.rules.rotation import UNIT
from bot.services import Look, Services
from bot.standings import next_up
from bot.views.home import Home
from bot.views.home_day import MOST_DUE, MOST_NEXT, MOST_OFFERS, Day, Mine, Part, Turn
from bot.views.home_forms import MOST_CHOICES
from bot.views.home_leads import ALL_STAGES, MOST_SHOWN, SEARCH_MAX, MyLead, MyLeads
from bot.views.home_team import MOST_WAITING, RepRow, TeamTab
from bot.views.preferences import Settings
from bot.views.reminders import Due
from store.followups import Promise
from store.home_tabs import TEAM, Load
from store.models import HomeTab, Lead, Rep, Team
from store.people import Seat
from store.unit_of_work import UnitOfWork

DAY, LEADS, SETTINGS = "day", "leads", "settings"
TABS = (DAY, LEADS, TEAM, SETTINGS)
SHARE_OF = 100  # leads that a rep's share is counted over


def opened(services: Services, slack_id: str) -> None:
    """Somebody looks at their Home; from now on it is kept up to date for them."""
    now = services.now()
    with services.unit_of_work() as uow:
        uow.home_tabs.open(slack_id, now)
        speech.publish_homes(uow, [slack_id], now)
        uow.commit()


def show(services: Services, slack_id: str, tab: str) -> None:
    """They chose another tab.

    Raises:
        NotAllowedError: they are nobody, or it is the managers'.
        InvalidInputError: there is no such tab.
    """
    if tab not in TABS:
        raise InvalidInputError([Problem("tab", "There is no such tab any more. Open the Home again.")])
    choose(services, slack_id, tab=tab)


def show_team(services: Services, slack_id: str, team_id: int) -> None:
    """A manager chose which team they look at.

    Raises:
        NotAllowedError: they are no manager.
    """
    choose(services, slack_id, tab=f"{TEAM}:{team_id}"[:10])


def filter_leads(services: Services, slack_id: str, stage: str) -> None:
    choose(services, slack_id, stage="" if stage == ALL_STAGES else clean_text(stage, limit=40))


def search_leads(services: Services, slack_id: str, words: str) -> None:
    choose(services, slack_id, search=clean_text(words, limit=SEARCH_MAX))


def show_all_leads(services: Services, slack_id: str) -> None:
    choose(services, slack_id, stage="", search="")


def choose(services: Services, slack_id: str, **chosen: str) -> None:
    now = services.now()
    with services.unit_of_work() as uow:
        who = actor(uow, slack_id)
        if chosen.get("tab", "").startswith(TEAM):
            require(who, "manage_people")
        home = uow.home_tabs.open(slack_id, now)
        for name, value in chosen.items():
            setattr(home, name, value)
        speech.publish_homes(uow, [slack_id], now)
        uow.commit()


def refresh_as_time_passes(services: Services) -> None:
    """Tick: what was due today is overdue now, a day has begun, a mute or an absence ended, a team's turn moved on.

    Each shows once, however long the last look was ago; after a start nobody knows, and every Home is brought up to
    date.
    """
    now, last = services.now(), services.last_look
    with services.reading() as uow:
        look = Look(now, uow.home_tabs.decisions())
        people = uow.home_tabs.people()
        changed = changed_since(uow, people, last, look) if last else {home.slack_id for home, _ in people}
    if changed:
        with services.unit_of_work() as uow:
            speech.publish_homes(uow, sorted(changed), now)
            uow.commit()
    services.last_look = look  # only now: what could not be written down is looked for again


def changed_since(uow: UnitOfWork, people: list[tuple[HomeTab, Rep]], last: Look, look: Look) -> set[str]:
    """Whose Home is not what it was at the last look, although nobody they know of did anything."""
    if not people:
        return set()
    moved = uow.home_tabs.members([team for team, made in look.decisions.items() if made != last.decisions.get(team)])
    late = uow.home_tabs.fell_due(last.at, look.at)
    watching = uow.home_tabs.watching(look.at) if late or moved else []
    theirs = {
        home.slack_id for home, rep in people
        if rep.id in moved or has_turned(rep, late.get(rep.id or 0), max(last.at, home.opened_at), look.at)
    }  # fmt: skip
    return theirs.union(watching)


def has_turned(rep: Rep, late: datetime | None, since: datetime, now: datetime) -> bool:
    """Whether midnight where they are, or something they waited for, has passed since they saw their Home."""
    moments = (midnight(rep.time_zone, now), rep.muted_until, rep.away_until, late)
    return any(moment is not None and since < moment <= now for moment in moments)


def midnight(zone: str, now: datetime, *, days: int = 0) -> datetime:
    """The one that began today there; or so many days later."""
    return at_local(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days), time(0), zone)


# --- what it shows


def home_of(services: Services, uow: UnitOfWork, slack_id: str, now: datetime) -> Home | None:
    """What the App Home shows now; None for somebody who is no rep."""
    rep = uow.people.rep_by_slack_id(slack_id)
    if rep is None or not rep.is_active:
        return None
    chosen = uow.home_tabs.of(slack_id) or HomeTab(slack_id=slack_id, opened_at=now)
    cover = cover_of(uow, rep, now)
    return Home(
        rep.name, rep.time_zone, tab_of(services, uow, rep, chosen, now), rep.role == "manager",
        rep.away_until if is_away(rep, now) else None, cover.name if cover else "", later_than(rep.muted_until, now),
    )  # fmt: skip


def later_than(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None


def tab_of(
    services: Services, uow: UnitOfWork, rep: Rep, chosen: HomeTab, now: datetime
) -> Day | MyLeads | TeamTab | Settings:
    """Asked anew each time: whoever is no manager any more sees no team."""
    if chosen.tab.startswith(TEAM) and rep.role == "manager":
        shown = team_tab(services, uow, chosen, now)
        if shown:
            return shown
    if chosen.tab == LEADS:
        return my_leads(services, uow, rep, chosen, now)
    if chosen.tab == SETTINGS:
        return preferences.settings_of(services, uow, rep, now)
    return my_day(services, uow, rep, now)


def in_hand(uow: UnitOfWork, rep: Rep, now: datetime) -> dict[int, str]:
    """Whose work is theirs to do now: their own, and that of those they cover for, by name."""
    covered = [other for other in uow.teams.covered_by(rep.id or 0) if cover_of(uow, other, now) is rep]
    return {rep.id or 0: "", **{other.id or 0: other.name for other in covered}}


def my_day(services: Services, uow: UnitOfWork, rep: Rep, now: datetime) -> Day:
    owners, tonight = in_hand(uow, rep, now), midnight(rep.time_zone, now, days=1)
    counts = uow.home_tabs.count_due(owners.keys(), now, tonight)
    spans: tuple[dict[str, Any], ...] = (
        {"after": None, "until": now, "limit": MOST_DUE},
        {"after": now, "until": tonight, "limit": MOST_DUE},
        {"after": tonight, "until": None, "limit": MOST_NEXT},
    )
    parts = [
        Part(tuple(mine(promise, owners) for promise in uow.home_tabs.follow_ups(owners.keys(), **span)), count)
        for span, count in zip(spans, counts, strict=True)
    ]
    offers = uow.home_tabs.offers(rep.id or 0, limit=MOST_OFFERS + 1)
    turns = tuple(turn_in(services, uow, team, rep, now) for team in teams_of(services, uow, rep))
    return Day(now, turns, tuple((lead, offer.expires_at) for offer, lead in offers), *parts)


def mine(promise: Promise, owners: dict[int, str]) -> Mine:
    return Mine(Due(promise.follow_up, promise.lead), owners[promise.follow_up.rep_id])


def teams_of(services: Services, uow: UnitOfWork, rep: Rep) -> list[Team]:
    known = {team.name for team in services.playbook.teams}
    return [team for team in uow.people.teams_of(rep.id or 0) if team.name in known]


def turn_in(services: Services, uow: UnitOfWork, team: Team, rep: Rep, now: datetime) -> Turn:
    """Where the rep stands: who would get a lead that came now, and their share of the newest ones."""
    rep_id, taken = rep.id or 0, uow.people.seats(team.id or 0)
    table = seats.table(services, uow, team, taken, now)
    place = replace(table.rotation.places[rep_id])  # asking who is next moves the turns on in the table's own copy
    shared = uow.home_tabs.share(team.id or 0, rep_id, after=team.decisions_made - SHARE_OF)
    weights = {seat.rep.id: seat.membership.weight for seat in taken}
    return Turn(
        team.name, next_up(table, team, mode_of(services, team), now) == rep_id,
        eligibility.obstacle(table.candidates[rep_id], needs=frozenset(), now=now), shared.theirs, shared.dealt,
        shared.dealt * UNIT * weights[rep_id] // sum(weights.values()), place.balance, place.owed,
    )  # fmt: skip


def mode_of(services: Services, team: Team) -> str:
    return team.mode or services.playbook.team(team.name).mode


def my_leads(services: Services, uow: UnitOfWork, rep: Rep, chosen: HomeTab, now: datetime) -> MyLeads:
    owners = in_hand(uow, rep, now)
    counted = uow.home_tabs.stages(owners.keys(), search=chosen.search)
    order = [stage.name for stage in services.playbook.stages]
    # A stage that the playbook does not have any more may still hold leads.
    named = [*order, *sorted(counted.keys() - set(order))]
    stage = chosen.stage if chosen.stage in named else ""
    counts = tuple((name, counted.get(name, 0)) for name in named if name in counted or name == stage)
    found = uow.home_tabs.leads(owners.keys(), stage=stage, search=chosen.search, limit=MOST_SHOWN)
    steps = uow.followups.next_by_lead({lead.id or 0 for lead in found})
    leads = tuple(MyLead(lead, steps.get(lead.id or 0), owners[lead.owner_id or 0]) for lead in found)
    return MyLeads(now, leads, counts, stage, chosen.search)


def leads_to_choose(services: Services, slack_id: str, words: str) -> list[Lead]:
    """The leads for which the actor may set a follow-up, those without a next step first; managers find anybody's.

    Raises:
        NotAllowedError: they are nobody.
    """
    search = clean_text(words, limit=SEARCH_MAX)
    with services.reading() as uow:
        who = actor(uow, slack_id)
        if who.is_manager and search:
            found = lookup(uow, search, team_ids=None, limit=MOST_CHOICES)
            return [lead for lead in found if lead.owner_id and lead.closed_at is None]
        owners = in_hand(uow, uow.people.rep(who.rep_id), services.now())
        return uow.home_tabs.leads(owners.keys(), stage="", search=search, limit=MOST_CHOICES)


def team_tab(services: Services, uow: UnitOfWork, chosen: HomeTab, now: datetime) -> TeamTab | None:
    """The team that was chosen, else the first; None where there is none."""
    known = {team.name for team in services.playbook.teams}
    teams = [team for team in uow.people.teams() if team.name in known]
    number = chosen.tab.partition(":")[2]
    team = next((team for team in teams if str(team.id) == number), teams[0] if teams else None)
    if team is None:
        return None
    team_id, taken = team.id or 0, uow.people.seats(team.id or 0)
    table = seats.table(services, uow, team, taken, now)
    loads = uow.home_tabs.loads(team_id, {seat.rep.id or 0 for seat in taken}, now)
    winner = next_up(table, team, mode_of(services, team), now)
    waiting, count = uow.home_tabs.unclaimed(team_id, limit=MOST_WAITING)
    return TeamTab(
        team.name, tuple((each.id or 0, each.name) for each in teams),
        tuple(rep_row(uow, seat, loads.get(seat.rep.id or 0, Load()), eligibility.obstacle(
            table.candidates[seat.rep.id or 0], needs=frozenset(), now=now), now) for seat in taken),
        tuple((lead, waits_for(uow, lead)) for lead in waiting), count,
        uow.teams.count_held(team_id), uow.teams.count_offers(team_id),
        next((seat.rep.name for seat in taken if seat.rep.id == winner), ""),
    )  # fmt: skip


def rep_row(uow: UnitOfWork, seat: Seat, load: Load, obstacle: dict[str, Any] | None, now: datetime) -> RepRow:
    cover = cover_of(uow, seat.rep, now)
    return RepRow(
        seat.rep.name, load.leads, load.overdue, load.stale, load.neglected, obstacle, cover.name if cover else ""
    )


def waits_for(uow: UnitOfWork, lead: Lead) -> str:
    offer = uow.offers.open_for(lead.id or 0)
    if offer:
        return f"on offer to {uow.people.rep(offer.rep_id).name}"
    return "held until somebody is free" if lead.held_since else "open to everyone in the team"
