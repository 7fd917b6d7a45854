"""/lead duplicates, merge and split: who is who, by hand."""

from bot import duplicates, leads, merging
from bot.errors import DibsError
from bot.views import duplicates as views
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand, first_word


def listing(request: Request) -> Message:
    return views.open_questions(duplicates.open_questions(request.services, request.slack_id))


def merge(request: Request) -> Message:
    lead_id, rest = request.lead_and_rest()
    name = first_word(rest)[0]
    if not name:
        raise DibsError("Name both leads, by their numbers.")
    other_id = leads.number_of(request.services, request.slack_id, name)
    return say(merging.by_hand(request.services, request.slack_id, lead_id, other_id).said)


def split(request: Request) -> Message:
    lead_id, _ = request.lead_and_rest()
    return say(merging.split(request.services, request.slack_id, lead_id))


DUPLICATES = (
    Subcommand("duplicates", "duplicates", "leads that could be one person; you say", "duplicates", listing),
    Subcommand("merge", "merge <lead> <lead>", "these two are one person", "merge #57 #31", merge),
    Subcommand("split", "split <lead>", "they are two people after all", "split #57", split),
)  # fmt: skip
