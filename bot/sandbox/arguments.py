"""The arguments of a Web API call, however they were encoded."""

import base64
import json
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.sandbox.content import decoded
from bot.sandbox.errors import ApiError, invalid_arguments
from bot.sandbox.json_types import Json
from bot.sandbox.multipart import fields, plain_values


class Arguments:
    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")

    def json(self, name: str) -> object:
        return decoded(self.values, name)

    def limit(self, default: int, most: int) -> int:
        given = self.text("limit")
        if not given:
            return default
        if not given.isdigit() or not 1 <= int(given) <= most:
            raise ApiError("invalid_limit")
        return int(given)

    def start(self) -> int:
        """Where a page of results begins, read from the cursor of the page before."""
        cursor = self.text("cursor")
        if not cursor:
            return 0
        try:
            return int(base64.b64decode(cursor).decode().removeprefix("from:"))
        except ValueError as mistake:
            raise ApiError("invalid_cursor") from mistake


def page(found: list[Json], args: Arguments, default: int, most: int) -> tuple[list[Json], Json]:
    """One page of results and the response_metadata that leads to the next."""
    start, size = args.start(), args.limit(default, most)
    end = start + size
    cursor = base64.b64encode(f"from:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], {"next_cursor": cursor}


async def read_arguments(request: Request) -> Json:
    """JSON body, form body and query string; the token may be an argument too."""
    values: Json = dict(parse_qsl(request.url.query, keep_blank_values=True))
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        values |= _json_body(body)
    elif content_type.startswith("multipart/form-data"):
        values |= plain_values(fields(content_type, body))
    else:
        values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return values


def _json_body(body: bytes) -> Json:
    if not body:
        return {}
    try:
        values = json.loads(body)
    except ValueError as mistake:
        raise ApiError("invalid_json") from mistake
    if not isinstance(values, dict):
        raise ApiError("json_not_object")
    return values
