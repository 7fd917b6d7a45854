"""Unpacks what Slack sends: who did it, where, and which value they pressed."""

import re
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.errors import DibsError

MAX_NUMBER = 2**31 - 1  # what an id column holds; PostgreSQL calls anything larger an error

REFERENCE = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class Press:
    """A button or a menu choice."""

    slack_id: str
    value: str
    trigger_id: str
    channel: str
    key: str  # the same when Slack delivers the same press again

    @property
    def number(self) -> int:
        return as_number(self.value)


def press(body: dict[str, Any]) -> Press:
    action = body["actions"][0]
    chosen = action.get("selected_option") or {}
    value = action.get("value") or chosen.get("value") or ""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or ""
    who = body["user"]["id"]
    return Press(
        who, value, body["trigger_id"], channel, f"{who}:{action.get('action_ts') or body['trigger_id']}"[:120]
    )


def as_number(value: str) -> int:
    """An id from a button. Buttons come back from outside, so even our own values are checked."""
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= MAX_NUMBER):
        raise DibsError("This button is not one I know any more. The card in the channel has the current ones.")
    return int(value)


def open_over(body: dict[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    """Open the view; pressed within another one, it comes over that, and closing it leads back."""
    place = client.views_push if body.get("view") else client.views_open
    place(trigger_id=body["trigger_id"], view=view)


def submitted(body: dict[str, Any]) -> dict[str, str]:
    """Each field's value by block id, whatever its kind of input; "" when left empty."""
    state = body["view"]["state"]["values"]
    return {block_id: answer(next(iter(inputs.values()), {})) for block_id, inputs in state.items()}


def file_in(body: dict[str, Any], field: str) -> dict[str, Any] | None:
    """The file that somebody chose in this field of a form."""
    inputs = body["view"]["state"]["values"].get(field) or {}
    given: dict[str, Any] = next(iter(inputs.values()), {})
    return next((dict(file) for file in given.get("files") or []), None)


def answer(entry: dict[str, Any]) -> str:
    chosen = entry.get("selected_option") or {}
    kinds = ("value", "selected_date", "selected_time", "selected_user", "selected_conversation")
    several = ",".join(str(one) for one in entry.get("selected_users") or ())
    found = chosen.get("value") or next((entry[kind] for kind in kinds if entry.get(kind)), several)
    return str(found)


def as_typed(text: str) -> str:
    """What the person typed: references by their names, then Slack's three markup characters, the ampersand last."""
    named = REFERENCE.sub(spelled, text)
    return named.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def spelled(found: re.Match[str]) -> str:
    """People, channels and links as Slack sends them: <@U1|ann>, <#C1|sales>, <!here>, <mailto:a@b|a@b>."""
    sign, target, name = found.groups()
    shown = name or target
    return shown if not sign else f"{'#' if sign == '#' else '@'}{shown.removeprefix('@')}"
