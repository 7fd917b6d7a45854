"""/lead find, list, segment and restore: searches typed, saved and shown."""

from bot import scrub, search, segments
from bot.errors import DibsError
from bot.views import search as views
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand, first_word

NOTHING = "Nothing found. Try fewer words, part of one, or a field, like: /lead find stage:new country:DE score>50"
LISTS = {
    "mine": "Your leads", "team": "Your teams' leads", "open": "Leads without an owner",
    "overdue": "Leads that are overdue",
}  # fmt: skip
SEGMENT_USE = (
    "Name the segment, like: /lead segment show hot. Managers: /lead segment save hot score>70 open:yes, "
    "/lead segment delete hot"
)


def find(request: Request) -> Message:
    found = search.find(request.services, request.slack_id, request.words)
    return views.results(f"Found for “{request.words[:60]}”", found, nothing=NOTHING)


def list_leads(request: Request) -> Message:
    which, found = search.list_leads(request.services, request.slack_id, request.words)
    heading = LISTS[which] + (f", {found.query[:60]}" if found.query else "")
    return views.results(heading, found, nothing=f"{heading}: there are none.")


def segment(request: Request) -> Message:
    verb, rest = first_word(request.words)
    name, query = first_word(rest)
    match verb.lower():
        case "" | "list":
            return views.segments(segments.lines(request.services, request.slack_id))
        case "save" if name:
            return say(segments.save(request.services, request.slack_id, name, query))
        case "delete" if name:
            return say(segments.delete(request.services, request.slack_id, name))
        case "show" if name:
            return shown(request, name)
        case "save" | "delete" | "show":
            raise DibsError(SEGMENT_USE)
        case _:
            return shown(request, verb)


def shown(request: Request, name: str) -> Message:
    found = segments.show(request.services, request.slack_id, name)
    return views.results(f"Segment {name}", found, nothing=f"No lead that you may see is in the segment {name}.")


def restore(request: Request) -> Message:
    name, _ = first_word(request.words)
    return say(scrub.restore(request.services, request.slack_id, name))


FINDING = (
    Subcommand("find", "find <words>", "search words and fields, like owner:me score>70", "find acme stage:new", find),
    Subcommand("list", "list [mine|team|open|overdue] [words]", "several leads at a glance", "list mine", list_leads),
    Subcommand("segment", "segment [show|save|delete] [name] [words]", "searches that have a name",
               "segment save hot score>70 open:yes", segment),
    Subcommand("restore", "restore <lead>", "managers: bring back what was cleared out", "restore #42", restore),
)  # fmt: skip
