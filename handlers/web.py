"""The HTTP face: intake of leads and touches, Slack's signed requests, health and metrics."""

import ipaddress
import uuid
from collections.abc import Callable
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import BaseModel

from bot import capture, tracking
from bot.errors import InvalidInputError, NotFoundError, Problem
from bot.health import health
from bot.services import Services
from handlers import api_page
from handlers.intake import Doorkeeper, LeadIn, TouchIn, TurnedAwayError, parse_lead, parse_touch
from store.database import StoreUnavailableError

PROXY_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
MAX_BODY = 256 * 1024  # bytes; Slack's own requests and any lead fit many times over
ABOUT = (
    "Send leads to POST /api/leads, and what they do to POST /api/touches, with one of your intake keys "
    "(Authorization: Bearer …), or signed as Standard Webhooks prescribe."
)
SlackEndpoint = Callable[[bytes, dict[str, str]], Response]
log = structlog.get_logger(__name__)


async def read_body(request: Request) -> bytes:
    """The body, read no further than the limit whatever Content-Length claims."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TurnedAwayError(413, f"The body is larger than {MAX_BODY // 1024} KB.")
    return body


def web_app(
    services: Services,
    doorkeeper: Doorkeeper,
    *,
    slack_endpoint: SlackEndpoint | None,
    slack_state: Callable[[], str],
    metrics: CollectorRegistry,
    metrics_public: bool = False,
) -> FastAPI:
    """All routes; `slack_endpoint` is given when Slack speaks to us over signed HTTP."""
    app = FastAPI(title="Dibs", description=ABOUT, version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(TurnedAwayError, refuse)
    app.add_exception_handler(StoreUnavailableError, unavailable)
    app.add_exception_handler(Exception, unavailable)
    add_intake(app, services, doorkeeper)
    add_docs(app)
    add_observation(app, services, slack_state, metrics, metrics_public=metrics_public)
    if slack_endpoint:
        add_slack(app, slack_endpoint)
    return app


def add_intake(app: FastAPI, services: Services, doorkeeper: Doorkeeper) -> None:
    answers: dict[int | str, dict[str, Any]] = {
        status: {"description": says}
        for status, says in ((401, "No valid key or signature"), (413, "Body too large"), (415, "Not JSON"),
                             (422, "A field cannot be taken; nothing was stored"), (429, "Too fast; see Retry-After"),
                             (503, "Not now; see Retry-After"))
    }  # fmt: skip
    or_unknown = {**answers, 404: {"description": "No such lead; nothing was stored"}}

    @app.post("/api/leads", status_code=202, responses=answers, openapi_extra=takes(LeadIn))
    def take_lead(request: Request, body: Annotated[bytes, Depends(read_body)]) -> JSONResponse:
        """Store a lead. 202 means it is on disk. The same Idempotency-Key again answers with the same lead."""
        with doorkeeper.admit(request.headers, body) as key:
            return stored(services, key, body, request.headers.get("content-type", ""))

    @app.post("/api/touches", status_code=202, responses=or_unknown, openapi_extra=takes(TouchIn))
    def take_touch(request: Request, body: Annotated[bytes, Depends(read_body)]) -> JSONResponse:
        """Tell what a lead did. 202 means it is on disk. The same Idempotency-Key again changes nothing."""
        with doorkeeper.admit(request.headers, body) as key:
            return touched(services, key, body, request.headers.get("content-type", ""))


def takes(shape: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"content": content, "required": True}}


def add_docs(app: FastAPI) -> None:
    """Without scripts of strangers: FastAPI's own page fetches its code from a CDN in the visitor's browser."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(api_page.page(app.openapi()), headers={"Content-Security-Policy": api_page.POLICY})


def stored(services: Services, key: str, body: bytes, content_type: str) -> JSONResponse:
    try:
        captured = capture.take_lead(services, readable(services, key, body, content_type), key=key)
    except InvalidInputError as error:
        return refused(422, *error.problems)
    except capture.KeyReusedError as error:
        return refused(422, Problem("Idempotency-Key", str(error)))
    return JSONResponse({"id": captured.lead_id, "repeated": captured.is_repeat}, status_code=202)


def touched(services: Services, key: str, body: bytes, content_type: str) -> JSONResponse:
    try:
        taken = tracking.take_touch(services, readable_touch(services, key, body, content_type), key=key)
    except InvalidInputError as error:
        return refused(422, *error.problems)
    except NotFoundError as error:
        return refused(404, Problem("lead", str(error)))
    except capture.KeyReusedError as error:
        return refused(422, Problem("Idempotency-Key", str(error)))
    return JSONResponse({"lead": taken.lead_id, "repeated": taken.is_repeat}, status_code=202)


def readable_touch(services: Services, key: str, body: bytes, content_type: str) -> dict[str, Any]:
    try:
        return parse_touch(body, content_type)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=f"touch:{key}", error=error, kind="touch")
        raise


def refused(status: int, *problems: Problem) -> JSONResponse:
    return JSONResponse(
        {"errors": [{"field": problem.field, "reason": problem.reason} for problem in problems]}, status_code=status
    )


def readable(services: Services, key: str, body: bytes, content_type: str) -> dict[str, Any]:
    """The body as a lead's fields; one that cannot be read is kept like any other rejection."""
    try:
        return parse_lead(body, content_type)
    except InvalidInputError as error:
        capture.keep_rejection(services, {}, key=key, error=error)
        raise


def add_observation(
    app: FastAPI, services: Services, slack_state: Callable[[], str], metrics: CollectorRegistry,
    *, metrics_public: bool,
) -> None:  # fmt: skip
    @app.get("/healthz", responses={503: {"description": "The database does not answer"}})
    def healthz() -> JSONResponse:
        """200 while the database answers; the rest is told so that a watchdog can judge."""
        slack = slack_state()
        try:
            found = health(services)
        except StoreUnavailableError:
            return JSONResponse({"database": "does not answer", "slack": slack}, status_code=503)
        return JSONResponse({
            "database": "ok", "slack": slack, "oldest_due_seconds": round(found.oldest_due_seconds, 1),
            "outbox": {"waiting": found.outbox.pending + found.outbox.sending, "dead": found.outbox.dead,
                       "oldest_seconds": round(found.outbox.oldest_seconds, 1)},
        })  # fmt: skip

    @app.get("/metrics", include_in_schema=False)
    def show_metrics(request: Request) -> Response:
        if not metrics_public and not is_local(request):
            raise TurnedAwayError(403, "Metrics are for this machine only.")
        return PlainTextResponse(generate_latest(metrics))


def is_local(request: Request) -> bool:
    """Whether it comes from this machine and no proxy says that it only passed it on."""
    if request.client is None or any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a UNIX socket has no address, and a proxy behind it
        return False


def add_slack(app: FastAPI, endpoint: SlackEndpoint) -> None:
    @app.post("/slack/events", include_in_schema=False)
    def slack_events(request: Request, body: Annotated[bytes, Depends(read_body)]) -> Response:
        return endpoint(body, dict(request.headers))


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
