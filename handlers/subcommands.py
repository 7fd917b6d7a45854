"""What the tables of slash commands are made of: a typed command unpacked, and one line of a table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import claims, leads
from bot.directory import profile
from bot.errors import DibsError, NotAllowedError
from bot.people import Profile
from bot.services import Services
from bot.views.kit import Message
from handlers.requests import as_typed

# Nothing was mistyped here.
NO_EXAMPLE_HELPS = (NotAllowedError, claims.AlreadyClaimedError, claims.NotYourTurnError)
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
FIRST_WORD = re.compile(r'\s*(?:"([^"]*)"|“([^”]*)”|(\S+))\s*(.*)', re.DOTALL)
MANAGERS, MORE = "For managers", "More"  # headings of the help
QUOTES = ('"', "“")


@dataclass(frozen=True)
class Request:
    """One typed command, unpacked."""

    services: Services
    client: WebClient
    slack_id: str
    trigger_id: str
    words: str  # as they were typed
    raw: str = ""  # as Slack sent them, with people and channels as references
    url: str = ""  # at which Slack takes further answers to it

    @property
    def people(self) -> list[str]:
        """The ids of those who are mentioned with @, in order."""
        return PERSON.findall(self.raw)

    @property
    def channels(self) -> list[str]:
        return CHANNEL.findall(self.raw)

    @property
    def plain(self) -> list[str]:
        """The words that mention nobody."""
        return unescape(CHANNEL.sub(" ", PERSON.sub(" ", self.raw))).split()

    def lead_and_rest(self) -> tuple[int, str]:
        """The lead named first (a number, a word, or words in quotes) and what follows it."""
        name, rest = first_word(self.words)
        return leads.number_of(self.services, self.slack_id, name), rest


@dataclass(frozen=True)
class Subcommand:
    name: str
    usage: str
    does: str
    example: str
    run: Callable[[Request], Message | None]


def request_of(body: dict[str, Any], client: WebClient, services: Services) -> tuple[str, Request]:
    """The word after the command, and what follows it."""
    verb, words = first_word(as_typed(body.get("text", "")))
    raw = first_word(body.get("text", ""))[1]
    who, trigger, url = body["user_id"], body["trigger_id"], body.get("response_url", "")
    return verb, Request(services, client, who, trigger, words, raw, url)


def carry_out(entry: Subcommand, request: Request, ack: Ack, command: str) -> None:
    """Run it; every mistake is answered with what was wrong and an example that works."""
    try:
        said = entry.run(request)
    except NO_EXAMPLE_HELPS:
        raise
    except DibsError as error:
        if f"{command} {entry.name}" not in str(error):
            error.add_note(f"Example: {command} {entry.example}")
        raise
    if said is None:
        ack()
    else:
        ack(**said.as_payload(), response_type="ephemeral")


def in_groups(table: tuple[Subcommand, ...], groups: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """For the help: every subcommand below the heading that names it; those that none names are last."""
    named = {name: heading for heading, names in groups.items() for name in names.split()}
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (*groups, MORE)}
    for entry in table:
        heading = named.get(entry.name, MORE)
        does = entry.does.removeprefix("managers: ") if heading.startswith(MANAGERS) else entry.does
        found[heading].append((entry.usage, does))
    return {heading: entries for heading, entries in found.items() if entries}


def first_word(text: str) -> tuple[str, str]:
    found = FIRST_WORD.fullmatch(text)
    if not found:
        return "", ""
    return (found[1] or found[2] or found[3] or ""), found[4].strip()


def person_mentioned(request: Request) -> Profile:
    """Whoever is mentioned first, as Slack knows them."""
    if not request.people:
        raise DibsError("Say whom you mean, and mention them with @.")
    return known_person(request.client, request.people[0])


def known_person(client: WebClient, slack_id: str) -> Profile:
    try:
        return profile(client, slack_id)
    except SlackApiError as error:
        if error.response["error"] in ("user_not_found", "user_not_visible"):
            raise DibsError("Slack does not know the person you mention.") from error
        raise
