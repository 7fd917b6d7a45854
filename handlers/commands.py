"""Slash commands: one table a command, which both dispatches and prints the help."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import claims, decisions, digests, drafts, handover, leads, people, pipeline, preferences
from bot.errors import DibsError
from bot.services import Services
from bot.views import answers, followup_forms
from bot.views import calls as call_views
from bot.views import leads as lead_views
from bot.views import preferences as preference_views
from bot.views.announcements import receipt
from bot.views.kit import Message, say
from bot.views.why import why as why_view
from handlers.consent_commands import CONSENT_ENTRIES
from handlers.deal_commands import DEALS
from handlers.duplicate_commands import DUPLICATES
from handlers.edit_actions import blank
from handlers.edit_commands import EDITS
from handlers.import_commands import IMPORT_ENTRIES
from handlers.meeting_commands import MEETING_ENTRIES
from handlers.qualify_commands import QUALIFYING
from handlers.report_commands import REPORT
from handlers.search_commands import FINDING
from handlers.sequence_commands import SEQUENCE
from handlers.subcommands import (
    MANAGERS,
    QUOTES,
    Request,
    Subcommand,
    carry_out,
    first_word,
    in_groups,
    person_mentioned,
    request_of,
)
from handlers.team_commands import TEAM


def new(request: Request) -> None:
    request.client.views_open(trigger_id=request.trigger_id, view=blank(request.services, request.slack_id))


def show(request: Request) -> Message:
    lead_id, _ = request.lead_and_rest() if request.words.startswith(("#", *QUOTES)) else (by_words(request), "")
    return lead_views.details(leads.details(request.services, request.slack_id, lead_id))


def by_words(request: Request) -> int:
    name = first_word(request.words)[0] if request.words.startswith(QUOTES) else request.words
    return leads.number_of(request.services, request.slack_id, name)


def claim(request: Request) -> Message:
    claimed = claims.claim(request.services, request.slack_id, by_words(request), key=request.trigger_id)
    return (
        receipt(claimed.title, claimed.waited) if not claimed.is_repeat else say(f"{claimed.title} is yours already.")
    )


def pass_lead(request: Request) -> Message:
    lead_id, reason = request.lead_and_rest()
    return say(f"Passed on {claims.pass_lead(request.services, request.slack_id, lead_id, reason)}.")


def call(request: Request) -> None:
    lead = leads.lead_for_action(request.services, request.slack_id, "note", by_words(request))
    request.client.views_open(trigger_id=request.trigger_id, view=call_views.call(lead))


def release(request: Request) -> Message:
    lead_id, reason = request.lead_and_rest()
    return say(f"Gave back {claims.release(request.services, request.slack_id, lead_id, reason)}.")


def why(request: Request) -> Message:
    return why_view(decisions.why(request.services, request.slack_id, by_words(request)))


def note(request: Request) -> Message:
    lead_id, text = request.lead_and_rest()
    title = pipeline.add_note(request.services, request.slack_id, lead_id, text, key=request.trigger_id)
    return say(f"Noted on {title}.")


def follow_up(request: Request) -> None:
    """What was understood is shown in the form, and saved from there."""
    lead_id, words = request.lead_and_rest()
    lead = leads.lead_for_action(request.services, request.slack_id, "follow_up", lead_id)
    draft = drafts.draft(request.services, request.slack_id, words)
    request.client.views_open(trigger_id=request.trigger_id, view=followup_forms.follow_up(lead, draft))


def assign(request: Request) -> Message:
    lead_id, _ = request.lead_and_rest()
    person = person_mentioned(request)
    return say(handover.assign(request.services, request.slack_id, lead_id, person))


def cover(request: Request) -> Message:
    nobody = request.words.strip().lower() == "nobody"
    other = None if nobody else person_mentioned(request)
    return say(people.name_cover(request.services, request.slack_id, other))


def away(request: Request) -> Message:
    words = re.sub(r"^until\b\s*", "", request.words.strip(), flags=re.IGNORECASE)
    until = people.go_away(request.services, request.slack_id, words)
    zone = people.zone_of(request.services, request.slack_id)
    return answers.away(until, zone, cover=people.cover_name(request.services, request.slack_id))


def back(request: Request) -> Message:
    return say(people.come_back(request.services, request.slack_id))


def settings(request: Request) -> None:
    view = preference_views.edit(*preferences.settings(request.services, request.slack_id))
    request.client.views_open(trigger_id=request.trigger_id, view=view)


def digest(request: Request) -> Message:
    return say(digests.choose(request.services, request.slack_id, request.words))


def mute(request: Request) -> Message:
    words = re.sub(r"^until\b\s*", "", request.words.strip(), flags=re.IGNORECASE)
    return say(preferences.mute(request.services, request.slack_id, words))


def lead_help(_request: Request) -> Message:
    return answers.command_help("/lead", in_groups(LEAD, LEAD_GROUPS))


LEAD = (
    Subcommand("help", "help", "this list", "help", lead_help),
    Subcommand("new", "new", "add a lead with a form", "new", new),
    Subcommand("show", "show <lead>", "everything about one lead", "show #42", show),
    *FINDING,
    Subcommand("claim", "claim <lead>", "make it yours", "claim #42", claim),
    Subcommand("pass", "pass <lead> [reason]", "let your offer go to the next", "pass #42 bad data", pass_lead),
    Subcommand("release", "release <lead> [reason]", "give a lead back", "release #42", release),
    Subcommand("why", "why <lead>", "why it went where it went, and when it is your turn", "why #42", why),
    Subcommand("note", "note <lead> <text>", "write down what you learned", "note #42 wants a demo", note),
    *EDITS,
    *DEALS,
    *QUALIFYING,
    Subcommand("call", "call <lead>", "write down a call, and what is next", "call #42", call),
    Subcommand("followup", "followup <lead> <when> [what]", "be reminded, in your own time zone",
               "followup #42 tomorrow 9am call about the offer", follow_up),
    *DUPLICATES,
    *CONSENT_ENTRIES,
    *MEETING_ENTRIES,
    *IMPORT_ENTRIES,
    Subcommand("away", "away until <when>", "get no offers until then", "away until monday", away),
    Subcommand("back", "back", "get offers again", "back", back),
    Subcommand("cover", "cover @rep|nobody", "who works for you while you are away", "cover @bob", cover),
    Subcommand("settings", "settings", "your hours, digest, time away and cover, in a form", "settings", settings),
    Subcommand("digest", "digest off|on|8:30", "your morning digest, and when it comes", "digest 8:30", digest),
    Subcommand("mute", "mute <when>|off", "no reminders until then; they wait in your Home", "mute 15:00", mute),
    Subcommand("assign", "assign <lead> @rep", "managers: make somebody its owner", "assign #42 @bob", assign),
)  # fmt: skip
LEAD_GROUPS = {  # of the help
    "Find": "show find list segment why",
    "Work on it": "new claim pass release note call edit followup rebuild",
    "Qualify and sell": "qualify accept reject forgo stage deal",
    "Who is who": "duplicates merge split consent",
    "Many at once": "import paste",
    "Yourself": "away back cover settings booking digest mute help",
    MANAGERS: "assign restore",
}
TABLES = {"/lead": LEAD, "/team": TEAM, "/report": REPORT, "/sequence": SEQUENCE}
USUAL = {"/team": "show", "/sequence": "list"}  # what a command alone means, where it is not help


def register(app: App) -> None:
    for command in ("/lead", "/team", "/sequence"):
        app.command(command)(dispatch)


def dispatch(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    table = TABLES[body["command"]]
    verb, request = request_of(body, client, services)
    wanted = verb.lower() or USUAL.get(body["command"], "help")
    entry = next((entry for entry in table if entry.name == wanted), None)
    if entry is None:
        raise unknown(body["command"], verb, table)
    carry_out(entry, request, ack, body["command"])


def unknown(command: str, verb: str, table: tuple[Subcommand, ...]) -> DibsError:
    names = ", ".join(entry.name for entry in table)
    return DibsError(f"I do not know “{command} {verb[:30]}”. I know {names}. Example: {command} {table[1].example}")
