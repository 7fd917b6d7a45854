"""Speaking to Slack: one HTTP request a call, and an honest account of what became of it."""

import errno
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import pictures
from bot.errors import DibsError
from bot.intake import downloads
from bot.outbox.ports import Arrived, Copies, NotSent, Outcome, Refused, RetryAfter, SlackCall, Unknown
from bot.views.plainer import spoken

METADATA_TYPE = "dibs_outbox"
UPLOAD = "files.completeUploadExternal"
HISTORY_PAGE = 200

# "It's possible some aspect of the operation succeeded before the error was raised", says Slack.
DOUBTFUL = frozenset({"internal_error", "fatal_error", "service_unavailable", "service_timeout"})
PAUSES = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
NOT_DONE = frozenset({"request_timeout", "team_added_to_org", "org_login_required", "accesslimited"})
LANE_ERRORS = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "channel_is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "team_access_not_granted",
        "ekm_access_denied",
        "missing_scope",
        "no_permission",
    }
)
TOKEN_ERRORS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
        "two_factor_setup_required",
    }
)
NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
DEFAULT_PAUSE = 5.0


def upload(to: str, name: str, content: bytes, comment: str) -> SlackCall:
    """A file for a person or a channel."""
    return SlackCall(UPLOAD, {"channel": to, "name": name, "content": content, "comment": comment})


def picture(channel: str, thread_ts: str, chart: dict[str, Any]) -> SlackCall:
    """A chart as a picture below a message; it is drawn when it is sent."""
    place = {"channel": channel, "thread_ts": thread_ts, "name": f"{chart['title']}.png"}
    return SlackCall(UPLOAD, {**place, "comment": "", "chart": chart})


class Messenger:
    """A voice over slack_sdk. The client must not retry by itself: its second try may be a second message."""

    def __init__(self, client: WebClient) -> None:
        if client.retry_handlers:
            raise ValueError("Give the messenger a WebClient(retry_handlers=[]): its own retries double messages.")
        self._client = client

    def call(self, call: SlackCall, *, key: str = "") -> Outcome:
        """Make the call; whatever happens is an outcome, not an exception."""
        if call.method == UPLOAD:
            return self._upload(**call.arguments)
        arguments = {name: value for name, value in call.arguments.items() if value is not None}
        if call.method in ("chat.postMessage", "chat.postEphemeral", "chat.update"):
            arguments.setdefault("parse", "none")
        if call.method == "chat.postMessage":
            arguments = {"unfurl_links": False, "unfurl_media": False, **arguments}
            arguments["metadata"] = {"event_type": METADATA_TYPE, "event_payload": {"key": key}}
        return self._ask(call.method, json=arguments)

    def copies(self, *, channel: str, thread_ts: str | None, since_ts: str, key: str) -> Copies | Outcome:
        """Look a message up by the key it carries; the answer is an outcome when history cannot be read."""
        if channel.startswith("U"):
            # A message to a person stands in the conversation with them, which has its own id.
            opened = self._ask("conversations.open", params={"users": channel})
            if not isinstance(opened, Arrived):
                return opened
            channel = opened.response["channel"]["id"]
        found: list[str] = []
        for page in self._pages(channel, thread_ts, since_ts):
            if not isinstance(page, Arrived):
                return page
            found += [each["ts"] for each in page.response.get("messages", []) if _key_of(each) == key]
        return Copies(channel, tuple(sorted(found)))

    def _pages(self, channel: str, thread_ts: str | None, since_ts: str) -> Iterator[Outcome]:
        method = "conversations.replies" if thread_ts else "conversations.history"
        cursor: str | None = None
        while cursor != "":
            asked = {
                "channel": channel,
                "ts": thread_ts,
                "oldest": since_ts,
                "inclusive": True,
                "include_all_metadata": True,
                "limit": HISTORY_PAGE,
                "cursor": cursor,
            }
            page = self._ask(method, params={name: value for name, value in asked.items() if value is not None})
            yield page
            more = page.response.get("response_metadata") if isinstance(page, Arrived) else None
            cursor = (more or {}).get("next_cursor") or ""

    def _upload(
        self, *, channel: str, name: str, comment: str, content: bytes = b"", thread_ts: str | None = None,
        chart: dict[str, Any] | None = None,
    ) -> Outcome:  # fmt: skip
        """A file to a person or a place, in Slack's three steps; only the last shows it to anybody.

        So whatever became of the ones before, they may be done again.
        """
        if channel.startswith("U"):
            opened = _not_shown(self._ask("conversations.open", params={"users": channel}))
            if not isinstance(opened, Arrived):
                return opened
            channel = opened.response["channel"]["id"]
        try:
            content = pictures.png(chart) if chart else content
        except pictures.NotDrawnError as error:
            return Refused(str(error))
        described = {"alt_txt": spoken(chart)} if chart else {}
        asked = {"filename": name, "length": len(content), **described}
        place = _not_shown(self._ask("files.getUploadURLExternal", params=asked))
        if not isinstance(place, Arrived):
            return place
        try:
            downloads.send(self._client, place.response["upload_url"], content)
        except DibsError as error:
            return NotSent(str(error))
        where = {"channel_id": channel, "initial_comment": comment, "thread_ts": thread_ts}
        files = [{"id": place.response["file_id"], "title": name}]
        return self._ask(UPLOAD, json={"files": files, **{key: value for key, value in where.items() if value}})

    def _ask(self, method: str, **how: Any) -> Outcome:
        try:
            answer = self._client.api_call(method, **how)
        except SlackApiError as error:
            return _classify(error)
        except URLError as error:
            return _connection_trouble(error)
        except (OSError, HTTPException, ValueError, AttributeError, SlackClientError) as error:
            # Sent, and then: a timeout, a reset, half an answer, or an answer that is no JSON object.
            return Unknown(type(error).__name__)
        return Arrived(dict(answer.data)) if isinstance(answer.data, dict) else Unknown("no JSON object")


def _not_shown(outcome: Outcome) -> Outcome:
    return NotSent(outcome.reason) if isinstance(outcome, Unknown) else outcome


def _classify(error: SlackApiError) -> Outcome:
    response: Any = error.response
    body = response.data if isinstance(response.data, dict) else {}
    code, status = str(body.get("error") or ""), int(response.status_code)
    if status == 429 or code in PAUSES:
        return RetryAfter(_pause(response.headers))
    # The SDK puts a sentence where the code should be when the body was no JSON.
    is_code = code.replace("_", "").isalnum()
    if status >= 500 or code in DOUBTFUL or not is_code:
        return Unknown(code if is_code else f"HTTP {status} without a readable answer", answered=True)
    if code in NOT_DONE:
        return NotSent(code)
    if code in TOKEN_ERRORS:
        return Refused(code, "token")
    return Refused(code, "lane" if code in LANE_ERRORS else "row")


def _pause(headers: dict[str, Any]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(0.0, float(given)) if given is not None else DEFAULT_PAUSE
    except ValueError:
        return DEFAULT_PAUSE


def _connection_trouble(error: URLError) -> Outcome:
    """Only what failed before the first byte went out is certain not to have arrived."""
    cause = error.reason
    reason = type(cause).__name__ if isinstance(cause, Exception) else str(cause)
    never_left = isinstance(cause, NEVER_LEFT) or (isinstance(cause, OSError) and cause.errno in NO_ROUTE)
    return NotSent(reason) if never_left else Unknown(reason)


def _key_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return None
    return (metadata.get("event_payload") or {}).get("key")
