"""Every block and element of Block Kit that the sandbox knows, as a table of shapes."""

from collections.abc import Mapping

from bot.sandbox.limits import (
    ACCESSORIES,
    ACTION_ID,
    ANSWERABLE,
    BLOCK_ID,
    BUTTONS,
    CELLS,
    CHARTS,
    COMMON,
    CONFIRM,
    DATA_CELL,
    FILTER,
    FOCUS,
    IN_ACTIONS,
    IN_CONTAINER,
    IN_INPUT,
    MESSAGE,
    MESSAGE_AND_HOME,
    MESSAGE_AND_MODAL,
    MODAL,
    OPTIONS,
    PICK,
    RICH_TEXT,
    SEVERAL,
    TABLE_CELL,
    TYPE,
)
from bot.sandbox.shapes import Anything, Flag, Kind, Many, Number, Part, Shape, String, Text

CHOICE_OPTIONS = {"options": Many(Part("option"), 10)}
OPTION, SOME_OPTIONS = Part("option"), Many(Part("option"), 100)
ID, SOME_IDS = String(255), Many(String(255), 100)

SELECTS: Mapping[str, Shape] = {
    "static_select": Shape({}, {**PICK, **OPTIONS, "initial_option": OPTION}, ("options", "option_groups")),
    "multi_static_select": Shape(
        {}, {**PICK, **OPTIONS, **SEVERAL, "initial_options": SOME_OPTIONS}, ("options", "option_groups")
    ),
    "external_select": Shape({}, {**PICK, "initial_option": OPTION, "min_query_length": Number(0)}),
    "multi_external_select": Shape(
        {}, {**PICK, **SEVERAL, "initial_options": SOME_OPTIONS, "min_query_length": Number(0)}
    ),
    "users_select": Shape({}, {**PICK, "initial_user": ID}),
    "multi_users_select": Shape({}, {**PICK, **SEVERAL, "initial_users": SOME_IDS}),
    "conversations_select": Shape({}, {**PICK, **FILTER, **ANSWERABLE, "initial_conversation": ID}),
    "multi_conversations_select": Shape({}, {**PICK, **FILTER, **SEVERAL, "initial_conversations": SOME_IDS}),
    "channels_select": Shape({}, {**PICK, **ANSWERABLE, "initial_channel": ID}),
    "multi_channels_select": Shape({}, {**PICK, **SEVERAL, "initial_channels": SOME_IDS}),
}

INPUTS: Mapping[str, Shape] = {
    "plain_text_input": Shape(
        {},
        {
            **TYPE,
            "initial_value": String(3000),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
    ),
    "rich_text_input": Shape({}, {**TYPE, "initial_value": Anything()}),
    "email_text_input": Shape({}, {**TYPE, "initial_value": String()}, surfaces=MODAL),
    "url_text_input": Shape({}, {**TYPE, "initial_value": String()}, surfaces=MODAL),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()},
        {**TYPE, "initial_value": String(), "min_value": String(), "max_value": String()},
        surfaces=MODAL,
    ),
    "file_input": Shape(
        {}, {**ACTION_ID, "filetypes": Many(String(), 100), "max_files": Number(1, 10)}, surfaces=MODAL
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
            "value": String(2000),
            "url": String(3000),
            "style": String(one_of=frozenset({"primary", "danger"})),
            "accessibility_label": String(75),
            "visible_to_user_ids": Many(String(), 100),
        },
    ),
    "workflow_button": Shape(
        {"text": Text(75, plain=True), "workflow": Anything()},
        {**ACTION_ID, "style": String(), "accessibility_label": String(75)},
        surfaces=MESSAGE,
    ),
    "icon_button": Shape(
        {"icon": String(one_of=frozenset({"trash"})), "text": Text(75, plain=True)},
        {**ACTION_ID, **CONFIRM, "value": String(2000), "accessibility_label": String(75)},
        surfaces=MESSAGE,
    ),
    "overflow": Shape({"options": Many(Part("plain_option"), 5)}, {**ACTION_ID, **CONFIRM}),
    "checkboxes": Shape(CHOICE_OPTIONS, {**COMMON, "initial_options": Many(OPTION, 10)}),
    "radio_buttons": Shape(CHOICE_OPTIONS, {**COMMON, "initial_option": OPTION}),
    "datepicker": Shape({}, {**PICK, "initial_date": String(10)}),
    "timepicker": Shape({}, {**PICK, "initial_time": String(5), "timezone": String()}),
    "datetimepicker": Shape(
        {}, {**ACTION_ID, **CONFIRM, **FOCUS, "initial_date_time": Number(0)}, surfaces=MESSAGE_AND_MODAL
    ),
    "image": Shape(
        {"alt_text": String(2000)},
        {"image_url": String(3000), "slack_file": Anything()},
        ("image_url", "slack_file"),
    ),
    "plain_text": Shape({"text": String(2000)}, {"emoji": Flag()}),
    "mrkdwn": Shape({"text": String(2000)}, {"verbatim": Flag()}),
}

