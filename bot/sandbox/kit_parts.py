"""The parts that blocks and elements are made of, as a table: options, dialogs, charts, cells and rich text."""

from collections.abc import Mapping

from bot.sandbox.shapes import Flag, Kind, Many, Number, Part, Rule, Shape, String, Text

ACTION_ID: Mapping[str, Rule] = {"action_id": String(255)}
BLOCK_ID: Mapping[str, Rule] = {"block_id": String(255)}
STYLE = String(one_of=frozenset({"primary", "danger"}))
ALT_TEXT = String(2000)
IMAGE_SOURCE: Mapping[str, Rule] = {"image_url": String(3000, form="web"), "slack_file": Part("slack_file")}
PLAIN_OPTIONS = Many(Part("plain_option"), 100)

PARTS: Mapping[str, Shape] = {
    # Menus take plain text only; check boxes and radio buttons may be formatted.
    "option": Shape({"text": Text(75), "value": String(150)}, {"description": Text(75)}),
    "plain_option": Shape({"text": Text(75, plain=True), "value": String(150)}, {"description": Text(75, plain=True)}),
    "overflow_option": Shape(
        {"text": Text(75, plain=True), "value": String(150)},
        {"description": Text(75, plain=True), "url": String(3000, form="address")},
    ),
    "option_group": Shape({"label": Text(75, plain=True), "options": PLAIN_OPTIONS}),
    "confirm": Shape(
        {
            "title": Text(100, plain=True),
            "text": Text(300),
            "confirm": Text(30, plain=True),
            "deny": Text(30, plain=True),
        },
        {"style": STYLE},
    ),
    "dispatch": Shape(
        {"trigger_actions_on": Many(String(one_of=frozenset({"on_enter_pressed", "on_character_entered"})), 2)}
    ),
    "filter": Shape(
        {},
        {
            "include": Many(String(one_of=frozenset({"im", "mpim", "private", "public"})), 4),
            "exclude_external_shared_channels": Flag(),
            "exclude_bot_users": Flag(),
        },
        ("include", "exclude_external_shared_channels", "exclude_bot_users"),
    ),
    "slack_file": Shape({}, {"id": String(255), "url": String(3000, form="web")}, ("id", "url"), only_one=True),
    "workflow": Shape({"trigger": Part("trigger")}),
    "trigger": Shape({"url": String(3000, form="secure")}, {"customizable_input_parameters": Many(Part("input"), 50)}),
    "input": Shape({"name": String(255), "value": String(3000, least=0)}),
    "feedback": Shape({"text": Text(75, plain=True), "value": String(2000)}, {"accessibility_label": String(75)}),
    "chart_point": Shape({"label": String(20), "value": Number()}),
    "segment": Shape({"label": String(20), "value": Number(least=1e-9)}),
    "series": Shape({"name": String(20), "data": Many(Part("chart_point"), 20)}),
    "axes": Shape({"categories": Many(String(20), 20)}, {"x_label": String(50), "y_label": String(50)}),
    "column": Shape({}, {"align": String(one_of=frozenset({"left", "center", "right"})), "is_wrapped": Flag()}),
    "text_style": Shape({}, {name: Flag() for name in ("bold", "italic", "strike", "code", "underline", "highlight")}),
    "mention_style": Shape(
        {},
        {name: Flag() for name in ("bold", "italic", "strike", "highlight", "client_highlight", "unlink")},
    ),
}

LINES = Shape({"series": Many(Part("series"), 12), "axis_config": Part("axes")})
CHARTS: Mapping[str, Shape] = {
    "pie": Shape({"segments": Many(Part("segment"), 12)}),
    "bar": LINES,
    "line": LINES,
    "area": LINES,
}

MENTION: Mapping[str, Rule] = {"style": Part("mention_style")}
RICH_INLINE: Mapping[str, Shape] = {
    "text": Shape({"text": String(12_000)}, {"style": Part("text_style")}),
    "link": Shape(
        {"url": String(3000, form="address")},
        {"text": String(3000), "unsafe": Flag(), "style": Part("text_style")},
    ),
    "emoji": Shape({"name": String(255)}, {"unicode": String(255), "skin_tone": Number(1, 6)}),
    "user": Shape({"user_id": String(255)}, MENTION),
    "usergroup": Shape({"usergroup_id": String(255)}, MENTION),
    "channel": Shape({"channel_id": String(255)}, MENTION),
    "team": Shape({"team_id": String(255)}, MENTION),
    "broadcast": Shape({"range": String(one_of=frozenset({"here", "channel", "everyone"}))}, MENTION),
    "color": Shape({"value": String(7, form="colour")}),
    "date": Shape(
        {"timestamp": Number(0), "format": String(255)},
        {"url": String(3000, form="address"), "fallback": String(3000), "style": Part("text_style")},
    ),
}
INLINE = Many(Kind("rich_inline", frozenset(RICH_INLINE)), 1000, least=0)
LITERAL = Many(Kind("rich_inline", frozenset({"text", "link"})), 1000, least=0)
RICH_TEXT: Mapping[str, Shape] = {
    "rich_text_section": Shape({"elements": INLINE}),
    "rich_text_preformatted": Shape({"elements": LITERAL}, {"border": Number(0, 1), "language": String(255)}),
    "rich_text_quote": Shape({"elements": INLINE}, {"border": Number(0, 1)}),
    "rich_text_list": Shape(
        {
            "style": String(one_of=frozenset({"bullet", "ordered"})),
            "elements": Many(Kind("rich_text", frozenset({"rich_text_section"})), 1000),
        },
        {"indent": Number(0, 8), "offset": Number(0), "border": Number(0, 1)},
    ),
}

RICH_PIECES = Many(Kind("rich_text", frozenset(RICH_TEXT)), 100)
CELLS: Mapping[str, Shape] = {
    "raw_text": Shape({"text": String(10_000)}),
    "raw_number": Shape({"value": Number(), "text": String(10_000)}),
    "rich_text": Shape({"elements": RICH_PIECES}, BLOCK_ID),
    "action_cell": Shape(
        {"element": Kind("elements", frozenset({"button"})), "fallback": Kind("cells", frozenset({"raw_text"}))}
    ),
}
TABLE_CELL = Kind("cells", frozenset({"raw_text", "raw_number", "rich_text"}))
DATA_CELL = Kind("cells", frozenset({"raw_text", "raw_number", "rich_text", "action_cell"}))
