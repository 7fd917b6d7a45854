"""What a message says, checked as Slack checks it: text, blocks, attachments, metadata."""

import json
from typing import Any

from bot.sandbox import limits
from bot.sandbox.blocks import problems, view_problems
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json
from bot.sandbox.shapes import as_slack_says, problem, within
from bot.sandbox.walk import all_blocks

FLAT = (str, int, float, bool, type(None))
NONE: frozenset[str] = frozenset()


def message_content(given: Json, unknown: frozenset[str] = NONE) -> Json:
    """The checked content of a message, from the arguments of a method or the body of an answer.

    `unknown` are types of blocks that this workspace does not take although others do.
    """
    content: Json = {"text": str(given.get("text") or "")[: limits.POSTED_TEXT]}
    blocks, attachments = decoded(given, "blocks"), decoded(given, "attachments")
    if given.get("markdown_text"):
        return _markdown(str(given["markdown_text"]), content, blocks)
    if blocks:
        content["blocks"] = checked_blocks(blocks, unknown)
    if attachments:
        content["attachments"] = _checked_attachments(attachments, unknown)
    metadata = decoded(given, "metadata")
    if metadata is not None:
        content["metadata"] = _checked_metadata(metadata)
    # Slack takes blocks without text and then has nothing to notify with or to read aloud.
    if not (content["text"].strip() or (attachments and not blocks)):
        raise ApiError("no_text")
    return content


def checked_blocks(blocks: Any, unknown: frozenset[str] = NONE) -> list[Json]:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    found = problems(blocks, "message") or [
        problem(f"unsupported type: {block['type']}", f"{at}/type")
        for block, at in all_blocks(blocks, "/blocks")
        if block["type"] in unknown
    ]
    if found:
        raise _refused("invalid_blocks", found)
    size = len(json.dumps(blocks, ensure_ascii=False).encode())
    if size > limits.MESSAGE_BLOCKS_BYTES:
        raise _refused("msg_blocks_too_long", list(within(size, 0, limits.MESSAGE_BLOCKS_BYTES, "bytes", "/blocks")))
    return blocks


def checked_view(view: Any, types: tuple[str, ...]) -> Json:
    if not isinstance(view, dict):
        raise _refused("invalid_arguments", [problem("missing required field", "/view")])
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        raise ApiError("view_too_large")
    found = view_problems(view)
    if view.get("type") not in types:
        found = [problem(f"must be one of: {', '.join(types)}", "/view/type"), *found]
    if found:
        raise _refused("invalid_arguments", found)
    return view


def decoded(given: Json, name: str) -> Any:
    """An argument that may be JSON or a string of JSON."""
    value = given.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError as mistake:
        raise ApiError(f"invalid_{name}_format" if name == "blocks" else "invalid_json") from mistake


def _refused(code: str, found: list[str]) -> ApiError:
    return ApiError(code, errors=found, response_metadata={"messages": [as_slack_says(each) for each in found]})


def _markdown(markdown: str, content: Json, blocks: Any) -> Json:
    if content["text"] or blocks:
        raise ApiError("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN_TEXT:
        raise ApiError("msg_too_long")
    return {"text": markdown, "blocks": [{"type": "markdown", "text": markdown}]}


def _checked_attachments(attachments: Any, unknown: frozenset[str]) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > limits.ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for each in attachments:
        if each.get("blocks"):
            checked_blocks(each["blocks"], unknown)
        elif not any(each.get(name) for name in ("text", "fallback", "title", "pretext", "fields", "image_url")):
            raise ApiError("invalid_attachments")
    return attachments


def _checked_metadata(metadata: Any) -> Json:
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_format")
    if not all(isinstance(value, FLAT) for value in payload.values()):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > limits.METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return dict(metadata)
