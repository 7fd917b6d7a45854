"""/sequence: who gets which messages from us, and what comes of it."""

from bot.actors import LEAD_NUMBER
from bot.errors import DibsError
from bot.sequences import commanding, enrolling_many, holding, looking, previewing, stats
from bot.sequences.enrolling_many import Many
from bot.views import answers
from bot.views.kit import Message, say
from handlers.subcommands import QUOTES, Request, Subcommand, first_word, in_groups

WHICH = "Say which sequence you mean; /sequence list names them."
SIGNS = ":<>="  # of a search


def list_all(request: Request) -> Message:
    return looking.listed(request.services, request.slack_id)


def show(request: Request) -> Message:
    return looking.shown(request.services, request.slack_id, name_in(request.words))


def preview(request: Request) -> Message:
    lead_id, name = request.lead_and_rest()
    return previewing.preview(request.services, request.slack_id, lead_id, name)


def enrol(request: Request) -> Message:
    """One lead is named first; a search, which may have several words, stands before the sequence's name."""
    words, _, name = request.words.rpartition(" ")
    if not words:
        raise DibsError("Say which lead, or which leads, and which sequence.")
    if is_search(words):
        return enrolling_many.proposed(request.services, request.slack_id, Many(name.lower(), words))
    lead_id, name = request.lead_and_rest()
    return say(commanding.enrol(request.services, request.slack_id, lead_id, name))


def is_search(words: str) -> bool:
    return not words.startswith(("#", *QUOTES)) and any(sign in words for sign in SIGNS)


def stop(request: Request) -> Message:
    lead_id, name = request.lead_and_rest()
    return say(commanding.stop(request.services, request.slack_id, lead_id, name))


def pause(request: Request) -> Message:
    if not is_lead(request):
        return holding.pause(request.services, request.slack_id, name_in(request.words), key=request.trigger_id)
    lead_id, name = request.lead_and_rest()
    return say(commanding.pause(request.services, request.slack_id, lead_id, name))


def resume(request: Request) -> Message:
    if not is_lead(request):
        return holding.resume(request.services, request.slack_id, name_in(request.words), key=request.trigger_id)
    lead_id, name = request.lead_and_rest()
    return say(commanding.resume(request.services, request.slack_id, lead_id, name))


def is_lead(request: Request) -> bool:
    """A number or words in quotes; a bare word is a sequence, or part of a lead's name when there is none of that."""
    word = first_word(request.words)[0]
    names = {one.name for one in request.services.playbook.sequences}
    return bool(LEAD_NUMBER.fullmatch(word)) or request.words.startswith(QUOTES) or word.lower() not in names


def show_stats(request: Request) -> Message:
    return stats.stats(request.services, request.slack_id, name_in(request.words))


def name_in(words: str) -> str:
    name = first_word(words)[0]
    if not name:
        raise DibsError(WHICH)
    return name


def sequence_help(_request: Request) -> Message:
    return answers.command_help("/sequence", in_groups(SEQUENCE, SEQUENCE_GROUPS))


SEQUENCE = (
    Subcommand("help", "help", "this list", "help", sequence_help),
    Subcommand("list", "list", "the sequences, and how many leads are in each", "list", list_all),
    Subcommand("show", "show <sequence>", "its steps and texts, who comes in, and what ends it", "show welcome", show),
    Subcommand("preview", "preview <lead> [sequence]", "what a lead would get, when, and what not",
               "preview #42 welcome", preview),
    Subcommand("enrol", "enrol <lead or search> <sequence>", "put a lead into it; managers: all that a search finds",
               "enrol #42 re-engage", enrol),
    Subcommand("stop", "stop <lead> [sequence]", "take it out; what waits is not sent", "stop #42", stop),
    Subcommand("pause", "pause <lead>|<sequence>", "nothing leaves until you let it go on; managers: of all in it",
               "pause #42", pause),
    Subcommand("resume", "resume <lead>|<sequence>", "let it go on where it stood", "resume #42", resume),
    Subcommand("stats", "stats <sequence>", "who came and left, what was opened, clicked and answered",
               "stats welcome", show_stats),
)  # fmt: skip
SEQUENCE_GROUPS = {"Look": "list show preview stats help", "One lead, or many": "enrol stop pause resume"}
