"""Every interactive element the sandbox knows, as a table of shapes, and which of them may stand where."""

from collections.abc import Mapping

from bot.sandbox.kit_parts import ACTION_ID, ALT_TEXT, IMAGE_SOURCE, PLAIN_OPTIONS, STYLE
from bot.sandbox.shapes import Flag, Kind, Many, Number, Part, Rule, Shape, String, Text

MODAL = frozenset({"modal"})
MESSAGE = frozenset({"message"})
MESSAGE_AND_MODAL = frozenset({"message", "modal"})

SELECT_NAMES = frozenset(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"radio_buttons", "checkboxes"})
TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
BUTTONS = frozenset({"button", "workflow_button"})
ACCESSORIES = SELECT_NAMES | {"datepicker", "timepicker"} | CHOICES | BUTTONS | {"overflow", "image"}
IN_ACTIONS = SELECT_NAMES | PICKERS | CHOICES | BUTTONS | {"overflow", "rich_text_input"}
IN_INPUT = SELECT_NAMES | PICKERS | CHOICES | TYPED

CONFIRM: Mapping[str, Rule] = {"confirm": Part("confirm")}
FOCUS: Mapping[str, Rule] = {"focus_on_load": Flag()}
PLACEHOLDER: Mapping[str, Rule] = {"placeholder": Text(150, plain=True)}
COMMON = {**ACTION_ID, **CONFIRM, **FOCUS}
PICK = {**COMMON, **PLACEHOLDER}
TYPE: Mapping[str, Rule] = {**ACTION_ID, **FOCUS, **PLACEHOLDER, "dispatch_action_config": Part("dispatch")}
OPTIONS: Mapping[str, Rule] = {"options": PLAIN_OPTIONS, "option_groups": Many(Part("option_group"), 100)}
GIVEN = ("options", "option_groups")
SEVERAL: Mapping[str, Rule] = {"max_selected_items": Number(1)}
FILTER: Mapping[str, Rule] = {"filter": Part("filter"), "default_to_current_conversation": Flag()}
ANSWERABLE: Mapping[str, Rule] = {"response_url_enabled": Flag()}
SEARCH: Mapping[str, Rule] = {"min_query_length": Number(0)}
LABEL: Mapping[str, Rule] = {"accessibility_label": String(75)}
OPTION, CHOICE_OPTIONS = Part("plain_option"), {"options": Many(Part("option"), 10)}
ID, SOME_IDS = String(255), Many(String(255), 100)

SELECTS: Mapping[str, Shape] = {
    "static_select": Shape({}, {**PICK, **OPTIONS, "initial_option": OPTION}, GIVEN, only_one=True),
    "multi_static_select": Shape(
        {}, {**PICK, **OPTIONS, **SEVERAL, "initial_options": PLAIN_OPTIONS}, GIVEN, only_one=True
    ),
    "external_select": Shape({}, {**PICK, **SEARCH, "initial_option": OPTION}),
    "multi_external_select": Shape({}, {**PICK, **SEVERAL, **SEARCH, "initial_options": PLAIN_OPTIONS}),
    "users_select": Shape({}, {**PICK, "initial_user": ID}),
    "multi_users_select": Shape({}, {**PICK, **SEVERAL, "initial_users": SOME_IDS}),
    "conversations_select": Shape({}, {**PICK, **FILTER, **ANSWERABLE, "initial_conversation": ID}),
    "multi_conversations_select": Shape({}, {**PICK, **FILTER, **SEVERAL, "initial_conversations": SOME_IDS}),
    "channels_select": Shape({}, {**PICK, **ANSWERABLE, "initial_channel": ID}),
    "multi_channels_select": Shape({}, {**PICK, **SEVERAL, "initial_channels": SOME_IDS}),
}

LENGTHS: Mapping[str, Rule] = {"min_length": Number(0, 3000), "max_length": Number(1, 3000)}
RANGE: Mapping[str, Rule] = {name: String(form="number") for name in ("initial_value", "min_value", "max_value")}
INPUTS: Mapping[str, Shape] = {
    "plain_text_input": Shape({}, {**TYPE, **LENGTHS, "initial_value": String(3000), "multiline": Flag()}),
    "rich_text_input": Shape({}, {**TYPE, "initial_value": Kind("blocks", frozenset({"rich_text"}))}),
    "email_text_input": Shape({}, {**TYPE, "initial_value": String()}, surfaces=MODAL),
    "url_text_input": Shape({}, {**TYPE, "initial_value": String()}, surfaces=MODAL),
    "number_input": Shape({"is_decimal_allowed": Flag()}, {**TYPE, **RANGE}, surfaces=MODAL),
    "file_input": Shape(
        {}, {**ACTION_ID, "filetypes": Many(String(255), 100), "max_files": Number(1, 10)}, surfaces=MODAL
    ),
}

ELEMENTS: Mapping[str, Shape] = {
    **SELECTS,
    **INPUTS,
    "button": Shape(
        {"text": Text(75, plain=True)},
        {
            **ACTION_ID,
            **CONFIRM,
            **LABEL,
            "value": String(2000),
            "url": String(3000, form="address"),
            "style": STYLE,
            "visible_to_user_ids": Many(String(255), 100),
        },
    ),
    "workflow_button": Shape(
        {"text": Text(75, plain=True), "workflow": Part("workflow")},
        {**ACTION_ID, **LABEL, "style": STYLE},
        surfaces=MESSAGE,
    ),
    "icon_button": Shape(
        {"icon": String(one_of=frozenset({"trash"})), "text": Text(75, plain=True)},
        {**ACTION_ID, **CONFIRM, **LABEL, "value": String(2000), "visible_to_user_ids": Many(String(255), 100)},
        surfaces=MESSAGE,
    ),
    "feedback_buttons": Shape(
        {"positive_button": Part("feedback"), "negative_button": Part("feedback")}, ACTION_ID, surfaces=MESSAGE
    ),
    "overflow": Shape({"options": Many(Part("overflow_option"), 5)}, {**ACTION_ID, **CONFIRM}),
    "checkboxes": Shape(CHOICE_OPTIONS, {**COMMON, "initial_options": Many(Part("option"), 10)}),
    "radio_buttons": Shape(CHOICE_OPTIONS, {**COMMON, "initial_option": Part("option")}),
    "datepicker": Shape({}, {**PICK, "initial_date": String(10, form="date")}),
    "timepicker": Shape({}, {**PICK, "initial_time": String(5, form="time"), "timezone": String(255)}),
    "datetimepicker": Shape(
        {}, {**COMMON, "initial_date_time": Number(1_000_000_000, 9_999_999_999)}, surfaces=MESSAGE_AND_MODAL
    ),
    "image": Shape({"alt_text": ALT_TEXT}, IMAGE_SOURCE, ("image_url", "slack_file"), only_one=True),
    "plain_text": Shape({"text": String(2000)}, {"emoji": Flag()}),
    "mrkdwn": Shape({"text": String(2000)}, {"verbatim": Flag()}),
}
