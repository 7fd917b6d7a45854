"""Forms with files in them (multipart/form-data), read with the standard library's parser of messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser


@dataclass(frozen=True)
class Field:
    """`filename` is None for a plain value."""

    name: str
    filename: str | None
    content_type: str
    data: bytes


def fields(content_type: str, body: bytes) -> list[Field]:
    head = f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + body)
    return list(_fields(message)) if message.is_multipart() else []


def plain_values(found: list[Field]) -> dict[str, str]:
    return {each.name: each.data.decode("utf-8", "replace") for each in found if each.filename is None}


def first_file(found: list[Field]) -> Field | None:
    return next((each for each in found if each.filename is not None), None)


def _fields(message: Message) -> Iterator[Field]:
    for part in message.get_payload():
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(data, bytes):
                yield Field(name, part.get_filename(), part.get_content_type(), data)
