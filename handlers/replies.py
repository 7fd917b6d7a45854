"""What every route does alike: read a bounded body, and say no in the same shape."""

import uuid
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from bot.errors import InvalidInputError, Problem
from handlers.intake import TurnedAwayError

KB = 1024
MAX_BODY = 256 * KB  # bytes; Slack's own requests and any lead fit many times over
PAGES = frozenset({"book", "meetings", "calendars", "unsubscribe", "confirm"})  # that leads open
STYLE = (
    "body{font:1.0625rem/1.55 system-ui,sans-serif;max-width:34rem;margin:10vh auto 2rem;padding:0 1rem}"
    "h1{font-size:1.5rem;line-height:1.25}"
)
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}  # fmt: skip
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


def is_page(request: Request) -> bool:
    """Whether a person looks at it: one of the addresses that stand in letters, or whatever a browser asks for."""
    parts = request.url.path.split("/", 2)
    return (len(parts) > 1 and parts[1] in PAGES) or "text/html" in request.headers.get("accept", "")


def page(sentence: str, status: int, headers: dict[str, str] | None = None) -> HTMLResponse:
    """Plain words, whatever is broken: it needs no template and no database."""
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>This does not work just now</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<meta name="color-scheme" content="light dark"><style>{STYLE}</style></head><body><main>'
        f"<h1>This does not work just now</h1><p>{escape(sentence)}</p></main></body></html>"
    )
    return HTMLResponse(body, status_code=status, headers={**PAGE_HEADERS, **(headers or {})})


async def refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, TurnedAwayError):
        raise error
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    if is_page(request):
        return page(error.reason, error.status, headers)
    problem = {"field": error.field, "reason": error.reason}
    return JSONResponse({"errors": [problem]}, status_code=error.status, headers=headers)


async def unavailable(request: Request, error: Exception) -> Response:
    reference = uuid.uuid4().hex[:8]
    log.error("request failed", reference=reference, exc_info=error)
    if is_page(request):
        sentence = f"Nothing was changed. Please try again in a minute. Reference {reference}."
        return page(sentence, 503, {"Retry-After": "60"})
    reason = f"This could not be stored just now. Send it again with the same Idempotency-Key. Reference {reference}."
    return JSONResponse(
        {"errors": [{"field": "server", "reason": reason}]}, status_code=503, headers={"Retry-After": "2"}
    )
