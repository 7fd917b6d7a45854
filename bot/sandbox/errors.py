"""The two ways the sandbox says no: to the app by code, to a person by sentence."""

from typing import Any


class ApiError(Exception):
    """What a Web API method answers instead of a result."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """Why a person cannot do what was asked, as one sentence."""


def invalid_arguments(*messages: str) -> ApiError:
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})
