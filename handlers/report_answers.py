"""Brings an answer to whoever asked for a report, however long it takes: the first words come before Slack gives up.

What acknowledges a slash command cannot be replaced afterwards (github.com/slackapi/bolt-js/issues/2287): what is ready
in time is the acknowledgement itself, and what is not comes in the direct messages, where a message that says so
becomes the answer.
"""

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.errors import DibsError
from bot.views import kit, report_forms
from bot.views.kit import Message
from bot.views.plainer import has_native, plainer
from bot.views.report_schedules import STOPS
from handlers.errors import as_sentence

PATIENCE_SECONDS = 1.0  # until then the answer itself is the acknowledgement; Slack waits for three
URL_SECONDS = 1
REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
Work = Callable[[], Message]
Payload = dict[str, Any]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """Where somebody looked as they opened a form, and what at; the form carries it."""

    url: str = ""
    replaces: bool = False
    words: str = ""
    channel: str = ""

    def as_text(self) -> str:
        return json.dumps([self.url, self.replaces, self.words, self.channel], ensure_ascii=False)


def place_in(body: Payload) -> Place:
    """Out of a form that was sent."""
    try:
        url, replaces, words, channel = json.loads(body["view"]["private_metadata"])
    except (ValueError, TypeError) as error:
        raise DibsError("This form is from an older version. Close it and open it again.") from error
    return Place(str(url), bool(replaces), str(words), str(channel))


@dataclass(frozen=True)
class Asker:
    """Who waits for an answer, and where they look."""

    client: WebClient
    slack_id: str
    url: str = ""  # at which Slack takes answers to what they did
    replaces: bool = False  # there is a message of theirs alone at that address, which the answer replaces


def asker_of(body: Payload, client: WebClient) -> Asker:
    """Of a command or a press. A message that others see as well, or that came by itself, is left as it is."""
    if "command" in body:
        return Asker(client, body["user_id"], body.get("response_url", ""))
    place = body.get("container") or {}
    is_theirs = bool(place.get("is_ephemeral")) or str(place.get("channel_id", "")).startswith("D")
    came = any(block.get("block_id") == STOPS for block in (body.get("message") or {}).get("blocks", []))
    return Asker(client, body["user"]["id"], body.get("response_url", ""), replaces=is_theirs and not came)


def bring(later: Executor, ack: Ack, asker: Asker, what: str, work: Work) -> None:
    """Answer a command: at once if that can be done, else where the answer can still become what is said first.

    Raises:
        DibsError: what the work raises, while there is still somebody to tell it.
    """
    job = later.submit(work)
    wait([job], timeout=PATIENCE_SECONDS)
    if job.done():
        acknowledge(ack, asker, job.result())
        return
    ack(**report_forms.comes_later(what).as_payload(), response_type="ephemeral")
    in_background(later, lambda: follow(asker, what, job))


def acknowledge(ack: Ack, asker: Asker, message: Message) -> None:
    """Slack never says what it thinks of an acknowledgement, so what it may refuse goes to the address."""
    if not has_native(message.blocks):
        ack(**message.as_payload(), response_type="ephemeral")
    elif post_at(asker, message.as_payload()):
        ack()
    else:
        ack(**as_plain(message.as_payload()), response_type="ephemeral")


def replace(later: Executor, asker: Asker, what: str, work: Work) -> None:
    """Answer a press or a form that has been acknowledged already.

    The work stands in the queue before whatever waits for it, so that those who wait can never take all threads.
    """
    job = later.submit(work)
    in_background(later, lambda: answer_press(asker, what, job))


def answer_press(asker: Asker, what: str, job: Future[Message]) -> None:
    if not asker.replaces:
        wait([job], timeout=PATIENCE_SECONDS)
        if not (job.done() and say_at(asker, outcome(job))):
            follow(asker, what, job)
        return
    if say_at(asker, report_forms.working(what)) and say_at(asker, outcome(job)):
        return
    follow(asker, what, job)


def follow(asker: Asker, what: str, job: Future[Message]) -> None:
    """In the direct messages: that it is being worked on, which becomes the answer, or why there is none."""
    first = report_forms.working(what).as_payload()
    posted = asker.client.chat_postMessage(channel=asker.slack_id, **first, unfurl_links=False, unfurl_media=False)
    payload = outcome(job).as_payload()
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    try:
        asker.client.chat_update(**place, **payload)
    except SlackApiError as error:
        if error.response["error"] not in REFUSED:
            raise
        asker.client.chat_update(**place, **as_plain(payload))


def outcome(job: Future[Message]) -> Message:
    """The answer; or the sentence that says why there is none: “Working on it” must never be the last word."""
    error = job.exception()
    return job.result() if error is None else kit.say(why(error))


def why(error: BaseException) -> str:
    """In a sentence, whatever went wrong."""
    return as_sentence(error if isinstance(error, Exception) else RuntimeError(str(error)))


def say_at(asker: Asker, message: Message) -> bool:
    payload = message.as_payload()
    return post_at(asker, payload) or (has_native(message.blocks) and post_at(asker, as_plain(payload)))


def post_at(asker: Asker, payload: Payload) -> bool:
    """Whether Slack took it at the address that it gave."""
    if not is_slacks(asker.url, asker.client):
        return False
    how = {"replace_original": True} if asker.replaces else {"replace_original": False, "response_type": "ephemeral"}
    try:
        answer = WebhookClient(asker.url, timeout=URL_SECONDS, retry_handlers=[]).send_dict({**payload, **how})
    except (SlackClientError, OSError, ValueError) as error:
        log.warning("Slack did not take an answer", reason=str(error)[:300])
        return False
    return bool(answer.status_code == HTTPStatus.OK)


def is_slacks(url: str, client: WebClient) -> bool:
    """Addresses come back out of forms, and nothing else may be called there."""
    place, api = urlsplit(url), urlsplit(client.base_url)
    return (place.scheme, place.netloc) == (api.scheme, api.netloc) or (
        place.scheme == "https" and place.netloc in ("hooks.slack.com", "hooks.slack-gov.com")
    )


def as_plain(payload: Payload) -> Payload:
    return {**payload, "blocks": plainer(payload["blocks"])}


def in_background(later: Executor, work: Callable[[], object]) -> None:
    later.submit(work).add_done_callback(complain)


def complain(done: Future[Any]) -> None:
    error = done.exception()
    if error is not None:
        log.error("an answer did not reach whoever asked", exc_info=error)
