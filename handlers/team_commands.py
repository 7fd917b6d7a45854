"""/team: who sells in which team; everyone in a team may look, managers change it."""

from bot import people
from bot.errors import DibsError
from bot.views import answers
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand, person_mentioned


def team_help(_request: Request) -> Message:
    return answers.command_help("/team", [(entry.usage, entry.does) for entry in TEAM])


def show(request: Request) -> Message:
    return answers.teams(people.teams_overview(request.services, request.slack_id))


def add(request: Request) -> Message:
    person = person_mentioned(request)
    return say(people.add_to_team(request.services, request.slack_id, team_word(request), person))


def remove(request: Request) -> Message:
    person = person_mentioned(request)
    return say(people.remove_from_team(request.services, request.slack_id, team_word(request), person))


def team_word(request: Request) -> str:
    if not request.plain:
        raise DibsError("Say which team you mean.")
    return request.plain[0]


TEAM = (
    Subcommand("help", "help", "this list", "help", team_help),
    Subcommand("show", "show [team]", "who is there, who is next, and how fair it was so far", "show smb", show),
    Subcommand("add", "add <team> @rep", "managers: give somebody a seat", "add smb @erin", add),
    Subcommand("remove", "remove <team> @rep", "managers: take a seat away", "remove smb @erin", remove),
)  # fmt: skip
