"""Interactive elements: what they start with, what a person may choose, and what Slack reports."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime

from bot.sandbox.errors import Refused
from bot.sandbox.json_types import Json
from bot.sandbox.walk import elements


@dataclass(frozen=True)
class Kind:
    """Where an element keeps its value, and what sort of value that is."""

    key: str
    sort: str
    many: bool = False

    @property
    def initial(self) -> str:
        return "initial_" + self.key.removeprefix("selected_").removeprefix("rich_text_")


KINDS = {
    "plain_text_input": Kind("value", "text"),
    "email_text_input": Kind("value", "email"),
    "url_text_input": Kind("value", "url"),
    "number_input": Kind("value", "number"),
    "rich_text_input": Kind("rich_text_value", "rich_text"),
    "static_select": Kind("selected_option", "option"),
    "external_select": Kind("selected_option", "any_option"),
    "radio_buttons": Kind("selected_option", "option"),
    "overflow": Kind("selected_option", "option"),
    "multi_static_select": Kind("selected_options", "option", many=True),
    "multi_external_select": Kind("selected_options", "any_option", many=True),
    "checkboxes": Kind("selected_options", "option", many=True),
    "users_select": Kind("selected_user", "id"),
    "multi_users_select": Kind("selected_users", "id", many=True),
    "conversations_select": Kind("selected_conversation", "id"),
    "multi_conversations_select": Kind("selected_conversations", "id", many=True),
    "channels_select": Kind("selected_channel", "id"),
    "multi_channels_select": Kind("selected_channels", "id", many=True),
    "datepicker": Kind("selected_date", "date"),
    "timepicker": Kind("selected_time", "time"),
    "datetimepicker": Kind("selected_date_time", "moment"),
}


def stateful(element: Json) -> bool:
    return element["type"] in KINDS and element["type"] != "overflow"


def initial_state(element: Json) -> Json:
    kind = KINDS[element["type"]]
    return {"type": element["type"], kind.key: element.get(kind.initial, [] if kind.many else None)}


def initial_values(blocks: list[Json], kept: dict[str, Json] | None = None) -> dict[str, Json]:
    """What stands in every field: what was there before under the same ids, else its initial value."""
    values: dict[str, Json] = {}
    for block, element in elements(blocks):
        if stateful(element):
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            state = before if same else initial_state(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = deepcopy(state)
    return values


def chosen_state(element: Json, value: object) -> Json:
    """What Slack reports when a person enters or picks this value; a value they cannot pick is refused."""
    kind = KINDS[element["type"]]
    if kind.many:
        if not isinstance(value, list):
            raise Refused(f"{element['action_id']} takes a list of values.")
        return {"type": element["type"], kind.key: [_one(element, kind, each) for each in value]}
    empty = value is None or value == ""
    return {"type": element["type"], kind.key: None if empty else _one(element, kind, value)}


def is_empty(state: Json) -> bool:
    return all(value in (None, "", []) for key, value in state.items() if key != "type")


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _one(element: Json, kind: Kind, value: object) -> object:
    if kind.sort in ("option", "any_option"):
        return _option(element, kind, value)
    if kind.sort == "rich_text":
        return value
    if kind.sort == "moment":
        return _moment(value)
    text = str(value)
    if kind.sort in ("date", "time"):
        _check_form(kind.sort, text)
    return text


def _option(element: Json, kind: Kind, value: object) -> Json:
    found = next((option for option in options_of(element) if option.get("value") == value), None)
    if found:
        return found
    if kind.sort == "any_option":
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise Refused(f"{element['action_id']} has no option with the value {value!r}.")


def _moment(value: object) -> int:
    if isinstance(value, int):
        return value
    raise Refused("A date and time is given as a number of seconds since 1970.")


def _check_form(sort: str, text: str) -> None:
    try:
        if sort == "date":
            date.fromisoformat(text)
        else:
            datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - only the form is checked
    except ValueError as mistake:
        raise Refused(f"{text!r} is not a {sort} ({'2026-01-31' if sort == 'date' else '14:30'}).") from mistake
