"""What every route does alike: read a bounded body, and say no in the same shape."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse

from bot.errors import InvalidInputError, Problem
from handlers.intake import TurnedAwayError

KB = 1024
MAX_BODY = 256 * KB  # bytes; Slack's own requests and any lead fit many times over
Answers = dict[int | str, dict[str, Any]]
ANSWERS: Answers = {
    status: {"description": says}
    for status, says in ((401, "No valid key or signature"), (413, "Body too large"), (415, "Not of this content type"),
                         (422, "A field cannot be taken; nothing was stored"), (429, "Too fast; see Retry-After"),
                         (503, "Not now; see Retry-After"))
}  # fmt: skip
log = structlog.get_logger(__name__)


def body_up_to(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    async def read(request: Request) -> bytes:
        return await read_up_to(request, limit)

    return read


async def read_up_to(request: Request, limit: int) -> bytes:
    """The body, read no further than the limit whatever Content-Length claims."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TurnedAwayError(413, f"The body is larger than {limit // KB} KB.")
    return bytes(body)


def refused(status: int, *problems: Problem) -> JSONResponse:
    return JSONResponse(
        {"errors": [{"field": problem.field, "reason": problem.reason} for problem in problems]}, status_code=status
    )


def unreadable(error: InvalidInputError) -> JSONResponse:
    return refused(422, *error.problems)


def key_reused(error: Exception) -> JSONResponse:
    return refused(422, Problem("Idempotency-Key", str(error)))


async def refuse(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, TurnedAwayError):
        raise error
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    problem = {"field": error.field, "reason": error.reason}
    return JSONResponse({"errors": [problem]}, status_code=error.status, headers=headers)


async def unavailable(_request: Request, error: Exception) -> JSONResponse:
    reference = uuid.uuid4().hex[:8]
    log.error("request failed", reference=reference, exc_info=error)
    reason = f"This could not be stored just now. Send it again with the same Idempotency-Key. Reference {reference}."
    return JSONResponse(
        {"errors": [{"field": "server", "reason": reason}]}, status_code=503, headers={"Retry-After": "2"}
    )