CARD = Shape(
    {},
    {
        **BLOCK_ID,
        "hero_image": Kind("elements", frozenset({"image"})),
        "icon": Kind("elements", frozenset({"image"})),
        "title": Text(150),
        "subtitle": Text(150),
        "body": Text(200),
        "subtext": Text(200),
        "actions": Many(Kind("elements", BUTTONS), 3),
    },
    ("hero_image", "title", "actions", "body"),
    MESSAGE_AND_HOME,
)

BLOCKS: Mapping[str, Shape] = {
    "section": Shape(
        {},
        {
            **BLOCK_ID,
            "text": Text(3000),
            "fields": Many(Text(2000), 10),
            "accessory": Kind("elements", ACCESSORIES),
            "expand": Flag(),
        },
        ("text", "fields"),
    ),
    "divider": Shape({}, BLOCK_ID),
    "header": Shape({"text": Text(150, plain=True)}, BLOCK_ID),
    "context": Shape({"elements": Many(Kind("elements", frozenset({"image", "plain_text", "mrkdwn"})), 10)}, BLOCK_ID),
    "actions": Shape({"elements": Many(Kind("elements", IN_ACTIONS), 25)}, BLOCK_ID),
    "context_actions": Shape(
        {"elements": Many(Kind("elements", frozenset({"feedback_buttons", "icon_button"})), 5)},
        BLOCK_ID,
        surfaces=MESSAGE,
    ),
    "input": Shape(
        {"label": Text(2000, plain=True), "element": Kind("elements", IN_INPUT)},
        {**BLOCK_ID, "hint": Text(2000, plain=True), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "image": Shape(
        {"alt_text": String(2000)},
        {
            **BLOCK_ID,
            "image_url": String(3000),
            "slack_file": Anything(),
            "title": Text(2000, plain=True),
        },
        ("image_url", "slack_file"),
    ),
    "rich_text": Shape({"elements": Many(Kind("rich_text", frozenset(RICH_TEXT)), 100)}, BLOCK_ID),
    "markdown": Shape({"text": String(12_000)}, BLOCK_ID, surfaces=MESSAGE),
    "alert": Shape(
        {"text": Text(200)},
        {
            **BLOCK_ID,
            "level": String(one_of=frozenset({"default", "info", "warning", "error", "success"})),
        },
        surfaces=MODAL,
    ),
    "card": CARD,
    "carousel": Shape({"elements": Many(Kind("blocks", frozenset({"card"})), 10)}, BLOCK_ID, surfaces=MESSAGE_AND_HOME),
    "container": Shape(
        {"child_blocks": Many(Kind("blocks", IN_CONTAINER), 10)},
        {
            **BLOCK_ID,
            "title": Text(150),
            "rich_text_title": Anything(),
            "subtitle": Text(150),
            "width": String(one_of=frozenset({"narrow", "standard", "wide", "full"})),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        ("title", "rich_text_title"),
        MESSAGE_AND_HOME,
    ),
    "table": Shape(
        {"rows": Many(Many(TABLE_CELL, 20), 100)},
        {**BLOCK_ID, "column_settings": Many(Part("column"), 20)},
        surfaces=MESSAGE,
    ),
    "data_table": Shape(
        {"caption": String(), "rows": Many(Many(DATA_CELL, 20), 101)},
        {**BLOCK_ID, "page_size": Number(1, 100), "row_header_column_index": Number(0)},
        surfaces=MESSAGE,
    ),
    "data_visualization": Shape(
        {"title": String(50), "chart": Kind("charts", frozenset(CHARTS))},
        BLOCK_ID,
        surfaces=MESSAGE_AND_HOME,
    ),
}

TABLES: Mapping[str, Mapping[str, Shape]] = {
    "blocks": BLOCKS,
    "elements": ELEMENTS,
    "cells": CELLS,
    "charts": CHARTS,
    "rich_text": RICH_TEXT,
}
