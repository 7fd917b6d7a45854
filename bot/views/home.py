"""The App Home: its tabs, what can be done at once, and the tab that is shown."""

from dataclasses import dataclass
from datetime import datetime

from bot.views import kit
from bot.views.announcements import BACK
from bot.views.answers import local_time
from bot.views.home_day import Day, day
from bot.views.home_leads import MyLeads, my_leads
from bot.views.home_team import TeamTab, team
from bot.views.kit import Block
from bot.views.preferences import Settings, summary

NEW_LEAD, FOLLOW_UP, AWAY, MUTE, UNMUTE = (
    "home.new_lead", "home.follow_up", "home.away", "home.mute", "home.unmute",
)  # fmt: skip
DAY, LEADS, SETTINGS, TEAM = "home.day", "home.leads", "home.settings", "home.team"
TABS = (
    (DAY, "My day", "day"),
    (LEADS, "My leads", "leads"),
    (TEAM, "Team", "team"),
    (SETTINGS, "Settings", "settings"),
)
MOST_BLOCKS = 100  # of Slack's; a test holds every tab to it


@dataclass(frozen=True)
class Home:
    """One of the tabs is there: the one that is shown."""

    name: str
    zone: str
    tab: Day | MyLeads | TeamTab | Settings
    is_manager: bool = False
    away_until: datetime | None = None
    cover: str = ""  # who works for them meanwhile
    muted_until: datetime | None = None


def home(value: Home) -> Block:
    return {"type": "home", "blocks": [tabs(value), *state(value), kit.divider(), *shown(value)]}


def shown(value: Home) -> list[Block]:
    match value.tab:
        case Day():
            return [actions(value), *day(value.tab, value.zone)]
        case MyLeads():
            return [actions(value), *my_leads(value.tab, value.zone)]
        case TeamTab():
            return team(value.tab, value.zone)
        case Settings():
            return summary(value.tab, value.zone)


def name_of(tab: Day | MyLeads | TeamTab | Settings) -> str:
    return {Day: "day", MyLeads: "leads", TeamTab: "team", Settings: "settings"}[type(tab)]


def tabs(value: Home) -> Block:
    """The one that is shown is green, and says so to whoever does not see that."""
    here = name_of(value.tab)
    return kit.actions("tabs", *(
        kit.button(text, action_id, name, style="primary" if name == here else None,
                   says=f"{text}, shown now" if name == here else f"Show {text}")
        for action_id, text, name in TABS if name != "team" or value.is_manager
    ))  # fmt: skip


def state(value: Home) -> list[Block]:
    """What keeps things from them at the moment."""
    said = []
    if value.away_until:
        hands = f"{value.cover} covers for you." if value.cover else "Nobody covers for you."
        said.append(f"You are away until {local_time(value.away_until, value.zone)}: you get no offers. {hands}")
    if value.muted_until:
        until = local_time(value.muted_until, value.zone)
        said.append(f"Reminders are muted until {until}. What falls due meanwhile waits here and in your digest.")
    return [kit.context(text[:400]) for text in said]


def actions(value: Home) -> Block:
    """What is done most, on every tab about one's own work."""
    away = (
        kit.button("I am back", BACK, "back", says="I am back: offers and reminders come to me again")
        if value.away_until else kit.button("Away…", AWAY, "away", says="Be away: choose until when, and who covers")
    )  # fmt: skip
    mute = (
        kit.button("Unmute", UNMUTE, "unmute", says="Unmute reminders")
        if value.muted_until
        else kit.button("Mute today", MUTE, "today", says="Mute reminders for the rest of the day")
    )
    return kit.actions(
        "quick",
        kit.button("New lead", NEW_LEAD, "new", says="Add a lead with a form"),
        kit.button("Set a follow-up", FOLLOW_UP, "any", says="Set a follow-up for one of my leads"),
        away, mute,
    )  # fmt: skip


def stranger() -> Block:
    text = "You are not in a sales team yet. Ask a manager to add you with /team add."
    return {"type": "home", "blocks": [kit.paragraph(text)]}
