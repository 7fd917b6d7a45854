"""Every block of Block Kit that the sandbox knows, as a table of shapes with the surfaces that take it."""

from collections.abc import Mapping

from bot.sandbox.kit_elements import ACCESSORIES, BUTTONS, ELEMENTS, IN_ACTIONS, IN_INPUT, MESSAGE, MODAL
from bot.sandbox.kit_parts import (
    ALT_TEXT,
    BLOCK_ID,
    CELLS,
    CHARTS,
    DATA_CELL,
    IMAGE_SOURCE,
    RICH_INLINE,
    RICH_PIECES,
    RICH_TEXT,
    TABLE_CELL,
)
from bot.sandbox.shapes import Flag, Kind, Many, Number, Part, Shape, String, Text

MESSAGE_AND_HOME = frozenset({"message", "home"})
IMAGE = Kind("elements", frozenset({"image"}))
IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video"}
)

CLASSIC: Mapping[str, Shape] = {
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
        {"alt_text": ALT_TEXT},
        {**BLOCK_ID, **IMAGE_SOURCE, "title": Text(2000, plain=True)},
        ("image_url", "slack_file"),
        only_one=True,
    ),
    "video": Shape(
        {
            "alt_text": ALT_TEXT,
            "title": Text(200, plain=True),
            "thumbnail_url": String(3000, form="web"),
            "video_url": String(3000, form="secure"),
        },
        {
            **BLOCK_ID,
            "title_url": String(3000, form="secure"),
            "author_name": String(50),
            "provider_name": String(255),
            "provider_icon_url": String(3000, form="web"),
            "description": Text(200, plain=True),
        },
    ),
    "rich_text": Shape({"elements": RICH_PIECES}, BLOCK_ID),
    "markdown": Shape({"text": String(12_000)}, BLOCK_ID, surfaces=MESSAGE),
}

RECENT: Mapping[str, Shape] = {
    "alert": Shape(
        {"text": Text(200)},
        {**BLOCK_ID, "level": String(one_of=frozenset({"default", "info", "warning", "error", "success"}))},
        surfaces=MODAL,
    ),
    "card": Shape(
        {},
        {
            **BLOCK_ID,
            "hero_image": IMAGE,
            "icon": IMAGE,
            "title": Text(150),
            "subtitle": Text(150),
            "body": Text(200),
            "subtext": Text(200),
            "actions": Many(Kind("elements", BUTTONS), 3),
        },
        ("hero_image", "title", "actions", "body"),
        surfaces=MESSAGE_AND_HOME,
    ),
    "carousel": Shape({"elements": Many(Kind("blocks", frozenset({"card"})), 10)}, BLOCK_ID, surfaces=MESSAGE_AND_HOME),
    "container": Shape(
        {"child_blocks": Many(Kind("blocks", IN_CONTAINER), 10)},
        {
            **BLOCK_ID,
            "title": Text(150),
            "rich_text_title": Kind("blocks", frozenset({"rich_text"})),
            "subtitle": Text(150),
            "icon": IMAGE,
            "width": String(one_of=frozenset({"narrow", "standard", "wide", "full"})),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        ("title", "rich_text_title"),
        only_one=True,
        surfaces=MESSAGE_AND_HOME,
    ),
    "table": Shape(
        {"rows": Many(Many(TABLE_CELL, 20), 100)},
        {**BLOCK_ID, "column_settings": Many(Part("column", or_null=True), 20)},
        surfaces=MESSAGE,
    ),
    # The first row is the header, so 100 rows of data make 101.
    "data_table": Shape(
        {"caption": String(3000), "rows": Many(Many(DATA_CELL, 20), 101, least=2)},
        {**BLOCK_ID, "page_size": Number(1, 100), "row_header_column_index": Number(0, 19)},
        surfaces=MESSAGE,
    ),
    "data_visualization": Shape(
        {"title": String(50), "chart": Kind("charts", frozenset(CHARTS))},
        BLOCK_ID,
        surfaces=MESSAGE_AND_HOME,
    ),
}

BLOCKS: Mapping[str, Shape] = {**CLASSIC, **RECENT}
TABLES: Mapping[str, Mapping[str, Shape]] = {
    "blocks": BLOCKS,
    "elements": ELEMENTS,
    "cells": CELLS,
    "charts": CHARTS,
    "rich_text": RICH_TEXT,
    "rich_inline": RICH_INLINE,
}
