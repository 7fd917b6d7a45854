"""The single error net: what went wrong becomes a private sentence, in the place where the person is looking."""

import uuid
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackClientError

from bot.errors import DibsError, InvalidInputError
from bot.views import kit
from handlers.telling import leave_for
from store.database import StoreUnavailableError

PRESSES = ("block_actions", "shortcut", "message_action")
log = structlog.get_logger(__name__)


def register(app: App) -> None:
    app.error(tell)


def tell(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
    """Acknowledge in any case: Slack would only show "something went wrong" otherwise."""
    if isinstance(error, BoltUnhandledRequestError) and body.get("type") != "view_submission":
        return BoltResponse(status=200, body="")
    sentence = as_sentence(error)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": kit.escape(sentence)})
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "errors", "errors": on_fields(error, body, sentence)})
    if body.get("type") in PRESSES:
        tell_the_presser(context, body, sentence, has_database=not isinstance(error, StoreUnavailableError))
    # Events must come again, unless we understood them and said no.
    understood = isinstance(error, DibsError) or body.get("type") != "event_callback"
    return BoltResponse(status=200 if understood else 500, body="")


def as_sentence(error: Exception) -> str:
    if isinstance(error, DibsError):
        said = [problem.reason for problem in error.problems] if isinstance(error, InvalidInputError) else [str(error)]
        return " ".join([*said, *getattr(error, "__notes__", [])])
    if isinstance(error, BoltUnhandledRequestError):
        return "This form is from an older version. Copy what you typed, close it and open it again."
    reference = uuid.uuid4().hex[:8]
    log.error("unexpected", reference=reference, exc_info=error)
    if isinstance(error, StoreUnavailableError):
        return "The database did not answer in time, so nothing was changed. Please try again in a moment."
    return f"Something went wrong on my side, and it has been written down under {reference}. Please try again."


def on_fields(error: Exception, body: dict[str, Any], sentence: str) -> dict[str, str]:
    """Errors by block id; what belongs to no field of this form goes to its first one."""
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    problems = error.problems if isinstance(error, InvalidInputError) else []
    by_field = {problem.field: problem.reason for problem in problems if problem.field in inputs}
    return by_field or {inputs[0]: sentence}


def tell_the_presser(context: BoltContext, body: dict[str, Any], sentence: str, *, has_database: bool) -> None:
    """Through the outbox, or directly while there is no database to keep it in."""
    slack_id, channel = body["user"]["id"], (body.get("channel") or {}).get("id")
    if has_database:
        leave_for(context["services"], slack_id, channel, kit.say(sentence))
        return
    text = kit.escape(sentence)
    try:
        if channel:
            context.client.chat_postEphemeral(channel=channel, user=slack_id, text=text)
        else:
            context.client.chat_postMessage(channel=slack_id, text=text)
    except (SlackClientError, OSError) as error:
        log.warning("could not tell the person either", reason=str(error)[:300])
