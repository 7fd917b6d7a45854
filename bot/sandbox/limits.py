"""Slack's limits as data: what each block and element may hold, on which surface, and how much of it."""

from collections.abc import Mapping

from bot.sandbox.shapes import Anything, Flag, Kind, Many, Number, Part, Rule, Shape, String, Text

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_BLOCKS_BYTES = 13_200
VIEW_BYTES = 250_000
POSTED_TEXT = 40_000
UPDATED_TEXT = 4_000
CHARTS_PER_MESSAGE = 2
TABLES_PER_MESSAGE = 1
MARKDOWN_PER_MESSAGE = 12_000
METADATA_BYTES = 8_000

POSTS_PER_SECOND = 1
POST_BURST = 5
CALLS_PER_MINUTE: Mapping[str, int] = {
    "users.list": 20,
    "conversations.list": 20,
    "users.conversations": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.join": 50,
    "reactions.add": 50,
    "bots.info": 50,
    "team.info": 50,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "conversations.members": 100,
}

MODAL = frozenset({"modal"})
MESSAGE = frozenset({"message"})
MESSAGE_AND_HOME = frozenset({"message", "home"})
MESSAGE_AND_MODAL = frozenset({"message", "modal"})

SURFACE_BLOCKS: Mapping[str, int] = {
    "message": MESSAGE_BLOCKS,
    "modal": VIEW_BLOCKS,
    "home": VIEW_BLOCKS,
}

SELECTS = frozenset(
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
ACCESSORIES = SELECTS | PICKERS | CHOICES | BUTTONS | {"overflow", "image"}
IN_ACTIONS = SELECTS | PICKERS | CHOICES | BUTTONS | {"overflow", "rich_text_input"}
IN_INPUT = SELECTS | PICKERS | CHOICES | TYPED
IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video"}
)

ACTION_ID: Mapping[str, Rule] = {"action_id": String(255)}
BLOCK_ID: Mapping[str, Rule] = {"block_id": String(255)}
CONFIRM: Mapping[str, Rule] = {"confirm": Part("confirm")}
FOCUS: Mapping[str, Rule] = {"focus_on_load": Flag()}
PLACEHOLDER: Mapping[str, Rule] = {"placeholder": Text(150, plain=True)}
DISPATCH: Mapping[str, Rule] = {"dispatch_action_config": Part("dispatch")}
COMMON = {**ACTION_ID, **CONFIRM, **FOCUS}
PICK = {**COMMON, **PLACEHOLDER}
TYPE = {**ACTION_ID, **FOCUS, **PLACEHOLDER, **DISPATCH}
OPTIONS: Mapping[str, Rule] = {
    "options": Many(Part("option"), 100),
    "option_groups": Many(Part("option_group"), 100),
}
SEVERAL: Mapping[str, Rule] = {"max_selected_items": Number(1)}
FILTER: Mapping[str, Rule] = {"filter": Anything(), "default_to_current_conversation": Flag()}
ANSWERABLE: Mapping[str, Rule] = {"response_url_enabled": Flag()}

PARTS: Mapping[str, Shape] = {
    "option": Shape({"text": Text(75), "value": String(150)}, {"description": Text(75), "url": String(3000)}),
    "plain_option": Shape(
        {"text": Text(75, plain=True), "value": String(150)},
        {"description": Text(75, plain=True), "url": String(3000)},
    ),
    "option_group": Shape({"label": Text(75, plain=True), "options": Many(Part("option"), 100)}),
    "confirm": Shape(
        {"title": Text(100, plain=True), "text": Text(300)},
        {
            "confirm": Text(30, plain=True),
            "deny": Text(30, plain=True),
            "style": String(one_of=frozenset({"primary", "danger"})),
        },
    ),
    "dispatch": Shape({}, {"trigger_actions_on": Many(String(), 2)}),
    "chart_point": Shape({"label": String(20), "value": Number()}),
    "segment": Shape({"label": String(20), "value": Number(least=1e-9)}),
    "series": Shape({"name": String(20), "data": Many(Part("chart_point"), 20)}),
    "axes": Shape({"categories": Many(String(20), 20)}, {"x_label": String(50), "y_label": String(50)}),
    "column": Shape({}, {"align": String(one_of=frozenset({"left", "center", "right"})), "is_wrapped": Flag()}),
    "image": Shape(
        {"alt_text": String(2000)},
        {"image_url": String(3000), "slack_file": Anything()},
        any_of=("image_url", "slack_file"),
    ),
}

LINES = Shape({"series": Many(Part("series"), 12), "axis_config": Part("axes")})
CHARTS: Mapping[str, Shape] = {
    "pie": Shape({"segments": Many(Part("segment"), 12)}),
    "bar": LINES,
    "line": LINES,
    "area": LINES,
}
CELLS: Mapping[str, Shape] = {
    "raw_text": Shape({"text": String(10_000)}),
    "raw_number": Shape({"value": Number(), "text": String(10_000)}),
    "rich_text": Shape({"elements": Many(Anything(), 100)}),
    "action_cell": Shape({"element": Kind("elements", frozenset({"button"})), "fallback": Anything()}),
}
RICH_TEXT: Mapping[str, Shape] = {
    "rich_text_section": Shape({"elements": Many(Anything(), 1000, least=0)}),
    "rich_text_preformatted": Shape(
        {"elements": Many(Anything(), 1000, least=0)}, {"border": Number(), "language": String()}
    ),
    "rich_text_quote": Shape({"elements": Many(Anything(), 1000, least=0)}, {"border": Number()}),
    "rich_text_list": Shape(
        {
            "style": String(one_of=frozenset({"bullet", "ordered"})),
            "elements": Many(Kind("rich_text", frozenset({"rich_text_section"})), 1000),
        },
        {"indent": Number(0, 8), "offset": Number(0), "border": Number(0, 1)},
    ),
}
TABLE_CELL = Kind("cells", frozenset({"raw_text", "raw_number", "rich_text"}))
DATA_CELL = Kind("cells", frozenset({"raw_text", "raw_number", "rich_text", "action_cell"}))
