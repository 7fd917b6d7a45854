"""What browsers send: the fields of a form, in either of the two ways they have."""

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_form

from bot.errors import InvalidInputError, Problem
from handlers.intake import TurnedAwayError
from handlers.shapes import tidy

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_FIELDS = 200
NOT_READABLE = "This form cannot be read."


def read_form(body: bytes, content_type: str) -> dict[str, str]:
    """The fields by name; of a name that stands twice, both. Files are left aside.

    Raises:
        InvalidInputError: it cannot be read.
        TurnedAwayError: 415, it is no form.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (URLENCODED, MULTIPART):
        raise TurnedAwayError(415, f"Send the form as {URLENCODED} or {MULTIPART}.", field="content-type")
    try:
        pairs = urlencoded(body) if kind == URLENCODED else multipart(body, content_type)
    except (ValueError, FormParserError) as error:
        raise InvalidInputError([Problem("body", NOT_READABLE)]) from error
    if len(pairs) > MOST_FIELDS:
        raise InvalidInputError([Problem("body", f"A form has at most {MOST_FIELDS} fields.")])
    found: dict[str, str] = {}
    for name, value in pairs:
        if value.strip():
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def urlencoded(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS + 1, errors="replace")


def multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []

    def keep(field: Any) -> None:
        if isinstance(field, Field):
            pairs.append((said(field.field_name), said(field.value)))

    def leave(file: File) -> None:
        file.close()

    headers: dict[str, bytes] = {"Content-Type": content_type.encode("latin-1", "replace")}
    parse_form(headers, BytesIO(body), keep, leave)
    return pairs


def said(raw: bytes | None) -> str:
    return str(tidy((raw or b"").decode("utf-8", "replace"), 0))
