"""What a message says, checked as Slack checks it: text, blocks, attachments, metadata."""

import json
from typing import Any

from bot.sandbox import limits
from bot.sandbox.blocks import problems, view_problems
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import Json


def message_content(given: Json) -> Json:
    """The checked content of a message, from the arguments of a method or the body of an answer."""
    content: Json = {"text": str(given.get("text") or "")[: limits.POSTED_TEXT]}
    blocks, attachments = decoded(given, "blocks"), decoded(given, "attachments")
    if blocks:
        content["blocks"] = checked_blocks(blocks)
    if attachments:
        content["attachments"] = attachments
    metadata = decoded(given, "metadata")
    if metadata is not None:
        content["metadata"] = _checked_metadata(metadata)
    if not (content["text"].strip() or blocks or attachments):
        raise ApiError("no_text")
    return content


def checked_blocks(blocks: Any) -> list[Json]:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    found = problems(blocks, "message")
    if found:
        raise ApiError("invalid_blocks", errors=found, response_metadata={"messages": found})
    if len(json.dumps(blocks, ensure_ascii=False).encode()) > limits.MESSAGE_BLOCKS_BYTES:
        raise ApiError("msg_blocks_too_long")
    return blocks


def checked_view(view: Any, types: tuple[str, ...]) -> Json:
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["missing required field: view"]})
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        raise ApiError("view_too_large")
    found = view_problems(view)
    if view.get("type") not in types:
        found = [f"[ERROR] must be one of: {', '.join(types)} [json-pointer:/view/type]", *found]
    if found:
        raise ApiError("invalid_arguments", response_metadata={"messages": found})
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


def _checked_metadata(metadata: Any) -> Json:
    if metadata == {}:
        return {}
    shaped = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not shaped or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > limits.METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return dict(metadata)
