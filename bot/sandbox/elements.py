"""Interactive elements: what they start with, what a person may choose, and what Slack reports."""

from copy import deepcopy
from dataclasses import dataclass

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
    "external_select": Kind("selected_option", "option"),
    "radio_buttons": Kind("selected_option", "option"),
    "overflow": Kind("selected_option", "option"),
    "multi_static_select": Kind("selected_options", "option", many=True),
    "multi_external_select": Kind("selected_options", "option", many=True),
    "checkboxes": Kind("selected_options", "option", many=True),
    "users_select": Kind("selected_user", "user"),
    "multi_users_select": Kind("selected_users", "user", many=True),
    "conversations_select": Kind("selected_conversation", "conversation"),
    "multi_conversations_select": Kind("selected_conversations", "conversation", many=True),
    "channels_select": Kind("selected_channel", "channel"),
    "multi_channels_select": Kind("selected_channels", "channel", many=True),
    "datepicker": Kind("selected_date", "date"),
    "timepicker": Kind("selected_time", "time"),
    "datetimepicker": Kind("selected_date_time", "moment"),
    "file_input": Kind("files", "file", many=True),
}


def stateful(element: Json) -> bool:
    return element["type"] in KINDS and element["type"] != "overflow"


def initial_state(element: Json) -> Json:
    kind = KINDS[element["type"]]
    return {"type": element["type"], kind.key: element.get(kind.initial, [] if kind.many else None)}


def initial_values(
    blocks: list[Json], kept: dict[str, Json] | None = None, current: str | None = None
) -> dict[str, Json]:
    """What stands in every field: what was there before under the same ids, else its initial value.

    `current` is the conversation the person is looking at, for selects that start with it.
    """
    values: dict[str, Json] = {}
    for block, element in elements(blocks):
        if stateful(element):
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            state = before if same else _first_state(element, current)
            values.setdefault(block["block_id"], {})[element["action_id"]] = deepcopy(state)
    return values


def _first_state(element: Json, current: str | None) -> Json:
    state, kind = initial_state(element), KINDS[element["type"]]
    if element.get("default_to_current_conversation") and current and not state[kind.key]:
        state[kind.key] = [current] if kind.many else current
    return state


def is_empty(state: Json) -> bool:
    return all(value in (None, "", []) for key, value in state.items() if key != "type")


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]
