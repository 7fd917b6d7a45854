"""/team: who sells in which team; everyone in a team may look, managers change it."""

from collections.abc import Callable

from bot import directory, handover, people, standings, teams
from bot.errors import DibsError
from bot.people import Profile
from bot.services import Services
from bot.views import answers
from bot.views import handover as handover_views
from bot.views import teams as views
from bot.views.kit import Message, say
from handlers.playbook_commands import PLAYBOOK_ENTRIES
from handlers.qualify_commands import RESCORING
from handlers.subcommands import MANAGERS, Request, Subcommand, in_groups, known_person, person_mentioned


def team_help(_request: Request) -> Message:
    return answers.command_help("/team", in_groups(TEAM, TEAM_GROUPS))


# Looking.


def show(request: Request) -> Message:
    pages = standings.pages(request.services, request.slack_id, words(request, 0))
    return views.page(pages[0]) if len(pages) == 1 else views.overview(pages)


def hold(request: Request) -> Message:
    return views.hold(standings.queue(request.services, request.slack_id, words(request, 0)))


def offers(request: Request) -> Message:
    return views.offers(*standings.offers(request.services, request.slack_id, words(request, 0)))


def fairness(request: Request) -> Message:
    return views.fairness(standings.pages(request.services, request.slack_id, words(request, 0)))


# Seats.


def add(request: Request) -> Message:
    person, weight = person_mentioned(request), words(request, 1)
    return say(people.add_to_team(request.services, request.slack_id, team_word(request), person, weight))


def on_seat(change: Callable[[Services, str, str, Profile], str]) -> Callable[[Request], Message]:
    """A change of one seat that needs to know nothing more."""

    def run(request: Request) -> Message:
        person = person_mentioned(request)
        return say(change(request.services, request.slack_id, team_word(request), person))

    return run


def weight(request: Request) -> Message:
    person = person_mentioned(request)
    return say(teams.weigh(request.services, request.slack_id, team_word(request), person, words(request, 1)))


def cap(request: Request) -> Message:
    person, which, limit = person_mentioned(request), words(request, 1).lower(), words(request, 2).lower()
    return say(teams.cap(request.services, request.slack_id, team_word(request), person, which=which, limit=limit))


# People.


def on_person(change: Callable[[Services, str, Profile, str], str]) -> Callable[[Request], Message]:
    """A change of one person; the words say to what."""

    def run(request: Request) -> Message:
        return say(change(request.services, request.slack_id, person_mentioned(request), " ".join(request.plain)))

    return run


def cover(request: Request) -> Message:
    person = person_mentioned(request)
    if len(request.people) < 2 and words(request, 0).lower() != "nobody":
        raise DibsError("Say who covers, and mention them with @ too; or nobody.")
    other = known_person(request.client, request.people[1]) if len(request.people) > 1 else None
    return say(people.set_cover(request.services, request.slack_id, person, other))


def hand_over(request: Request) -> None:
    found = handover.preview(request.services, request.slack_id, person_mentioned(request))
    request.client.views_open(trigger_id=request.trigger_id, view=handover_views.hand_over(found))


# Teams.


def mode(request: Request) -> Message:
    return say(teams.set_mode(request.services, request.slack_id, team_word(request), " ".join(request.plain[1:])))


def channel(request: Request) -> Message:
    team = team_word(request)
    chosen = request.channels[0] if request.channels else None
    if chosen is None and words(request, 1).lower() != teams.USUAL:
        raise DibsError("Say which channel, by its name with #, or usual for the playbook's.")
    people.require_manager(request.services, request.slack_id)
    if chosen is not None and not directory.is_in_channel(request.client, chosen):
        raise DibsError("I am not in that channel. Invite me there first, then say it again.")
    return say(teams.set_channel(request.services, request.slack_id, team, chosen))


def words(request: Request, place: int) -> str:
    """The word at that place, mentions left out; "" when there is none."""
    return request.plain[place] if place < len(request.plain) else ""


def team_word(request: Request) -> str:
    if not request.plain:
        raise DibsError("Say which team you mean.")
    return request.plain[0]


TEAM = (
    Subcommand("help", "help", "this list", "help", team_help),
    Subcommand("show", "show [team]", "who is there, who is next, and how fair it was so far", "show smb", show),
    Subcommand("hold", "hold [team]", "the leads that wait for somebody to be free, and why", "hold smb", hold),
    Subcommand("offers", "offers [team]", "the offers that wait for an answer, and until when", "offers smb", offers),
    Subcommand("fairness", "fairness [team]", "who had how much, beside their share", "fairness smb", fairness),
    Subcommand("add", "add <team> @rep [weight]", "managers: give somebody a seat", "add smb @erin", add),
    Subcommand("remove", "remove <team> @rep", "managers: take a seat away", "remove smb @erin",
               on_seat(people.remove_from_team)),
    Subcommand("pause", "pause <team> @rep", "managers: no leads until resumed", "pause smb @alice",
               on_seat(teams.pause)),
    Subcommand("resume", "resume <team> @rep", "managers: leads again", "resume smb @alice", on_seat(teams.resume)),
    Subcommand("back", "back <team> @rep", "managers: end a set-aside", "back smb @alice", on_seat(teams.bring_back)),
    Subcommand("weight", "weight <team> @rep <number>", "managers: so many times the leads of the others",
               "weight smb @carol 2", weight),
    Subcommand("cap", "cap <team> @rep hour|day|week|open|offers <number>|none|usual",
               "managers: at most so many leads", "cap smb @carol day 5", cap),
    Subcommand("skills", "skills @rep <skill, skill>|none", "managers: what they can do and speak",
               "skills @carol german, enterprise", on_person(teams.set_skills)),
    Subcommand("hours", "hours @rep <days> <from-to>|usual", "managers: their own working hours",
               "hours @carol mon-fri 9:00-17:00", on_person(teams.set_hours)),
    Subcommand("holidays", "holidays @rep <calendar>|usual", "managers: the public holidays where they are",
               "holidays @carol US-NY", on_person(teams.set_holidays)),
    Subcommand("cover", "cover @rep @other|nobody", "managers: who works for somebody who is away",
               "cover @carol @bob", cover),
    Subcommand("handover", "handover @rep", "managers: give all that somebody has to others", "handover @carol",
               hand_over),
    Subcommand("mode", "mode <team> <mode>|usual", "managers: how leads find their rep", "mode smb offer", mode),
    Subcommand("channel", "channel <team> #channel|usual", "managers: where its cards go",
               "channel smb #leads-smb", channel),
    *PLAYBOOK_ENTRIES,
    *RESCORING,
)  # fmt: skip
TEAM_GROUPS = {  # of the help
    "Look": "show hold offers fairness help",
    f"{MANAGERS}: who works": "add remove pause resume back cover handover",
    f"{MANAGERS}: what somebody gets": "weight cap skills hours holidays",
    f"{MANAGERS}: how a team works": "mode channel",
    f"{MANAGERS}: the playbook": "whatif versions diff rollback rescore",
}
